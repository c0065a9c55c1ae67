// The fixture of the store suites: a fresh, started store and builders for rows. The store may remember
// earlier runs, so every test works with names of its own.
#pragma once

#include <gateway/store.hpp>

#include "testing.hpp"

namespace gateway::conformance {

class StoreSuite : public testing::Test {
 protected:
  StoreSuite() : plugin_(must(PluginInstance::run(subject().library, host_, subject().config), "start")) {}

  template <class Operation>
  Result<typename Operation::Reply> call(const Operation& operation) const {
    return plugin_.call(operation, host_.context());
  }
  template <class Operation>
  typename Operation::Reply answer(const Operation& operation) const {
    return must(call(operation), Operation::kOperation);
  }
  template <class Operation>
  void expect_invalid(const Operation& operation) const {
    const auto result = call(operation);
    ASSERT_FALSE(result) << Operation::kOperation << " accepts what is invalid";
    EXPECT_EQ(result.error().kind, ErrorKind::Invalid) << result.error().detail;
  }

  std::int64_t now_ms() const { return host_.wall_ms(); }

  store::User new_user() const {
    store::User user;
    user.id = unique_uuid();
    user.email = unique("Person-") + "@Example.COM";
    user.user_type = "Buyer";
    user.created_at_ms = user.updated_at_ms = now_ms();
    user.identities.push_back({"provider-a", unique("subject-"), user.email, false, now_ms()});
    return user;
  }
  store::User created(const store::User& user) const {
    return expect_outcome<store::UserRow>(answer(store::CreateUser{user}), "users.create").user;
  }
  store::User created() const { return created(new_user()); }
  store::UpdateUser change(const store::User& user) const {
    store::UpdateUser update;
    update.id = user.id;
    update.now_ms = now_ms() + 5;
    return update;
  }
  store::User updated(const store::UpdateUser& update) const {
    return expect_outcome<store::UserRow>(answer(update), "users.update").user;
  }

  TestHost host_;
  PluginInstance plugin_;
};

}  // namespace gateway::conformance
