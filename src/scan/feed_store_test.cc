// SPDX-License-Identifier: Apache-2.0
#include "scan/feed_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time.h"
#include "io/compression.h"
#include "io/test_folder.h"
#include "scan/feed_changes.h"

namespace hauberk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::int64_t now = 1'780'000'000;

std::string row(std::string_view members) {
  return fmt::format(R"({{"libexample": {{"CVE-2026-0001": {{"releases": {{"bookworm": {{{}}}}}}}}}}})",
                     members);
}

const std::string open_row =
    row(R"("status": "open", "urgency": "low", "repositories": {"bookworm": "1-1"})");

class FeedStoreTest : public testing::Test {
 protected:
  FeedStoreTest()
      : store_(*Store::init(folder_.path() + "/store",
                            {"http://ftp.debian.org/debian", "http://security.debian.org"})) {}

  FeedStore feeds() const { return FeedStore(*store_); }
  Result<Feed> update(std::string_view bytes, std::string date = "", std::string_view file = "data.json") {
    return feeds().update("debian-tracker",
                          {.file_name = file, .bytes = bytes, .date = std::move(date), .now = now});
  }
  void add_tracker() {
    Feed feed;
    feed.name = "debian-tracker";
    feed.kind = FeedKind::debian_tracker;
    feed.source = "https://user:secret@example.org/data.json?token=secret";
    ASSERT_TRUE(feeds().add(feed));
  }

  TestFolder folder_;
  std::unique_ptr<Store> store_;
};

TEST_F(FeedStoreTest, AFeedIsKeptAndLoadedFromTheCacheAgain) {
  add_tracker();
  EXPECT_EQ(feeds().add({.name = "debian-tracker"}).error().kind, ErrorKind::conflict);
  const auto updated = update(open_row);
  ASSERT_TRUE(updated) << updated.error().message;
  EXPECT_EQ(updated->current->date, to_rfc3339(from_unix(now)));
  const auto first = feeds().load();
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->debian_rows("bookworm", "libexample").size(), 1U);
  const auto cached = store_->cache().list("feeds");
  ASSERT_TRUE(cached);
  ASSERT_EQ(cached->size(), 1U);
  const auto second = feeds().load();
  ASSERT_TRUE(second);
  EXPECT_EQ(second->bytes(), first->bytes());
  ASSERT_TRUE(store_->cache().write_file("feeds/" + cached->front(), "damaged"));
  EXPECT_EQ(feeds().load()->bytes(), first->bytes()) << "a damaged cache is made anew";
  EXPECT_EQ(public_source(updated->source), "https://example.org/data.json");
}

TEST_F(FeedStoreTest, ADamagedOrForeignFeedIsRefused) {
  add_tracker();
  EXPECT_EQ(update("[1]").error().kind, ErrorKind::invalid_input);
  EXPECT_FALSE(feeds().find("debian-tracker")->current);
  ASSERT_TRUE(update(open_row));
  const std::string path =
      "feeds/debian-tracker/" + feeds().find("debian-tracker")->current->digest.substr(7);
  ASSERT_TRUE(store_->dir().write_file(path, row(R"("status": "undetermined")")));
  EXPECT_EQ(feeds().load().error().kind, ErrorKind::verification_failed);
  EXPECT_EQ(feeds().find("../x").error().kind, ErrorKind::invalid_input);
  EXPECT_EQ(feeds().find("none").error().kind, ErrorKind::not_found);
}

TEST_F(FeedStoreTest, AnOlderFeedIsRefused) {
  add_tracker();
  ASSERT_TRUE(update(open_row, "2026-05-02T00:00:00Z"));
  const auto older = update(row(R"("status": "open", "urgency": "high")"), "2026-05-01T00:00:00Z");
  ASSERT_FALSE(older);
  EXPECT_EQ(older.error().kind, ErrorKind::conflict);
  EXPECT_THAT(older.error().message, HasSubstr("older than what we have"));
  EXPECT_FALSE(update(open_row, "2027-05-01T00:00:00Z")) << "from the future";
}

TEST_F(FeedStoreTest, WhatTurnsFindingsOffWaits) {
  add_tracker();
  ASSERT_TRUE(update(open_row));
  const auto waiting = update("{}");
  ASSERT_TRUE(waiting) << waiting.error().message;
  ASSERT_TRUE(waiting->pending);
  EXPECT_THAT(waiting->turned_off,
              ElementsAre("libexample in bookworm: CVE-2026-0001: was open, now is gone"));
  EXPECT_EQ(feeds().load()->debian_rows("bookworm", "libexample").size(), 1U) << "the old one stays in use";
  const auto accepted = feeds().accept("debian-tracker");
  ASSERT_TRUE(accepted);
  EXPECT_FALSE(accepted->pending);
  EXPECT_TRUE(feeds().load()->debian_rows("bookworm", "libexample").empty());
  EXPECT_EQ(feeds().accept("debian-tracker").error().kind, ErrorKind::not_found);
}

TEST_F(FeedStoreTest, CompressedFeedsAreUnpacked) {
  add_tracker();
  MemorySink packed;
  const auto gzip = compress(Compression::gzip, 1, packed);
  ASSERT_TRUE(write_text(*gzip, open_row));
  ASSERT_TRUE(gzip->finish());
  ASSERT_TRUE(update(packed.text(), "", "data.json.gz"));
  EXPECT_EQ(feeds().load()->debian_rows("bookworm", "libexample").size(), 1U);
}

TEST(FeedChanges, OfTheTracker) {
  const auto table = [](const std::string& text) {
    AdvisoryBuilder builder;
    EXPECT_TRUE(read_feed(FeedKind::debian_tracker, "", text, builder));
    return *builder.finish();
  };
  const auto fixed = [](std::string_view version, std::string_view archive) {
    return row(fmt::format(R"("status": "resolved", "fixed_version": "{}", "urgency": "low",
        "repositories": {{"bookworm": "{}"}})",
                           version, archive));
  };
  const struct {
    const char* summary;
    std::string before, after;
    const char* change;  // empty: nothing is listed
  } rows[] = {
      {"the same", open_row, open_row, ""},
      {"a fix that came into the archive", open_row, fixed("1-2", "1-2"), ""},
      {"a fix that nobody has", open_row, fixed("1-2", "1-1"), "not known to be in the archive"},
      {"it was fixed all along", open_row, fixed("1-1", "1-1"), "was in the archive before"},
      {"not affected", open_row, fixed("0", "1-1"), "now is not affected"},
      {"unimportant", open_row, row(R"("status": "open", "urgency": "unimportant")"), "now is unimportant"},
      {"undetermined", open_row, row(R"("status": "undetermined", "urgency": "low")"), "now is undetermined"},
      {"no-dsa is still shown", open_row, row(R"("status": "open", "urgency": "low", "nodsa": "x")"), ""},
      {"an earlier fix", fixed("1-3", "1-3"), fixed("1-2", "1-3"), "the earlier 1-2"},
      {"a later fix", fixed("1-2", "1-2"), fixed("1-3", "1-3"), ""},
      {"what was only shown", row(R"("status": "undetermined", "urgency": "low")"), "{}", ""},
      {"more than before", "{}", open_row, ""},
  };
  for (const auto& r : rows) {
    const auto lines = turned_off(table(r.before), table(r.after));
    if (*r.change == '\0') {
      EXPECT_THAT(lines, IsEmpty()) << r.summary;
    } else {
      EXPECT_THAT(lines, ElementsAre(HasSubstr(r.change))) << r.summary;
    }
  }
}

TEST(FeedChanges, OfOsvAndKev) {
  const auto osv = [](std::string_view events, std::string_view more = "") {
    AdvisoryBuilder builder;
    const std::string text =
        fmt::format(R"({{"id": "GHSA-aaaa-bbbb-cccc", {} "affected": [{{"package": {{"ecosystem":
        "npm", "name": "tool"}}, "ranges": [{{"type": "SEMVER", "events": [{}]}}]}}]}})",
                    more, events);
    EXPECT_TRUE(read_feed(FeedKind::osv, "", text, builder));
    return *builder.finish();
  };
  const auto before = osv(R"({"introduced": "1.0.0"}, {"fixed": "2.0.0"})");
  const auto endless = osv(R"({"introduced": "1.0.0"})");
  EXPECT_THAT(turned_off(before, before), IsEmpty());
  EXPECT_THAT(turned_off(before, osv(R"({"introduced": "0"}, {"fixed": "2.1.0"})")), IsEmpty());
  EXPECT_THAT(turned_off(endless, before), IsEmpty()) << "a fix came";
  EXPECT_THAT(turned_off(before, osv(R"({"introduced": "1.0.0"}, {"fixed": "1.9.0"})")),
              ElementsAre(HasSubstr("covers fewer versions")));
  EXPECT_THAT(turned_off(before, osv(R"({"introduced": "1.1.0"}, {"fixed": "2.0.0"})")),
              ElementsAre(HasSubstr("covers fewer versions")));
  EXPECT_THAT(turned_off(before, osv("", R"("withdrawn": "2026-01-01T00:00:00Z",)")),
              ElementsAre(HasSubstr("gone or withdrawn")));
  AdvisoryBuilder with;
  with.add_known_exploited("CVE-2026-0001", "", "", false);
  EXPECT_THAT(turned_off(*with.finish(), Advisories()), ElementsAre(HasSubstr("CVE-2026-0001")));
}

}  // namespace
}  // namespace hauberk
