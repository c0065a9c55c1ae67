// What is sent to the server: a Statement (a constant of this plugin) and its Parameters; and the Rows that
// come back. Thread safety: plain values; a Rows belongs to one thread at a time. Ownership: Rows owns
// libpq's result, the texts it hands out live as long as it does.
#pragma once

#include <charconv>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <libpq-fe.h>

namespace gateway::postgres {

// Prepared under its name, lazily, once per connection. One object per text: identity is the address.
//
// Constants of namespace scope: they are linked into a list, so that a test can look at the plan of every one
// there is. Made and ended by one thread at a time.
struct Statement {
  std::string name;
  std::string sql;
  Statement(std::string its_name, std::string its_sql)
      : name(std::move(its_name)), sql(std::move(its_sql)), before_(last_made_) {
    last_made_ = this;
  }
  ~Statement() {
    const Statement** link = &last_made_;
    while (*link != this)
      link = &(*link)->before_;
    *link = before_;
  }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // All there are: from the one made last to the one before it, until there is none.
  static const Statement* last_made() noexcept { return last_made_; }
  const Statement* before() const noexcept { return before_; }

 private:
  inline static const Statement* last_made_ = nullptr;
  mutable const Statement* before_;
};

class Parameters {
 public:
  Parameters& add(std::string_view text) {
    has_nul_ = has_nul_ || text.find('\0') != std::string_view::npos;
    values_.emplace_back(std::string(text));
    return *this;
  }
  Parameters& add(const std::string& text) { return add(std::string_view(text)); }
  Parameters& add(const char*) = delete;
  Parameters& add(const std::optional<std::string>& text) {
    return text ? add(std::string_view(*text)) : add_null();
  }
  Parameters& add(std::int64_t number) { return add(std::string_view(std::to_string(number))); }
  Parameters& add(const std::optional<std::int64_t>& number) { return number ? add(*number) : add_null(); }
  Parameters& add_flag(bool flag) { return add(std::string_view(flag ? "t" : "f")); }
  Parameters& add_flag(const std::optional<bool>& flag) { return flag ? add_flag(*flag) : add_null(); }
  Parameters& add_null() { return values_.emplace_back(std::nullopt), *this; }

  // Texts end at their first NUL on the wire: one that holds a NUL would become another text.
  bool has_nul() const noexcept { return has_nul_; }
  std::vector<const char*> pointers() const {
    std::vector<const char*> all;
    all.reserve(values_.size());
    for (const auto& value : values_)
      all.push_back(value ? value->c_str() : nullptr);
    return all;
  }

 private:
  std::vector<std::optional<std::string>> values_;
  bool has_nul_ = false;
};

class Rows {
 public:
  explicit Rows(PGresult* result) : result_(result) {}

  int count() const { return PQntuples(result_.get()); }
  bool empty() const { return count() == 0; }
  bool is_null(int row, int column) const { return PQgetisnull(result_.get(), row, column) != 0; }
  std::string_view text(int row, int column) const {
    return {PQgetvalue(result_.get(), row, column),
            static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
  }
  std::optional<std::string> maybe_text(int row, int column) const {
    return is_null(row, column) ? std::nullopt : std::optional<std::string>(text(row, column));
  }
  std::int64_t number(int row, int column) const {
    const std::string_view digits = text(row, column);
    std::int64_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
  }
  std::optional<std::int64_t> maybe_number(int row, int column) const {
    return is_null(row, column) ? std::nullopt : std::optional(number(row, column));
  }
  bool flag(int row, int column) const { return text(row, column) == "t"; }

  PGresult* get() const noexcept { return result_.get(); }

 private:
  struct Clear {
    void operator()(PGresult* result) const noexcept { PQclear(result); }
  };
  std::unique_ptr<PGresult, Clear> result_;
};

}  // namespace gateway::postgres
