// What the process that runs the tests tells the one that reports them: one JSON object in a line.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "trial/trial.h"

namespace hauberk {

// The runtime that will be used.
std::string runtime_message(std::string_view name);
// A test is done.
std::string case_message(const TrialCase& done);
// No test can be run on this machine, and why.
std::string not_run_message(std::string_view why);
// The image cannot be read.
std::string error_message(const Error& error);

// What a report has become by a message.
struct TrialProgress {
  TrialReport report;
  std::string not_run;
  std::optional<Error> error;
};

// invalid_input: none of ours.
Status take_message(std::string_view line, TrialProgress& progress);

}  // namespace hauberk
