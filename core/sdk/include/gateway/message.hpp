// Messages: structs with one list of fields, from which both sides read and write JSON.
//
//   struct FindByEmail {
//     static constexpr std::string_view kOperation = "users.find_by_email";  // an operation's request names
//     it … using Reply = MaybeUser;                                               // … and what it is
//     answered with std::string email; template <class Self, class Fields> static void fields(Self& self,
//     Fields& f) { f.required("email", self.email); }
//   };
//
// `required` fields must be there; `optional` ones keep the struct's default when they are missing or null,
// which is how a message grows. Field types: bool, std::int64_t, std::string, Secret, JsonText, enums with an
// enum_names() overload, other messages, std::optional and std::vector of these, and std::variant of messages
// that each have a kTag (a tagged union, member "outcome"). Errors: decode gives Malformed with the field's
// name, never its value. Thread safety: pure functions.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <gateway/json.hpp>
#include <gateway/result.hpp>
#include <gateway/secret.hpp>

namespace gateway {

// A JSON object that is passed through as it is (claims, a plugin's own data).
struct JsonText {
  std::string text = "{}";
};

enum class Secrets { Reveal, Redact };  // what encode writes for a Secret: for the wire, or for a log

template <class E>
struct EnumName {
  E value;
  std::string_view name;
};

template <class T>
concept NamedEnum = std::is_enum_v<T> && requires(T e) {
  enum_names(e);
};

template <NamedEnum E>
constexpr std::string_view name_of(E value) {
  for (const EnumName<E>& entry : enum_names(value)) {
    if (entry.value == value) return entry.name;
  }
  return "";
}

template <NamedEnum E>
constexpr std::optional<E> parse_name(std::string_view name) {
  for (const EnumName<E>& entry : enum_names(E{})) {
    if (entry.name == name) return entry.value;
  }
  return std::nullopt;
}

namespace message_detail {

template <class T>
struct IsVariant : std::false_type {};
template <class... Ts>
struct IsVariant<std::variant<Ts...>> : std::true_type {};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

struct NoFields {
  template <class T>
  void required(std::string_view, T&&) {}
  template <class T>
  void optional(std::string_view, T&&) {}
};

template <class T>
concept Struct = requires(T& value, NoFields& f) {
  T::fields(value, f);
};

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

template <class T>
void write_value(Writer& out, const T& value, Secrets secrets);

class WriteFields {
 public:
  WriteFields(Writer& out, Secrets secrets) : out_(out), secrets_(secrets) {}

  template <class T>
  void required(std::string_view name, const T& value) {
    out_.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
    write_value(out_, value, secrets_);
  }
  template <class T>
  void optional(std::string_view name, const T& value) {
    if constexpr (IsOptional<T>::value) {
      if (!value.has_value()) return;
    }
    required(name, value);
  }

 private:
  Writer& out_;
  Secrets secrets_;
};

inline void write_text(Writer& out, std::string_view text) {
  out.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

template <class T>
void write_value(Writer& out, const T& value, Secrets secrets) {
  if constexpr (std::same_as<T, bool>) {
    out.Bool(value);
  } else if constexpr (std::same_as<T, std::int64_t>) {
    out.Int64(value);
  } else if constexpr (std::same_as<T, std::string>) {
    write_text(out, value);
  } else if constexpr (std::same_as<T, Secret>) {
    write_text(out, secrets == Secrets::Reveal ? value.reveal() : std::string_view("[redacted]"));
  } else if constexpr (std::same_as<T, JsonText>) {
    out.RawValue(value.text.data(), value.text.size(), rapidjson::kObjectType);
  } else if constexpr (NamedEnum<T>) {
    write_text(out, name_of(value));
  } else if constexpr (IsOptional<T>::value) {
    if (value) {
      write_value(out, *value, secrets);
    } else {
      out.Null();
    }
  } else if constexpr (IsVector<T>::value) {
    out.StartArray();
    for (const auto& item : value)
      write_value(out, item, secrets);
    out.EndArray();
  } else if constexpr (IsVariant<T>::value) {
    std::visit(
        [&](const auto& alternative) {
          using Alternative = std::decay_t<decltype(alternative)>;
          out.StartObject();
          out.Key("outcome");
          write_text(out, Alternative::kTag);
          WriteFields fields(out, secrets);
          Alternative::fields(alternative, fields);
          out.EndObject();
        },
        value);
  } else {
    static_assert(Struct<T>, "not a message field type");
    out.StartObject();
    WriteFields fields(out, secrets);
    T::fields(value, fields);
    out.EndObject();
  }
}

template <class T>
bool read_value(const rapidjson::Value& in, T& value);

class ReadFields {
 public:
  explicit ReadFields(const rapidjson::Value& object) : object_(object), next_(object.MemberBegin()) {}

  template <class T>
  void required(std::string_view name, T& value) {
    const rapidjson::Value* found = find(name);
    if (found == nullptr || !read_value(*found, value)) fail(name);
  }
  template <class T>
  void optional(std::string_view name, T& value) {
    const rapidjson::Value* found = find(name);
    if (found != nullptr && !found->IsNull() && !read_value(*found, value)) fail(name);
  }
  std::string_view fault() const { return fault_; }

 private:
  // Whoever writes a message has the same list of fields, so that the next one is nearly always next.
  const rapidjson::Value* find(std::string_view name) {
    if (next_ != object_.MemberEnd() && text_of(next_->name) == name) return &(next_++)->value;
    return member(object_, name);
  }
  void fail(std::string_view name) {
    if (fault_.empty()) fault_ = name;
  }
  const rapidjson::Value& object_;
  rapidjson::Value::ConstMemberIterator next_;
  std::string_view fault_;
};

template <class T>
bool read_struct(const rapidjson::Value& in, T& value, std::string_view& fault) {
  if (!in.IsObject()) return fault = "(not an object)", false;
  ReadFields fields(in);
  T::fields(value, fields);
  fault = fields.fault();
  return fault.empty();
}

template <class Variant, std::size_t I = 0>
bool read_variant(const rapidjson::Value& in, Variant& value, std::string_view tag, std::string_view& fault) {
  if constexpr (I < std::variant_size_v<Variant>) {
    using Alternative = std::variant_alternative_t<I, Variant>;
    if (tag == Alternative::kTag) return read_struct(in, value.template emplace<I>(), fault);
    return read_variant<Variant, I + 1>(in, value, tag, fault);
  } else {
    return fault = "outcome", false;  // an outcome this side does not know: cannot decide, so it fails closed
  }
}

template <class T>
bool read_message(const rapidjson::Value& in, T& value, std::string_view& fault) {
  if constexpr (IsVariant<T>::value) {
    if (!in.IsObject()) return fault = "(not an object)", false;
    const rapidjson::Value* tag = member(in, "outcome");
    if (tag == nullptr || !tag->IsString()) return fault = "outcome", false;
    return read_variant(in, value, text_of(*tag), fault);
  } else {
    return read_struct(in, value, fault);
  }
}

template <class T>
bool read_value(const rapidjson::Value& in, T& value) {
  if constexpr (std::same_as<T, bool>) {
    return in.IsBool() && (value = in.GetBool(), true);
  } else if constexpr (std::same_as<T, std::int64_t>) {
    return in.IsInt64() && (value = in.GetInt64(), true);
  } else if constexpr (std::same_as<T, std::string>) {
    return in.IsString() && (value.assign(in.GetString(), in.GetStringLength()), true);
  } else if constexpr (std::same_as<T, Secret>) {
    return in.IsString() && (value = Secret(std::string(text_of(in))), true);
  } else if constexpr (std::same_as<T, JsonText>) {
    return in.IsObject() && (value.text = to_text(in), true);
  } else if constexpr (NamedEnum<T>) {
    const auto parsed = in.IsString() ? parse_name<T>(text_of(in)) : std::nullopt;
    return parsed.has_value() && (value = *parsed, true);
  } else if constexpr (IsOptional<T>::value) {
    if (in.IsNull()) return value.reset(), true;
    return read_value(in, value.emplace());
  } else if constexpr (IsVector<T>::value) {
    if (!in.IsArray()) return false;
    value.clear();
    value.reserve(in.Size());
    for (const rapidjson::Value& item : in.GetArray()) {
      if (!read_value(item, value.emplace_back())) return false;
    }
    return true;
  } else {
    std::string_view fault;
    return read_message(in, value, fault);
  }
}

}  // namespace message_detail

template <class Message>
std::string encode(const Message& message, Secrets secrets = Secrets::Reveal) {
  rapidjson::StringBuffer buffer;
  message_detail::Writer out(buffer);
  message_detail::write_value(out, message, secrets);
  return {buffer.GetString(), buffer.GetSize()};
}

// The bounds of every message that crosses the plugin boundary.
inline constexpr JsonLimits kMessageLimits{.max_bytes = 4U << 20, .max_depth = 16, .max_values = 200'000};

template <class Message>
Result<Message> decode(std::string_view json) {
  ScratchJson document;
  if (const auto read = document.read(json, kMessageLimits); !read) return malformed(read.error().detail);
  Message message{};
  std::string_view fault;
  if (!message_detail::read_message(*document, message, fault)) {
    return malformed("message field '" + std::string(fault) + "' is missing or of the wrong type");
  }
  return message;
}

// For messages without fields.
struct Empty {
  template <class Self, class Fields>
  static void fields(Self&, Fields&) {}
};

// The body that goes with a status other than 0.
struct ErrorMessage {
  std::string detail;
  std::int64_t retry_after_ms = 0;
  bool of_storage = false;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("detail", self.detail);
    f.optional("retry_after_ms", self.retry_after_ms);
    f.optional("of_storage", self.of_storage);
  }
};

}  // namespace gateway
