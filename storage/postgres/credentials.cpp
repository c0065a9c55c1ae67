#include "postgres_store.hpp"

namespace gateway::postgres {

using store::Conflict;
using store::Credential;
using store::NotFound;
using store::Stored;

namespace {

const Statement kCreate{"credentials.create", R"sql(
INSERT INTO credentials (provider, subject, login, email, email_verified, full_name, secret_hash, disabled, updated_at_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9))sql"};

constexpr const char* kSelectCredential =
    "SELECT provider, subject, login, email, email_verified, full_name, secret_hash, disabled, updated_at_ms "
    "FROM credentials WHERE provider = $1 AND ";
const Statement kFindByLogin{"credentials.find_by_login", std::string(kSelectCredential) + "login = $2"};
const Statement kFindBySubject{"credentials.find_by_subject",
                               std::string(kSelectCredential) + "subject = $2"};

const Statement kReplace{"credentials.replace_secret", R"sql(
WITH replaced AS (UPDATE credentials SET secret_hash = $4, updated_at_ms = $5
                  WHERE provider = $1 AND subject = $2 AND secret_hash = $3 RETURNING 1)
SELECT EXISTS (SELECT 1 FROM replaced), EXISTS (SELECT 1 FROM credentials WHERE provider = $1 AND subject = $2))sql"};

const Statement kSetDisabled{"credentials.set_disabled", R"sql(
UPDATE credentials SET disabled = $3, updated_at_ms = $4 WHERE provider = $1 AND subject = $2 RETURNING 1)sql"};

const Statement kDelete{"credentials.delete",
                        "DELETE FROM credentials WHERE provider = $1 AND subject = $2 RETURNING 1"};

}  // namespace

Result<store::CreateCredential::Reply> PostgresStore::create_credential(
    const store::CreateCredential& request, const CallContext& context) {
  const Credential& credential = request.credential;
  Parameters parameters;
  parameters.add(credential.provider).add(credential.subject).add(credential.login).add(credential.email);
  parameters.add_flag(credential.email_verified).add(credential.full_name);
  parameters.add(credential.secret_hash.reveal()).add_flag(credential.disabled).add(credential.updated_at_ms);
  const auto rows = database_.run(kCreate, parameters, context);
  if (rows) return {Stored{}};
  if (rows.error().constraint == "credentials_login") return {Conflict{"login"}};
  if (rows.error().constraint == "credentials_subject") return {Conflict{"subject"}};
  return rows.error().error;
}

Result<store::MaybeCredential> PostgresStore::find_credential(const store::FindCredential& request,
                                                              const CallContext& context) {
  if (request.login.has_value() == request.subject.has_value())
    return invalid("credentials.find wants either a login or a subject");
  const Parameters parameters =
      std::move(Parameters().add(request.provider).add(request.login ? *request.login : *request.subject));
  const auto rows = database_.run(request.login ? kFindByLogin : kFindBySubject, parameters, context);
  if (!rows) return rows.error().error;
  if (rows->empty()) return store::MaybeCredential{};
  Credential credential;
  credential.provider = rows->text(0, 0);
  credential.subject = rows->text(0, 1);
  credential.login = rows->text(0, 2);
  credential.email = rows->text(0, 3);
  credential.email_verified = rows->flag(0, 4);
  credential.full_name = rows->maybe_text(0, 5);
  credential.secret_hash = Secret(std::string(rows->text(0, 6)));
  credential.disabled = rows->flag(0, 7);
  credential.updated_at_ms = rows->number(0, 8);
  return store::MaybeCredential{std::move(credential)};
}

Result<store::ReplaceSecret::Reply> PostgresStore::replace_secret(const store::ReplaceSecret& request,
                                                                  const CallContext& context) {
  Parameters parameters;
  parameters.add(request.provider).add(request.subject).add(request.expected_hash.reveal());
  parameters.add(request.secret_hash.reveal()).add(request.now_ms);
  const auto rows = database_.run(kReplace, parameters, context);
  if (!rows) return rows.error().error;
  if (rows->flag(0, 0)) return {Stored{}};
  if (rows->flag(0, 1)) return {store::Stale{}};
  return {NotFound{}};
}

Result<store::SetCredentialDisabled::Reply> PostgresStore::set_credential_disabled(
    const store::SetCredentialDisabled& request, const CallContext& context) {
  Parameters parameters;
  parameters.add(request.provider).add(request.subject).add_flag(request.disabled).add(request.now_ms);
  const auto rows = database_.run(kSetDisabled, parameters, context);
  if (!rows) return rows.error().error;
  if (rows->empty()) return {NotFound{}};
  return {Stored{}};
}

Result<store::DeleteCredential::Reply> PostgresStore::delete_credential(
    const store::DeleteCredential& request, const CallContext& context) {
  const auto rows = database_.run(kDelete, Parameters().add(request.provider).add(request.subject), context);
  if (!rows) return rows.error().error;
  if (rows->empty()) return {NotFound{}};
  return {Stored{}};
}

}  // namespace gateway::postgres
