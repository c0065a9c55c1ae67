// What schemas of plugins ask about the gateway around them.
#include "core/config/gateway_keywords.hpp"

#include <gtest/gtest.h>

#include "config_samples.hpp"

namespace gateway::config {
namespace {

struct Found {
  Faults faults;
  Faults warnings;
};

const Surroundings& gateway_with_counters() {
  static const Surroundings around{{{"/api/v1/users", {"Read"}, ""},
                                    {"/api/v1/users/{id}", {"Read", "Write"}, ""},
                                    {"/metrics", {"Health"}, "has a port of its own"}},
                                   {"provider", "storage", "counters"}};
  return around;
}

Found look(const char* schema, const char* section, const Surroundings& around = gateway_with_counters()) {
  const auto rules = parse_json(schema);
  const auto value = parse_json(section);
  if (!rules || !value) throw std::runtime_error("no JSON");
  Found found;
  check_gateway_keywords(*value, SchemaNode(*rules), "P", around, found.faults, found.warnings);
  return found;
}

constexpr const char* kByName = R"({"properties": {"Routes": {"type": "object", "x-gateway-routes": {}}}})";

TEST(GatewayKeywords, RoutesAreThoseOfTheGatewayAndAllFaultsAreThereAtOnce) {
  EXPECT_TRUE(look(kByName, R"({"Routes": {"/api/v1/users": {}, "/api/v1/users/{id}": 1}})").faults.empty());
  EXPECT_TRUE(look(kByName, "{}").faults.empty());
  const Found found =
      look(kByName, R"({"Routes": {"/api/v1/user": {}, "/api/v1/users": {}, "/API/v1/users": {},
                                       "/api/v1/users/7": {}, "somewhere": {}, "/metrics": {}}})");
  constexpr const char* kProblem = "is no route of this gateway|";
  EXPECT_EQ(fault_at(found.faults, "P:Routes:/api/v1/user"),
            kProblem + std::string("did you mean /api/v1/users?|"));
  EXPECT_EQ(fault_at(found.faults, "P:Routes:/api/v1/users/7"),
            kProblem + std::string("did you mean /api/v1/users/{id}?|"));
  EXPECT_EQ(fault_at(found.faults, "P:Routes:somewhere"),
            kProblem + std::string("write it as the API document does, for example /api/v1/users/{id}|"));
  EXPECT_EQ(fault_at(found.faults, "P:Routes:/metrics"), "has a port of its own|leave it out|");
  EXPECT_EQ(found.faults.size(), 5U) << all_of(found.faults);
}

TEST(GatewayKeywords, ARouteIsOfTheClassThatStandsBesideIt) {
  constexpr const char* kSchema = R"({"properties": {"Require": {"items": {"$ref": "#/definitions/entry"}}},
    "definitions": {"entry": {"properties": {"Class": {"type": "string"},
      "Routes": {"type": "array", "x-gateway-routes": {"class_in": "Class"}}}}}})";
  const Found found = look(kSchema, R"({"Require": [
    {"Class": "Read", "Routes": ["/api/v1/users", "/api/v1/users/{id}"]},
    {"Class": "Write", "Routes": ["/api/v1/users/{id}", "/api/v1/users", "/nowhere/at/all"]},
    {"Class": "Auth", "Routes": ["/api/v1/users/{id}", 7]}, {"Routes": ["/api/v1/users"]}]})");
  EXPECT_EQ(fault_at(found.faults, "P:Require:1:Routes:1")
                .rfind("is a route of class Read, not Write|no request would ever meet this entry", 0),
            0U);
  EXPECT_NE(fault_at(found.faults, "P:Require:1:Routes:2"), "");
  EXPECT_EQ(
      fault_at(found.faults, "P:Require:2:Routes:0").rfind("is a route of class Read and Write, not Auth", 0),
      0U);
  EXPECT_EQ(found.faults.size(), 3U) << all_of(found.faults);
}

TEST(GatewayKeywords, ATextMayBeARoute) {
  constexpr const char* kSchema = R"({"properties": {"Route": {"type": "string", "x-gateway-routes": {}}}})";
  EXPECT_TRUE(look(kSchema, R"({"Route": "/api/v1/users"})").faults.empty());
  EXPECT_NE(fault_at(look(kSchema, R"({"Route": "/api/v1/userz"})").faults, "P:Route"), "");
}

TEST(GatewayKeywords, WhatNeedsAPluginIsAFaultAndWhatIsNothingWithoutOneAWarning) {
  constexpr const char* kSchema = R"({"properties": {
    "Shared": {"type": "boolean", "x-gateway-needs": {"plugin": "counters"}},
    "OnFailure": {"x-gateway-only-with": {"plugin": "counters", "switch": "Shared"}}}})";
  const Surroundings alone{{}, {"provider", "storage"}};
  const Found without = look(kSchema, R"({"Shared": true, "OnFailure": "closed"})", alone);
  EXPECT_EQ(fault_at(without.faults, "P:Shared"),
            "needs a plugin of kind counters, and none is selected|set ConnectionStrings:Redis or "
            "Plugins:Counters|");
  EXPECT_EQ(fault_at(without.warnings, "P:OnFailure").rfind("says nothing: no plugin of kind counters", 0),
            0U);
  EXPECT_EQ(without.faults.size() + without.warnings.size(), 2U);

  EXPECT_TRUE(look(kSchema, R"({"Shared": false})", alone).faults.empty());
  EXPECT_TRUE(look(kSchema, "{}", alone).warnings.empty());
  const Found with = look(kSchema, R"({"Shared": true, "OnFailure": "closed"})");
  EXPECT_EQ(with.faults.size() + with.warnings.size(), 0U);
  const Found off = look(kSchema, R"({"Shared": false, "OnFailure": "closed"})");
  EXPECT_EQ(fault_at(off.warnings, "P:OnFailure"),
            "says nothing where Shared is false|leave one of them out|");
  EXPECT_TRUE(off.faults.empty());
}

TEST(GatewayKeywords, ACheckThatThisGatewayDoesNotHaveIsNotLeftOut) {
  constexpr const char* kSchema =
      R"({"properties": {"Routes": {"x-gateway-route": {}}, "Other": {"x-mine": 1}}})";
  EXPECT_NE(fault_at(look(kSchema, R"({"Routes": []})").faults, "P:Routes").find("x-gateway-route"),
            std::string::npos);
  EXPECT_TRUE(look(kSchema, R"({"Other": 1})").faults.empty()) << "others' keywords are theirs";
}

}  // namespace
}  // namespace gateway::config
