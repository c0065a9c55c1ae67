// The two documented forms of ConnectionStrings:Redis.
#include "storage/redis/connection_string.hpp"

#include <string>

#include <gtest/gtest.h>

#include "storage/redis/errors.hpp"

namespace gateway::redis {
namespace {

// All that is wrong in one text.
Result<ConnectionString> parse_connection_string(std::string_view text) {
  ConfigFaults faults;
  auto read = read_connection_string(text, "connection string", faults);
  EXPECT_EQ(read.has_value(), faults.all().empty()) << text;
  if (!read) return invalid(ConfigError(faults.all()).what());
  return *std::move(read);
}

ConnectionString sound(std::string_view text) {
  auto parsed = parse_connection_string(text);
  EXPECT_TRUE(parsed) << text << ": " << (parsed ? "" : parsed.error().detail);
  return parsed ? *parsed : ConnectionString{};
}

std::string fault_of(std::string_view text) {
  const auto parsed = parse_connection_string(text);
  EXPECT_FALSE(parsed) << text;
  return parsed ? "" : parsed.error().detail;
}

TEST(RedisConnectionString, uris) {
  const auto whole = sound("rediss://app:p%40ss%3Aw%2Ford@cache.example.com:6380/3");
  EXPECT_TRUE(whole.tls);
  EXPECT_EQ(whole.endpoints, (std::vector<Endpoint>{{"cache.example.com", 6380}}));
  EXPECT_EQ(whole.user, "app");
  EXPECT_EQ(whole.password.reveal(), "p@ss:w/ord");
  EXPECT_EQ(whole.database, 3);

  const auto bare = sound("redis://localhost");
  EXPECT_FALSE(bare.tls);
  EXPECT_EQ(bare.endpoints, (std::vector<Endpoint>{{"localhost", 6379}}));
  EXPECT_EQ(bare.user, "");
  EXPECT_TRUE(bare.password.empty());
  EXPECT_EQ(bare.database, 0);

  EXPECT_EQ(sound("REDISS://:only@[2001:db8::1]:7000/").endpoints,
            (std::vector<Endpoint>{{"2001:db8::1", 7000}}));
  EXPECT_EQ(sound("rediss://:a@b@c@host").password.reveal(), "a@b@c") << "the last '@' ends it";
  EXPECT_EQ(sound("redis://host/").database, 0);
}

TEST(RedisConnectionString, the_form_of_stack_exchange) {
  const auto whole = sound(
      "cache.example.com:6380, password=p=ss=, User=app,SSL=true,abortConnect=False,defaultDatabase=2,"
      "connectTimeout=2500,sslHost=other.example.com,syncTimeout=1000,connectRetry=3");
  EXPECT_EQ(whole.endpoints, (std::vector<Endpoint>{{"cache.example.com", 6380}}));
  EXPECT_EQ(whole.password.reveal(), "p=ss=");
  EXPECT_EQ(whole.user, "app");
  EXPECT_TRUE(whole.tls);
  EXPECT_EQ(whole.tls_host, "other.example.com");
  EXPECT_EQ(whole.database, 2);
  EXPECT_EQ(whole.connect_timeout_ms, 2500);
  ASSERT_EQ(whole.warnings.size(), 1U);
  EXPECT_NE(whole.warnings[0].find("synctimeout"), std::string::npos);

  const auto several = sound("one,two:7000,[::1]:7001,ssl=False");
  EXPECT_EQ(several.endpoints, (std::vector<Endpoint>{{"one", 6379}, {"two", 7000}, {"::1", 7001}}));
  EXPECT_FALSE(several.tls);
  EXPECT_TRUE(several.warnings.empty());
  EXPECT_EQ(sound("x.redis.cache.windows.net,ssl=True").endpoints[0].port, 6380) << "as Azure has it";
  EXPECT_EQ(sound("host,password=a://b").password.reveal(), "a://b");
}

TEST(RedisConnectionString, an_option_that_is_not_known_is_counted_and_never_named) {
  const auto parsed = sound("host,password=first,secondhalf=third");
  ASSERT_EQ(parsed.warnings.size(), 1U);
  EXPECT_EQ(parsed.warnings[0].find("second"), std::string::npos) << "it may be half a password";
}

TEST(RedisConnectionString, what_cannot_be_meant_is_refused_without_a_value) {
  for (const char* text : {"",
                           "password=s3cret",
                           "ssl=maybe,s3cret",
                           "host:0",
                           "host:65536",
                           "host:s3cret",
                           "[::1",
                           "ho st",
                           "host,defaultDatabase=s3cret",
                           "host,connectTimeout=s3cret",
                           "host,serviceName=s3cret",
                           "host,proxy=s3cret",
                           "host,password=s3cret,s3cret",
                           "http://host",
                           "redis://",
                           "redis://host:s3cret",
                           "redis://host/s3cret",
                           "redis://u:s3cret%zz@host",
                           "redis://u:s3cret%00@host",
                           "redis://u:s3cret@host?x=1",
                           "host,passwords3cret",
                           "rediss://u:@host",
                           "host,Password s3cret",
                           "redis://a,b"}) {
    const std::string fault = fault_of(text);
    EXPECT_NE(fault.find("connection string"), std::string::npos) << text;
    EXPECT_EQ(fault.find("s3cret"), std::string::npos) << text;
  }
  EXPECT_FALSE(parse_connection_string(std::string("host\0x", 6)));
  EXPECT_FALSE(parse_connection_string(std::string(10'000, 'a')));
}

TEST(RedisConnectionString, a_host_may_be_called_like_an_option) {
  for (const char* text :
       {"passwordstore:6379", "password-cache.internal:6379,ssl=True", "passwords", "a,password-b.c"})
    EXPECT_EQ(sound(text).endpoints.empty(), false) << text;
}

TEST(RedisConnectionString, everything_that_is_wrong_is_told_at_once) {
  EXPECT_EQ(fault_of("host:x,ssl=maybe,defaultDatabase=-1,serviceName=a,connectTimeout=0"),
            "connection string: ssl is neither True nor False (True encrypts); "
            "connection string: the database is not a number from 0 to 65535 (usually it is 0); "
            "connection string: servicename is not supported (name the servers themselves); "
            "connection string: connectTimeout is not a number from 1 to 300000 (in milliseconds); "
            "connection string: a port is malformed (it is a number from 1 to 65535)");
  EXPECT_EQ(fault_of("rediss://u%zz@h:0/x"),
            "connection string: has a broken percent-escape (write a % as %25); "
            "connection string: a port is malformed (it is a number from 1 to 65535); "
            "connection string: the database is not a number from 0 to 65535 (usually it is 0)");
}

TEST(RedisErrors, codes_become_errors_that_pass_or_do_not) {
  for (const char* text : {"READONLY You can't write against a read only replica.",
                           "MOVED 3999 127.0.0.1:6381", "OOM command not allowed",
                           "LOADING Redis is loading the dataset in memory", "NOPERM this user has no",
                           "ERR Error running script (call to f_1): @user_script:3: -OOM command not allowed "
                           "when used memory"}) {
    const Failure failure = server_failure("limits.take", text);
    EXPECT_EQ(failure.error.kind, ErrorKind::Unavailable) << text;
    EXPECT_GT(failure.error.retry_after_ms, 0) << text;
    EXPECT_EQ(failure.error.detail.find("limits.take: Redis answered "), 0U);
    EXPECT_EQ(failure.error.detail.find("127.0.0.1:6381"), std::string::npos) << "none of the server's text";
  }
  EXPECT_TRUE(server_failure("x", "READONLY no").is_wrong_server());
  EXPECT_TRUE(
      server_failure("x", "ERR Error running script: @user_script:3: -READONLY no").is_wrong_server());
  EXPECT_FALSE(server_failure("x", "OOM no").is_wrong_server());
  EXPECT_EQ(server_failure("x", "ERR wrong number of arguments").error.kind, ErrorKind::Internal);
  EXPECT_EQ(server_failure("x", "s3cret lower case").error.detail.find("s3cret"), std::string::npos);
}

}  // namespace
}  // namespace gateway::redis
