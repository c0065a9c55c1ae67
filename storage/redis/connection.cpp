#include "connection.hpp"

#include <array>
#include <cstdlib>
#include <utility>

namespace gateway::redis {

namespace {

constexpr std::size_t kMostReplyBytes = 64U << 10U;  // what is asked here is answered by a few numbers

std::string_view text_of(const redisReply& reply) {
  return {reply.str, reply.len};
}

// HELLO answers names and values in turn; RESP2 has no maps.
bool says_replica(const redisReply& hello) {
  if (hello.type != REDIS_REPLY_ARRAY) return false;
  for (std::size_t i = 0; i + 1 < hello.elements; i += 2) {
    const redisReply& name = *hello.element[i];
    const redisReply& value = *hello.element[i + 1];
    if (name.type == REDIS_REPLY_STRING && text_of(name) == "role")
      return value.type == REDIS_REPLY_STRING && text_of(value) != "master";
  }
  return false;
}

struct Free {
  void operator()(char* text) const noexcept { redisFreeCommand(text); }
};

}  // namespace

Result<std::unique_ptr<Connection>, Failure> Connection::open(const Settings& settings, const TlsContext* tls,
                                                              const Deadline& deadline, int wake_fd) {
  const auto& endpoints = settings.target.endpoints;
  Failure last = not_connected("no host");
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    const auto left = static_cast<int>(endpoints.size() - i);
    auto opened = open_one(settings, endpoints[i], tls, deadline.sooner(deadline.left_ms() / left), wake_fd);
    if (opened) return opened;
    last = std::move(opened.error());
    last.error.detail += " (" + endpoints[i].host + ":" + std::to_string(endpoints[i].port) + ")";
  }
  last.nothing_sent = true;
  return last;
}

Result<std::unique_ptr<Connection>, Failure> Connection::open_one(const Settings& settings,
                                                                  const Endpoint& endpoint,
                                                                  const TlsContext* tls,
                                                                  const Deadline& deadline, int wake_fd) {
  const std::string& host = settings.target.tls_host.empty() ? endpoint.host : settings.target.tls_host;
  auto stream = Stream::open(endpoint, tls, host, deadline, wake_fd);
  if (!stream) return not_connected(stream.error().detail);
  std::unique_ptr<Connection> made(new Connection(*std::move(stream)));
  if (made->reader_ == nullptr) return not_connected("no memory");
  if (auto signed_in = made->sign_in(settings, deadline); !signed_in) {
    return not_connected(std::move(signed_in.error().error.detail));
  }
  return made;
}

Result<Done, Failure> Connection::sign_in(const Settings& settings, const Deadline& deadline) {
  // Read now: a password that was changed is the next connection's.
  const auto password = settings.password();
  if (!password) return not_connected(password.error().detail);
  if (!password->empty()) {
    Arguments arguments{"AUTH"};
    if (!settings.target.user.empty()) arguments.push_back(settings.target.user);
    arguments.push_back(password->reveal());
    if (auto done = run("signing in", arguments, deadline); !done) return std::move(done.error());
  }
  if (settings.target.database != 0) {
    const std::string database = std::to_string(settings.target.database);
    if (auto done = run("choosing the database", {"SELECT", database}, deadline); !done)
      return std::move(done.error());
  }
  // A server that does not know HELLO (before Redis 6), or does not allow it, is taken as it is.
  const auto hello = run("asking for the role", {"HELLO", "2"}, deadline);
  if (!hello && !usable_) return hello.error();
  if (hello && says_replica(**hello)) return not_connected("the server is a replica and takes no writes");
  // Which a server that is still reading its data refuses, unlike the above.
  if (auto done = run("asking for an answer", {"PING"}, deadline); !done) return std::move(done.error());
  return Done{};
}

Result<Reply, Failure> Connection::run(std::string_view operation, const Arguments& arguments,
                                       const Deadline& deadline) {
  std::vector<const char*> texts;
  std::vector<std::size_t> sizes;
  for (const std::string_view argument : arguments) {
    texts.push_back(argument.data());
    sizes.push_back(argument.size());
  }
  char* formatted = nullptr;
  const int size =
      redisFormatCommandArgv(&formatted, static_cast<int>(texts.size()), texts.data(), sizes.data());
  const std::unique_ptr<char, Free> command(formatted);
  if (size < 0) return Failure{{ErrorKind::Overloaded, "no memory for a command"}, {}, true};
  // What came between two commands belongs to none.
  if (!usable_ || !stream_->is_quiet()) return given_up(connection_lost(operation, true));
  switch (stream_->write({command.get(), static_cast<std::size_t>(size)}, deadline)) {
    case Stream::Ended::Done:
      return read_reply(operation, deadline);
    case Stream::Ended::Passed:
      return given_up(overran(operation));
    case Stream::Ended::Broken:
      break;
  }
  return given_up(connection_lost(operation, false));
}

Result<Reply, Failure> Connection::read_reply(std::string_view operation, const Deadline& deadline) {
  std::array<char, 4096> buffer;
  for (std::size_t size = 0;;) {
    void* parsed = nullptr;
    if (size > kMostReplyBytes || redisReaderGetReply(reader_.get(), &parsed) != REDIS_OK) {
      Failure failure = connection_lost(operation, false);
      failure.error = malformed(std::string(operation) + ": what answered is not Redis");
      return given_up(std::move(failure));
    }
    if (parsed != nullptr) {
      Reply reply(static_cast<redisReply*>(parsed));
      if (reply->type != REDIS_REPLY_ERROR) return reply;
      Failure failure = server_failure(operation, text_of(*reply));
      if (failure.is_wrong_server()) usable_ = false;
      return failure;
    }
    std::size_t got = 0;
    switch (stream_->read(buffer.data(), buffer.size(), got, deadline)) {
      case Stream::Ended::Done:
        break;
      case Stream::Ended::Passed:
        return given_up(overran(operation));
      case Stream::Ended::Broken:
        return given_up(connection_lost(operation, false));
    }
    redisReaderFeed(reader_.get(), buffer.data(), got);
    size += got;
  }
}

Failure Connection::given_up(Failure failure) {
  usable_ = false;
  return failure;
}

}  // namespace gateway::redis
