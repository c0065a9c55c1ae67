#include "core/http/policy_chain.hpp"

#include <stdexcept>
#include <utility>

#include "core/http/error_response.hpp"
#include "core/http/route.hpp"

namespace gateway::http {

namespace {

std::int32_t find_header(const void* context, gateway_text name, std::size_t index, gateway_text* value) {
  const auto& request = *static_cast<const Request*>(context);
  const std::string_view wanted = from_abi(name);
  for (const HeaderField& field : request.headers) {
    if (!iequals(field.name, wanted)) continue;
    if (index-- == 0) return *value = to_abi(field.value), 1;
  }
  return 0;
}

gateway_request view_of(const Request& request, std::string_view route, RouteClass route_class,
                        const Caller* caller) {
  gateway_request view{};
  view.struct_size = sizeof(gateway_request);
  view.context = &request;
  view.method = to_abi(request.method_token);
  view.path = to_abi(request.path);
  view.route = to_abi(route);
  view.client_address = to_abi(request.client_address);
  view.request_id = to_abi(request.request_id);
  if (caller != nullptr) {
    view.user_id = to_abi(caller->user_id);
    view.user_type = to_abi(caller->user_type);
  }
  view.route_class = static_cast<std::int32_t>(route_class);
  view.header = &find_header;
  return view;
}

gateway_request view_of(const RequestContext& context, RouteClass route_class) {
  const std::string_view pattern = context.route == nullptr ? std::string_view() : context.route->pattern;
  return view_of(context.request(), pattern, route_class, context.caller.get());
}

// What a hook writes its answer into. A hook on the way out may change headers, never the answer itself: a
// refusal must not become a permission there.
struct Reply {
  Response& response;
  std::string_view request_id;
  bool is_bare = false;
  bool may_end = true;
  bool ended = false;
  bool overstepped = false;

  static Reply& of(void* context) { return *static_cast<Reply*>(context); }
  bool begin_end() {
    (may_end ? ended : overstepped) = true;
    return may_end;
  }
};

// What a proxy asks about somebody else's request is answered by status and headers alone, whoever answers.
void refuse(const Reply& reply, const Problem& problem) {
  if (reply.is_bare) {
    write_bare_problem(problem, reply.response);
  } else {
    write_problem(problem, reply.request_id, reply.response);
  }
}

// A policy brings its own code and status; the envelope is the contract's.
void reject(Reply& reply, std::int32_t status, std::string_view code, std::string_view message,
            std::int64_t retry_s) {
  Problem problem(ErrorCode::InternalError, std::string(message));
  for (const ErrorCodeInfo& info : all_error_codes()) {
    if (info.name == code) problem.code = info.code;
  }
  problem.retry_after_s = static_cast<int>(retry_s);
  refuse(reply, problem);
  if (status >= 400 && status <= 599) reply.response.status = status;
}

gateway_reply writer_of(Reply& reply) {
  gateway_reply abi{};
  abi.struct_size = sizeof(gateway_reply);
  abi.context = &reply;
  abi.status = reply.response.status;
  abi.set_header = [](void* c, gateway_text name, gateway_text value) {
    Reply::of(c).response.set(from_abi(name), from_abi(value));
  };
  abi.add_header = [](void* c, gateway_text name, gateway_text value) {
    Reply::of(c).response.add(from_abi(name), from_abi(value));
  };
  abi.remove_header = [](void* c, gateway_text name) { Reply::of(c).response.remove(from_abi(name)); };
  abi.reject = [](void* c, std::int32_t status, gateway_text code, gateway_text message,
                  std::int64_t retry_after_s) {
    if (!Reply::of(c).begin_end()) return;
    reject(Reply::of(c), status, from_abi(code), from_abi(message), retry_after_s);
  };
  abi.finish = [](void* c, std::int32_t status) {
    if (!Reply::of(c).begin_end()) return;
    Reply::of(c).response.status = status;
    Reply::of(c).response.body.clear();
  };
  return abi;
}

std::int32_t guarded(const PolicyEntry& entry,
                     std::int32_t (*hook)(void*, const gateway_request*, gateway_reply*),
                     const gateway_request& request, gateway_reply& reply) noexcept {
  try {
    return hook(entry.instance, &request, &reply);
  } catch (...) {
    return static_cast<std::int32_t>(ErrorKind::Internal);
  }
}

// One that throws is taken for one that may block: that is safe for the I/O threads.
bool asks_to_block(const PolicyEntry& entry, std::int32_t route_class) noexcept {
  try {
    return entry.hooks->may_block(entry.instance, route_class) != 0;
  } catch (...) {
    return true;
  }
}

}  // namespace

PolicyChain::PolicyChain(std::vector<PolicyEntry> entries) : entries_(std::move(entries)) {
  if (entries_.size() > kMostPolicies) throw std::length_error("there are more policies than memos for them");
  for (std::int32_t route_class = 0; route_class < kRouteClassCount; ++route_class) {
    for (const PolicyEntry& entry : entries_) {
      if (asks_to_block(entry, route_class)) blocking_[static_cast<std::size_t>(route_class)] = true;
    }
  }
}

bool PolicyChain::run_in(RequestContext& context, RouteClass route_class, Hook gateway_policy::*hook) const {
  if (entries_.empty()) return true;
  gateway_request view = view_of(context, route_class);
  Reply reply{context.response(), context.request().request_id, route_class == RouteClass::Verify};
  gateway_reply writer = writer_of(reply);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const PolicyEntry& entry = entries_[i];
    view.memo = &context.policy_memos[i];
    const std::int32_t verdict = guarded(entry, entry.hooks->*hook, view, writer);
    if (verdict == 0 && !reply.ended) continue;
    // "Ended" without an answer, or an answer without "ended", is no decision. Nor is a permission in the
    // place of forward-auth's own: whoever asked takes any success for "let in".
    const bool permits = route_class == RouteClass::Verify && context.response().status < 400;
    if (verdict != 1 || !reply.ended || permits) {
      entry.on_failure();
      Problem undecided(ErrorCode::Overloaded);
      undecided.retry_after_s = 1;
      refuse(reply, undecided);
    }
    return false;
  }
  return true;
}

bool PolicyChain::on_request(RequestContext& context, RouteClass route_class) const {
  return run_in(context, route_class, &gateway_policy::on_request);
}

bool PolicyChain::on_authenticated(RequestContext& context, RouteClass route_class) const {
  return run_in(context, route_class, &gateway_policy::on_authenticated);
}

void PolicyChain::run_out(gateway_request& view, PolicyMemos& memos, Response& response,
                          std::string_view request_id) const {
  Reply reply{.response = response, .request_id = request_id, .may_end = false};
  gateway_reply writer = writer_of(reply);
  for (std::size_t i = entries_.size(); i-- > 0;) {
    const PolicyEntry& entry = entries_[i];
    view.memo = &memos[i];
    const std::int32_t verdict = guarded(entry, entry.hooks->on_response, view, writer);
    // The answer stands; what failed is the decoration of it.
    if (verdict != 0 || std::exchange(reply.overstepped, false)) entry.on_failure();
  }
}

void PolicyChain::on_response(RequestContext& context, RouteClass route_class) const {
  if (entries_.empty()) return;
  gateway_request view = view_of(context, route_class);
  run_out(view, context.policy_memos, context.response(), context.request().request_id);
}

void PolicyChain::on_response(const Request& request, Response& response) const {
  if (entries_.empty()) return;
  gateway_request view = view_of(request, {}, RouteClass::Unknown, nullptr);
  PolicyMemos memos{};
  run_out(view, memos, response, request.request_id);
}

}  // namespace gateway::http
