// A whole identity provider: people from a JSON file, who can sign in.
#include <fstream>
#include <iterator>

#include <strings.h>

#include <gateway/plugin.hpp>
#include <gateway/toolkit/sha256.hpp>

using namespace gateway;

struct Person {
  std::string email, full_name;
  Secret password;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("email", self.email);
    f.required("password", self.password);
    f.optional("fullName", self.full_name);
  }
  bool is(std::string_view name) const {
    return name.size() == email.size() && ::strncasecmp(name.data(), email.data(), name.size()) == 0;
  }
};

class StaticProvider final : public Provider, public PasswordCapability {
 public:
  StaticProvider(const Host&, const PluginConfig& config) : file_(config.text("File", "")) {}

  Result<Done> start() override {
    std::ifstream in(file_);
    const auto list = parse_json(std::string(std::istreambuf_iterator<char>(in), {}));
    if (!list || !list->IsArray()) return invalid(file_ + " is not a JSON list");
    for (const auto& item : list->GetArray()) {
      auto person = decode<Person>(to_text(item));
      if (!person) return invalid(file_ + ": " + person.error().detail);
      people_.push_back(std::move(*person));
    }
    return Done{};
  }

  Result<AuthenticationOutcome> sign_in(const SignIn& request, const CallContext&) override {
    AuthenticationOutcome outcome = Rejected{RejectReason::WrongCredentials, ""};
    for (const Person& p : people_) {  // all of them, so that nobody is refused faster than somebody
      if (toolkit::constant_time_equal(p.password.reveal(), request.password.reveal()) && p.is(request.email))
        outcome = Authenticated{{.subject = p.email, .email = p.email, .full_name = p.full_name}};
    }
    return outcome;
  }
  Result<AuthenticationOutcome> sign_up(const SignUp&, const CallContext&) override { return no(); }
  Result<AuthenticationOutcome> change_password(const ChangePassword&, const CallContext&) override {
    return no();
  }

 private:
  static AuthenticationOutcome no() {
    return Rejected{RejectReason::OperationNotAllowed, "the file is read-only"};
  }

  std::string file_;
  std::vector<Person> people_;
};

GATEWAY_PLUGIN(StaticProvider, {.id = "static", .version = "1.0.0", .section = "Static", .config_schema = R"(
  {"type": "object", "required": ["File"], "properties": {"File": {"type": "string",
    "description": "The JSON file of the people who can sign in."}}})"})
