// An image to be copied, wherever it lies: the store, an OCI layout or archive, a registry.
//
//   NAME[:TAG], NAME@DIGEST, DIGEST                 of the store
//   oci:DIR[:NAME], oci-archive:FILE[:NAME]
//   registry:HOST/REPOSITORY[:TAG], docker://...     fetched into temporary files first
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/command.h"
#include "cli/registry_session.h"
#include "oci/blob_store.h"
#include "oci/referrers.h"

namespace hauberk {

struct CopySource {
  Descriptor image;
  std::string reference;  // "dhi.io/nginx:1.26"; "" where nobody named it
  const BlobStore* blobs;
  const EvidenceSource* evidence;
  std::shared_ptr<const void> owner;  // keeps both of them alive; its type differs by where the image lies
};

// not_found, with what would work; unsupported: a form whose images have no digests to be copied by.
Result<CopySource> open_copy_source(Session& session, const std::string& text, const RegistryFlags& flags,
                                    const std::optional<Platform>& platform);

}  // namespace hauberk
