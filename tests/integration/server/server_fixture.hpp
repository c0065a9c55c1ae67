// ServerFixture: a real server on a free port, with an application whose answers tests can tell apart and
// steer.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "core/server/server.hpp"
#include "tests/support/raw_client.hpp"

namespace gateway::server {

// Threads that run tasks; what a task throws is swallowed, as the gateway's worker pools do.
class Workers {
 public:
  explicit Workers(std::size_t threads);
  ~Workers();
  void post(std::function<void()> task);

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::function<void()>> tasks_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

// /stall keeps the I/O thread until end_stall(). /id?X answers "id=X" at once, /async?X from a worker,
// /hold?X when released; /big?N with N bytes; /echo with what was understood; /drop, /drop-async and /throw
// let go of the exchange; /bad-header and /huge answer what may not be sent.
class TestApplication final : public http::Application {
 public:
  TestApplication();
  ~TestApplication() override;

  void handle(const std::shared_ptr<http::Exchange>& exchange) noexcept override;
  void describe_error(int status, std::string_view code, std::string_view message,
                      std::string_view request_id, http::Response& response) noexcept override;

  bool wait_held(std::size_t count);  // until so many are held
  bool wait_stalled();                // until an I/O thread is kept
  void end_stall();
  std::shared_ptr<http::Exchange> take_held();            // the oldest
  void answer(std::shared_ptr<http::Exchange> exchange);  // from a worker
  std::vector<std::string> handled() const;               // targets, in the order they were handed over

 private:
  mutable std::mutex mutex_;
  std::condition_variable held_changed_;
  std::deque<std::shared_ptr<http::Exchange>> held_;
  bool stalled_ = false;
  std::vector<std::string> handled_;
  std::unique_ptr<Workers> workers_;
};

class ServerFixture : public ::testing::Test {
 protected:
  ServerFixture();  // few connections, so that few descriptors do
  void TearDown() override;

  // Called once per test, after options_ has been set up.
  void start();

  std::uint16_t port() const { return server_->port(); }
  testing::RawClient client(int receive_buffer_bytes = 0) const {
    return testing::RawClient(port(), receive_buffer_bytes);
  }
  // True as soon as `condition` holds; polls, because a counter has no event to wait for.
  static bool eventually(const std::function<bool()>& condition);
  std::uint64_t stat(const ServerStats::Value ServerStats::*value) const {
    return (server_->stats().*value).load();
  }

  ServerOptions options_;
  TestApplication application_;
  std::unique_ptr<Server> server_;
};

std::string get(std::string_view target, std::string_view fields = "");

}  // namespace gateway::server
