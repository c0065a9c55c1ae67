#include "core/server/server_exchange.hpp"

#include <utility>

#include "core/http/target.hpp"
#include "core/server/answer_batch.hpp"

namespace gateway::server {

namespace {
// The exchange that this thread is handing to the application right now: its answer needs no way back.
thread_local const ServerExchange* t_handing_over = nullptr;

constexpr std::size_t kKeptBodyBytes = 16 * 1024;  // what an idle connection keeps of its last answer
}  // namespace

ServerExchange::ServerExchange(const FramingLimits& limits, std::shared_ptr<Inbox> inbox,
                               std::shared_ptr<ServerStats> stats, std::weak_ptr<Connection> connection)
    : parser_(limits),
      inbox_(std::move(inbox)),
      stats_(std::move(stats)),
      connection_(std::move(connection)) {}

void ServerExchange::complete() noexcept {
  finish(false);
}

void ServerExchange::finish(bool dropped) noexcept {
  State expected = State::Pending;
  const bool here = t_handing_over == this;
  if (dropped && state_.load(std::memory_order_acquire) != State::Pending) return;
  if (dropped)
    dropped_ = true;  // nobody else holds the exchange but the connection, which waits for the state
  const State next = here ? State::AnsweredInline : State::Posted;
  if (!state_.compare_exchange_strong(expected, next, std::memory_order_acq_rel))
    return;  // nobody waits any more
  if (here) return;
  inbox_->post(shared_from_this());
  AnswerBatch::notify(inbox_);
}

void ServerExchange::release() noexcept {
  finish(true);
  stats_->in_flight.fetch_sub(1, std::memory_order_relaxed);
  released_.store(true,
                  std::memory_order_release);  // the last touch: from here on the connection may use it again
}

bool ServerExchange::admit(std::size_t max_in_flight) noexcept {
  if (stats_->in_flight.fetch_add(1, std::memory_order_relaxed) < max_in_flight) return true;
  stats_->in_flight.fetch_sub(1, std::memory_order_relaxed);
  return false;
}

ServerExchange::Handled ServerExchange::hand_to(http::Application& application) noexcept {
  released_.store(false, std::memory_order_relaxed);
  state_.store(State::Pending, std::memory_order_release);
  t_handing_over = this;
  {
    // The application gets a handle of its own, so that letting go of it without an answer is noticed at
    // once.
    const std::shared_ptr<http::Exchange> handle(
        this, [self = shared_from_this()](http::Exchange*) noexcept { self->release(); });
    application.handle(handle);
  }
  t_handing_over = nullptr;
  if (state_.load(std::memory_order_acquire) != State::AnsweredInline) return Handled::Working;
  return dropped_ ? Handled::Dropped : Handled::Answered;
}

bool ServerExchange::abandon() noexcept {
  State expected = State::Pending;
  return state_.compare_exchange_strong(expected, State::Abandoned, std::memory_order_acq_rel);
}

bool ServerExchange::prepare(const http::ForwardingTrust& trust, const http::IpAddress& peer,
                             const std::string& peer_text, RequestIdSource& ids) {
  const RequestHead& head = parser_.head();
  set_request_id(ids);
  const std::optional<http::Target> target = http::parse_target(head.method, head.target, decoded_path_);
  if (!target) return false;
  request_.method = http::parse_method(head.method);
  request_.method_token = head.method;
  request_.target = head.target;
  request_.path = target->path;
  request_.query = target->query;
  request_.headers = head.fields;
  request_.body = parser_.body();
  request_.client_address = peer_text;
  if (!trust.networks.empty()) {
    client_text_ = http::client_address(trust, peer, head.fields).to_string();
    request_.client_address = client_text_;
  }
  return true;
}

void ServerExchange::set_request_id(RequestIdSource& ids) {
  request_.request_id = parser_.head().request_id;
  if (!request_.request_id.empty()) return;
  made_id_ = ids.next();
  request_.request_id = {made_id_.data(), made_id_.size()};
}

void ServerExchange::set_times(http::Clock::time_point received_at,
                               http::Clock::time_point deadline) noexcept {
  request_.received_at = received_at;
  request_.deadline = deadline;
}

void ServerExchange::reset() {
  parser_.reset();
  request_ = http::Request();
  response_.status = 200;
  response_.headers.clear();
  if (response_.body.capacity() > kKeptBodyBytes) response_.body = std::string();
  response_.body.clear();
  dropped_ = false;
  state_.store(State::Idle, std::memory_order_relaxed);
}

}  // namespace gateway::server
