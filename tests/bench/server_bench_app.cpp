// The bare server under load: answers every request inline with 200, six fields and no body, as forward-auth
// does. Usage: server_bench_app PORT IO_THREADS; ends when its standard input does.
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "core/server/server.hpp"

namespace {

namespace http = gateway::http;

class Hello final : public http::Application {
 public:
  void handle(const std::shared_ptr<http::Exchange>& exchange) noexcept override {
    http::Response& response = exchange->response();
    response.add("X-Auth-User-Id", "5f2b7c1e-8d7e-4c55-9d7c-3c1f0f6f2a11");
    response.add("X-Auth-Subject", "bench-subject");
    response.add("X-Auth-Provider", "local");
    response.add("X-Auth-Email", "bench@example.com");
    response.add("X-Auth-User-Type", "Buyer");
    response.add("Cache-Control", "no-store");
    exchange->complete();
  }

  void describe_error(int /*status*/, std::string_view code, std::string_view /*message*/,
                      std::string_view /*request_id*/, http::Response& response) noexcept override {
    response.body = code;
  }
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: %s PORT IO_THREADS\n", argv[0]);
    return 2;
  }
  Hello application;
  gateway::server::ServerOptions options;
  options.port = static_cast<std::uint16_t>(std::strtoul(argv[1], nullptr, 10));
  options.io_threads = std::strtoul(argv[2], nullptr, 10);
  options.max_connections = 512;
  gateway::server::Server server(options, application);
  if (auto started = server.start(); !started) {
    std::fprintf(stderr, "%s\n", started.error().detail.c_str());
    return 1;
  }
  std::printf("listening on %u\n", static_cast<unsigned>(server.port()));
  static_cast<void>(std::fflush(stdout));
  while (std::getchar() != EOF) {
  }
  server.stop();
  return 0;
}
