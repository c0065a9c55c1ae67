// Reads what `firebase auth:export FILE --format=json` writes: {"users": [{"localId": …, "email": …,
// "passwordHash": …, "salt": …, …}, …]}, one account at a time, however large the file is.
//
// What is no account, or one with members that are not what they should be, comes with its fault and its
// place in the list, and those behind it follow. A byte order mark in front is passed over.
//
// Hashes become "$firebase-scrypt$<salt>$<hash>", as the provider `local` takes them. Source: the Firebase
// CLI's reference of auth:export. Errors: Malformed for a file that is not such an export, with the place.
#pragma once

#include <functional>
#include <istream>

#include <gateway/result.hpp>

#include "core/auth/account_import.hpp"

namespace gateway::app {

// Called for each account, in the order of the file; false: no more is wanted.
using ForAccount = std::function<bool(auth::ImportedAccount)>;

Result<Done> read_firebase_export(std::istream& file, const ForAccount& take);

}  // namespace gateway::app
