#include "google_http.hpp"

#include <charconv>

namespace gateway::firebase {

namespace {

// Seconds only: the form with a date would have to be held against Google's clock, not ours.
std::optional<std::int64_t> retry_after_ms_of(const FetchedHttp& answer) {
  const std::string_view text = header_of(answer, "retry-after");
  std::int32_t seconds = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (text.empty() || fault != std::errc() || end != text.data() + text.size() || seconds < 0)
    return std::nullopt;
  return std::int64_t{seconds} * 1000;
}

}  // namespace

Answer<FetchedHttp> GoogleHttp::fetch(std::string_view name, const FetchHttp& request,
                                      const CallContext& context) const {
  if (host_.monotonic_ms() >= context.deadline_ms)
    return named(name, failed({ErrorKind::DeadlineExceeded, "no time is left for a request to Google", 0}));
  auto answer = host_.call(request, context);
  if (!answer || answer->status >= 500) ++faults_;
  if (!answer) return named(name, failed(answer.error()));
  if (answer->status >= 200 && answer->status < 300) return std::move(*answer);
  host_.count("google_refusals");
  return named(name, failure_of(answer->status, answer->body.reveal(), retry_after_ms_of(*answer)));
}

Failure GoogleHttp::named(std::string_view name, Failure failure) {
  failure.error.detail = std::string(name) + ": " + failure.error.detail;
  return failure;
}

std::string_view header_of(const FetchedHttp& answer, std::string_view name) {
  for (const HttpField& field : answer.headers) {
    if (field.name == name) return field.value.reveal();
  }
  return {};
}

}  // namespace gateway::firebase
