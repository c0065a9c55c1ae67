// Every message of the plugin contract, read from hostile text: all requests and all replies try each input.
// Held: what a type accepts it writes and reads back, the same; a refusal is Malformed and has a reason.
#include <cstdint>
#include <string>
#include <string_view>

#include <gateway/manifest.hpp>
#include <gateway/provider_messages.hpp>
#include <gateway/store.hpp>

#include "tests/fuzz/fuzz_require.hpp"

namespace {

using namespace gateway;
using gateway::fuzz::require;

template <class Message>
void check(std::string_view input) {
  const auto message = decode<Message>(input);
  if (!message) {
    require(message.error().kind == ErrorKind::Malformed && !message.error().detail.empty(),
            "a refusal has a reason");
    return;
  }
  const std::string text = encode(*message);
  const auto again = decode<Message>(text);
  require(again.ok(), "what is written reads back");
  require(encode(*again) == text, "and is the same");
}

template <class... Operations>
void check_operations(std::string_view input) {
  (check<Operations>(input), ...);
  (check<typename Operations::Reply>(input), ...);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  check<Manifest>(input);
  check<ErrorMessage>(input);
  check_operations<SignUp, SignIn, ChangePassword, VerifyToken, RefreshTokens, SendCode, ApplyCode,
                   SignInByPhone, SignInWithSocialToken, CreateAccount, UpdateAccount, ListAccounts,
                   GetAccount, SetAccountDisabled, DeleteAccount, RevokeSessions, ProbeHealth>(input);
  check_operations<store::CreateUser, store::GetUser, store::FindUserByIdentity, store::FindUserByEmail,
                   store::UpdateUser, store::DeleteUser, store::ListUsers, store::LinkIdentity>(input);
  check_operations<store::CreateCredential, store::FindCredential, store::ReplaceSecret,
                   store::SetCredentialDisabled, store::DeleteCredential>(input);
  check_operations<store::OpenSession, store::RotateSession, store::ResolveSession, store::RevokeSessions,
                   store::PutCode, store::ConsumeCode, store::ListKeys, store::AddKey,
                   store::ReplaceKeyMaterial>(input);
  check_operations<store::AppendAudit, store::ListAudit, store::PutRecord, store::GetRecord,
                   store::DeleteRecord, store::ProbeStore, store::Prune>(input);
  return 0;
}
