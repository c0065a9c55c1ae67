#include "core/app/firebase_export.hpp"

#include <charconv>
#include <string>
#include <utility>

#include <gateway/json.hpp>
#include <gateway/toolkit/base64url.hpp>

namespace gateway::app {

namespace {

constexpr std::size_t kMaxAccountBytes = 256 * 1024;
constexpr std::size_t kMaxDepth = 16;

// RapidJSON's idea of an input stream, over a file.
class FileStream {
 public:
  using Ch = char;
  explicit FileStream(std::istream& file) : file_(file) {}
  Ch Peek() const {
    const int c = file_.peek();
    return c == std::istream::traits_type::eof() ? '\0' : static_cast<Ch>(c);
  }
  Ch Take() {
    ++position_;
    const int c = file_.get();
    return c == std::istream::traits_type::eof() ? '\0' : static_cast<Ch>(c);
  }
  std::size_t Tell() const { return position_; }
  // Only there because the concept asks for them.
  Ch* PutBegin() { return nullptr; }
  void Put(Ch) {}
  void Flush() {}
  std::size_t PutEnd(Ch*) { return 0; }

 private:
  std::istream& file_;
  std::size_t position_ = 0;
};

// One element of the array "users": an object as a text of its own, or why it is none that can be read.
struct Entry {
  std::string_view text;
  const char* fault = nullptr;
};

// Takes the array "users" apart, whatever its elements are: one that cannot be read is no reason to leave out
// those behind it. RapidJSON names the events.
class AccountSplitter {
 public:
  explicit AccountSplitter(std::function<bool(const Entry&)> each) : each_(std::move(each)) {}

  bool has_users() const noexcept { return has_users_; }

  bool Null() {
    return value([&] { return writer_.Null(); });
  }
  bool Bool(bool v) {
    return value([&] { return writer_.Bool(v); });
  }
  bool Int(int v) {
    return value([&] { return writer_.Int(v); });
  }
  bool Uint(unsigned v) {
    return value([&] { return writer_.Uint(v); });
  }
  bool Int64(std::int64_t v) {
    return value([&] { return writer_.Int64(v); });
  }
  bool Uint64(std::uint64_t v) {
    return value([&] { return writer_.Uint64(v); });
  }
  bool Double(double v) {
    return value([&] { return writer_.Double(v); });
  }
  bool RawNumber(const char*, rapidjson::SizeType, bool) { return false; }
  bool String(const char* s, rapidjson::SizeType n, bool) {
    return value([&] { return writer_.String(s, n); });
  }
  bool Key(const char* s, rapidjson::SizeType n, bool) {
    if (in_entry()) return write([&] { return writer_.Key(s, n); });
    if (depth_ == 1) is_users_ = std::string_view(s, n) == "users";
    return true;
  }
  bool StartObject() {
    if (is_entry_next()) begin_entry(nullptr);
    if (++depth_ > kMaxDepth) return false;
    return in_entry() ? write([&] { return writer_.StartObject(); }) : true;
  }
  bool EndObject(rapidjson::SizeType) {
    if (in_entry() && !write([&] { return writer_.EndObject(); })) return false;
    return leave();
  }
  bool StartArray() {
    if (is_entry_next()) begin_entry(kNoObject);
    if (++depth_ > kMaxDepth) return false;
    if (in_entry()) return write([&] { return writer_.StartArray(); });
    if (depth_ == 2 && is_users_) in_users_ = has_users_ = true;
    return true;
  }
  bool EndArray(rapidjson::SizeType) {
    if (in_entry() && !write([&] { return writer_.EndArray(); })) return false;
    if (depth_ == 2) in_users_ = false;
    return leave();
  }

 private:
  static constexpr const char* kNoObject = "it is no object";

  bool is_entry_next() const noexcept { return in_users_ && depth_ == 2; }
  bool in_entry() const noexcept { return in_users_ && depth_ >= 3; }

  void begin_entry(const char* fault) {
    text_.Clear();
    writer_.Reset(text_);
    fault_ = fault;
  }
  bool end_entry() { return each_({{text_.GetString(), text_.GetSize()}, fault_}); }
  bool leave() {
    const bool ends_entry = in_users_ && depth_ == 3;
    --depth_;
    return !ends_entry || end_entry();
  }
  template <class Write>
  bool value(Write put) {
    if (in_entry()) return write(put);
    if (!is_entry_next()) return true;
    begin_entry(kNoObject);
    return end_entry();
  }
  // Of an entry with a fault nothing more is kept.
  template <class Write>
  bool write(Write put) {
    if (fault_ != nullptr) return true;
    if (!put()) return false;
    if (text_.GetSize() > kMaxAccountBytes) fault_ = "it is too large";
    return true;
  }

  const std::function<bool(const Entry&)> each_;
  rapidjson::StringBuffer text_;
  rapidjson::Writer<rapidjson::StringBuffer> writer_{text_};
  const char* fault_ = nullptr;
  std::size_t depth_ = 0;
  bool is_users_ = false;
  bool in_users_ = false;
  bool has_users_ = false;
};

// The members of an account by their names there, and what is wrong with the first that is not what it should
// be: who is disabled by a text "true" must not come out enabled.
class Members {
 public:
  explicit Members(const rapidjson::Value& account) : account_(account) {}

  std::optional<std::string> text(const char* name) {
    const rapidjson::Value* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (!value->IsString()) note(name, "no text");
    if (!value->IsString() || value->GetStringLength() == 0) return std::nullopt;
    return std::string(text_of(*value));
  }
  bool flag(const char* name) {
    const rapidjson::Value* value = find(name);
    if (value == nullptr) return false;
    if (!value->IsBool()) note(name, "neither true nor false");
    return value->IsTrue();
  }
  // Times are texts of digits, milliseconds; what is none is no reason to leave somebody out.
  std::optional<std::int64_t> time(const char* name) const {
    const rapidjson::Value* value = find(name);
    if (value == nullptr || !value->IsString()) return std::nullopt;
    const std::string_view text = text_of(*value);
    std::int64_t ms = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
    if (error != std::errc{} || end != text.data() + text.size() || ms < 0) return std::nullopt;
    return ms;
  }
  std::optional<std::string> bytes(const char* name) {
    const auto encoded = text(name);
    if (!encoded) return std::nullopt;
    auto decoded = toolkit::base64_decode(*encoded);
    if (!decoded || decoded->empty()) note(name, "no base64");
    return decoded ? std::optional(std::move(*decoded)) : std::nullopt;
  }
  const std::string& fault() const noexcept { return fault_; }

 private:
  const rapidjson::Value* find(const char* name) const {
    const rapidjson::Value* value = member(account_, name);
    return value == nullptr || value->IsNull() ? nullptr : value;
  }
  void note(const char* name, const char* what) {
    if (fault_.empty()) fault_ = std::string("its ") + name + " is " + what;
  }

  const rapidjson::Value& account_;
  std::string fault_;
};

std::optional<Secret> hash_in(Members& user) {
  const auto hash = user.bytes("passwordHash");
  const auto salt = user.bytes("salt");
  if (!hash) return std::nullopt;
  return Secret("$firebase-scrypt$" + toolkit::base64url_encode(salt.value_or("")) + "$" +
                toolkit::base64url_encode(*hash));
}

auth::ImportedAccount account_of(const rapidjson::Value& user) {
  Members members(user);
  auth::ImportedAccount imported;
  ProviderAccount& account = imported.account;
  account.subject = members.text("localId").value_or("");
  account.email = members.text("email");
  account.email_verified = members.flag("emailVerified");
  account.full_name = members.text("displayName");
  account.phone_number = members.text("phoneNumber");
  account.phone_verified = account.phone_number.has_value();
  account.profile_image_url = members.text("photoUrl");
  account.disabled = members.flag("disabled");
  imported.password_hash = hash_in(members);
  imported.created_at_ms = members.time("createdAt");
  imported.last_login_at_ms = members.time("lastSignedInAt");
  imported.fault = members.fault();
  return imported;
}

auth::ImportedAccount account_in(const Entry& entry) {
  auth::ImportedAccount unreadable;
  if (entry.fault != nullptr) {
    unreadable.fault = entry.fault;
    return unreadable;
  }
  const auto user = parse_json(entry.text);
  if (user) return account_of(*user);
  unreadable.fault = user.error().detail;
  return unreadable;
}

// What some programs on Windows write in front of UTF-8 (RFC 8259, section 8.1: may be ignored).
void skip_byte_order_mark(std::istream& file) {
  constexpr std::string_view kMark = "\xef\xbb\xbf";
  if (file.peek() != std::istream::traits_type::to_int_type(kMark[0])) return;
  for (std::size_t at = 0; at < kMark.size(); ++at)
    file.get();
}

}  // namespace

Result<Done> read_firebase_export(std::istream& file, const ForAccount& take) {
  bool stopped = false;
  std::size_t entries = 0;
  AccountSplitter splitter([&](const Entry& entry) {
    ++entries;
    auth::ImportedAccount imported = account_in(entry);
    if (!imported.fault.empty())
      imported.fault = "entry " + std::to_string(entries) + " of \"users\": " + imported.fault;
    stopped = !take(imported);
    return !stopped;
  });
  skip_byte_order_mark(file);
  FileStream stream(file);
  rapidjson::Reader reader;
  constexpr unsigned kFlags = rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag;
  const rapidjson::ParseResult parsed = reader.Parse<kFlags>(stream, splitter);
  if (stopped) return Done{};
  if (parsed.IsError()) {
    return malformed("not an export of Firebase accounts: at byte " + std::to_string(parsed.Offset()) + ": " +
                     (parsed.Code() == rapidjson::kParseErrorTermination
                          ? "it is nested too deeply"
                          : rapidjson::GetParseError_En(parsed.Code())));
  }
  if (!splitter.has_users())
    return malformed("not an export of Firebase accounts: there is no list \"users\"");
  return Done{};
}

}  // namespace gateway::app
