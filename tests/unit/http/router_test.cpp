// From a path to a route.
#include "core/http/router.hpp"

#include <gtest/gtest.h>

namespace gateway::http {
namespace {

Route route(Method method, const char* pattern) {
  Route made;
  made.method = method;
  made.pattern = pattern;
  return made;
}

class RouterTest : public ::testing::Test {
 protected:
  std::string found(Method method, std::string_view path) const {
    const Match match = router_.match(method, path);
    if (match.route != nullptr) return match.route->pattern + " " + std::string(match.parameter);
    return match.allow.empty() ? "none" : "allows " + match.allow;
  }

  const Router router_{{route(Method::Get, "/users"), route(Method::Get, "/users/{id}"),
                        route(Method::Put, "/users/{id}"), route(Method::Get, "/users/{id}/attempts"),
                        route(Method::Delete, "/users/{id}/attempts"), route(Method::Get, "/a/{id}/b"),
                        route(Method::Get, "/attempts/addresses/{address}")}};
};

TEST_F(RouterTest, AParameterIsTheLastSegmentOrTheOneBefore) {
  EXPECT_EQ(found(Method::Get, "/users"), "/users ");
  EXPECT_EQ(found(Method::Head, "/users/7"), "/users/{id} 7");
  EXPECT_EQ(found(Method::Put, "/users/7"), "/users/{id} 7");
  EXPECT_EQ(found(Method::Get, "/users/7/attempts"), "/users/{id}/attempts 7");
  EXPECT_EQ(found(Method::Delete, "/users/attempts/attempts"), "/users/{id}/attempts attempts");
  EXPECT_EQ(found(Method::Get, "/users/attempts"), "/users/{id} attempts");
  EXPECT_EQ(found(Method::Get, "/a/7/b"), "/a/{id}/b 7");
  EXPECT_EQ(found(Method::Get, "/attempts/addresses/2001:db8::1"),
            "/attempts/addresses/{address} 2001:db8::1");
}

TEST_F(RouterTest, WhatIsNotThereIsNotFound) {
  for (const char* path :
       {"/", "*", "/users/", "/users/7/", "/users/7/attempt", "/users/7/attempts/", "/users/7/8/attempts",
        "/users/7/attempts/1", "/attempts", "/users/attempts/", "/attempts/addresses", "/attempts/addresses/",
        "/attempts/addresses/2001:db8::/64", "/a/7/attempts", "/users/7/b", "/a/b", "/Users/7"})
    EXPECT_EQ(found(Method::Get, path), "none") << path;
}

// The class says which limits count: a method that a path does not have uses up none of the path's.
TEST_F(RouterTest, WhatIsNotThereIsOfNoClass) {
  Route login = route(Method::Post, "/login");
  login.route_class = RouteClass::Auth;
  Route user = route(Method::Put, "/users/{id}");
  user.route_class = RouteClass::Write;
  const Router router{{login, user}};
  EXPECT_EQ(router.match(Method::Post, "/login").route_class, RouteClass::Auth);
  EXPECT_EQ(router.match(Method::Put, "/users/7").route_class, RouteClass::Write);
  for (const char* path : {"/login", "/users/7", "/nowhere"})
    EXPECT_EQ(router.match(Method::Get, path).route_class, RouteClass::Unknown) << path;
}

TEST_F(RouterTest, check_31_WhatHangsBelowForwardAuthIsOfItsClass) {
  Route verify = route(Method::Get, "/auth/verify");
  verify.route_class = RouteClass::Verify;
  const Router router{{verify, route(Method::Post, "/auth/verify-token"), route(Method::Get, "/auth/{id}")}};
  for (const char* path :
       {"/auth/verify/", "/auth/verify/orders/1", "/auth/verify;x/y", "/auth/verify/orders"}) {
    const Match match = router.match(Method::Options, path);
    EXPECT_EQ(match.route, nullptr) << path;
    EXPECT_EQ(match.route_class, RouteClass::Verify) << path;
  }
  for (const char* path : {"/auth/verify-token", "/auth/verified/x", "/x/auth/verify/", "/auth"})
    EXPECT_EQ(router.match(Method::Options, path).route_class, RouteClass::Unknown) << path;
}

TEST_F(RouterTest, OtherMethodsAreToldWhatIsAllowed) {
  EXPECT_EQ(found(Method::Post, "/users/7"), "allows GET, HEAD, PUT");
  EXPECT_EQ(found(Method::Put, "/users/7/attempts"), "allows GET, HEAD, DELETE");
}

}  // namespace
}  // namespace gateway::http
