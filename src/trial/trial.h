// Trying an image out: its tests, run in a real container with the least it can run with.
//
// DESIGN section 3, `tests`. The container has the image's user, a read-only root with tmpfs on the
// writable paths, no capabilities, no new privileges and a network of its own with loopback only. It is run
// by an OCI runtime found on the machine (crun, else runc; the one that works). Words that begin with "@" are
// the prober's, outside the image, inside its network; all other commands run inside. docs/image-tests.md is
// the guide for users. Whatever is started has ended, and what is written is gone, when try_image() returns,
// and also when the program is interrupted. Thread rule: one thread; it must be the program's only one that
// handles signals.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/progress.h"
#include "definition/definition.h"
#include "oci/manifest.h"
#include "store/store.h"

namespace hauberk {

struct TrialCase {
  enum class Outcome { passed, failed, not_run };
  std::string name;
  Outcome outcome = Outcome::not_run;
  std::string why;  // for failed and not_run: one sentence, with the output that matters
  std::uint64_t duration_ms = 0;
};

struct TrialReport {
  std::vector<TrialCase> cases;  // never empty: an image without tests is tried with "starts and stays"
  std::string runtime;  // "crun 1.8.1", empty if none could run

  bool passed() const;  // all passed: not_run is not passed
  bool failed() const;  // any failed
};

struct TrialOptions {
  std::string runtime;  // a path; empty: found
  std::string work_dir;  // for the bundle; empty: below $TMPDIR
  int timeout_seconds = 60;  // for a test that says none
};

// Runs the tests of one platform's image. `definition` is for that platform. not_found/io: the image cannot
// be read; everything about containers that cannot be run is an outcome, not an error.
Result<TrialReport> try_image(const Store& store, const Descriptor& manifest, const Definition& definition,
                              const TrialOptions& options, Progress& progress);

// The name of the OCI runtime that try_image() would use here, after a container was made and deleted with
// it. unsupported: none works, or this user may run none, with what helps.
Result<std::string> find_runtime(const TrialOptions& options);

Json json_of(const TrialReport& report);

// For people: a line for each test, what it failed for below it.
std::string print_report(const TrialReport& report);

}  // namespace hauberk
