// Pipeline: the way of a request from its framing to its answer.
//
//   I/O thread   route -> policies in -> (inline) handler | hand over to the route's worker pool
//   worker       [policies in, where one may block -> hand over to the route's pool] -> authenticate ->
//   policies
//                that want to know the caller -> handler
//   either       error mapping -> policies out -> observer -> send
//
// A full pool answers 503 at once. A request that nobody waits for any more is dropped before its work
// begins. Thread safety: handle() from every I/O thread. Ownership: refers to everything it is given.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/http/exchange.hpp"
#include "core/http/policy_chain.hpp"
#include "core/http/request_observer.hpp"
#include "core/http/router.hpp"
#include "core/http/token_verifier.hpp"

namespace gateway::http {

// Hands a task to the pool of a lane; false: it is full. Never called for Lane::Inline.
using Post = std::function<bool(Lane, std::function<void()>)>;

struct PipelineOptions {
  std::string token_cookie;  // forward-auth may take the token from this cookie; empty: header only
};

class Pipeline final : public Application {
 public:
  Pipeline(const Router& router, const PolicyChain& policies, TokenVerifier& tokens,
           RequestObserver& observer, Post post, PipelineOptions options);

  void handle(const std::shared_ptr<Exchange>& exchange) noexcept override;
  void describe_error(int status, std::string_view code, std::string_view message,
                      std::string_view request_id, Response& response) noexcept override;

 private:
  struct Step {  // how far a request has come
    RequestContext context;
    RouteClass route_class = RouteClass::Unknown;
    std::string allow;  // where the path exists and the method does not
    bool policies_done = false;
  };

  std::optional<std::string_view> token_of(const RequestContext& context) const noexcept;
  void begin(Step step);
  bool can_stay(const Step& step) const noexcept;
  void hand_over(const std::shared_ptr<Step>& step);
  void work(const std::shared_ptr<Step>& step) noexcept;
  // Authenticates, runs the handler, turns a problem into the answer.
  void serve(Step& step);
  Outcome<Done> authenticate(RequestContext& context);
  void answer(const RequestContext& context, const Problem& problem) const;
  void finish(RequestContext& context, RouteClass route_class) noexcept;

  const Router& router_;
  const PolicyChain& policies_;
  TokenVerifier& tokens_;
  RequestObserver& observer_;
  const Post post_;
  const PipelineOptions options_;
};

}  // namespace gateway::http
