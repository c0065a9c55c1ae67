// PolicyChain fails closed: whatever a policy does that is no clear decision, the request does not go on as
// allowed.
#include "core/http/policy_chain.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace gateway::http {
namespace {

class FakeExchange final : public Exchange {
 public:
  void complete() noexcept override {}
  bool abandoned() const noexcept override { return false; }
};

using Hook = std::int32_t (*)(void*, const gateway_request*, gateway_reply*);

std::int32_t go_on(void*, const gateway_request*, gateway_reply*) {
  return 0;
}

// A chain of one policy with these hooks; failures are counted into `failures`.
struct OnePolicy {
  gateway_policy hooks{sizeof(gateway_policy), go_on, go_on, go_on,
                       [](void*, std::int32_t) -> std::int32_t { return 0; }};
  int failures = 0;

  PolicyChain chain() {
    return PolicyChain({{"test", &hooks, nullptr, [this] { ++failures; }}});
  }
};

class PolicyChainTest : public ::testing::Test {
 protected:
  PolicyChainTest() { context_.exchange = std::make_shared<FakeExchange>(); }

  bool enter(OnePolicy& policy, Hook hook) {
    policy.hooks.on_request = hook;
    return policy.chain().on_request(context_, RouteClass::Verify);
  }
  int status() { return context_.response().status; }

  RequestContext context_;
};

TEST_F(PolicyChainTest, APolicyThatIsContentLetsTheRequestOn) {
  OnePolicy policy;
  EXPECT_TRUE(enter(policy, go_on));
  EXPECT_EQ(policy.failures, 0);
}

TEST_F(PolicyChainTest, ARefusalEndsTheRequest) {
  OnePolicy policy;
  EXPECT_FALSE(enter(policy, [](void*, const gateway_request*, gateway_reply* reply) -> std::int32_t {
    reply->reject(reply->context, 429, to_abi("RATE_LIMIT_EXCEEDED"), to_abi("slow down"), 7);
    return 1;
  }));
  EXPECT_EQ(status(), 429);
  EXPECT_EQ(context_.response().header("Retry-After"), "7");
  EXPECT_EQ(policy.failures, 0);
}

TEST_F(PolicyChainTest, check_36_EndedWithoutAnAnswerIsNoPermission) {
  OnePolicy policy;
  EXPECT_FALSE(
      enter(policy, [](void*, const gateway_request*, gateway_reply*) -> std::int32_t { return 1; }));
  EXPECT_EQ(status(), 503);
  EXPECT_EQ(policy.failures, 1);
}

TEST_F(PolicyChainTest, check_36_ARefusalThatSaysGoOnIsNoPermission) {
  OnePolicy policy;
  EXPECT_FALSE(enter(policy, [](void*, const gateway_request*, gateway_reply* reply) -> std::int32_t {
    reply->reject(reply->context, 403, to_abi("INSUFFICIENT_PERMISSIONS"), to_abi("no"), 0);
    return 0;
  }));
  EXPECT_EQ(status(), 503);
  EXPECT_EQ(policy.failures, 1);
}

TEST_F(PolicyChainTest, check_36_AHookThatThrowsOrAnswersNonsenseIsNoPermission) {
  OnePolicy policy;
  EXPECT_FALSE(enter(policy, [](void*, const gateway_request*, gateway_reply*) -> std::int32_t {
    throw std::runtime_error("thrown on purpose");
  }));
  EXPECT_EQ(status(), 503);
  EXPECT_FALSE(
      enter(policy, [](void*, const gateway_request*, gateway_reply*) -> std::int32_t { return -42; }));
  EXPECT_EQ(policy.failures, 2);
}

// A proxy takes any answer of success for "let in".
TEST_F(PolicyChainTest, check_31_NoPolicyAnswersForwardAuthWithAPermission) {
  OnePolicy policy;
  policy.hooks.on_request = [](void* status, const gateway_request*, gateway_reply* reply) -> std::int32_t {
    reply->finish(reply->context, *static_cast<std::int32_t*>(status));
    return 1;
  };
  int failures = 0;
  for (std::int32_t given : {200, 204, 302, 399, 0}) {
    const PolicyChain chain({{"generous", &policy.hooks, &given, [&] { ++failures; }}});
    EXPECT_FALSE(chain.on_request(context_, RouteClass::Verify));
    EXPECT_EQ(status(), 503) << given;
  }
  EXPECT_EQ(failures, 5);
  std::int32_t given = 204;
  const PolicyChain chain({{"generous", &policy.hooks, &given, [&] { ++failures; }}});
  EXPECT_FALSE(chain.on_request(context_, RouteClass::Read));
  EXPECT_EQ(status(), 204) << "elsewhere it may";
  given = 403;
  EXPECT_FALSE(chain.on_request(context_, RouteClass::Verify));
  EXPECT_EQ(status(), 403);
  EXPECT_EQ(failures, 5);
}

// Its answers have no bodies, whoever gives them: a proxy reads status and headers.
TEST_F(PolicyChainTest, ForwardAuthIsRefusedWithoutABody) {
  gateway_policy hooks = OnePolicy().hooks;
  hooks.on_request = [](void* how, const gateway_request*, gateway_reply* reply) -> std::int32_t {
    if (how == nullptr) return -1;
    reply->reject(reply->context, 401, to_abi("UNAUTHORIZED_ACCESS"), to_abi("a key is wanted"), 7);
    reply->set_header(reply->context, to_abi("WWW-Authenticate"), to_abi("ApiKey"));
    return 1;
  };
  int refuses = 0;
  const PolicyChain chain({{"refusing", &hooks, &refuses, [] {}}});
  EXPECT_FALSE(chain.on_request(context_, RouteClass::Verify));
  EXPECT_EQ(status(), 401);
  EXPECT_EQ(context_.response().body, "");
  EXPECT_EQ(context_.response().header("Content-Type"), std::nullopt);
  EXPECT_EQ(context_.response().header("Retry-After"), "7");
  EXPECT_EQ(context_.response().header("WWW-Authenticate"), "ApiKey");

  const PolicyChain undecided({{"undecided", &hooks, nullptr, [] {}}});
  EXPECT_FALSE(undecided.on_request(context_, RouteClass::Verify));
  EXPECT_EQ(status(), 503);
  EXPECT_EQ(context_.response().body, "");
  EXPECT_EQ(context_.response().header("Retry-After"), "1");

  EXPECT_FALSE(chain.on_request(context_, RouteClass::Read));
  EXPECT_NE(context_.response().body.find("a key is wanted"), std::string::npos) << "elsewhere the envelope";
}

TEST_F(PolicyChainTest, check_36_OnTheWayOutARefusalCannotBecomeAPermission) {
  OnePolicy policy;
  policy.hooks.on_response = [](void*, const gateway_request*, gateway_reply* reply) -> std::int32_t {
    reply->finish(reply->context, 200);
    reply->set_header(reply->context, to_abi("X-Seen"), to_abi("yes"));
    return 0;
  };
  context_.response().status = 401;
  policy.chain().on_response(context_, RouteClass::Verify);
  EXPECT_EQ(status(), 401);
  EXPECT_EQ(context_.response().header("X-Seen"), "yes");
  EXPECT_EQ(policy.failures, 1);
}

// Several policies that write down who was asked; the one named `refuses` ends the request.
struct NotingPolicy {
  std::string name;
  std::string* notes;
  bool refuses = false;

  static NotingPolicy& of(void* instance) { return *static_cast<NotingPolicy*>(instance); }
  static std::int32_t in(void* instance, const gateway_request*, gateway_reply* reply) {
    of(instance).notes->append(of(instance).name);
    if (!of(instance).refuses) return 0;
    reply->reject(reply->context, 403, to_abi("INSUFFICIENT_PERMISSIONS"), to_abi("no"), 0);
    return 1;
  }
  static std::int32_t out(void* instance, const gateway_request*, gateway_reply*) {
    of(instance).notes->append("<" + of(instance).name);
    return 0;
  }
};

TEST_F(PolicyChainTest, TheConfiguredOrderHoldsInAndTheReverseOut) {
  const gateway_policy hooks{sizeof(gateway_policy), NotingPolicy::in, NotingPolicy::in, NotingPolicy::out,
                             [](void*, std::int32_t) -> std::int32_t { return 0; }};
  std::string notes;
  // The same policy twice is two instances.
  std::vector<NotingPolicy> policies{{"a", &notes}, {"b", &notes}, {"c", &notes}, {"a2", &notes}};
  std::vector<PolicyEntry> entries;
  for (NotingPolicy& policy : policies)
    entries.push_back({policy.name, &hooks, &policy, [] {}});
  const PolicyChain chain(entries);
  EXPECT_TRUE(chain.on_request(context_, RouteClass::Read));
  EXPECT_TRUE(chain.on_authenticated(context_, RouteClass::Read));
  chain.on_response(context_, RouteClass::Read);
  EXPECT_EQ(notes, "abca2abca2<a2<c<b<a");

  notes.clear();
  policies[1].refuses = true;
  EXPECT_FALSE(chain.on_request(context_, RouteClass::Read));
  chain.on_response(context_, RouteClass::Read);
  EXPECT_EQ(notes, "ab<a2<c<b<a") << "who ends it is the last to be asked, and all see the answer";
}

// Each policy has a word of its own for each request, through all hooks.
TEST_F(PolicyChainTest, WhatAPolicyNotesAboutARequestIsItsOwn) {
  const auto count = [](void* instance, const gateway_request* request, gateway_reply*) -> std::int32_t {
    static_cast<std::vector<std::uint64_t>*>(instance)->push_back((*request->memo)++);
    return 0;
  };
  const gateway_policy hooks{sizeof(gateway_policy), count, count, count,
                             [](void*, std::int32_t) -> std::int32_t { return 0; }};
  std::vector<std::uint64_t> first;
  std::vector<std::uint64_t> last;
  std::vector<PolicyEntry> entries(kMostPolicies, {"same", &hooks, &first, [] {}});
  entries.back().instance = &last;
  const PolicyChain chain(entries);
  RequestContext other;
  other.exchange = std::make_shared<FakeExchange>();
  for (RequestContext* context : {&context_, &other}) {
    first.clear();
    last.clear();
    EXPECT_TRUE(chain.on_request(*context, RouteClass::Read));
    EXPECT_TRUE(chain.on_authenticated(*context, RouteClass::Read));
    chain.on_response(*context, RouteClass::Read);
    EXPECT_EQ(last, (std::vector<std::uint64_t>{0, 1, 2}));
    EXPECT_EQ(first.front(), 0U);
    EXPECT_EQ(first.back(), 2U);
  }
  chain.on_response(context_.request(), context_.response());
  EXPECT_EQ(last.back(), 0U) << "of what could not be read nothing is known";
  entries.push_back(entries.front());
  EXPECT_THROW(PolicyChain{entries}, std::length_error);
}

TEST_F(PolicyChainTest, APolicyThatCannotSayWhetherItBlocksIsTakenForOneThatDoes) {
  OnePolicy policy;
  policy.hooks.may_block = [](void*, std::int32_t) -> std::int32_t {
    throw std::runtime_error("thrown on purpose");
  };
  EXPECT_TRUE(policy.chain().may_block(RouteClass::Verify));
}

}  // namespace
}  // namespace gateway::http
