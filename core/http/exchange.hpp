// Exchange: one request and its one answer, shared between the server room and whoever works on it.
//
// Ownership: shared_ptr. The server holds one reference until the answer is written; a worker holds one while
// it works. A client that goes away meanwhile changes nothing for the worker: complete() is then a no-op.
// Thread safety: not synchronised. At any moment exactly one thread works on an exchange: the I/O thread
// until handle() returns without having completed, then the worker it was handed to, until that worker calls
// complete().
#pragma once

#include <memory>

#include "core/http/request.hpp"
#include "core/http/response.hpp"

namespace gateway::http {

class Exchange {
 public:
  Exchange() = default;
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  virtual ~Exchange() = default;

  const Request& request() const noexcept { return request_; }
  Response& response() noexcept { return response_; }

  // Sends response(). From any thread, exactly once; the exchange must not be touched afterwards by its
  // caller. On the I/O thread, within Application::handle, the answer goes straight to the socket. An
  // exchange that is dropped without complete() is answered with 500 by the server.
  virtual void complete() noexcept = 0;

  // True when nobody waits for the answer any more (client gone or deadline passed): a worker that has not
  // begun drops it. From any thread.
  virtual bool abandoned() const noexcept = 0;

 protected:
  Request request_;
  Response response_;
};

// What the server serves. handle() is called on an I/O thread: it either completes the exchange at once or
// hands it to a worker; it must not block.
class Application {
 public:
  Application() = default;
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;
  virtual ~Application() = default;

  virtual void handle(const std::shared_ptr<Exchange>& exchange) noexcept = 0;

  // The body of an answer that the server room gives by itself, without handle(): framing errors (400, 413,
  // 414, 431, 501, 505), deadlines (408), the in-flight bound (503). `code` is one of the contract's error
  // codes. On an I/O thread.
  virtual void describe_error(int status, std::string_view code, std::string_view message,
                              std::string_view request_id, Response& response) noexcept = 0;
};

}  // namespace gateway::http
