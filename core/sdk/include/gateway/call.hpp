// A call across the plugin boundary, typed: send() on the calling side, Dispatch on the answering side.
// Plugin authors meet CallContext only; the rest is used by provider.hpp, store.hpp and the host. Thread
// safety: pure functions; a sink belongs to one call.
#pragma once

#include <exception>
#include <optional>
#include <string>
#include <string_view>

#include <gateway/abi.h>
#include <gateway/message.hpp>
#include <gateway/result.hpp>

namespace gateway {

// What comes with every call. deadline_ms is on the scale of Host::monotonic_ms(): work that blocks must end
// before it.
struct CallContext {
  std::int64_t deadline_ms = 0;
  std::string_view request_id;
};

inline gateway_text to_abi(std::string_view text) noexcept {
  return {text.data(), text.size()};
}
inline std::string_view from_abi(gateway_text text) noexcept {
  return text.data == nullptr ? std::string_view() : std::string_view(text.data, text.size);
}

// A sink that collects an answer up to a bound.
class StringSink {
 public:
  explicit StringSink(std::size_t max_bytes) : max_bytes_(max_bytes) {}
  gateway_sink abi() noexcept { return {sizeof(gateway_sink), this, &StringSink::write}; }
  const std::string& text() const noexcept { return text_; }
  bool overflowed() const noexcept { return overflowed_; }

 private:
  static gateway_status write(void* context, gateway_text chunk) {
    auto& self = *static_cast<StringSink*>(context);
    if (chunk.size > self.max_bytes_ - self.text_.size()) {
      self.overflowed_ = true;
      return static_cast<gateway_status>(ErrorKind::Malformed);
    }
    try {
      self.text_.append(chunk.data, chunk.size);
    } catch (const std::exception&) {
      return static_cast<gateway_status>(ErrorKind::Overloaded);
    }
    return 0;
  }

  std::string text_;
  std::size_t max_bytes_;
  bool overflowed_ = false;
};

// Turns a status and the text in the sink into a result.
template <class Reply>
Result<Reply> read_reply(gateway_status status, const StringSink& sink) {
  if (sink.overflowed()) return malformed("the answer is larger than its bound");
  if (status == 0) return decode<Reply>(sink.text());
  const bool known = status >= static_cast<gateway_status>(ErrorKind::Invalid) &&
                     status <= static_cast<gateway_status>(ErrorKind::Internal);
  Error error{known ? static_cast<ErrorKind>(status) : ErrorKind::Malformed,
              "status " + std::to_string(status)};
  if (const auto message = decode<ErrorMessage>(sink.text())) {
    if (!message->detail.empty()) error.detail = message->detail;
    error.retry_after_ms = message->retry_after_ms;
    error.of_storage = message->of_storage;
  }
  return error;
}

// Sends an operation through `invoke(const gateway_call*, gateway_sink*) -> gateway_status`.
template <class Operation, class Invoke>
Result<typename Operation::Reply> send(const Operation& operation, const CallContext& context,
                                       Invoke&& invoke) {
  const std::string request = encode(operation);
  StringSink sink(kMessageLimits.max_bytes);
  gateway_sink abi_sink = sink.abi();
  const gateway_call call{sizeof(gateway_call), to_abi(Operation::kOperation), to_abi(request),
                          to_abi(context.request_id), context.deadline_ms};
  const gateway_status status = invoke(&call, &abi_sink);
  return read_reply<typename Operation::Reply>(status, sink);
}

inline gateway_status write_to(gateway_sink* sink, std::string_view text) {
  return sink->write(sink->context, to_abi(text));
}

inline gateway_status write_error(gateway_sink* sink, const Error& error) {
  write_to(sink, encode(ErrorMessage{error.detail, error.retry_after_ms, error.of_storage}));
  return static_cast<gateway_status>(error.kind);
}

// One incoming call, offered to one operation after the other: the operation is deduced from the method's
// parameter.
class Dispatch {
 public:
  Dispatch(const gateway_call& call, gateway_sink* sink) : call_(call), sink_(sink) {}

  template <class Object, class Interface, class Operation, class Reply>
  Dispatch& to(Object& object, Result<Reply> (Interface::*method)(const Operation&, const CallContext&)) {
    static_assert(std::is_same_v<Reply, typename Operation::Reply>,
                  "the method must answer the operation's Reply");
    if (status_ || from_abi(call_.operation) != Operation::kOperation) return *this;
    const Result<Operation> request = decode<Operation>(from_abi(call_.request));
    if (!request) {
      status_ = write_error(sink_, invalid(request.error().detail));
      return *this;
    }
    const Result<Reply> reply = (object.*method)(*request, {call_.deadline_ms, from_abi(call_.request_id)});
    status_ = reply ? write_to(sink_, encode(*reply)) : write_error(sink_, reply.error());
    return *this;
  }

  gateway_status finish() {
    return status_ ? *status_ : write_error(sink_, {ErrorKind::Unsupported, "unknown operation"});
  }

 private:
  const gateway_call& call_;
  gateway_sink* sink_;
  std::optional<gateway_status> status_;
};

}  // namespace gateway
