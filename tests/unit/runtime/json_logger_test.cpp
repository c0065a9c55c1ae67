#include "core/runtime/json_logger.hpp"

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gateway/json.hpp>

namespace gateway::runtime {
namespace {

using namespace std::chrono_literals;

class StillClock final : public Clock {
 public:
  std::int64_t wall_ms() const noexcept override { return 0; }
  std::int64_t monotonic_ms() const noexcept override { return 0; }
};

// A pipe, or a socket pair, whose reading end never blocks.
class Channel {
 public:
  explicit Channel(bool socket = false) {
    const int made = socket ? ::socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data()) : ::pipe(ends_.data());
    EXPECT_EQ(made, 0);
    ::fcntl(ends_[0], F_SETFL, O_NONBLOCK);
  }
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  ~Channel() {
    close_reader();
    ::close(ends_[1]);
  }

  int writer() const { return ends_[1]; }
  void close_reader() {
    if (ends_[0] >= 0) ::close(ends_[0]);
    ends_[0] = -1;
  }

  std::vector<std::string> lines() {
    std::array<char, 65'536> buffer{};
    for (ssize_t got = 0; (got = ::read(ends_[0], buffer.data(), buffer.size())) > 0;)
      text_.append(buffer.data(), static_cast<std::size_t>(got));
    std::vector<std::string> out;
    std::size_t begin = 0;
    for (auto end = text_.find('\n'); end != std::string::npos; end = text_.find('\n', begin)) {
      out.push_back(text_.substr(begin, end - begin));
      begin = end + 1;
    }
    text_.erase(0, begin);
    return out;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
  std::string text_;
};

JsonLoggerOptions to(const Channel& channel, std::size_t queue_lines = 1'024) {
  return {
      .levels = {}, .format = LogFormat::Auto, .descriptor = channel.writer(), .queue_lines = queue_lines};
}

TEST(JsonLogger, WritesOneObjectPerLineInOrder) {
  for (const bool socket : {false, true}) {
    const StillClock clock;
    Channel channel(socket);
    JsonLogger log(to(channel), clock);
    log.write(LogLevel::Information, "auth", "first", {{"n", std::int64_t{1}}});
    log.write(LogLevel::Debug, "auth", "not enabled");
    log.write(LogLevel::Error, "auth", "second");
    ASSERT_TRUE(log.flush(10s));
    EXPECT_EQ(channel.lines(),
              (std::vector<std::string>{R"({"time":"1970-01-01T00:00:00.000Z","level":"Information",)"
                                        R"("category":"auth","message":"first","n":1})",
                                        R"({"time":"1970-01-01T00:00:00.000Z","level":"Error",)"
                                        R"("category":"auth","message":"second"})"}));
    EXPECT_EQ(log.lost_lines(), 0U);
  }
}

TEST(JsonLogger, TheDestructorWritesOutWhatIsQueued) {
  const StillClock clock;
  Channel channel;
  {
    JsonLogger log(to(channel), clock);
    for (int i = 0; i < 100; ++i)
      log.write(LogLevel::Information, "c", "m");
  }
  EXPECT_EQ(channel.lines().size(), 100U);
}

TEST(JsonLogger, check_34_LinesOfManyThreadsAreWholeAndOne) {
  const StillClock clock;
  Channel channel;
  JsonLogger log(to(channel, 10'000), clock);
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&log] {
      for (int i = 0; i < 50; ++i)
        log.write(LogLevel::Information, "c", "forged\"}\r\n{\"level\":\"Critical\"}", {{"esc", "\x1b[2J"}});
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  ASSERT_TRUE(log.flush(10s));
  const auto lines = channel.lines();
  EXPECT_EQ(lines.size(), 200U);
  for (const std::string& line : lines) {
    const auto parsed = parse_json(line);
    ASSERT_TRUE(parsed.ok()) << line;
    EXPECT_EQ(text_of(*member(*parsed, "level")), "Information");
  }
}

TEST(JsonLogger, check_37_AReaderThatDoesNotReadHoldsUpNobody) {
  const StillClock clock;
  Channel channel;
  auto log = std::make_unique<JsonLogger>(to(channel, 16), clock);
  // Far more than the pipe and the queue take; a writer that waited would never get through.
  const std::string text(1'000, 'x');
  constexpr std::uint64_t kLines = 2'000;
  for (std::uint64_t i = 0; i < kLines; ++i)
    log->write(LogLevel::Information, "c", text);
  EXPECT_FALSE(log->flush(1ms));
  const std::uint64_t lost = log->lost_lines();
  EXPECT_GT(lost, 0U);

  // The reader comes back: what waited arrives, and lines in between say what is missing.
  std::uint64_t arrived = 0;
  std::uint64_t reported = 0;
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (arrived + lost < kLines && std::chrono::steady_clock::now() < deadline) {
    for (const std::string& line : channel.lines()) {
      const auto parsed = parse_json(line);
      ASSERT_TRUE(parsed.ok()) << line;
      const auto* count = member(*parsed, "lines");
      count != nullptr ? reported += count->GetUint64() : ++arrived;
    }
    log->flush(1ms);
  }
  EXPECT_EQ(arrived + lost, kLines);
  EXPECT_EQ(reported, lost);

  // And one that never reads again does not hold up the end.
  for (std::uint64_t i = 0; i < kLines; ++i)
    log->write(LogLevel::Information, "c", text);
  const auto begin = std::chrono::steady_clock::now();
  log.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 8s);
}

TEST(JsonLogger, check_37_AClosedPipeAndAFullDiskEndNothing) {
  const StillClock clock;
  for (const bool socket : {false, true}) {
    Channel channel(socket);
    channel.close_reader();
    JsonLogger log(to(channel), clock);
    log.write(LogLevel::Information, "c", "m");  // SIGPIPE would end the test program
    EXPECT_TRUE(log.flush(10s));
    EXPECT_EQ(log.lost_lines(), 1U);
  }
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  {
    JsonLogger log({.levels = {}, .format = LogFormat::Json, .descriptor = full, .queue_lines = 8}, clock);
    log.write(LogLevel::Information, "c", "m");
    EXPECT_TRUE(log.flush(10s));
    EXPECT_EQ(log.lost_lines(), 1U);
  }
  ::close(full);
}

TEST(JsonLogger, WritesTextWhereItIsAskedTo) {
  const StillClock clock;
  Channel channel;
  JsonLogger log({.levels = {}, .format = LogFormat::Text, .descriptor = channel.writer(), .queue_lines = 8},
                 clock);
  log.write(LogLevel::Warning, "c", "m");
  ASSERT_TRUE(log.flush(10s));
  EXPECT_EQ(channel.lines(), std::vector<std::string>{"1970-01-01T00:00:00.000Z Warning c: m"});
}

}  // namespace
}  // namespace gateway::runtime
