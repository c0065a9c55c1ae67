#include "core/runtime/metrics.hpp"

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace gateway::runtime {
namespace {

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

TEST(Metrics, ExposesTheTextFormat) {
  Metrics metrics;
  metrics.counter("requests_total", "Requests.", {{"route", "/a"}}).add(2);
  metrics.gauge("connections", "Open.").set(3);
  auto latency = metrics.histogram("latency_seconds", "Latency.", {}, {0.1, 1});
  latency.observe(0.05);
  latency.observe(0.5);
  latency.observe(5);
  const std::string text = metrics.expose();
  for (const char* line :
       {"# HELP requests_total Requests.", "# TYPE requests_total counter", "requests_total{route=\"/a\"} 2",
        "# TYPE connections gauge", "connections 3", "# TYPE latency_seconds histogram",
        "latency_seconds_bucket{le=\"0.1\"} 1", "latency_seconds_bucket{le=\"1\"} 2",
        "latency_seconds_bucket{le=\"+Inf\"} 3", "latency_seconds_count 3"}) {
    EXPECT_TRUE(has_line(text, line)) << line << "\n" << text;
  }
}

TEST(Metrics, OneNameAndLabelsAreOneInstrument) {
  Metrics metrics;
  metrics.counter("c", "C.", {{"k", "v"}}).add();
  metrics.counter("c", "C.", {{"k", "v"}}).add();
  metrics.counter("c", "C.", {{"k", "w"}}).add();
  const std::string text = metrics.expose();
  EXPECT_TRUE(has_line(text, "c{k=\"v\"} 2")) << text;
  EXPECT_TRUE(has_line(text, "c{k=\"w\"} 1")) << text;
}

TEST(Metrics, LabelValuesCannotForgeALine) {
  Metrics metrics;
  metrics.counter("c", "C.", {{"k", "a\"} 9\nforged 1"}}).add();
  EXPECT_EQ(metrics.expose().find("\nforged"), std::string::npos);
}

TEST(Metrics, RefreshesBeforeEachExposition) {
  Metrics metrics;
  auto depth = metrics.gauge("depth", "D.");
  int calls = 0;
  metrics.on_collect([&] { depth.set(++calls); });
  EXPECT_TRUE(has_line(metrics.expose(), "depth 1"));
  EXPECT_TRUE(has_line(metrics.expose(), "depth 2"));
}

TEST(Metrics, CountsFromManyThreads) {
  Metrics metrics;
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&metrics] {
      for (int i = 0; i < 1'000; ++i)
        metrics.counter("c", "C.").add();
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_TRUE(has_line(metrics.expose(), "c 4000"));
}

}  // namespace
}  // namespace gateway::runtime
