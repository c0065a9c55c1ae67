// What a test sets, and looks at, beside the requests.
#include <algorithm>

#include "tests/support/fake_google_call.hpp"

namespace gateway::testing {

void FakeGoogle::set_enumeration_protection(bool on) {
  const std::lock_guard guard(mutex_);
  enumeration_protection_ = on;
}
void FakeGoogle::set_key_max_age_s(std::int64_t seconds) {
  const std::lock_guard guard(mutex_);
  key_max_age_s_ = seconds;
}
void FakeGoogle::set_token_lifetime_s(std::int64_t seconds) {
  const std::lock_guard guard(mutex_);
  token_lifetime_s_ = seconds;
}
void FakeGoogle::rotate_keys() {
  const std::lock_guard guard(mutex_);
  auto key = std::make_unique<RsaKey>(shared_key("signing-key-" + std::to_string(++rotations_ + 1)));
  signing_keys_.push_back(std::move(key));
}
void FakeGoogle::drop_old_keys() {
  const std::lock_guard guard(mutex_);
  signing_keys_.erase(signing_keys_.begin(), signing_keys_.end() - 1);
}
void FakeGoogle::forget_access_tokens() {
  const std::lock_guard guard(mutex_);
  access_tokens_.clear();
}
void FakeGoogle::expire_codes() {
  const std::lock_guard guard(mutex_);
  for (auto& [text, code] : codes_)
    code.expired = true;
}
void FakeGoogle::answer_next(int count, Answer answer, std::string part) {
  const std::lock_guard guard(mutex_);
  scripted_.push_back({count, std::move(answer), std::move(part)});
}
void FakeGoogle::before_each(std::function<void(const std::string&)> hook) {
  const std::lock_guard guard(mutex_);
  hook_ = std::move(hook);
}

FakeAccount FakeGoogle::add_account(FakeAccount account) {
  const std::lock_guard guard(mutex_);
  if (account.local_id.empty()) account.local_id = new_id("fake-account-");
  account.email = lower(account.email);
  return accounts_[account.local_id] = account;
}
std::optional<FakeAccount> FakeGoogle::find(const std::string& local_id) const {
  const std::lock_guard guard(mutex_);
  const auto found = accounts_.find(local_id);
  return found == accounts_.end() ? std::nullopt : std::optional(found->second);
}
void FakeGoogle::change(const std::string& local_id, const std::function<void(FakeAccount&)>& how) {
  const std::lock_guard guard(mutex_);
  how(accounts_.at(local_id));
}
void FakeGoogle::forget(const std::string& local_id) {
  const std::lock_guard lock(mutex_);
  accounts_.erase(local_id);
}

void FakeGoogle::add_identity(const std::string& id_token, FakeIdentity identity) {
  const std::lock_guard guard(mutex_);
  identities_[id_token] = std::move(identity);
}
std::string FakeGoogle::code_sent_to(const std::string& email) const {
  const std::lock_guard guard(mutex_);
  const auto found = last_codes_.find(lower(email));
  return found == last_codes_.end() ? "" : found->second;
}

std::vector<FakeGoogle::Request> FakeGoogle::requests() const {
  const std::lock_guard guard(mutex_);
  return requests_;
}
int FakeGoogle::count(std::string_view part) const {
  const std::lock_guard guard(mutex_);
  return static_cast<int>(std::count_if(requests_.begin(), requests_.end(), [part](const Request& request) {
    return request.target.find(part) != std::string::npos;
  }));
}

}  // namespace gateway::testing
