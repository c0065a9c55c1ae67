// RecordingUpstream: the application behind the proxy: answers every request with a page and keeps what it
// was asked. One request per connection, one connection at a time. Thread safety: requests() from any thread.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace gateway::testing {

struct RecordedRequest {
  std::string line;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;

  // All values of that name, in order.
  std::vector<std::string> values(const std::string& name) const;
};

class RecordingUpstream {
 public:
  static constexpr const char* kPage = "the protected page, for ";

  RecordingUpstream();
  ~RecordingUpstream();
  RecordingUpstream(const RecordingUpstream&) = delete;
  RecordingUpstream& operator=(const RecordingUpstream&) = delete;

  std::uint16_t port() const noexcept { return port_; }
  std::vector<RecordedRequest> requests() const;

 private:
  void run();
  void serve(int client);

  int listening_ = -1;
  int stop_event_ = -1;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::vector<RecordedRequest> requests_;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace gateway::testing
