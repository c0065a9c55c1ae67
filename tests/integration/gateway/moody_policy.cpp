// A policy of the tests' own: fails where and how the request asks it to, by X-Fail: "HOOK WAY". HOOK:
// request, authenticated, response. WAY: throws, undecided, silent (it has ended the request, and answered
// nothing). It says on every answer that it was there.
#include <stdexcept>
#include <string>

#include <gateway/plugin.hpp>

namespace gateway::testing {

class MoodyPolicy final : public Policy {
 public:
  MoodyPolicy(const Host&, const PluginConfig& config) : mark_(config.text("Mark", "moody")) {}

  Verdict on_request(const PolicyRequest& request, PolicyReply&) override {
    return decide("request", request);
  }
  Verdict on_authenticated(const PolicyRequest& request, PolicyReply&) override {
    return decide("authenticated", request);
  }
  Verdict on_response(const PolicyRequest& request, PolicyReply& reply) override {
    reply.add_header("X-Seen-By", mark_);
    return decide("response", request);
  }

 private:
  static Verdict decide(std::string_view hook, const PolicyRequest& request) {
    const std::string_view wish = request.header("X-Fail").value_or(std::string_view());
    if (wish.substr(0, hook.size()) != hook || wish.size() <= hook.size()) return Verdict::go_on();
    const std::string_view way = wish.substr(hook.size() + 1);
    if (way == "throws") throw std::runtime_error("thrown on purpose");
    return way == "silent" ? Verdict::ended() : Verdict::undecided();
  }

  const std::string mark_;
};

}  // namespace gateway::testing

GATEWAY_PLUGIN(gateway::testing::MoodyPolicy,
               {.id = "moody",
                .version = "1.0.0",
                .section = "Moody",
                .config_schema = R"({"type": "object", "properties": {"Mark": {"type": "string"}}})"})
