// Secret: a string that must not be seen. It has no stream operator and no implicit conversion; its memory is
// wiped when it is destroyed or assigned. reveal() is the one way in, so that every use can be found by
// searching for it. Thread safety: a plain value.
#pragma once

#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace gateway {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept : text_(std::move(other.text_)) { other.wipe(); }
  Secret& operator=(const Secret& other) {
    if (this != &other) {
      wipe();
      text_ = other.text_;
    }
    return *this;
  }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      wipe();
      text_ = std::move(other.text_);
      other.wipe();
    }
    return *this;
  }
  ~Secret() { wipe(); }

  std::string_view reveal() const noexcept { return text_; }
  bool empty() const noexcept { return text_.empty(); }

 private:
  void wipe() noexcept {
    // The compiler may not drop this, although the memory is about to be freed. Bytes of a short string that
    // was moved from stay inside the object, so all of its capacity is cleared.
    text_.resize(text_.capacity());
    ::explicit_bzero(text_.data(), text_.size());
    text_.clear();
  }

  std::string text_;
};

}  // namespace gateway
