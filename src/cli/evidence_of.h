// What a user means by IMAGE where its evidence is asked for: the image, and where its evidence is.
//
//   NAME                      an image of the store
//   oci:DIR[:NAME], oci-archive:FILE[:NAME]
//   registry:HOST/REPOSITORY[:TAG][@DIGEST], and docker://... for the same
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "cli/command.h"
#include "cli/registry_session.h"
#include "oci/referrers.h"
#include "prove/verify.h"

namespace hauberk {

struct ImageEvidence {
  std::string name;                      // for people
  ImageToVerify image;
  std::unique_ptr<Store> store;  // where the image is the store's; else null
  std::shared_ptr<const void> place = {};  // what `source` is in, and reads from
  const EvidenceSource* source = nullptr;
};

// not_found says what would work; others as the place has them.
Result<ImageEvidence> evidence_of(Session& session, const std::string& text, const RegistryFlags& flags = {});

// Index and manifests of `root`, read from where the evidence is.
Result<ImageToVerify> image_at(const EvidenceSource& source, std::string repository, const Descriptor& root);

}  // namespace hauberk
