// What every suite needs: a running plugin, typed answers, several threads at once.
#pragma once

#include <chrono>
#include <latch>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include <gateway/conformance/plugin_instance.hpp>
#include <gateway/conformance/test_host.hpp>

#include "subject.hpp"

namespace gateway::conformance {

// Thrown out of a test body, where GoogleTest reports it: what follows would make no sense.
class Nonconforming : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

template <class T>
T must(Result<T> result, std::string_view what) {
  if (!result) {
    throw Nonconforming(std::string(what) + ": an Error (" + std::string(to_string(result.error().kind)) +
                        ": " + readable(result.error()) + ") where an answer is due");
  }
  return std::move(*result);
}

template <class Variant>
std::string_view tag_of(const Variant& variant) {
  return std::visit([](const auto& alternative) { return std::decay_t<decltype(alternative)>::kTag; },
                    variant);
}

// The alternative that the contract asks for.
template <class Alternative, class Variant>
const Alternative& expect_outcome(const Variant& variant, std::string_view what = "") {
  const auto* found = std::get_if<Alternative>(&variant);
  if (found == nullptr) {
    throw Nonconforming(std::string(what) + " outcome '" + std::string(tag_of(variant)) + "' where '" +
                        std::string(Alternative::kTag) + "' is due");
  }
  return *found;
}

// Runs f(0) … f(count - 1) on as many threads, all let go at the same moment.
template <class F>
void at_once(int count, F&& f) {
  std::latch ready(count);
  std::vector<std::thread> threads;
  threads.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    threads.emplace_back([&ready, &f, i] {
      ready.arrive_and_wait();
      f(i);
    });
  }
  for (std::thread& thread : threads)
    thread.join();
}

inline std::int64_t elapsed_ms_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start)
      .count();
}

// Random, so that suites may run again and again on a store that remembers.
inline std::string unique(std::string_view prefix) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  static const TestHost host;
  std::string text(prefix);
  for (const char byte : host.random_bytes(12)) {
    const auto bits = static_cast<unsigned char>(byte);
    text.push_back(kDigits[bits >> 4U]);
    text.push_back(kDigits[bits & 15U]);
  }
  return text;
}

inline std::string unique_uuid() {
  std::string hex = unique("") + unique("");
  hex.resize(32);
  hex[12] = '4';
  hex[16] = '8';
  return hex.substr(0, 8) + '-' + hex.substr(8, 4) + '-' + hex.substr(12, 4) + '-' + hex.substr(16, 4) + '-' +
         hex.substr(20);
}

}  // namespace gateway::conformance
