#include <charconv>
#include <cstdio>
#include <string>
#include <utility>

#include "core/api/api_key_endpoints.hpp"
#include "core/api/envelope.hpp"
#include "core/app/cli/commands.hpp"
#include "core/app/cli/service_session.hpp"
#include "core/http/json_writer.hpp"

namespace gateway::app::cli {

namespace {

std::string time_or(const std::optional<std::int64_t>& time_ms, const char* none) {
  return time_ms ? api::iso_time(*time_ms) : none;
}

void print_line(const store::ApiKey& key) {
  std::string scopes;
  for (const std::string& scope : key.scopes)
    scopes.append(scopes.empty() ? "" : " ").append(scope);
  const std::string end = key.revoked_at_ms ? "revoked " + api::iso_time(*key.revoked_at_ms)
                                            : "expires " + time_or(key.expires_at_ms, "never");
  std::printf("%s  %s  last used %s  [%s]  %s\n", key.id.c_str(), end.c_str(),
              time_or(key.last_used_at_ms, "never").c_str(), scopes.c_str(), key.name.c_str());
}

bool print_whole(const std::string& text) {
  return std::printf("%.*s\n", static_cast<int>(text.size()), text.data()) >= 0 && std::fflush(stdout) == 0;
}

}  // namespace

// A number and one of m, h, d.
std::optional<std::int64_t> lifetime_ms(const std::string& text) {
  if (text.size() < 2 || text.size() > 8) return std::nullopt;
  std::int64_t number = 0;
  const char* unit = text.data() + text.size() - 1;
  const auto [end, error] = std::from_chars(text.data(), unit, number);
  if (error != std::errc() || end != unit || number < 1) return std::nullopt;
  switch (*unit) {
    case 'm':
      return number * 60'000;
    case 'h':
      return number * 3'600'000;
    case 'd':
      return number * 86'400'000;
    default:
      return std::nullopt;
  }
}

int api_keys_create(const CreateApiKeyArguments& arguments) {
  LoadedConfiguration loaded = load_configuration(arguments.config);
  if (!loaded.faults.empty()) return report(loaded.faults);
  auth::ApiKeyRequest request;
  request.name = arguments.name;
  request.scopes = arguments.scopes;
  if (arguments.expires_in) request.lifetime_ms = lifetime_ms(*arguments.expires_in);
  ServiceSession session(std::move(loaded.settings));
  if (auto faults = session.start(); !faults.empty()) return report(faults);
  const auto created = session.services().api_keys.create(session.administrator(), request, session.scope());
  if (!created) return report(created.error());
  // The key alone on stdout, for a pipe into wherever secrets are kept.
  std::string shown(created->key.reveal());
  if (arguments.as_json) {
    http::JsonWriter json;
    json.begin_object().put("key", created->key.reveal()).key("apiKey");
    api::write_api_key(json, created->stored);
    json.end_object();
    shown = json.text();
  }
  if (!print_whole(shown)) {
    // Nobody has seen it, and it would be good for years.
    const auto revoked =
        session.services().api_keys.revoke(session.administrator(), created->stored.id, session.scope());
    const std::string state = revoked ? "it has been revoked" : "it is still good: revoke it";
    return report(
        {"the key " + created->stored.id + " could not be written to the standard output; " + state});
  }
  if (arguments.as_json) return kDone;
  std::fprintf(stderr, "This is the only time the key is shown. Its id, for list and revoke: %s\n",
               created->stored.id.c_str());
  return kDone;
}

int api_keys_list(const ConfigArguments& arguments, bool as_json) {
  LoadedConfiguration loaded = load_configuration(arguments);
  if (!loaded.faults.empty()) return report(loaded.faults);
  ServiceSession session(std::move(loaded.settings));
  if (auto faults = session.start(); !faults.empty()) return report(faults);
  http::JsonWriter json;
  json.begin_array();
  std::optional<store::ApiKeyPlace> after;
  do {
    const auto page = session.services().api_keys.list(session.administrator(), after,
                                                       auth::ApiKeyService::kMaxPage, session.scope());
    if (!page) return report(page.error());
    for (const store::ApiKey& key : page->keys)
      as_json ? api::write_api_key(json, key) : print_line(key);
    after = page->next;
  } while (after);
  json.end_array();
  if (as_json) std::printf("%.*s\n", static_cast<int>(json.text().size()), json.text().data());
  return kDone;
}

int api_keys_revoke(const ConfigArguments& arguments, const std::string& id) {
  LoadedConfiguration loaded = load_configuration(arguments);
  if (!loaded.faults.empty()) return report(loaded.faults);
  ServiceSession session(std::move(loaded.settings));
  if (auto faults = session.start(); !faults.empty()) return report(faults);
  const auto done = session.services().api_keys.revoke(session.administrator(), id, session.scope());
  if (!done) {
    if (done.error().code == http::ErrorCode::NotFound) return report({"there is no API key of that id"});
    return report(done.error());
  }
  return kDone;
}

}  // namespace gateway::app::cli
