#include "tests/integration/server/server_fixture.hpp"

#include <stdexcept>
#include <utility>

namespace gateway::server {

Workers::Workers(std::size_t threads) {
  for (std::size_t i = 0; i < threads; ++i)
    threads_.emplace_back([this] { run(); });
}

Workers::~Workers() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  ready_.notify_all();
  for (std::thread& thread : threads_)
    thread.join();
}

void Workers::post(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  ready_.notify_one();
}

void Workers::run() {
  for (;;) {
    std::function<void()> task;
    {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
      if (tasks_.empty()) return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    try {
      task();
    } catch (const std::exception&) {
      // What a task was answering is let go of with it.
    }
  }
}

TestApplication::TestApplication() : workers_(std::make_unique<Workers>(4)) {}

TestApplication::~TestApplication() {
  workers_.reset();
}

void TestApplication::handle(const std::shared_ptr<http::Exchange>& exchange) noexcept {
  const http::Request& request = exchange->request();
  http::Response& response = exchange->response();
  {
    const std::lock_guard lock(mutex_);
    handled_.emplace_back(request.target);
  }
  if (request.path == "/async") return answer(exchange);
  if (request.path == "/drop") return;
  if (request.path == "/drop-async") return workers_->post([held = exchange]() mutable { held.reset(); });
  if (request.path == "/throw") {
    return workers_->post([held = exchange] { throw std::runtime_error("detail-that-must-not-be-sent"); });
  }
  if (request.path == "/stall") {
    std::unique_lock lock(mutex_);
    stalled_ = true;
    held_changed_.notify_all();
    held_changed_.wait_for(lock, testing::RawClient::kPatience, [this] { return !stalled_; });
  }
  if (request.path == "/hold") {
    {
      const std::lock_guard lock(mutex_);
      held_.push_back(exchange);
    }
    return held_changed_.notify_all();
  }
  if (request.path == "/big") {
    response.body.assign(std::stoul(std::string(request.query)), 'b');
  } else if (request.path == "/echo") {
    response.body = std::string(request.method_token) + " " + std::string(request.path) +
                    " query=" + std::string(request.query) +
                    " client=" + std::string(request.client_address) +
                    " id=" + std::string(request.request_id) + " body=" + std::string(request.body);
  } else if (request.path == "/bad-header") {
    response.add("X-A", "a\r\nX-Injected: yes");
  } else if (request.path == "/no-content") {
    response.status = 204;
  } else {
    response.body = "id=" + std::string(request.query);
  }
  exchange->complete();
}

void TestApplication::describe_error(int status, std::string_view code, std::string_view message,
                                     std::string_view request_id, http::Response& response) noexcept {
  response.add("Content-Type", "application/json");
  response.body = std::to_string(status) + " " + std::string(code) + " " + std::string(message) + " " +
                  std::string(request_id);
}

void TestApplication::answer(std::shared_ptr<http::Exchange> exchange) {
  workers_->post([held = std::move(exchange)]() mutable {
    held->response().body = "id=" + std::string(held->request().query);
    held->complete();
    held.reset();
  });
}

bool TestApplication::wait_held(std::size_t count) {
  std::unique_lock lock(mutex_);
  return held_changed_.wait_for(lock, testing::RawClient::kPatience, [&] { return held_.size() >= count; });
}

bool TestApplication::wait_stalled() {
  std::unique_lock lock(mutex_);
  return held_changed_.wait_for(lock, testing::RawClient::kPatience, [this] { return stalled_; });
}

void TestApplication::end_stall() {
  {
    const std::lock_guard lock(mutex_);
    stalled_ = false;
  }
  held_changed_.notify_all();
}

std::shared_ptr<http::Exchange> TestApplication::take_held() {
  const std::lock_guard lock(mutex_);
  auto exchange = std::move(held_.front());
  held_.pop_front();
  return exchange;
}

std::vector<std::string> TestApplication::handled() const {
  const std::lock_guard lock(mutex_);
  return handled_;
}

ServerFixture::ServerFixture() {
  options_.max_connections = 512;
}

void ServerFixture::start() {
  server_ = std::make_unique<Server>(options_, application_);
  const Result<Done> started = server_->start();
  ASSERT_TRUE(started.ok()) << started.error().detail;
}

void ServerFixture::TearDown() {
  if (server_) server_->stop();
}

bool ServerFixture::eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + testing::RawClient::kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

std::string get(std::string_view target, std::string_view fields) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n" + std::string(fields) + "\r\n";
}

}  // namespace gateway::server
