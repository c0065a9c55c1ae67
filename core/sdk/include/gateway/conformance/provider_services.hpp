// ProviderServices: what a host offers to a provider: the credentials, codes and records groups (store.hpp),
// in memory, and http.fetch, done by whom it is given (without it, Unsupported). As in the gateway,
// `provider` and `scope` are set here, whatever the plugin wrote. break_down() makes every service of the
// storage Unavailable, to see that a provider then answers an Error and never an outcome.
//
//   ProviderServices services("local");
//   TestHost host(services.handler());
//
// Thread safety: full. Ownership: must outlive the host that it was given to.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <tuple>
#include <utility>

#include <gateway/conformance/test_host.hpp>
#include <gateway/outbound_http.hpp>
#include <gateway/store/codes.hpp>
#include <gateway/store/credentials.hpp>
#include <gateway/store/records.hpp>

namespace gateway::conformance {

class ProviderServices : public store::Credentials, public store::Codes, public store::Records {
 public:
  // Blocks until the answer is there or the context's deadline has passed; from any thread.
  using Fetch = std::function<Result<FetchedHttp>(const FetchHttp&, const CallContext&)>;

  explicit ProviderServices(std::string instance_id, Fetch fetch = {})
      : instance_id_(std::move(instance_id)), fetch_(std::move(fetch)) {}

  TestHost::Services handler() {
    return [this](const gateway_call& call, gateway_sink* sink) { return serve(call, sink); };
  }

  void break_down() { broken_ = true; }
  void repair() { broken_ = false; }
  // How many calls of the credentials group there have been, broken down or not.
  std::int64_t credential_calls() const { return credential_calls_; }

  // The stored row, for looking at what a provider has written.
  std::optional<store::Credential> find_row(const std::string& subject) const {
    const std::lock_guard guard(mutex_);
    const auto it = credentials_.find(subject);
    return it == credentials_.end() ? std::nullopt : std::optional(it->second);
  }

  Result<FetchedHttp> fetch_http(const FetchHttp& request, const CallContext& context) {
    if (!fetch_) return Error{ErrorKind::Unsupported, "this test host has no outbound HTTP"};
    return fetch_(request, context);
  }

  Result<store::CreateCredential::Reply> create_credential(const store::CreateCredential& request,
                                                           const CallContext&) override {
    const std::lock_guard guard(mutex_);
    store::Credential row = request.credential;
    row.provider = instance_id_;
    if (subject_of_login(row.login)) return {store::Conflict{"login"}};
    if (!credentials_.emplace(row.subject, row).second) return {store::Conflict{"subject"}};
    return {store::Stored{}};
  }
  Result<store::MaybeCredential> find_credential(const store::FindCredential& request,
                                                 const CallContext&) override {
    const std::lock_guard guard(mutex_);
    if (request.login.has_value() == request.subject.has_value())
      return invalid("either a login or a subject");
    const auto subject = request.subject ? request.subject : subject_of_login(*request.login);
    const auto it = subject ? credentials_.find(*subject) : credentials_.end();
    return it == credentials_.end() ? store::MaybeCredential{} : store::MaybeCredential{it->second};
  }
  Result<store::ReplaceSecret::Reply> replace_secret(const store::ReplaceSecret& request,
                                                     const CallContext&) override {
    const std::lock_guard guard(mutex_);
    const auto it = credentials_.find(request.subject);
    if (it == credentials_.end()) return {store::NotFound{}};
    if (it->second.secret_hash.reveal() != request.expected_hash.reveal()) return {store::Stale{}};
    it->second.secret_hash = request.secret_hash;
    it->second.updated_at_ms = request.now_ms;
    return {store::Stored{}};
  }
  Result<store::SetCredentialDisabled::Reply> set_credential_disabled(
      const store::SetCredentialDisabled& request, const CallContext&) override {
    const std::lock_guard guard(mutex_);
    const auto it = credentials_.find(request.subject);
    if (it == credentials_.end()) return {store::NotFound{}};
    it->second.disabled = request.disabled;
    it->second.updated_at_ms = request.now_ms;
    return {store::Stored{}};
  }
  Result<store::DeleteCredential::Reply> delete_credential(const store::DeleteCredential& request,
                                                           const CallContext&) override {
    const std::lock_guard guard(mutex_);
    if (credentials_.erase(request.subject) == 0) return {store::NotFound{}};
    return {store::Stored{}};
  }

  Result<Empty> put_code(const store::PutCode& request, const CallContext&) override {
    const std::lock_guard guard(mutex_);
    codes_[{request.purpose, request.target}] = Code{request, request.max_attempts, false};
    return Empty{};
  }
  Result<store::CodeOutcome> consume_code(const store::ConsumeCode& request, const CallContext&) override {
    using store::CodeState;
    const std::lock_guard guard(mutex_);
    const auto it = codes_.find({request.purpose, request.target});
    if (it == codes_.end()) return store::CodeOutcome{CodeState::Unknown, 0, ""};
    Code& code = it->second;
    if (code.used) return store::CodeOutcome{CodeState::AlreadyUsed, 0, ""};
    if (request.now_ms >= code.put.expires_at_ms) return store::CodeOutcome{CodeState::Expired, 0, ""};
    if (code.attempts_left == 0) return store::CodeOutcome{CodeState::Exhausted, 0, ""};
    --code.attempts_left;
    if (code.put.digest != request.digest)
      return store::CodeOutcome{CodeState::Wrong, code.attempts_left, ""};
    code.used = true;
    return store::CodeOutcome{CodeState::Accepted, code.attempts_left, code.put.payload};
  }

  Result<Empty> put_record(const store::PutRecord& request, const CallContext&) override {
    const std::lock_guard guard(mutex_);
    records_[request.key] = request;
    return Empty{};
  }
  Result<store::MaybeRecord> get_record(const store::GetRecord& request, const CallContext&) override {
    const std::lock_guard guard(mutex_);
    const auto it = records_.find(request.key);
    const bool there =
        it != records_.end() && (!it->second.expires_at_ms || request.now_ms < *it->second.expires_at_ms);
    return there ? store::MaybeRecord{it->second.value} : store::MaybeRecord{};
  }
  Result<Empty> delete_record(const store::DeleteRecord& request, const CallContext&) override {
    const std::lock_guard guard(mutex_);
    records_.erase(request.key);
    return Empty{};
  }

 private:
  struct Code {
    store::PutCode put;
    std::int64_t attempts_left = 0;
    bool used = false;
  };

  gateway_status serve(const gateway_call& call, gateway_sink* sink) {
    if (from_abi(call.operation).rfind("credentials.", 0) == 0) ++credential_calls_;
    if (from_abi(call.operation) == FetchHttp::kOperation)
      return Dispatch(call, sink).to(*this, &ProviderServices::fetch_http).finish();
    if (broken_) return write_error(sink, unavailable("the services are broken down"));
    return Dispatch(call, sink)
        .to(*this, &store::Credentials::create_credential)
        .to(*this, &store::Credentials::find_credential)
        .to(*this, &store::Credentials::replace_secret)
        .to(*this, &store::Credentials::set_credential_disabled)
        .to(*this, &store::Credentials::delete_credential)
        .to(*this, &store::Codes::put_code)
        .to(*this, &store::Codes::consume_code)
        .to(*this, &store::Records::put_record)
        .to(*this, &store::Records::get_record)
        .to(*this, &store::Records::delete_record)
        .finish();
  }

  std::optional<std::string> subject_of_login(const std::string& login) const {
    for (const auto& [subject, row] : credentials_) {
      if (row.login == login) return subject;
    }
    return std::nullopt;
  }

  std::string instance_id_;
  const Fetch fetch_;
  std::atomic<bool> broken_{false};
  std::atomic<std::int64_t> credential_calls_{0};
  mutable std::mutex mutex_;
  std::map<std::string, store::Credential> credentials_;  // by subject
  std::map<std::pair<std::string, std::string>, Code> codes_;
  std::map<std::string, store::PutRecord> records_;
};

}  // namespace gateway::conformance
