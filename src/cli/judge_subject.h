// An image opened, its facts read and judged: what `check` and `compare` share.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "check/check.h"
#include "cli/open_subject.h"
#include "facts/facts.h"
#include "scan/scan.h"

namespace hauberk {

struct JudgeRequest {
  std::string image;
  std::string base;                       // for the profile app
  std::string profile;                    // empty: as the image itself is meant
  std::vector<std::string> accept_files;
  std::optional<Platform> platform = {};
};

struct JudgedSubject {
  Facts facts;
  Report report;
  std::optional<ScanResult> scan = {};    // where the store has a feed
};

// What is known of the image beside its files is used where it is there: its lock, feeds of known holes, what
// was accepted. Problems of the image's records are warned of.
Result<JudgedSubject> judge_subject(Session& session, const JudgeRequest& request);

}  // namespace hauberk
