// What a policy derives from. Hooks run for every request, in the configured order on the way in and in
// reverse order on the way out; they see the request through views and change the answer through a small
// writer.
//
// Thread safety: hooks run on several threads at once. A hook for whose route class may_block() is false runs
// on an I/O thread and must return within microseconds. Views are valid only during the hook.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <gateway/abi.h>
#include <gateway/call.hpp>
#include <gateway/host.hpp>
#include <gateway/message.hpp>

namespace gateway {

// What kind of endpoint a request goes to; numbers cross the ABI.
enum class RouteClass : std::int32_t {
  Health = 0,  // health, live, ready, metrics: answered to anybody, whatever the Host
  Verify = 1,  // forward-auth, the hot path
  Auth = 2,    // sign-up, login and their like
  Read = 3,
  Write = 4,
  Unknown = 5,  // no such path, or no such method of it: policies still run
  Public = 6,   // key set, discovery, info, OpenAPI: documents for anybody
};
inline constexpr std::int32_t kRouteClassCount = 7;

// As configurations name them.
constexpr auto enum_names(RouteClass) {
  return std::array<EnumName<RouteClass>, kRouteClassCount>{{{RouteClass::Health, "Health"},
                                                             {RouteClass::Verify, "Verify"},
                                                             {RouteClass::Auth, "Auth"},
                                                             {RouteClass::Read, "Read"},
                                                             {RouteClass::Write, "Write"},
                                                             {RouteClass::Unknown, "Unknown"},
                                                             {RouteClass::Public, "Public"}}};
}

class PolicyRequest {
 public:
  explicit PolicyRequest(const gateway_request* request) noexcept : request_(request) {}

  std::string_view method() const noexcept { return from_abi(request_->method); }
  std::string_view path() const noexcept { return from_abi(request_->path); }
  std::string_view route() const noexcept {
    return from_abi(request_->route);
  }  // the pattern, e.g. "/api/v1/users/{id}"
  std::string_view client_address() const noexcept { return from_abi(request_->client_address); }
  std::string_view request_id() const noexcept { return from_abi(request_->request_id); }
  std::string_view user_id() const noexcept { return from_abi(request_->user_id); }
  std::string_view user_type() const noexcept { return from_abi(request_->user_type); }
  RouteClass route_class() const noexcept { return static_cast<RouteClass>(request_->route_class); }

  std::optional<std::string_view> header(std::string_view name, std::size_t index = 0) const noexcept {
    gateway_text value{};
    if (request_->header(request_->context, to_abi(name), index, &value) == 0) return std::nullopt;
    return from_abi(value);
  }

  // What this policy has noted about this request in a hook before: a word of its own, 0 until it is set. A
  // request that ends on its way, or that a policy in front refuses, is not seen by every hook.
  std::uint64_t memo() const noexcept { return has_memo() ? *request_->memo : 0; }
  // Lost on a host that is older than memos.
  void set_memo(std::uint64_t word) const noexcept {
    if (has_memo()) *request_->memo = word;
  }

 private:
  bool has_memo() const noexcept {
    return request_->struct_size >= offsetof(gateway_request, memo) + sizeof(request_->memo) &&
           request_->memo != nullptr;
  }
  const gateway_request* request_;
};

class PolicyReply {
 public:
  explicit PolicyReply(gateway_reply* reply) noexcept : reply_(reply) {}

  int status() const noexcept { return reply_->status; }
  void set_header(std::string_view name, std::string_view value) noexcept {
    reply_->set_header(reply_->context, to_abi(name), to_abi(value));
  }
  void add_header(std::string_view name, std::string_view value) noexcept {
    reply_->add_header(reply_->context, to_abi(name), to_abi(value));
  }
  void remove_header(std::string_view name) noexcept { reply_->remove_header(reply_->context, to_abi(name)); }

 private:
  friend class Policy;
  gateway_reply* reply_;
};

// What a hook decides.
class [[nodiscard]] Verdict {
 public:
  static Verdict go_on() noexcept { return Verdict(0); }
  static Verdict ended() noexcept { return Verdict(1); }
  static Verdict undecided() noexcept { return Verdict(static_cast<std::int32_t>(ErrorKind::Unavailable)); }
  std::int32_t abi() const noexcept { return value_; }

 private:
  explicit Verdict(std::int32_t value) noexcept : value_(value) {}
  std::int32_t value_;
};

class Policy {
 public:
  Policy() = default;
  Policy(const Policy&) = delete;
  Policy& operator=(const Policy&) = delete;
  virtual ~Policy() = default;

  virtual Result<Done> start() { return Done{}; }
  virtual void stop() noexcept {}

  // Asked once per route class, after start().
  virtual bool may_block(RouteClass) const { return false; }
  // Before anything is known about the caller.
  virtual Verdict on_request(const PolicyRequest&, PolicyReply&) { return Verdict::go_on(); }
  // When the caller is known, before the handler. Not called for anonymous requests.
  virtual Verdict on_authenticated(const PolicyRequest&, PolicyReply&) { return Verdict::go_on(); }
  // On every answer, errors and refusals by other policies included. May change headers, not the status.
  virtual Verdict on_response(const PolicyRequest&, PolicyReply&) { return Verdict::go_on(); }

 protected:
  // Ends the request with the contract's error envelope.
  static Verdict reject(PolicyReply& reply, int status, std::string_view code, std::string_view message,
                        std::int64_t retry_after_s = 0) noexcept {
    gateway_reply* abi = reply.reply_;
    abi->reject(abi->context, status, to_abi(code), to_abi(message), retry_after_s);
    return Verdict::ended();
  }
  // Ends the request with an empty body (a CORS preflight).
  static Verdict finish(PolicyReply& reply, int status) noexcept {
    gateway_reply* abi = reply.reply_;
    abi->finish(abi->context, status);
    return Verdict::ended();
  }
};

}  // namespace gateway
