// Connection: one connection to Redis, signed in, that speaks RESP2 with hiredis' formatter and reader over a
// stream of our own: hiredis 0.14 has no TLS, and its own connection blocks.
//
// Thread safety: one thread at a time. Ownership: owns the stream. Errors: Failure; once a reply was late, or
// not understood, usable() is false and the connection is never asked again, so that no answer can be taken
// for another's. A server's error is an answer: the connection stays usable, unless it is the wrong server.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <hiredis/hiredis.h>

#include "errors.hpp"
#include "settings.hpp"
#include "stream.hpp"

namespace gateway::redis {

struct FreeReply {
  void operator()(redisReply* reply) const noexcept { freeReplyObject(reply); }
};
using Reply = std::unique_ptr<redisReply, FreeReply>;
using Arguments = std::vector<std::string_view>;

class Connection {
 public:
  // To the first endpoint that answers and is no replica. `tls`: nullptr for none.
  static Result<std::unique_ptr<Connection>, Failure> open(const Settings& settings, const TlsContext* tls,
                                                           const Deadline& deadline, int wake_fd);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // `operation`: for the error's text. A server's error is a Failure with its code.
  Result<Reply, Failure> run(std::string_view operation, const Arguments& arguments,
                             const Deadline& deadline);

  bool usable() const noexcept { return usable_; }
  // A connection that nobody uses is silent: whether it still is. False: the server has closed it.
  bool is_quiet() noexcept { return usable_ && stream_->is_quiet(); }
  // Until when its owner wants to use it, by the owner's clock; this class does not look at it.
  void set_use_until_ms(std::int64_t when) noexcept { use_until_ms_ = when; }
  std::int64_t use_until_ms() const noexcept { return use_until_ms_; }

 private:
  struct FreeReader {
    void operator()(redisReader* reader) const noexcept { redisReaderFree(reader); }
  };
  explicit Connection(std::unique_ptr<Stream> stream)
      : stream_(std::move(stream)), reader_(redisReaderCreate()) {}

  static Result<std::unique_ptr<Connection>, Failure> open_one(const Settings& settings,
                                                               const Endpoint& endpoint,
                                                               const TlsContext* tls,
                                                               const Deadline& deadline, int wake_fd);
  Result<Done, Failure> sign_in(const Settings& settings, const Deadline& deadline);
  Result<Reply, Failure> read_reply(std::string_view operation, const Deadline& deadline);
  Failure given_up(Failure failure);

  std::unique_ptr<Stream> stream_;
  std::unique_ptr<redisReader, FreeReader> reader_;
  std::int64_t use_until_ms_ = std::numeric_limits<std::int64_t>::max();
  bool usable_ = true;
};

}  // namespace gateway::redis
