// ResponseHeaders: the fields of one response, in the order in which they were added. They lie one behind the
// other in one text, as the lines that are sent, so that a response that is made again and again (one
// connection's) allocates nothing once the text is as long as it gets. Names compare without case.
//
// Thread safety: a plain value. Ownership: copies what it is given; the views that it gives out end with the
// next change. Nothing is checked here: what may not be sent is the server's to find.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::http {

class ResponseHeaders {
 public:
  std::size_t size() const noexcept { return fields_.size(); }
  std::string_view name(std::size_t index) const noexcept { return line(index).substr(0, name_size(index)); }
  std::string_view value(std::size_t index) const noexcept;
  // "Name: value\r\n", RFC 9112 section 5.
  std::string_view line(std::size_t index) const noexcept {
    return {text_.data() + fields_[index].at, fields_[index].size};
  }

  std::optional<std::string_view> find(std::string_view name) const noexcept;  // the first of that name
  void set(std::string_view name, std::string_view value);                     // replaces all of that name
  void add(std::string_view name, std::string_view value);                     // beside those already there
  void remove(std::string_view name);
  void clear() noexcept;

 private:
  struct Field {
    std::uint32_t at;
    std::uint32_t size;
    std::uint32_t name_size;
  };

  std::size_t name_size(std::size_t index) const noexcept { return fields_[index].name_size; }
  bool is(const Field& field, std::string_view name) const noexcept;
  Field append(std::string_view name, std::string_view value);

  std::string text_;  // what was replaced or removed stays in it
  std::vector<Field> fields_;
};

}  // namespace gateway::http
