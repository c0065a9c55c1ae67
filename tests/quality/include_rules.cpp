#include "tests/quality/include_rules.hpp"

#include <algorithm>
#include <array>

namespace gateway::testing {

namespace {

using Names = std::vector<std::string_view>;

struct Rule {
  std::string_view folder;  // the longest that fits decides
  Names rooms;              // of the core, beside its own
  bool toolkit = false;     // <gateway/toolkit/…>; the SDK's headers are open to all
  Names libraries;          // third-party headers, by how they begin
};

// Without plugins, whose folders are one pattern: the SDK, the toolkit, and what is listed for them here.
const std::vector<Rule>& rules() {
  static const std::vector<Rule> all{
      {"core/sdk", {}, false, {"rapidjson/"}},
      // A program beside the rooms: its providers' HTTP is the gateway's own.
      {"core/sdk/conformance", {"net", "runtime"}, false, {"gtest/", "rapidjson/"}},
      {"core/toolkit", {}, true, {"openssl/", "utf8proc.h"}},
      {"core/runtime", {}, false, {"spdlog/", "prometheus/"}},
      // rapidjson: settings may hold comments, which gateway/json.hpp refuses; valijson reads its documents.
      {"core/config", {}, true, {"valijson/", "rapidjson/"}},
      {"core/plugin", {"runtime"}, true, {"boost/dll/"}},
      {"core/http", {}, true, {}},
      {"core/server", {"http", "runtime"}, false, {"pistache/", "boost/beast/", "boost/asio/"}},
      {"core/net", {"runtime"}, true, {"Poco/"}},
      {"core/auth", {"http", "plugin", "runtime"}, true, {}},
      {"core/api", {"auth", "http", "runtime"}, true, {}},
      {"core/app", {"api", "auth", "config", "http", "net", "plugin", "runtime", "server"}, true, {"CLI/"}},
      {"plugins", {}, true, {}},
      {"providers", {}, true, {}},
      {"providers/local", {}, true, {"argon2.h"}},
      {"storage", {}, true, {}},
      {"storage/postgres", {}, true, {"libpq-fe.h"}},
      {"storage/redis", {}, true, {"hiredis/", "openssl/"}},
      {"examples", {}, true, {}},
  };
  return all;
}

constexpr std::array<std::string_view, 4> kPosixFolders{"sys/", "netinet/", "arpa/", "net/"};
// elf.h and malloc.h (malloc_trim) are the C library's own.
constexpr std::array<std::string_view, 18> kPosixHeaders{
    "dlfcn.h",  "elf.h",     "errno.h",   "fcntl.h",   "malloc.h", "netdb.h",
    "poll.h",   "pthread.h", "pwd.h",     "sched.h",   "signal.h", "stddef.h",
    "stdint.h", "string.h",  "strings.h", "termios.h", "time.h",   "unistd.h"};

bool begins(std::string_view text, std::string_view head) {
  return text.substr(0, head.size()) == head;
}

bool lies_in(std::string_view path, std::string_view folder) {
  return begins(path, folder) && path.size() > folder.size() && path[folder.size()] == '/';
}

bool is_standard(std::string_view header) {
  const bool cpp = std::all_of(header.begin(), header.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
  return cpp || std::find(kPosixHeaders.begin(), kPosixHeaders.end(), header) != kPosixHeaders.end() ||
         std::any_of(kPosixFolders.begin(), kPosixFolders.end(),
                     [&](std::string_view prefix) { return begins(header, prefix); });
}

const Rule* rule_of(std::string_view path) {
  const Rule* best = nullptr;
  for (const Rule& rule : rules()) {
    if (lies_in(path, rule.folder) && (best == nullptr || rule.folder.size() > best->folder.size()))
      best = &rule;
  }
  return best;
}

// "core/http/route.hpp" -> "http"
std::string_view room_of(std::string_view core_path) {
  const std::string_view rest = core_path.substr(std::string_view("core/").size());
  return rest.substr(0, rest.find('/'));
}

bool may_include_quoted(std::string_view path, const Rule& rule, std::string_view header) {
  if (header.find("..") != std::string_view::npos) return false;
  if (begins(header, "core/")) {
    if (!begins(path, "core/")) return false;
    const std::string_view room = room_of(header);
    return room == room_of(path) || std::find(rule.rooms.begin(), rule.rooms.end(), room) != rule.rooms.end();
  }
  for (const std::string_view other : {"plugins/", "providers/", "storage/", "examples/", "tests/"}) {
    if (begins(header, other)) return false;
  }
  // Beside the file. Rooms of the core write out where a header is; the SDK and the toolkit, which are
  // installed without the core around them, do not.
  return !begins(path, "core/") || lies_in(path, "core/sdk") || lies_in(path, "core/toolkit");
}

bool may_include_angled(const Rule& rule, std::string_view header) {
  if (begins(header, "gateway/toolkit/")) return rule.toolkit;
  if (begins(header, "gateway/")) return true;
  return is_standard(header) ||
         std::any_of(rule.libraries.begin(), rule.libraries.end(),
                     [&](std::string_view library) { return begins(header, library); });
}

}  // namespace

std::vector<std::string> includes_of(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  const auto skip = [&](std::string_view& line) {
    line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
  };
  std::vector<std::string> found;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    skip(line);
    if (!begins(line, "#")) continue;
    line.remove_prefix(1);
    skip(line);
    if (!begins(line, "include")) continue;
    line.remove_prefix(std::string_view("include").size());
    skip(line);
    if (line.empty()) continue;
    const std::size_t end = line.find(line.front() == '<' ? '>' : '"', 1);
    found.emplace_back(line.substr(0, end == std::string_view::npos ? end : end + 1));
  }
  return found;
}

std::vector<std::string> include_faults(std::string_view path, std::string_view text) {
  const Rule* rule = rule_of(path);
  std::vector<std::string> faults;
  for (const std::string& include : includes_of(text)) {
    const bool closed = include.size() > 2 && ((include.front() == '"' && include.back() == '"') ||
                                               (include.front() == '<' && include.back() == '>'));
    const std::string_view header =
        closed ? std::string_view(include).substr(1, include.size() - 2) : include;
    const bool allowed = closed && rule != nullptr && !header.ends_with(".cpp") &&
                         (include.front() == '"' ? may_include_quoted(path, *rule, header)
                                                 : may_include_angled(*rule, header));
    if (!allowed) faults.push_back(std::string(path) + " may not include " + include);
  }
  return faults;
}

}  // namespace gateway::testing
