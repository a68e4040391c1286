// What we hold of a suite: the newest InRelease that was verified, so that a mirror cannot take us back.
//
// File: suites/<sha256 of the suite's public URL>.json = {"date", "fetched", "origin", "release",
// "url", "version": 1}; the InRelease itself is in the vault under "release". Thread rule: any thread or
// process.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "base/digest.h"
#include "base/time.h"
#include "store/store.h"

namespace hauberk {

struct SuiteState {
  Digest release;  // of InRelease as fetched
  Time date;       // its signed Date
  std::string origin;

  friend bool operator==(const SuiteState&, const SuiteState&) = default;
};

// None if the suite was never seen, or seen by another version of this program.
Result<std::optional<SuiteState>> suite_state(const Store& store, const std::string& suite_url);

// Records `state` unless a newer one was recorded meanwhile.
Status keep_suite_state(const Store& store, const std::string& suite_url, const SuiteState& state, Time now);

// Where it lies, for messages that say what to remove.
std::string suite_state_path(const Store& store, const std::string& suite_url);

}  // namespace hauberk
