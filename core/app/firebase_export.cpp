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

// Writes each object of the array "users" as a text of its own. RapidJSON names the events.
class AccountSplitter {
 public:
  explicit AccountSplitter(std::function<bool(std::string_view)> each) : each_(std::move(each)) {}

  bool has_users() const noexcept { return has_users_; }

  bool Null() { return in_account() ? writer_.Null() && small() : true; }
  bool Bool(bool v) { return in_account() ? writer_.Bool(v) && small() : true; }
  bool Int(int v) { return in_account() ? writer_.Int(v) && small() : true; }
  bool Uint(unsigned v) { return in_account() ? writer_.Uint(v) && small() : true; }
  bool Int64(std::int64_t v) { return in_account() ? writer_.Int64(v) && small() : true; }
  bool Uint64(std::uint64_t v) { return in_account() ? writer_.Uint64(v) && small() : true; }
  bool Double(double v) { return in_account() ? writer_.Double(v) && small() : true; }
  bool RawNumber(const char*, rapidjson::SizeType, bool) { return false; }
  bool String(const char* s, rapidjson::SizeType n, bool) {
    return in_account() ? writer_.String(s, n) && small() : true;
  }
  bool Key(const char* s, rapidjson::SizeType n, bool) {
    if (in_account()) return writer_.Key(s, n) && small();
    if (depth_ == 1) is_users_ = std::string_view(s, n) == "users";
    return true;
  }
  bool StartObject() {
    if (++depth_ > kMaxDepth) return false;
    if (depth_ == 3 && in_users_) {
      text_.Clear();
      writer_.Reset(text_);
    }
    return in_account() ? writer_.StartObject() : true;
  }
  bool EndObject(rapidjson::SizeType) {
    const bool inside = in_account();
    if (inside && !writer_.EndObject()) return false;
    if (inside && depth_ == 3 && !each_({text_.GetString(), text_.GetSize()})) return false;
    --depth_;
    return true;
  }
  bool StartArray() {
    if (++depth_ > kMaxDepth) return false;
    if (in_account()) return writer_.StartArray();
    if (depth_ == 2 && is_users_) in_users_ = has_users_ = true;
    return true;
  }
  bool EndArray(rapidjson::SizeType) {
    if (in_account() && !writer_.EndArray()) return false;
    if (depth_ == 2) in_users_ = false;
    --depth_;
    return true;
  }

 private:
  bool in_account() const noexcept { return in_users_ && depth_ >= 3; }
  bool small() const noexcept { return text_.GetSize() <= kMaxAccountBytes; }

  const std::function<bool(std::string_view)> each_;
  rapidjson::StringBuffer text_;
  rapidjson::Writer<rapidjson::StringBuffer> writer_{text_};
  std::size_t depth_ = 0;
  bool is_users_ = false;
  bool in_users_ = false;
  bool has_users_ = false;
};

std::optional<std::string> text_member(const rapidjson::Value& object, std::string_view name) {
  const rapidjson::Value* value = member(object, name);
  if (value == nullptr || !value->IsString() || value->GetStringLength() == 0) return std::nullopt;
  return std::string(text_of(*value));
}

bool true_member(const rapidjson::Value& object, std::string_view name) {
  const rapidjson::Value* value = member(object, name);
  return value != nullptr && value->IsTrue();
}

// Times are written as texts of digits, milliseconds.
std::optional<std::int64_t> time_member(const rapidjson::Value& object, std::string_view name) {
  const auto text = text_member(object, name);
  std::int64_t ms = 0;
  if (!text) return std::nullopt;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), ms);
  if (error != std::errc{} || end != text->data() + text->size() || ms < 0) return std::nullopt;
  return ms;
}

std::optional<Secret> hash_of(const rapidjson::Value& user) {
  const auto hash = toolkit::base64_decode(text_member(user, "passwordHash").value_or(""));
  const auto salt = toolkit::base64_decode(text_member(user, "salt").value_or(""));
  if (!hash || hash->empty() || !salt) return std::nullopt;
  return Secret("$firebase-scrypt$" + toolkit::base64url_encode(*salt) + "$" +
                toolkit::base64url_encode(*hash));
}

auth::ImportedAccount account_of(const rapidjson::Value& user) {
  auth::ImportedAccount imported;
  ProviderAccount& account = imported.account;
  account.subject = text_member(user, "localId").value_or("");
  account.email = text_member(user, "email");
  account.email_verified = true_member(user, "emailVerified");
  account.full_name = text_member(user, "displayName");
  account.phone_number = text_member(user, "phoneNumber");
  account.phone_verified = account.phone_number.has_value();
  account.profile_image_url = text_member(user, "photoUrl");
  account.disabled = true_member(user, "disabled");
  imported.password_hash = hash_of(user);
  imported.created_at_ms = time_member(user, "createdAt");
  imported.last_login_at_ms = time_member(user, "lastSignedInAt");
  return imported;
}

}  // namespace

Result<Done> read_firebase_export(std::istream& file, const ForAccount& take) {
  bool stopped = false;
  bool readable = true;
  AccountSplitter splitter([&](std::string_view text) {
    const auto user = parse_json(text);
    readable = user.ok();
    stopped = readable && !take(account_of(*user));
    return readable && !stopped;
  });
  FileStream stream(file);
  rapidjson::Reader reader;
  constexpr unsigned kFlags = rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag;
  const rapidjson::ParseResult parsed = reader.Parse<kFlags>(stream, splitter);
  if (stopped) return Done{};
  if (parsed.IsError()) {
    return malformed("not an export of Firebase accounts: at byte " + std::to_string(parsed.Offset()) + ": " +
                     (parsed.Code() == rapidjson::kParseErrorTermination
                          ? "an account is too large or repeats a member"
                          : rapidjson::GetParseError_En(parsed.Code())));
  }
  if (!splitter.has_users())
    return malformed("not an export of Firebase accounts: there is no list \"users\"");
  return Done{};
}

}  // namespace gateway::app
