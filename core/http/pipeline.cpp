#include "core/http/pipeline.hpp"

#include <exception>
#include <utility>

#include "core/http/bearer_token.hpp"
#include "core/http/error_response.hpp"

namespace gateway::http {

namespace {

Problem overloaded() {
  Problem problem(ErrorCode::Overloaded);
  problem.retry_after_s = 1;
  return problem;
}

// A body that one side ignores and the other reads is how requests are smuggled. Forward-auth is asked by
// proxies, in the words of whatever request they hold.
bool has_unwanted_body(const RequestContext& context) noexcept {
  const Method method = context.request().method;
  return !context.request().body.empty() && context.route->route_class != RouteClass::Verify &&
         (method == Method::Get || method == Method::Head || method == Method::Delete);
}

std::string_view pattern_of(const RequestContext& context) noexcept {
  return context.route == nullptr ? std::string_view() : std::string_view(context.route->pattern);
}

}  // namespace

Pipeline::Pipeline(const Router& router, const PolicyChain& policies, TokenVerifier& tokens,
                   RequestObserver& observer, Post post, PipelineOptions options)
    : router_(router),
      policies_(policies),
      tokens_(tokens),
      observer_(observer),
      post_(std::move(post)),
      options_(std::move(options)) {}

void Pipeline::handle(const std::shared_ptr<Exchange>& exchange) noexcept {
  try {
    Match match = router_.match(exchange->request().method, exchange->request().path);
    Step step;
    step.context.exchange = exchange;
    step.context.route = match.route;
    step.context.parameter = match.parameter;
    step.route_class = match.route_class;
    step.allow = std::move(match.allow);
    begin(std::move(step));
  } catch (const std::exception& e) {
    // Out of memory on the way to the handler: the exchange is dropped, and the server answers 500.
    observer_.handler_threw(exchange->request(), {}, e.what());
  }
}

bool Pipeline::can_stay(const Step& step) const noexcept {
  if (!step.policies_done) return false;
  const Route* route = step.context.route;
  return route == nullptr || route->lane == Lane::Inline ||
         (route->inline_when_known && step.context.caller != nullptr);
}

void Pipeline::begin(Step step) {
  const Route* route = step.context.route;
  if (route != nullptr && route->access == Access::Bearer) {
    if (const auto token = token_of(step.context)) {
      step.context.caller = tokens_.cached(*token, step.context.token_fingerprint);
    }
  }
  if (!policies_.may_block(step.route_class)) {
    if (!policies_.on_request(step.context, step.route_class)) return finish(step.context, step.route_class);
    step.policies_done = true;
  }
  if (!can_stay(step)) return hand_over(std::make_shared<Step>(std::move(step)));
  serve(step);
  finish(step.context, step.route_class);
}

// Policies that may block have workers apart from those of the route: what they refuse takes no place in a
// queue of slow work.
void Pipeline::hand_over(const std::shared_ptr<Step>& step) {
  const Route* route = step->context.route;
  const bool is_known = step->policies_done && route != nullptr && route->lane != Lane::Inline;
  if (post_(is_known ? route->lane : Lane::Blocking, [this, step] { work(step); })) return;
  answer(step->context, overloaded());
  finish(step->context, step->route_class);
}

void Pipeline::work(const std::shared_ptr<Step>& step) noexcept {
  RequestContext& context = step->context;
  if (context.exchange->abandoned()) return;
  try {
    const Route* route = context.route;
    const bool is_next = !step->policies_done;
    if (is_next && !policies_.on_request(context, step->route_class))
      return finish(context, step->route_class);
    step->policies_done = true;
    const bool stays = route == nullptr || route->lane == Lane::Inline || route->lane == Lane::Blocking;
    if (is_next && !stays) return hand_over(step);
    serve(*step);
  } catch (const std::exception& e) {
    observer_.handler_threw(context.request(), pattern_of(context), e.what());
    answer(context, Problem(ErrorCode::InternalError));
  }
  finish(context, step->route_class);
}

std::optional<std::string_view> Pipeline::token_of(const RequestContext& context) const noexcept {
  if (const auto token = bearer_token(context.request())) return token;
  const bool cookie_allowed =
      !options_.token_cookie.empty() && context.route->route_class == RouteClass::Verify;
  // A header that is there but unusable is not made up for by a cookie: any doubt is a refusal.
  if (!cookie_allowed || context.request().header("authorization")) return std::nullopt;
  return cookie(context.request(), options_.token_cookie);
}

Outcome<Done> Pipeline::authenticate(RequestContext& context) {
  if (context.route->access == Access::Anonymous || context.caller != nullptr) return Done{};
  const auto token = token_of(context);
  if (!token) return Problem(ErrorCode::UnauthorizedAccess);
  auto verified = tokens_.verify(*token, context);
  if (!verified) return verified.error();
  context.caller = std::move(*verified);
  return Done{};
}

void Pipeline::serve(Step& step) {
  RequestContext& context = step.context;
  if (context.route == nullptr) {
    answer(context, Problem(step.allow.empty() ? ErrorCode::NotFound : ErrorCode::MethodNotAllowed));
    if (!step.allow.empty()) context.response().set("Allow", step.allow);
    return;
  }
  if (auto authenticated = authenticate(context); !authenticated)
    return answer(context, authenticated.error());
  if (has_unwanted_body(context)) {
    Problem problem(ErrorCode::MalformedRequest);
    problem.details = "this request takes no body";
    return answer(context, problem);
  }
  if (context.caller != nullptr && !policies_.on_authenticated(context, step.route_class)) return;
  Outcome<Done> handled = Problem(ErrorCode::InternalError);
  try {
    handled = context.route->handler(context);
  } catch (const std::exception& e) {
    observer_.handler_threw(context.request(), context.route->pattern, e.what());
  }
  if (!handled) answer(context, handled.error());
}

void Pipeline::answer(const RequestContext& context, const Problem& problem) const {
  if (context.route != nullptr && context.route->bare_errors) {
    write_bare_problem(problem, context.response());
  } else {
    write_problem(problem, context.request().request_id, context.response());
  }
}

void Pipeline::finish(RequestContext& context, RouteClass route_class) noexcept {
  const Request& request = context.request();
  policies_.on_response(context, route_class);
  observer_.finished({request, pattern_of(context), route_class, context.response().status,
                      Clock::now() - request.received_at, context.caller.get()});
  context.exchange->complete();
}

void Pipeline::describe_error(int status, std::string_view code, std::string_view message,
                              std::string_view request_id, Response& response) noexcept {
  try {
    Problem problem(ErrorCode::InternalError, std::string(message));
    for (const ErrorCodeInfo& info : all_error_codes()) {
      if (info.name == code) problem.code = info.code;
    }
    if (status == 503) problem.retry_after_s = 1;
    write_problem(problem, request_id, response);
    response.status = status;
    Request nothing;  // the request could not be read: policies see an empty one
    nothing.request_id = request_id;
    nothing.received_at = Clock::now();
    policies_.on_response(nothing, response);
    observer_.finished({nothing, {}, RouteClass::Unknown, status, {}, nullptr});
  } catch (const std::exception&) {
    response.status = status;
  }
}

}  // namespace gateway::http
