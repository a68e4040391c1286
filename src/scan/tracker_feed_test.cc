// SPDX-License-Identifier: Apache-2.0
#include "scan/tracker_feed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/dir.h"
#include "io/test_folder.h"

namespace hauberk {
namespace {

using testing::HasSubstr;

Result<Advisories> read(std::string_view json) {
  AdvisoryBuilder builder;
  builder.begin_feed({"debian", "debian-tracker", "sha256:00", "2026-01-01T00:00:00Z", 60});
  TRY_STATUS(read_debian_tracker(json, builder));
  return builder.finish();
}

constexpr std::string_view example = R"({
  "libexample": {
    "CVE-2026-0002": {"scope": "remote", "debianbug": 1000001, "description": "Second.",
      "new member": {"a": [1, {}]},
      "releases": {
        "trixie": {"status": "open", "urgency": "low**", "repositories": {"trixie": "2-1"}},
        "bookworm": {"repositories": {"bookworm": "1-1", "bookworm-security": "1-1+deb12u2", "sid": "9"},
                     "status": "resolved", "fixed_version": "1-1+deb12u1", "urgency": "medium",
                     "other": null}}},
    "CVE-2026-0001": {"releases": []},
    "TEMP-0000000-ABCDEF": {"releases": {"bookworm": {"status": "undetermined",
      "urgency": "not yet assigned"}}}},
  "another": {
    "CVE-2026-0002": {"description": "not the first", "releases": {"bookworm": {
      "status": "open", "nodsa": "Minor", "nodsa_reason": "postponed", "urgency": "end-of-life"}}}}})";

TEST(TrackerFeed, EveryRowIsKept) {
  const auto advisories = read(example);
  ASSERT_TRUE(advisories) << advisories.error().message;
  const auto rows = advisories->debian_rows("bookworm", "libexample");
  ASSERT_EQ(rows.size(), 2U);
  const auto id = [&](const DebianRecord& row) {
    return advisories->text(advisories->vulnerability(row.vulnerability).id);
  };
  EXPECT_EQ(id(rows[0]), "CVE-2026-0002");
  EXPECT_EQ(advisories->text(rows[0].fixed_version), "1-1+deb12u1");
  EXPECT_EQ(advisories->text(rows[0].archive_version), "1-1+deb12u2");
  EXPECT_EQ(rows[0].urgency, Urgency::medium);
  EXPECT_EQ(id(rows[1]), "TEMP-0000000-ABCDEF");
  EXPECT_EQ(rows[1].status, DebianStatus::undetermined);
  EXPECT_EQ(advisories->debian_rows("trixie", "libexample").size(), 1U);
  const auto others = advisories->debian_rows("bookworm", "another");
  ASSERT_EQ(others.size(), 1U);
  EXPECT_EQ(others[0].nodsa_kind, NoDsa::postponed);
  EXPECT_EQ(others[0].urgency, Urgency::end_of_life);
  const auto* vulnerability = advisories->find("CVE-2026-0002");
  ASSERT_NE(vulnerability, nullptr);
  EXPECT_EQ(advisories->description(*vulnerability), "Second.");
  EXPECT_NE(advisories->find("CVE-2026-0001"), nullptr) << "known, though of no release";
  EXPECT_TRUE(advisories->debian_rows("bookworm", "libexampl").empty());
  EXPECT_TRUE(advisories->debian_rows("bookwor", "libexample").empty());
  EXPECT_TRUE(advisories->knows_release("trixie"));
  EXPECT_FALSE(advisories->knows_release("sid"));
}

TEST(TrackerFeed, RefusesWhatIsNotOfItsForm) {
  const std::string deep = R"({"a":{"CVE-1":{"x":)" + std::string(100, '[') + std::string(100, ']') + "}}}";
  const struct {
    std::string json;
    const char* why;
    ErrorKind kind = ErrorKind::invalid_input;
  } rows[] = {
      {"", "at byte"},
      {"[]", "not a JSON object"},
      {"7", "not a JSON object"},
      {R"({"a": {"CVE-1": {"releases": {"bookworm": {"status": "open")", "at byte"},
      {R"({"a": []})", "\"a\" is not of the form"},
      {R"({"a": 7})", "\"a\""},
      {R"({"a": {"CVE-1": 7}})", "source package a"},
      {R"({"a": {"CVE-1": {"releases": [1]}}})", "a list that is not empty"},
      {R"({"a": {"CVE-1": {"releases": 1}}})", "\"releases\""},
      {R"({"a": {"CVE-1": {"releases": "x"}}})", "\"releases\""},
      {R"({"a": {"CVE-1": {"description": 1}}})", "\"description\""},
      {R"({"a": {"CVE-1": {"releases": {"b": 1}}}})", "\"b\""},
      {R"({"a": {"CVE-1": {"releases": {"b": {}}}}})", "no status"},
      {R"({"a": {"CVE-1": {"releases": {"b": {"status": "fixed"}}}}})", "release b: its status \"fixed\""},
      {R"({"a": {"CVE-1": {"releases": {"b": {"status": ["open"]}}}}})", "\"status\""},
      {R"({"a": {"CVE-1": {"releases": {"b": {"status": "open", "fixed_version": 1}}}}})",
       "\"fixed_version\""},
      {R"({"a": {"CVE-1": {"releases": {"b": {"status": "open", "repositories": {"b": 1}}}}}})", "\"b\""},
      {R"({"": {}})", "a name is empty"},
      {"{\"a\xff\": {}}", "at byte"},
      {R"({"a": {"CVE-1": {"releases": {"b": {"status": "open"}}}},
          "a": {"CVE-1": {"releases": {"b": {"status": "open"}}}}})",
       "CVE-1 of a in b is there twice"},
      {deep, "deeper than 64", ErrorKind::limit_exceeded},
      {R"({")" + std::string(600, 'a') + R"(": {}})", "512 bytes", ErrorKind::limit_exceeded},
      {R"({"a": {"CVE-1": {"description": ")" + std::string(70'000, 'a') + R"("}}})", "64 KiB",
       ErrorKind::limit_exceeded},
  };
  for (const auto& row : rows) {
    const auto advisories = read(row.json);
    ASSERT_FALSE(advisories) << row.json.substr(0, 200);
    EXPECT_EQ(advisories.error().kind, row.kind) << advisories.error().message;
    EXPECT_THAT(advisories.error().message, HasSubstr(row.why)) << row.json.substr(0, 200);
  }
}

TEST(Advisories, AreTheSameFromTheCache) {
  TestFolder folder;
  const auto dir = Dir::open(folder.path());
  ASSERT_TRUE(dir);
  const auto advisories = read(example);
  ASSERT_TRUE(advisories);
  ASSERT_TRUE(dir->write_cache_file("feeds", advisories->bytes()));
  const auto again = Advisories::open(*dir, "feeds");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->bytes(), advisories->bytes());
  EXPECT_EQ(again->debian_rows("bookworm", "libexample").size(), 2U);
  EXPECT_EQ(Advisories::open(*dir, "none").error().kind, ErrorKind::not_found);
}

TEST(CveKey, SortsByYearAndNumber) {
  EXPECT_LT(*cve_key("CVE-2025-99999"), *cve_key("CVE-2026-0001"));
  EXPECT_LT(*cve_key("CVE-2026-9999"), *cve_key("CVE-2026-10000"));
  for (const char* text : {"", "CVE-", "CVE-2026", "CVE-2026-", "CVE-2026-x", "TEMP-2026-1", "CVE-20266-1"}) {
    EXPECT_FALSE(cve_key(text)) << text;
  }
}

}  // namespace
}  // namespace hauberk
