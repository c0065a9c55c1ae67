#include "core/net/http_client.hpp"

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

#include "core/net/exchange.hpp"
#include "core/net/origin_table.hpp"
#include "core/net/request_text.hpp"
#include "core/net/resolver.hpp"

namespace gateway::net {

namespace {

constexpr int kMaxRepeats = 2;
constexpr std::int64_t kLongestRetryAfterMs = 2'000;  // who wants longer is told so by the answer

// One call, as its repetitions share it.
struct Call {
  const toolkit::Url& url;
  const Secret text;
  const AnswerLimits limits;
  const bool repeatable;
  const Deadline deadline;
  Origin& origin;
  bool met_stale = false;  // a kept connection was closed, and the request may not be sent again
};

bool is_nobodys_answer(std::int64_t status) {
  return status >= 502 && status <= 504;
}

// What the answer asks for; nullopt: nothing, or a date.
std::optional<std::int64_t> retry_after_ms(const FetchedHttp& answer) {
  for (const HttpField& field : answer.headers) {
    if (field.name != "retry-after") continue;
    const std::string_view text = field.value.reveal();
    std::int32_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc() || end != text.data() + text.size() || seconds < 0) return std::nullopt;
    return std::int64_t{seconds} * 1000;
  }
  return std::nullopt;
}

std::string_view reason_of(const Outcome<FetchedHttp>& outcome) {
  return outcome ? std::string_view("it answers 502, 503 or 504") : std::string_view(outcome.error().detail);
}

}  // namespace

struct HttpClient::Impl {
  Impl(HttpClientOptions o, const Process& p, std::unique_ptr<TlsContext> t)
      : options(std::move(o)),
        process(p),
        tls(std::move(t)),
        resolver(options.lookup ? options.lookup : Lookup(&system_lookup), p.clock, options.name_cache_ms),
        origins({options.max_per_origin, options.max_idle_per_origin, options.idle_limit_ms, options.breaker},
                p.clock, p.random, p.metrics) {}

  Result<FetchedHttp> run(Call& call);
  Outcome<FetchedHttp> attempt(Call& call);
  Outcome<FetchedHttp> ask_over(std::unique_ptr<Connection> connection, Call& call, bool* began);
  Outcome<std::unique_ptr<Connection>> connect(const Call& call);
  Verdict judge(const Outcome<FetchedHttp>& outcome, const Call& call, std::int64_t began_ms) const;
  void report(Origin& origin, const CircuitBreaker::Permit& permit, Verdict verdict,
              const Outcome<FetchedHttp>& outcome);
  // How long to wait before the next attempt; nullopt: there is none.
  std::optional<std::int64_t> pause_ms(const Outcome<FetchedHttp>& outcome, const Call& call, int repeats);

  const HttpClientOptions options;
  const Process process;
  // Where every call passes, so that stop() knows when there are none.
  bool enter();
  void leave();

  const std::unique_ptr<TlsContext> tls;
  StopSignal stopping;
  std::mutex mutex;
  std::condition_variable emptied;
  bool stopped = false;  // guarded by mutex, as the next
  std::size_t calls = 0;
  Resolver resolver;
  OriginTable origins;
};

Result<std::unique_ptr<HttpClient>> HttpClient::create(const HttpClientOptions& options,
                                                       const Process& process) {
  auto tls = TlsContext::create(options.ca_file);
  if (!tls) return tls.error();
  return std::unique_ptr<HttpClient>(
      new HttpClient(std::make_unique<Impl>(options, process, *std::move(tls))));
}

HttpClient::HttpClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpClient::~HttpClient() {
  stop();
}

bool HttpClient::Impl::enter() {
  const std::lock_guard lock(mutex);
  if (!stopped) ++calls;
  return !stopped;
}

void HttpClient::Impl::leave() {
  const std::lock_guard lock(mutex);
  if (--calls == 0) emptied.notify_all();
}

void HttpClient::stop() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopped = true;
  }
  impl_->stopping.stop();
  impl_->resolver.stop();
  {
    std::unique_lock lock(impl_->mutex);
    impl_->emptied.wait(lock, [&] { return impl_->calls == 0; });
  }
  impl_->origins.drop_idle(0);
}

void HttpClient::drop_idle() {
  impl_->origins.drop_idle(impl_->options.idle_limit_ms);
}

Result<FetchedHttp> HttpClient::fetch(const FetchHttp& request, const CallContext& context) {
  const auto url = check_request(request);
  if (!url) return url.error();
  if (!impl_->enter()) return unavailable("the gateway stops");
  const std::unique_ptr<Impl, void (*)(Impl*)> inside(impl_.get(), [](Impl* impl) { impl->leave(); });
  const auto origin = impl_->origins.of(*url);
  if (!origin) return Error{ErrorKind::Overloaded, "too many origins are being asked", 1000};

  const runtime::Clock& clock = impl_->process.clock;
  const std::int64_t began_ms = clock.monotonic_ms();
  const auto took_ms = [&] { return clock.monotonic_ms() - began_ms; };
  HostMetrics& metrics = origin->metrics();
  const Origin::Place place(*origin);
  if (!place.granted()) {
    metrics.failed(ErrorKind::Overloaded, took_ms());
    return Error{ErrorKind::Overloaded, origin->name() + ": as many calls under way as may be", 1000};
  }
  AnswerLimits limits;
  limits.max_body_bytes = static_cast<std::size_t>(std::min(request.max_body_bytes, kMaxAnswerBytes));
  Call call{*url,
            request_text(request, *url),
            limits,
            request.repeatable || request.verb == HttpVerb::Get,
            Deadline(clock, context.deadline_ms).within(impl_->options.total_timeout_ms),
            *origin};
  auto result = impl_->run(call);
  if (result) {
    metrics.answered(result->status, took_ms());
  } else if (result.error().retry_after_ms == 0) {  // otherwise counted as left alone
    metrics.failed(result.error().kind, took_ms());
  }
  return result;
}

Result<FetchedHttp> HttpClient::Impl::run(Call& call) {
  Outcome<FetchedHttp> last = Failure{Fault::TimedOut, "the deadline had passed before the call"};
  for (int repeats = 0; !call.deadline.passed(); ++repeats) {
    const auto permit = call.origin.ask();
    if (!permit.granted) {
      if (repeats > 0) break;
      call.origin.metrics().refused_by_breaker();
      return unavailable(call.origin.name() + ": left alone, since it kept failing", permit.retry_after_ms);
    }
    const std::int64_t began_ms = process.clock.monotonic_ms();
    if (repeats > 0) call.origin.metrics().retried();
    last = attempt(call);
    report(call.origin, permit, judge(last, call, began_ms), last);
    const auto pause = pause_ms(last, call, repeats);
    if (!pause || wait_for(-1, 0, call.deadline.within(*pause), stopping) == Waited::Stopped) break;
  }
  if (last) return std::move(*last);
  Failure failure = std::move(last.error());
  failure.detail = call.origin.name() + ": " + failure.detail;
  return to_error(std::move(failure));
}

Outcome<FetchedHttp> HttpClient::Impl::attempt(Call& call) {
  bool began = false;
  if (auto kept = call.origin.take_idle()) {
    call.origin.metrics().reused_connection();
    auto outcome = ask_over(std::move(kept), call, &began);
    const bool is_stale = !outcome && outcome.error().fault == Fault::Broken && !began;
    if (!is_stale) return outcome;
    if (!call.repeatable) {
      call.met_stale = true;
      outcome.error().detail += " (a kept one; whether the request took effect is not known)";
      return outcome;
    }
  }
  auto fresh = connect(call);
  if (!fresh) return fresh.error();
  return ask_over(*std::move(fresh), call, &began);
}

Outcome<std::unique_ptr<Connection>> HttpClient::Impl::connect(const Call& call) {
  const std::int64_t began_ms = process.clock.monotonic_ms();
  auto addresses = resolver.addresses_of(call.url.host, call.deadline.within(options.connect_timeout_ms));
  if (!addresses) {
    Failure failure = std::move(addresses.error());
    if (failure.fault == Fault::TimedOut && !call.deadline.passed()) failure.fault = Fault::Connect;
    return failure;
  }
  const std::int64_t left_ms = options.connect_timeout_ms - (process.clock.monotonic_ms() - began_ms);
  auto opened = Connection::open({call.url.host, call.url.port, call.url.is_https() ? tls.get() : nullptr},
                                 *addresses, call.deadline, std::max<std::int64_t>(left_ms, 1), stopping);
  if (opened) call.origin.metrics().opened_connection();
  return opened;
}

Outcome<FetchedHttp> HttpClient::Impl::ask_over(std::unique_ptr<Connection> connection, Call& call,
                                                bool* began) {
  ResponseParser parser(call.limits);
  auto outcome = exchange(*connection, call.text, parser, call.deadline);
  *began = parser.began();
  if (outcome && parser.keeps_connection()) call.origin.give_back(std::move(connection));
  return outcome;
}

Verdict HttpClient::Impl::judge(const Outcome<FetchedHttp>& outcome, const Call& call,
                                std::int64_t began_ms) const {
  if (outcome) return is_nobodys_answer(outcome->status) ? Verdict::Failure : Verdict::Success;
  if (call.met_stale) return Verdict::Unknown;
  switch (outcome.error().fault) {
    case Fault::Connect:
    case Fault::Trust:
    case Fault::Broken:
    case Fault::Garbage:
      return Verdict::Failure;
    case Fault::TimedOut: {
      const bool was_fair = process.clock.monotonic_ms() - began_ms >= options.fair_chance_ms;
      return was_fair ? Verdict::Failure : Verdict::Unknown;
    }
    case Fault::Unusable:
      return Verdict::Success;
    case Fault::Overloaded:
    case Fault::Stopped:
      break;
  }
  return Verdict::Unknown;
}

void HttpClient::Impl::report(Origin& origin, const CircuitBreaker::Permit& permit, Verdict verdict,
                              const Outcome<FetchedHttp>& outcome) {
  switch (origin.report(permit, verdict)) {
    case Origin::Change::None:
      return;
    case Origin::Change::Opened:
      process.logger.write(LogLevel::Warning, "net", "an origin keeps failing and is left alone for a while",
                           {{"origin", std::string_view(origin.name())}, {"reason", reason_of(outcome)}});
      return;
    case Origin::Change::Closed:
      process.logger.write(LogLevel::Information, "net", "an origin that was left alone answers again",
                           {{"origin", std::string_view(origin.name())}});
  }
}

std::optional<std::int64_t> HttpClient::Impl::pause_ms(const Outcome<FetchedHttp>& outcome, const Call& call,
                                                       int repeats) {
  if (!call.repeatable || repeats >= kMaxRepeats) return std::nullopt;
  const bool is_worth_it =
      outcome ? is_nobodys_answer(outcome->status)
              : outcome.error().fault == Fault::Connect || outcome.error().fault == Fault::Broken;
  if (!is_worth_it) return std::nullopt;
  const double spread = 0.5 + origins.chance();
  auto pause_ms =
      static_cast<std::int64_t>(static_cast<double>(options.first_pause_ms * (1LL << repeats)) * spread);
  if (outcome) pause_ms = std::max(pause_ms, retry_after_ms(*outcome).value_or(0));
  if (pause_ms > kLongestRetryAfterMs || call.deadline.left_ms() <= pause_ms) return std::nullopt;
  return pause_ms;
}

Result<Done> check_ca_file(const std::string& ca_file) {
  auto made = TlsContext::create(ca_file);
  if (!made) return made.error();
  return Done{};
}

}  // namespace gateway::net
