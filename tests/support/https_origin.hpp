// HttpsOrigin: a small HTTP/1.1 server in the process of a test, on a free port of 127.0.0.1, plain or TLS,
// that answers what a function says, or misbehaves as it says: somebody else's service, for those who call
// it.
//
//   HttpsOrigin google([](const OriginRequest& request) {
//     return OriginReply{200, {{"Content-Type", "application/json"}}, R"({"idToken":"…"})"};
//   }, authority.issue("DNS:localhost,IP:127.0.0.1"));
//   client.get(google.url("/v1/accounts:lookup"));
//
// Written for clarity: blocking sockets, OpenSSL, a thread per connection. Requests have Content-Length or no
// body; connections are kept. Thread safety: the handler is called by many threads at once; the counters may
// be read by any. The destructor ends every connection and joins every thread, whatever they are doing.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <openssl/ssl.h>

#include "tests/support/test_authority.hpp"

namespace gateway::testing {

struct OriginRequest {
  std::string method;
  std::string target;  // path and query, as sent
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string server_name;  // SNI; empty: none, or not TLS

  std::string header(std::string_view name) const;  // of any case; empty: not there
};

enum class OriginFault {
  None,
  Hang,          // no byte of an answer, for ever
  DripHead,      // a head without end, a byte at a time, `delay` apart; the rest of the reply is not used
  DripBody,      // a head at once, then a body in that way
  CloseMidBody,  // after half of the body
  CloseWithoutAnswer,  // before the first byte
  Raw,                 // `body` is sent as it is, as all of the answer, and the connection ended
};

struct OriginReply {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  OriginFault fault = OriginFault::None;
  std::chrono::milliseconds delay{0};  // before the answer, or between the bytes that drip
  bool chunked = false;                // the body in chunks instead of with a length
  bool close_after = false;            // said in the answer, and done
  bool close_silently = false;         // done without a word (of TLS either) once the answer is sent
};

struct OriginOptions {
  std::optional<TestCertificate> certificate;  // nullopt: plain http
  bool hang_in_handshake = false;              // TLS: accepts connections and never says a word
  bool never_reads = false;                    // after the handshake, where there is one
};

class HttpsOrigin {
 public:
  using Handler = std::function<OriginReply(const OriginRequest&)>;

  explicit HttpsOrigin(Handler handler, OriginOptions options = {});
  HttpsOrigin(Handler handler, TestCertificate certificate);
  ~HttpsOrigin();
  HttpsOrigin(const HttpsOrigin&) = delete;
  HttpsOrigin& operator=(const HttpsOrigin&) = delete;

  std::uint16_t port() const noexcept { return port_; }
  // "https://127.0.0.1:4711/path"; `host` as the certificate has it.
  std::string url(const std::string& path = "/", const std::string& host = "127.0.0.1") const;

  int connections() const noexcept { return connections_; }  // accepted, whatever became of them
  int requests() const noexcept { return requests_; }        // read to their end
  // Connections that are open now.
  int open_connections() const;
  // Until that many requests were read, or connections are open; false: that did not happen in time.
  bool wait_requests(int count);
  bool wait_open_connections(int count);
  // Until a client has sent something that `never_reads` leaves where it is.
  bool wait_blocked_writer();
  // Ends all connections that are open now, as a server does that restarts.
  void close_connections();

 private:
  class Peer;
  void accept_loop();
  void serve(Peer& peer);
  bool answer(Peer& peer, const OriginReply& reply);
  bool drip(Peer& peer, std::string_view first, std::chrono::milliseconds apart);
  // Waits; false: the origin ends or the client has gone.
  bool pause(Peer& peer, std::chrono::milliseconds time);
  bool wait_until(const std::function<bool()>& reached);

  const Handler handler_;
  const OriginOptions options_;
  std::shared_ptr<SSL_CTX> tls_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_{0};
  std::atomic<int> requests_{0};
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;                   // guarded by mutex_, as all below
  std::list<std::shared_ptr<Peer>> peers_;  // open
  std::vector<std::thread> threads_;
  std::thread accepting_;
};

// Black holes: ports of 127.0.0.1 where a connection is neither accepted nor refused.
class BlackHole {
 public:
  BlackHole();
  ~BlackHole();
  BlackHole(const BlackHole&) = delete;
  BlackHole& operator=(const BlackHole&) = delete;
  std::uint16_t port() const noexcept { return port_; }

 private:
  std::vector<int> descriptors_;
  std::uint16_t port_ = 0;
};

// A port of 127.0.0.1 that nobody listens on.
std::uint16_t closed_port();

}  // namespace gateway::testing
