#include "store_suite.hpp"

namespace gateway::conformance {
namespace {

using namespace gateway::store;

class StoreAudit : public StoreSuite {
 protected:
  AuditEvent new_event(std::int64_t after_ms) const {
    AuditEvent event;
    event.id = unique_uuid();
    event.at_ms = now_ms() + after_ms;
    event.action = "login";
    event.user_id = user_id_;
    event.client_address = "2001:db8::1";
    event.request_id = "request";
    event.detail.text = R"({"a":{"b":[1,"x"]}})";
    return event;
  }
  std::vector<AuditEvent> events(ListAudit list = {}) const {
    list.user_id = user_id_;
    return answer(list).events;
  }

  const std::string user_id_ = unique_uuid();
};

TEST_F(StoreAudit, events_are_kept_whole) {
  AuditEvent event = new_event(0);
  event.actor_id = unique_uuid();
  answer(AppendAudit{event});
  ASSERT_EQ(events().size(), 1U);
  const AuditEvent found = events()[0];
  EXPECT_EQ(found.id, event.id);
  EXPECT_EQ(found.at_ms, event.at_ms);
  EXPECT_EQ(found.action, event.action);
  EXPECT_EQ(found.user_id, event.user_id);
  EXPECT_EQ(found.actor_id, event.actor_id);
  EXPECT_EQ(found.client_address, event.client_address);
  EXPECT_EQ(found.request_id, event.request_id);
  const auto detail = parse_json(found.detail.text);  // a back end may write it with other white space
  ASSERT_TRUE(detail);
  EXPECT_EQ(to_text(*detail), event.detail.text);
}

TEST_F(StoreAudit, events_are_listed_newest_first_and_by_page) {
  for (const std::int64_t after_ms : {2, 0, 4, 1, 3})  // they need not arrive in order
    answer(AppendAudit{new_event(after_ms)});
  const auto all = events();
  ASSERT_EQ(all.size(), 5U);
  for (std::size_t i = 0; i < all.size(); ++i)
    EXPECT_EQ(all[i].at_ms, now_ms() + 4 - static_cast<std::int64_t>(i));
  const auto page = events({.before_ms = now_ms() + 3, .limit = 2});
  ASSERT_EQ(page.size(), 2U);
  EXPECT_EQ(page[0].at_ms, now_ms() + 2) << "strictly before";
  EXPECT_EQ(page[1].at_ms, now_ms() + 1);
}

TEST_F(StoreAudit, events_of_all_users_are_listed) {
  AuditEvent anonymous = new_event(1'000'000'000);  // newer than what other tests write
  anonymous.user_id.reset();
  answer(AppendAudit{anonymous});
  const auto page = answer(ListAudit{.limit = 1000}).events;
  const auto found = std::any_of(page.begin(), page.end(), [&](const AuditEvent& event) {
    return event.id == anonymous.id && !event.user_id;
  });
  EXPECT_TRUE(found);
  EXPECT_TRUE(events().empty());
}

TEST_F(StoreAudit, a_retry_appends_nothing) {
  const AuditEvent event = new_event(0);
  answer(AppendAudit{event});
  answer(AppendAudit{event});
  EXPECT_EQ(events().size(), 1U);
}

TEST_F(StoreAudit, list_bounds_are_checked) {
  expect_invalid(ListAudit{.limit = 0});
  expect_invalid(ListAudit{.limit = 1001});
}

}  // namespace
}  // namespace gateway::conformance
