// SPDX-License-Identifier: Apache-2.0
#include "trial/message.h"

#include <gtest/gtest.h>

namespace hauberk {
namespace {

TEST(Message, ComesBack) {
  TrialProgress progress;
  const TrialCase failed{"a\nname", TrialCase::Outcome::failed, "because \"x\"", 12};
  const TrialCase passed{"b", TrialCase::Outcome::passed, "", 0};
  for (const auto& line : {runtime_message("runc 1.1.5"), case_message(failed), case_message(passed),
                           not_run_message("no"), error_message({ErrorKind::verification_failed, "bad"})}) {
    EXPECT_EQ(line.find('\n'), std::string::npos);
    const auto taken = take_message(line, progress);
    ASSERT_TRUE(taken) << taken.error().message;
  }
  EXPECT_EQ(progress.report.runtime, "runc 1.1.5");
  ASSERT_EQ(progress.report.cases.size(), 2u);
  EXPECT_EQ(progress.report.cases[0].name, failed.name);
  EXPECT_EQ(progress.report.cases[0].outcome, failed.outcome);
  EXPECT_EQ(progress.report.cases[0].why, failed.why);
  EXPECT_EQ(progress.report.cases[0].duration_ms, 12u);
  EXPECT_EQ(progress.report.cases[1].outcome, passed.outcome);
  EXPECT_EQ(progress.not_run, "no");
  EXPECT_EQ(progress.error, (Error{ErrorKind::verification_failed, "bad"}));
}

TEST(Message, OutputThatIsNoTextIsNoProblem) {
  TrialProgress progress;
  ASSERT_TRUE(take_message(case_message({"\xff", TrialCase::Outcome::failed, "\x1b[31m\x80", 1}), progress));
  EXPECT_EQ(progress.report.cases.at(0).why.find('\x1b'), std::string::npos);
}

TEST(Message, RefusesOthers) {
  TrialProgress progress;
  for (const std::string line : {"", "{}", "[]", R"({"type":"else"})", R"({"type":"case","name":"x"})"}) {
    EXPECT_FALSE(take_message(line, progress)) << line;
  }
}

TEST(TrialReport, NotRunIsNotPassed) {
  using Outcome = TrialCase::Outcome;
  TrialReport report;
  report.runtime = "runc 1.1.5";
  report.cases = {{"a", Outcome::passed, "", 1500}, {"b", Outcome::not_run, "no runtime\nhere", 0}};
  EXPECT_FALSE(report.passed());
  EXPECT_FALSE(report.failed());
  EXPECT_EQ(json_of(report)["cases"][1]["outcome"], "not_run");
  EXPECT_EQ(print_report(report),
            "tests, run by runc 1.1.5:\n  passed   a  (1.5 s)\n  not run  b  (0.0 s)\n           no "
            "runtime\n           here\n");
  report.cases[1].outcome = Outcome::failed;
  EXPECT_TRUE(report.failed());
  report.cases.pop_back();
  EXPECT_TRUE(report.passed());
}

}  // namespace
}  // namespace hauberk
