// build_image(): the stages in order. Read this first.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "assemble/assemble.h"
#include "base/progress.h"
#include "history/tags.h"
#include "io/clock.h"
#include "io/http.h"
#include "oci/reference.h"
#include "pipeline/lock_definition.h"
#include "resolve/lock.h"
#include "store/store.h"
#include "trial/trial.h"

namespace hauberk {

struct BuildRequest {
  std::string definition;                  // a file; empty when `lock` is given
  std::vector<std::string> customisations; // files, laid on in their order
  std::string catalog_root;                // empty: found above the definition
  std::optional<Lock> lock;                // build exactly this
  LockRequest lock_request;
  bool offline = false;
  bool no_cache = false;                   // make every layer anew, and so put right what is damaged
  bool run_tests = false;                  // try the image of this machine's platform
  std::size_t threads = 0;                 // 0: one for each processor
};

struct BuiltPlatform {
  Platform platform;
  AssembledImage image;
};

struct BuildResult {
  std::string repository;                  // "hauberk/nginx"
  std::vector<std::string> tags;           // the ladder, then the one that never moves
  std::vector<TagMove> moved;              // of those `tags` that named another image before
  Descriptor index;
  std::vector<BuiltPlatform> platforms;
  Lock lock;                               // complete: `created` filled in
  std::optional<TrialReport> trial;
  std::vector<std::string> warnings;
};

// Builds, stores and tags. What proves to be damaged in the vault is fetched again, with a warning. Nothing
// is tagged unless every stage succeeded; tests that fail leave the image stored and untagged, and the report
// says so.
Result<BuildResult> build_image(Store& store, HttpClient& http, const Clock& clock,
                                const BuildRequest& request, Progress& progress);

// The lock that an image of this store was built from. not_found: it was not built here.
Result<Lock> lock_of_image(const Store& store, const Digest& index);

}  // namespace hauberk
