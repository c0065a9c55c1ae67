#include "service_account.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <utility>

#include <gateway/message.hpp>

namespace gateway::firebase {

namespace {

constexpr std::size_t kMaxKeyFileBytes = 64 * 1024;

struct KeyFile {
  std::string type;
  std::optional<std::string> project_id, client_email, private_key_id, token_uri;
  std::optional<Secret> private_key;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("type", self.type);
    f.optional("project_id", self.project_id);
    f.optional("client_email", self.client_email);
    f.optional("private_key_id", self.private_key_id);
    f.optional("token_uri", self.token_uri);
    f.optional("private_key", self.private_key);
  }
};

// The members that every key has and this one has not: "'project_id', 'private_key'".
std::string missing_from(const KeyFile& file) {
  const std::pair<const char*, bool> members[]{
      {"project_id", file.project_id && !file.project_id->empty()},
      {"client_email", file.client_email && !file.client_email->empty()},
      {"private_key_id", file.private_key_id && !file.private_key_id->empty()},
      {"token_uri", file.token_uri && !file.token_uri->empty()},
      {"private_key", file.private_key && !file.private_key->empty()}};
  std::string names;
  for (const auto& [name, is_there] : members) {
    if (!is_there) names.append(names.empty() ? "'" : ", '").append(name).append("'");
  }
  return names;
}

}  // namespace

Result<ServiceAccount> parse_service_account(const Secret& json) {
  // The parser's own words give an offset and no content, but a key file is all secret: less is more.
  auto file = decode<KeyFile>(json.reveal());
  if (!file) return invalid("the service-account key is not a JSON object with texts as members");
  if (file->type != "service_account")
    return invalid("the service-account key is of another type: 'type' must be \"service_account\"");
  if (const std::string missing = missing_from(*file); !missing.empty())
    return invalid("the service-account key has no " + missing);
  auto key = toolkit::PrivateKey::from_pkcs8_pem(*file->private_key);
  if (!key) return invalid("'private_key' of the service-account key: " + key.error().detail);
  if (key->algorithm() != toolkit::JwsAlgorithm::RS256)
    return invalid("'private_key' of the service-account key is not an RSA key");
  return ServiceAccount{*file->project_id, *file->client_email, *file->private_key_id, *file->token_uri,
                        std::move(*key)};
}

Result<Secret> read_key_file(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return invalid("cannot be opened: " + std::string(std::strerror(errno)));
  std::string text(kMaxKeyFileBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad() || (file.fail() && !file.eof())) return invalid("cannot be read");
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.empty()) return invalid("cannot be read, or is empty");
  if (text.size() > kMaxKeyFileBytes) return invalid("is too large for a key file");
  return Secret(std::move(text));
}

}  // namespace gateway::firebase
