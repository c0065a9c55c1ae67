// RawClient: a TCP client that sends exactly the bytes it is told to, however hostile, and reads answers
// strictly.
//
// Every wait has a deadline, far longer than what it waits for takes; running into it is a failed test,
// reported through the empty optional or false. Loopback only. Not thread safe; one client per thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gateway::testing {

struct RawResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  // The value of the only field of that name; empty when there is none, "<several>" when there are more.
  std::string header(std::string_view name) const;
};

class RawClient {
 public:
  static constexpr std::chrono::milliseconds kPatience{20'000};

  // `receive_buffer_bytes` 0: the system's. A small one makes the server's sends stall early.
  explicit RawClient(std::uint16_t port, int receive_buffer_bytes = 0);
  ~RawClient();
  RawClient(RawClient&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), input_(std::move(other.input_)) {}
  RawClient& operator=(RawClient&&) = delete;

  bool connected() const noexcept { return fd_ >= 0; }
  bool send(std::string_view bytes);  // false: the server closed, or did not take them in time
  void finish_sending();              // half-close
  void reset();                       // close with RST
  void close();

  // The next complete answer; interim answers (1xx) are answers too. nullopt: closed, malformed or too late.
  std::optional<RawResponse> read_response(bool to_head = false);
  // Whatever comes until the server closes in order (FIN). nullopt: reset, or still open when patience ends.
  std::optional<std::string> read_to_end();
  // True once the server has closed, in order or by reset; what comes before is thrown away.
  bool wait_closed();
  // True when nothing has arrived at this moment.
  bool silent();

 private:
  enum class Read { Bytes, End, Failed };
  Read read_some(std::chrono::steady_clock::time_point deadline);

  int fd_ = -1;
  std::string input_;
};

std::optional<RawResponse> parse_response(std::string& input, bool to_head, bool* malformed);

// Sends one request on a new connection and returns the answer.
std::optional<RawResponse> exchange_once(std::uint16_t port, std::string_view request);

}  // namespace gateway::testing
