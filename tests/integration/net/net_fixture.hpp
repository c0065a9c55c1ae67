// NetFixture: an HttpClient with a clock that a test can put forward, and what its calls need.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include <gtest/gtest.h>

#include "core/net/http_client.hpp"
#include "tests/support/https_origin.hpp"

namespace gateway::testing {

// The real clock, and what a test has added to it.
class ForwardClock final : public runtime::Clock {
 public:
  std::int64_t wall_ms() const noexcept override { return system_.wall_ms() + ahead_ms_; }
  std::int64_t monotonic_ms() const noexcept override { return system_.monotonic_ms() + ahead_ms_; }
  void forward(std::int64_t ms) { ahead_ms_ += ms; }

 private:
  runtime::SystemClock system_;
  std::atomic<std::int64_t> ahead_ms_{0};
};

class LineLogger final : public runtime::Logger {
 public:
  bool enabled(LogLevel, std::string_view) const noexcept override { return true; }
  void write(LogLevel level, std::string_view category, std::string_view message,
             std::initializer_list<runtime::LogField> fields) noexcept override;
  std::string text() const;

 private:
  mutable std::mutex mutex_;
  std::string text_;
};

class NetFixture : public ::testing::Test {
 protected:
  static constexpr std::int64_t kPlentyMs = 8'000;

  NetFixture();
  ~NetFixture() override;

  // Made with options_ when it is first asked for.
  net::HttpClient& client();
  void end_client() { client_.reset(); }

  Result<FetchedHttp> fetch(const FetchHttp& request, std::int64_t within_ms = kPlentyMs);
  Result<FetchedHttp> get(const std::string& url, std::int64_t within_ms = kPlentyMs);
  Result<FetchedHttp> post(const std::string& url, std::int64_t within_ms = kPlentyMs);

  // Of the series that begins so, e.g. gateway_outbound_in_flight{host="127.0.0.1"}; -1: there is none.
  double counted(const std::string& series);
  std::int64_t now_ms() const { return clock_.monotonic_ms(); }

  static TestAuthority& authority();  // one for all tests: keys take time
  // Good for localhost and 127.0.0.1.
  static TestCertificate good_certificate();

  ForwardClock clock_;
  runtime::SystemRandom random_;
  LineLogger logger_;
  runtime::Metrics metrics_;
  net::HttpClientOptions options_;

 private:
  std::unique_ptr<net::HttpClient> client_;
};

// How a call ended: "answered 200", or "unavailable: …" with the detail; end_of is without the detail.
std::string kind_of(const Result<FetchedHttp>& result);
template <class T>
std::string end_of(const Result<T>& result) {
  return result ? "answered" : std::string(to_string(result.error().kind));
}

FetchHttp request_to(HttpVerb verb, const std::string& url);

}  // namespace gateway::testing
