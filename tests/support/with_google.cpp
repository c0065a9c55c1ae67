// with_google COMMAND [ARGUMENT…]
// Runs a command beside a fake of Google behind TLS, whose clock is the system's: SECTION in an argument
// becomes the path of a file with the Firebase provider's section, AUTHORITY that of the certificate
// authority to trust. Exit: that of the command.
#include <cstdio>
#include <ctime>
#include <exception>
#include <fstream>
#include <string>
#include <vector>

#include "tests/support/google_origin.hpp"
#include "tests/support/run_command.hpp"
#include "tests/support/test_authority.hpp"

namespace {

using namespace gateway::testing;

int run_with(std::vector<std::string> command) {
  FakeGoogle::Options options;
  options.now_s = [] { return static_cast<std::int64_t>(std::time(nullptr)); };
  FakeGoogle google(std::move(options));
  const TestAuthority authority;
  const HttpsOrigin origin([&](const OriginRequest& request) { return answer_of(google, request); },
                           authority.issue(kGoogleOriginNames));
  const std::string section = (authority.file().parent_path() / "section.json").string();
  std::ofstream(section) << google.section_json(origin.url(""));
  for (std::string& argument : command) {
    if (argument == "SECTION") argument = section;
    if (argument == "AUTHORITY") argument = authority.file().string();
  }
  return run_command(command);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  try {
    return run_with({argv + 1, argv + argc});
  } catch (const std::exception& e) {
    std::fprintf(stderr, "with_google: %s\n", e.what());
    return 1;
  }
}
