// SPDX-License-Identifier: Apache-2.0
#include "scan/cvss.h"

#include <gtest/gtest.h>

namespace hauberk {
namespace {

TEST(Cvss, BaseScoresAreThoseOfTheSpecifications) {
  const struct {
    const char* vector;
    double base;
    Severity severity;
  } rows[] = {
      // FIRST's own examples (CVSS v3.1 examples document, v2 guide section 3.3).
      {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8, Severity::critical},
      {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10.0, Severity::critical},
      {"CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 6.4, Severity::medium},
      {"CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", 3.1, Severity::low},
      {"CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1, Severity::medium},
      {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 7.5, Severity::high},
      {"CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 7.8, Severity::high},
      {"CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:N", 4.6, Severity::medium},
      {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0.0, Severity::negligible},
      {"CVSS:3.0/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H/E:P/RL:O", 8.8, Severity::high},
      {"CVSS:3.0/AV:A/AC:L/PR:N/UI:N/S:C/C:H/I:N/A:H", 9.3, Severity::critical},
      {"AV:N/AC:L/Au:N/C:N/I:N/A:C", 7.8, Severity::high},
      {"AV:N/AC:L/Au:N/C:C/I:C/A:C", 10.0, Severity::high},
      {"(AV:L/AC:H/Au:N/C:C/I:C/A:C)", 6.2, Severity::medium},
      {"AV:N/AC:M/Au:N/C:P/I:N/A:N", 4.3, Severity::medium},
      {"AV:L/AC:L/Au:N/C:N/I:N/A:N", 0.0, Severity::negligible},
  };
  for (const auto& row : rows) {
    const auto score = parse_cvss(row.vector);
    ASSERT_TRUE(score) << score.error().message;
    EXPECT_DOUBLE_EQ(score->base, row.base) << row.vector;
    EXPECT_EQ(name_of(severity_of(*score)), name_of(row.severity)) << row.vector;
  }
}

TEST(Cvss, Version4IsCheckedAndLeftToTheLabel) {
  const auto score = parse_cvss("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N");
  ASSERT_TRUE(score);
  EXPECT_EQ(score->version, ScoreSource::cvss40_label);
  EXPECT_EQ(severity_of(*score), Severity::unknown);
  EXPECT_FALSE(parse_cvss("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N"));
}

TEST(Cvss, RefusesBrokenVectors) {
  for (const char* vector :
       {"", "7.5", "CVSS:3.1/", "CVSS:3.1/AV:N", "CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        "CVSS:3.1/AV:N/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "CVSS:9.9/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        "AV:N/AC:L/Au:N/C:N/I:N", "CVSS:3.1/AVN/AC:L"}) {
    EXPECT_FALSE(parse_cvss(vector)) << vector;
  }
  EXPECT_FALSE(parse_cvss(std::string(600, 'A')));
}

TEST(Cvss, LabelsOfDatabases) {
  EXPECT_EQ(severity_of_label("MODERATE"), Severity::medium);
  EXPECT_EQ(severity_of_label("Critical"), Severity::critical);
  EXPECT_EQ(severity_of_label("important"), Severity::high);
  EXPECT_EQ(severity_of_label("whatever"), Severity::unknown);
}

}  // namespace
}  // namespace hauberk
