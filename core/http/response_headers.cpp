#include "core/http/response_headers.hpp"

#include <algorithm>

#include "core/http/request.hpp"

namespace gateway::http {

namespace {

constexpr std::string_view kColon = ": ";
constexpr std::string_view kLineEnd = "\r\n";
constexpr std::size_t kFirstText = 1024;
constexpr std::size_t kFirstFields = 24;
constexpr std::size_t kKeptText = 4096;  // of an unusually long answer's no more is kept for the next

}  // namespace

std::string_view ResponseHeaders::value(std::size_t index) const noexcept {
  std::string_view text = line(index);
  text.remove_prefix(name_size(index) + kColon.size());
  text.remove_suffix(kLineEnd.size());
  return text;
}

bool ResponseHeaders::is(const Field& field, std::string_view name) const noexcept {
  return field.name_size == name.size() && iequals({text_.data() + field.at, field.name_size}, name);
}

ResponseHeaders::Field ResponseHeaders::append(std::string_view name, std::string_view value) {
  const std::size_t at = text_.size();
  const std::size_t size = name.size() + kColon.size() + value.size() + kLineEnd.size();
  if (at + size > text_.capacity()) {
    // Moved by hand, so that a value may be one that was got from here.
    std::string larger;
    larger.reserve(std::max(kFirstText, 2 * (at + size)));
    larger.append(text_).append(name).append(kColon).append(value).append(kLineEnd);
    text_.swap(larger);
  } else {
    text_.append(name).append(kColon).append(value).append(kLineEnd);
  }
  return {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(size),
          static_cast<std::uint32_t>(name.size())};
}

std::optional<std::string_view> ResponseHeaders::find(std::string_view name) const noexcept {
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (is(fields_[i], name)) return value(i);
  }
  return std::nullopt;
}

void ResponseHeaders::set(std::string_view name, std::string_view value) {
  const auto same = [&](const Field& field) { return is(field, name); };
  const auto first = std::find_if(fields_.begin(), fields_.end(), same);
  if (first == fields_.end()) return add(name, value);
  // Before the text may move: the name may lie in it.
  fields_.erase(std::remove_if(first + 1, fields_.end(), same), fields_.end());
  const Field replacement = append(name, value);
  *first = replacement;
}

void ResponseHeaders::add(std::string_view name, std::string_view value) {
  if (fields_.capacity() < kFirstFields) fields_.reserve(kFirstFields);
  fields_.push_back(append(name, value));
}

void ResponseHeaders::remove(std::string_view name) {
  fields_.erase(
      std::remove_if(fields_.begin(), fields_.end(), [&](const Field& field) { return is(field, name); }),
      fields_.end());
}

void ResponseHeaders::clear() noexcept {
  fields_.clear();
  if (text_.capacity() > kKeptText) text_ = std::string();
  text_.clear();
}

}  // namespace gateway::http
