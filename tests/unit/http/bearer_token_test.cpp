// Where a request's token is taken from, and that two of them are none.
#include "core/http/bearer_token.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace gateway::http {
namespace {

std::string token_in(const std::vector<std::string>& cookie_fields) {
  std::vector<HeaderField> fields;
  for (const std::string& value : cookie_fields)
    fields.push_back({"Cookie", value});
  Request request;
  request.headers = fields;
  return std::string(cookie(request, "at").value_or("none"));
}

TEST(BearerToken, ACookieIsFoundAmongOthers) {
  EXPECT_EQ(token_in({"at=good"}), "good");
  EXPECT_EQ(token_in({"a=1; at=good; b=2"}), "good");
  EXPECT_EQ(token_in({"xat=no; AT=no;  at=good"}), "good");
  EXPECT_EQ(token_in({"a=1", "at=good", "b=2"}), "good");
  EXPECT_EQ(token_in({"at; a=1"}), "none");
  EXPECT_EQ(token_in({}), "none");
}

// Whoever can set a cookie for a domain above or beside sets a second one of the name, and which of them
// counts is anybody's guess: the gateway's and the application's need not be the same.
TEST(BearerToken, check_31_ACookieThatIsThereTwiceIsNone) {
  EXPECT_EQ(token_in({"at=one; at=two"}), "none");
  EXPECT_EQ(token_in({"at=same; at=same"}), "none");
  EXPECT_EQ(token_in({"at=one", "at=two"}), "none");
  EXPECT_EQ(token_in({"at=@@; at=good"}), "none");
  EXPECT_EQ(token_in({"at=good; at="}), "none");
  EXPECT_EQ(token_in({"at=good; at"}), "none") << "a cookie with a name and no value";
}

TEST(BearerToken, check_31_AMalformedCookieIsNone) {
  for (const char* field : {"at=@@", "at=", "at=\"good\"", "at=go od", "at=good,at=good"})
    EXPECT_EQ(token_in({field}), "none") << field;
}

}  // namespace
}  // namespace gateway::http
