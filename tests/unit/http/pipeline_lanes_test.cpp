// Which workers a request meets: those of the policies that may block, and those of its route.
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/http/pipeline.hpp"

namespace gateway::http {
namespace {

class UnansweredExchange final : public Exchange {
 public:
  explicit UnansweredExchange(std::string path) : path_(std::move(path)) {
    request_.method = Method::Post;
    request_.path = path_;
  }
  void complete() noexcept override { ++completed; }
  bool abandoned() const noexcept override { return gone; }
  int completed = 0;
  bool gone = false;

 private:
  const std::string path_;  // what the request's views point into
};

class NoTokens final : public TokenVerifier {
 public:
  CallerPtr cached(std::string_view, TokenFingerprint&) noexcept override { return nullptr; }
  Outcome<CallerPtr> verify(std::string_view, const RequestContext&) override {
    return Problem(ErrorCode::UnauthorizedAccess);
  }
};

class NoObserver final : public RequestObserver {
 public:
  void finished(const FinishedRequest&) noexcept override {}
  void handler_threw(const Request&, std::string_view, std::string_view) noexcept override {}
};

std::int32_t lets_pass(void*, const gateway_request*, gateway_reply*) {
  return 0;
}
std::int32_t refuse(void*, const gateway_request*, gateway_reply* reply) {
  reply->reject(reply->context, 429, to_abi("RATE_LIMIT_EXCEEDED"), to_abi("slow down"), 7);
  return 1;
}

class PipelineLanesTest : public ::testing::Test {
 protected:
  using Exchanges = std::shared_ptr<UnansweredExchange>;

  // A policy that may block for Auth alone. Tasks wait until run_all().
  std::unique_ptr<Pipeline> pipeline() {
    hooks_.may_block = [](void*, std::int32_t route_class) -> std::int32_t {
      return route_class == static_cast<std::int32_t>(RouteClass::Auth) ? 1 : 0;
    };
    chain_ = std::make_unique<PolicyChain>(std::vector<PolicyEntry>{{"test", &hooks_, nullptr, [] {}}});
    const auto post = [this](Lane lane, std::function<void()> task) {
      lanes_.push_back(lane);
      if (lane == full_) return false;
      tasks_.push_back(std::move(task));
      return true;
    };
    return std::make_unique<Pipeline>(router_, *chain_, tokens_, observer_, post, PipelineOptions{});
  }
  Exchanges handled(Pipeline& pipeline, const std::string& path) {
    auto exchange = std::make_shared<UnansweredExchange>(path);
    pipeline.handle(exchange);
    run_all();
    return exchange;
  }
  void run_all() {
    while (!tasks_.empty()) {
      const auto task = std::move(tasks_.front());
      tasks_.pop_front();
      task();
    }
  }
  Route route(const std::string& path, RouteClass route_class, Lane lane) {
    return {Method::Post, path, route_class, Access::Anonymous, lane, [this](RequestContext& context) {
              ++served_;
              context.response().status = 200;
              return Outcome<Done>(Done{});
            }};
  }

  gateway_policy hooks_{sizeof(gateway_policy), lets_pass, lets_pass, lets_pass, nullptr};
  Router router_{
      {route("/hash", RouteClass::Auth, Lane::Hash), route("/inline", RouteClass::Auth, Lane::Inline),
       route("/blocking", RouteClass::Auth, Lane::Blocking), route("/read", RouteClass::Read, Lane::Hash)}};
  std::unique_ptr<PolicyChain> chain_;
  NoTokens tokens_;
  NoObserver observer_;
  std::deque<std::function<void()>> tasks_;
  std::vector<Lane> lanes_;
  Lane full_ = Lane::Inline;  // none
  int served_ = 0;
};

TEST_F(PipelineLanesTest, PoliciesThatMayBlockAreRunApartFromSlowWork) {
  const auto subject = pipeline();
  const auto exchange = handled(*subject, "/hash");
  EXPECT_EQ(lanes_, (std::vector<Lane>{Lane::Blocking, Lane::Hash}));
  EXPECT_EQ(exchange->response().status, 200);
  EXPECT_EQ(exchange->completed, 1);
}

TEST_F(PipelineLanesTest, WhatTheyRefuseTakesNoPlaceThere) {
  hooks_.on_request = refuse;
  const auto subject = pipeline();
  const auto exchange = handled(*subject, "/hash");
  EXPECT_EQ(lanes_, std::vector<Lane>{Lane::Blocking});
  EXPECT_EQ(exchange->response().status, 429);
  EXPECT_EQ(exchange->completed, 1);
  EXPECT_EQ(served_, 0);
}

TEST_F(PipelineLanesTest, OneHandOverDoesWhereTheLaneIsTheSame) {
  const auto subject = pipeline();
  EXPECT_EQ(handled(*subject, "/blocking")->response().status, 200);
  EXPECT_EQ(handled(*subject, "/inline")->response().status, 200);
  EXPECT_EQ(lanes_, (std::vector<Lane>{Lane::Blocking, Lane::Blocking}));
}

TEST_F(PipelineLanesTest, WhatDoesNotBlockIsDecidedBeforeAnyHandOver) {
  const auto subject = pipeline();
  EXPECT_EQ(handled(*subject, "/read")->response().status, 200);
  EXPECT_EQ(lanes_, std::vector<Lane>{Lane::Hash});
  hooks_.on_request = refuse;
  EXPECT_EQ(handled(*subject, "/read")->response().status, 429);
  EXPECT_EQ(lanes_.size(), 1U);
}

TEST_F(PipelineLanesTest, AFullLaneIsAnsweredOnceWhicheverItIs) {
  const auto subject = pipeline();
  for (const Lane full : {Lane::Blocking, Lane::Hash}) {
    full_ = full;
    const auto exchange = handled(*subject, "/hash");
    EXPECT_EQ(exchange->response().status, 503);
    EXPECT_EQ(exchange->completed, 1);
  }
  EXPECT_EQ(served_, 0);
}

TEST_F(PipelineLanesTest, WhatNobodyWaitsForIsDroppedBetweenThem) {
  const auto subject = pipeline();
  auto exchange = std::make_shared<UnansweredExchange>("/hash");
  subject->handle(exchange);
  ASSERT_EQ(tasks_.size(), 1U);
  tasks_.front()();
  tasks_.pop_front();
  exchange->gone = true;
  run_all();
  EXPECT_EQ(served_, 0);
  EXPECT_EQ(exchange->completed, 0);
}

}  // namespace
}  // namespace gateway::http
