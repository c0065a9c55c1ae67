#include "core/server/connection.hpp"

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <utility>

#include <sys/socket.h>

namespace gateway::server {

namespace {

constexpr std::size_t kMaxLingeredBytes = 256 * 1024;
constexpr std::size_t kKeptOutput = 64 * 1024;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::string_view kMalformed = "MALFORMED_REQUEST";
constexpr std::string_view kOverloaded = "OVERLOADED";

void count(ServerStats::Value& value) noexcept {
  value.fetch_add(1, std::memory_order_relaxed);
}

bool would_block(int error) noexcept {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

}  // namespace

Connection::Connection(int fd, const http::IpAddress& peer, IoContext& io)
    : fd_(fd),
      io_(io),
      options_(io.shared->options),
      stats_(*io.shared->stats),
      peer_(peer),
      peer_text_(peer.to_string()),
      now_(std::chrono::steady_clock::now()) {
  count(stats_.connections_open);
}

Connection::~Connection() {
  if (exchange_) exchange_->abandon();
  stats_.connections_open.fetch_sub(1, std::memory_order_release);
}

void Connection::begin() {
  exchange_ = io_.make_exchange(weak_from_this());
  // A client that connects and stays silent gets no longer than one that begins a request.
  enter(Phase::Idle, options_.header_timeout);
}

void Connection::on_ready(bool readable, bool writable) {
  now_ = std::chrono::steady_clock::now();
  if (!readable && !writable) return close();  // an error or a hang-up alone
  if (writable && phase_ == Phase::Writing) {
    const std::string rest = std::exchange(unsent_, {});
    send(rest);
    resume();
  }
  if (readable && phase_ != Phase::Writing && phase_ != Phase::Closed) receive();
  update_interest();
}

void Connection::on_finished(const ServerExchange& exchange) {
  // A connection that gave up on an exchange has made itself another: a late answer is for nobody.
  if (phase_ != Phase::Working || exchange_.get() != &exchange) return;
  now_ = std::chrono::steady_clock::now();
  if (exchange_->was_dropped()) {
    answer_error(500, "INTERNAL_ERROR", "The request could not be answered.");
  } else {
    answer(exchange_->response());
  }
  resume();
  update_interest();
}

// What the client has sent already is answered: it could not know, and closing on it would reset the
// connection.
void Connection::on_drain() {
  if (phase_ == Phase::Idle) on_ready(true, false);
  if (phase_ == Phase::Idle) close();
}

void Connection::on_deadline(DeadlineWheel::Time now) {
  const std::shared_ptr<Connection> self = shared_from_this();
  now_ = now;
  switch (phase_) {
    case Phase::Idle:
    case Phase::Lingering:
      return close();
    case Phase::Writing:
      count(stats_.slow_readers_dropped);
      return abort();
    case Phase::Head:
    case Phase::Body:
      count(stats_.timeouts);
      refuse(408, kMalformed, "The request did not arrive in time.");
      break;
    case Phase::Working:
      if (!exchange_->abandon())
        return enter(Phase::Working, IoContext::kResolution);  // the answer is on its way
      count(stats_.timeouts);
      answer_error(503, kOverloaded, "The request could not be answered in time.");
      resume();
      break;
    case Phase::Closed:
      return;
  }
  update_interest();
}

// --- input ---

void Connection::receive() {
  const ssize_t n = ::recv(fd_, io_.input.data(), io_.input.size(), MSG_DONTWAIT);
  if (n < 0 && would_block(errno)) return;
  // A client that closes its sending side does not wait for the answer to a request in flight: as nginx has
  // it.
  if (n <= 0) return close();
  const std::string_view bytes(io_.input.data(), static_cast<std::size_t>(n));
  if (phase_ != Phase::Lingering) return consume(bytes);
  lingered_bytes_ += bytes.size();
  if (lingered_bytes_ > kMaxLingeredBytes) close();
}

void Connection::consume(std::string_view bytes) {
  while (!bytes.empty() && phase_ <= Phase::Body) {
    if (phase_ == Phase::Idle) received_at_ = now_;
    bytes.remove_prefix(exchange_->parser().feed(bytes));
    switch (exchange_->parser().state()) {
      case RequestParser::State::Head:
        if (phase_ == Phase::Idle) enter(Phase::Head, options_.header_timeout);
        break;
      case RequestParser::State::Body:
        if (phase_ != Phase::Body) begin_body();
        break;
      case RequestParser::State::Complete:
        dispatch();
        break;
      case RequestParser::State::Failed: {
        count(stats_.framing_errors);
        const FramingError& error = exchange_->parser().error();
        refuse(error.status, error.status == 413 ? "PAYLOAD_TOO_LARGE" : kMalformed, error.message);
        break;
      }
    }
  }
  if (phase_ == Phase::Working || phase_ == Phase::Writing) pipelined_.append(bytes);
}

// Takes up what arrived behind a request that has just been answered.
void Connection::resume() {
  if (phase_ != Phase::Idle || pipelined_.empty()) return;
  const std::string bytes = std::exchange(pipelined_, {});
  consume(bytes);
}

void Connection::begin_body() {
  enter(Phase::Body, options_.body_timeout);
  const RequestParser& parser = exchange_->parser();
  if (!parser.head().expects_continue || parser.body_started()) return;
  const ssize_t sent = ::send(fd_, kContinue.data(), kContinue.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent != static_cast<ssize_t>(kContinue.size()))
    close();  // its buffer is full of answers it has not read
}

void Connection::dispatch() {
  count(stats_.requests);
  if (!exchange_->prepare(options_.forwarding, peer_, peer_text_, io_.ids)) {
    count(stats_.framing_errors);
    return refuse(400, kMalformed, "The request target is not acceptable.");
  }
  if (!exchange_->admit(options_.max_in_flight)) {
    count(stats_.requests_refused);
    return answer_error(503, kOverloaded, "Too many requests are being worked on.");
  }
  exchange_->set_times(received_at_, now_ + options_.request_timeout);
  phase_ = Phase::Working;
  switch (exchange_->hand_to(io_.shared->application)) {
    case ServerExchange::Handled::Answered:
      return answer(exchange_->response());
    case ServerExchange::Handled::Dropped:
      return answer_error(500, "INTERNAL_ERROR", "The request could not be answered.");
    case ServerExchange::Handled::Working:
      return enter(Phase::Working, options_.request_timeout);
  }
}

// --- output ---

void Connection::refuse(int status, std::string_view code, std::string_view message) {
  close_after_answer_ =
      true;  // where the next request would begin is unknown, or the client is not to be trusted with it
  exchange_->set_request_id(io_.ids);
  answer_error(status, code, message);
}

void Connection::answer_error(int status, std::string_view code, std::string_view message) {
  http::Response& own = io_.own_answer;
  own = http::Response();
  own.status = status;
  io_.shared->application.describe_error(status, code, message, exchange_->request().request_id, own);
  if (status == 503 && !own.header("Retry-After")) own.add("Retry-After", "1");
  answer(own);
}

void Connection::answer(const http::Response& response) {
  if (!serialise(response)) {
    http::Response& own = io_.own_answer;
    own = http::Response();
    own.status = 500;
    io_.shared->application.describe_error(500, "INTERNAL_ERROR", "The request could not be answered.",
                                           exchange_->request().request_id, own);
    if (!serialise(own)) return close();
  }
  send(io_.output);
}

bool Connection::serialise(const http::Response& response) {
  const RequestHead& head = exchange_->parser().head();
  if (!head.keep_alive || io_.shared->draining.load(std::memory_order_relaxed)) close_after_answer_ = true;
  ResponseFrame frame;
  frame.request_id = exchange_->request().request_id;
  frame.connection = close_after_answer_ ? ConnectionField::Close
                     : head.http_1_0     ? ConnectionField::KeepAlive
                                         : ConnectionField::None;
  frame.now = std::time(nullptr);
  frame.head_only = head.method == "HEAD";
  if (io_.output.capacity() > kKeptOutput) io_.output = std::string();
  io_.output.clear();
  return response.body.size() <= options_.max_response_bytes && io_.writer.write(response, frame, io_.output);
}

void Connection::send(std::string_view bytes) {
  const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (n < 0 && !would_block(errno)) return close();
  bytes.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
  if (bytes.empty()) return finish_answer();
  unsent_.assign(bytes);
  if (phase_ != Phase::Writing)
    enter(Phase::Writing, options_.write_timeout);  // one deadline for the whole answer
}

void Connection::finish_answer() {
  if (close_after_answer_) return linger();
  if (exchange_->reusable()) {
    exchange_->reset();
  } else {
    exchange_ = io_.make_exchange(weak_from_this());
  }
  enter(Phase::Idle, options_.idle_timeout);
  if (io_.shared->draining.load(std::memory_order_relaxed))
    close();  // drain began while this answer was being sent
}

// --- the end ---

// Closing a socket with unread bytes resets it, and the client may then never see the answer. So only our
// side is closed, and what still comes in is thrown away until the client closes, or has had its time.
void Connection::linger() {
  pipelined_.clear();
  ::shutdown(fd_, SHUT_WR);
  enter(Phase::Lingering, options_.linger_timeout);
}

void Connection::abort() {
  const struct linger reset { 1, 0 };
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &reset,
               sizeof reset);  // nothing of the answer stays in the kernel
  close();
}

void Connection::close() {
  if (phase_ == Phase::Closed) return;
  phase_ = Phase::Closed;
  io_.wheel.clear(*this);
  io_.discard(*this);
}

void Connection::enter(Phase phase, std::chrono::milliseconds time) {
  phase_ = phase;
  io_.wheel.set(*this, now_ + time);
}

void Connection::update_interest() {
  if (phase_ == Phase::Closed) return;
  Interest wanted = Interest::Read;
  if (phase_ == Phase::Writing) wanted = Interest::Write;
  if (phase_ == Phase::Working && pipelined_.size() > options_.max_pipelined_bytes)
    wanted = Interest::Nothing;
  if (wanted == interest_) return;
  interest_ = wanted;
  io_.watch(*this, wanted);
}

}  // namespace gateway::server
