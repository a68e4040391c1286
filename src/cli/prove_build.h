// The evidence of an image that was just built: everything that is known of it, stated, signed and kept.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "cli/command.h"
#include "pipeline/build.h"
#include "prove/attach.h"
#include "prove/predicates.h"

namespace hauberk {

struct ProofOfBuild {
  Attached attached;
  std::vector<CoverageRow> coverage;  // of the platform that was stated last; what is missing, and why
};

struct ProofRequest {
  BuildRun run;                          // its `finished` is when the build was
  std::optional<int> passphrase_fd = {};
};

// Whether this store has a key to sign with.
Result<bool> can_prove(const Store& store);

// States what is new of the index and of every platform's image; what was stated before and still holds
// stays, and costs nothing. Errors as attach_evidence() and judge_subject().
Result<ProofOfBuild> prove_build(Session& session, Store& store, const BuildResult& result,
                                 const ProofRequest& request);

}  // namespace hauberk
