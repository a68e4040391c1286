// SPDX-License-Identifier: Apache-2.0
#include "scan/small_feeds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hauberk {
namespace {

using testing::HasSubstr;

TEST(Kev, EntriesAndDate) {
  AdvisoryBuilder builder;
  const auto date = read_kev(R"({"title": "x", "dateReleased": "2026-01-02T17:04:19.9796Z", "count": 1,
      "vulnerabilities": [{"cveID": "CVE-2026-0001", "dateAdded": "2026-01-01", "dueDate": "2026-01-20",
      "knownRansomwareCampaignUse": "Known", "new": []}, {"cveID": "CVE-2026-0002"}]})",
                             builder);
  ASSERT_TRUE(date) << date.error().message;
  EXPECT_EQ(*date, "2026-01-02T17:04:19Z");
  const auto advisories = builder.finish();
  ASSERT_TRUE(advisories);
  const KevRecord* entry = advisories->known_exploited("CVE-2026-0001");
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(advisories->text(entry->date_added), "2026-01-01");
  EXPECT_EQ(entry->ransomware, 1U);
  EXPECT_NE(advisories->known_exploited("CVE-2026-0002"), nullptr);
  EXPECT_EQ(advisories->known_exploited("CVE-2026-0003"), nullptr);
}

TEST(Kev, RefusesWhatIsNotOfItsForm) {
  for (const char* text : {"", "[]", "{}", R"({"dateReleased": "2026-01-02", "vulnerabilities": {}})",
                           R"({"dateReleased": "2026-01-02", "vulnerabilities": [{}]})",
                           R"({"dateReleased": "yesterday", "vulnerabilities": []})"}) {
    AdvisoryBuilder builder;
    EXPECT_FALSE(read_kev(text, builder)) << text;
  }
  AdvisoryBuilder builder;
  ASSERT_TRUE(read_kev(
      R"({"dateReleased": "2026-01-02", "vulnerabilities": [{"cveID": "CVE-1"}, {"cveID": "CVE-1"}]})",
      builder));
  EXPECT_FALSE(builder.finish());
}

TEST(Epss, ScoresAndDate) {
  AdvisoryBuilder builder;
  const auto date = read_epss(
      "#model_version:v2025.03.14,score_date:2026-01-02T00:00:00+0000\ncve,epss,percentile\r\n"
      "CVE-2026-0001,0.97512,0.99989\nCVE-1999-0001,1.0e-05,0\n",
      builder);
  ASSERT_TRUE(date) << date.error().message;
  EXPECT_EQ(*date, "2026-01-02T00:00:00Z");
  const auto advisories = builder.finish();
  ASSERT_TRUE(advisories);
  EXPECT_NEAR(advisories->epss("CVE-2026-0001").value_or(0), 0.97512, 1e-6);
  EXPECT_TRUE(advisories->epss("CVE-1999-0001"));
  EXPECT_FALSE(advisories->epss("CVE-2026-0002"));
}

TEST(Epss, RefusesWhatIsNotOfItsForm) {
  const std::string head = "#model_version:v1,score_date:2026-01-02T00:00:00Z\ncve,epss,percentile\n";
  for (const std::string& text :
       {std::string(), std::string("cve,epss,percentile\n"), std::string("#score_date:2026-01-02\nid,a,b\n"),
        std::string("#score_date:never\ncve,epss,percentile\n"), head + "CVE-2026-0001,0.5",
        head + "X-1,0.5,0.5", head + "CVE-2026-0001,1.5,0.5", head + "CVE-2026-0001,nan,0.5",
        head + "CVE-2026-0001,0.5x,0.5", head + "CVE-2026-0001,-0.1,0.5"}) {
    AdvisoryBuilder builder;
    const auto date = read_epss(text, builder);
    EXPECT_FALSE(date) << text;
  }
}

TEST(SupportFiles, BothFormats) {
  AdvisoryBuilder builder;
  ASSERT_TRUE(read_support_file(
      "a/security-support-ended.deb12",
      "# comment\n\nlibexample\t1.2-3\t\t2026-01-01  \tno longer  \nphp-example.* 0 2026-02-01\n", builder));
  ASSERT_TRUE(read_support_file("security-support-limited", "qt-example   only for trusted input\n",
                                builder));
  ASSERT_TRUE(read_support_file("security-support-ended.deb99", "not even lines", builder));
  ASSERT_TRUE(read_support_file("copyright", "anything", builder));
  const auto advisories = builder.finish();
  ASSERT_TRUE(advisories);
  const auto rows = advisories->support();
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(advisories->text(rows[0].source), "qt-example");
  EXPECT_EQ(advisories->text(rows[0].details), "only for trusted input");
  EXPECT_EQ(rows[0].kind, SupportKind::limited);
  EXPECT_EQ(advisories->text(rows[1].release), "bookworm");
  EXPECT_EQ(advisories->text(rows[1].source), "libexample");
  EXPECT_EQ(advisories->text(rows[1].date), "2026-01-01");
  EXPECT_EQ(advisories->text(rows[1].details), "no longer");
}

TEST(SupportFiles, ALineOfAnotherFormIsNamed) {
  AdvisoryBuilder builder;
  const auto read = read_support_file("security-support-ended.deb12", "a 1 2026-01-01\nb 1 soon\n", builder);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, HasSubstr("line 2"));
}

}  // namespace
}  // namespace hauberk
