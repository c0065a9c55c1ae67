#include "scripts.hpp"

#include <array>
#include <stdexcept>

#include <openssl/evp.h>

namespace gateway::redis {

namespace {

std::string sha1_of(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr) != 1)
    throw std::runtime_error("OpenSSL has no SHA-1, by which Redis names scripts");
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (unsigned i = 0; i < size; ++i) {
    hex += kDigits[digest.at(i) >> 4U];
    hex += kDigits[digest.at(i) & 15U];
  }
  return hex;
}

// As plugins/rate_limit/memory_limit_store.cpp decides. What is kept is one point in time: up to when the
// limit has been used. tostring() would round it to 14 digits.
constexpr std::string_view kTakeLimit = R"(
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval, burst, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local room = interval * burst
local used_up_to = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
local wanted, admitted, after = cost, 1, used_up_to
if ARGV[4] == '1' then
  after = math.min(used_up_to + interval * cost, now + 2 * room)
else
  wanted = math.max(cost, 1)
  if used_up_to + interval * wanted - now > room then
    admitted = 0
  elseif cost > 0 then
    after = used_up_to + interval * wanted
  end
end
if admitted == 1 and cost > 0 then
  redis.call('SET', KEYS[1], string.format('%.0f', after), 'PX', math.ceil((after - now) / 1000) + 1000)
end
local used = after - now
return {admitted, math.max(0, math.floor((room - used) / interval)), used,
        math.max(0, used + interval * wanted - room)}
)";

// Which record counts, and what every script about attempts begins with.
constexpr std::string_view kAttempts = R"(
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function at(key)
  local record = redis.call('HMGET', key, 'failures', 'last', 'next')
  return tonumber(record[1] or '0'), tonumber(record[2] or '0'), tonumber(record[3] or '0')
end
local function delay(failures)
  local free = tonumber(ARGV[1])
  if failures < free then return 0 end
  return math.min(tonumber(ARGV[2]) * 2 ^ math.min(failures - free, 60), tonumber(ARGV[3]))
end
local function whole(number) return string.format('%.0f', number) end
local function counted()
  if redis.call('EXISTS', KEYS[3]) == 1 and KEYS[3] ~= KEYS[1] then return KEYS[2] end
  return KEYS[1]
end
)";

// What an instance has counted by itself goes into the record first. It is forgotten so long after its last,
// wherever that was, and has ended with the key's last clearing.
constexpr std::string_view kBegin = R"(
local key = counted()
local trusted = key == KEYS[1] and 0 or 1
local function take_in(into, apart, since)
  local left = tonumber(ARGV[4]) - since
  if apart <= 0 or left <= 0 then return end
  local its_last = now - since
  if into == KEYS[1] and its_last <= tonumber(redis.call('GET', KEYS[4]) or '-1') then return end
  local failures, last = at(into)
  failures = math.max(failures, apart)
  local latest = math.max(last, its_last)
  redis.call('HSET', into, 'failures', whole(failures), 'last', whole(latest),
             'next', whole(latest + delay(failures)))
  if latest == its_last then redis.call('PEXPIRE', into, whole(left)) end
end
take_in(KEYS[1], tonumber(ARGV[5]), tonumber(ARGV[6]))
take_in(key, tonumber(ARGV[7]), tonumber(ARGV[8]))
local failures, last, next = at(key)
if now < next then return {0, next - now, failures, trusted} end
failures = failures + 1
redis.call('HSET', key, 'failures', whole(failures), 'last', whole(now), 'next', whole(now + delay(failures)))
redis.call('PEXPIRE', key, ARGV[4])
return {1, 0, failures, trusted}
)";

constexpr std::string_view kSucceeded = R"(
redis.call('DEL', counted())
if KEYS[3] ~= KEYS[1] and tonumber(ARGV[5]) > 0 then redis.call('SET', KEYS[3], '1', 'PX', ARGV[5]) end
return 1
)";

// What has been forgotten meanwhile stays forgotten; the record's end stays where it is.
constexpr std::string_view kWithdrawn = R"(
local key = counted()
if redis.call('EXISTS', key) == 0 then return 0 end
local failures, last = at(key)
failures = math.max(failures - 1, 0)
redis.call('HSET', key, 'failures', whole(failures), 'next', whole(last + delay(failures)))
return 1
)";

constexpr std::string_view kGet = R"(
local failures, last, next = at(KEYS[1])
local cleared = redis.call('GET', KEYS[2])
return {failures, math.max(next - now, 0), cleared and math.max(now - tonumber(cleared), 0) or -1}
)";

constexpr std::string_view kClear = R"(
redis.call('DEL', KEYS[1])
if tonumber(ARGV[1]) > 0 then redis.call('SET', KEYS[2], whole(now), 'PX', ARGV[1]) end
return 1
)";

Script about_attempts(std::string_view operation, bool repeatable, std::string_view text) {
  return {operation, repeatable, std::string(kAttempts).append(text)};
}

}  // namespace

Script::Script(std::string_view operation, bool repeatable, std::string_view text)
    : operation_(operation), repeatable_(repeatable), text_(text), sha1_(sha1_of(text_)) {}

const Script& take_limit_script() {
  static const Script script("limits.take", false, kTakeLimit);
  return script;
}

const Script& look_limit_script() {
  static const Script script("limits.take", true, kTakeLimit);
  return script;
}

const Script& begin_attempt_script() {
  static const Script script = about_attempts("attempts.begin", false, kBegin);
  return script;
}

const Script& attempt_succeeded_script() {
  // Not repeatable: another attempt may have begun in between.
  static const Script script = about_attempts("attempts.settle", false, kSucceeded);
  return script;
}

const Script& attempt_withdrawn_script() {
  static const Script script = about_attempts("attempts.settle", false, kWithdrawn);
  return script;
}

const Script& get_attempts_script() {
  static const Script script = about_attempts("attempts.get", true, kGet);
  return script;
}

const Script& clear_attempts_script() {
  static const Script script = about_attempts("attempts.clear", true, kClear);
  return script;
}

}  // namespace gateway::redis
