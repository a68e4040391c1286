// The inputs of an image, kept beside it: every package of its lock, every file that its definition brought,
// and the Debian sources of the packages, so that it can be built again, and its sources read, when no
// archive has them any more.
//
// They are an OCI artifact that refers to the image, so they go wherever it goes (publish/gather_evidence.h):
//   manifest  artifactType  application/vnd.hauberk.inputs.v1
//             config        application/vnd.hauberk.inputs.config.v1+json: what is in it, and which sources
//                           are not
//             layers        each file as it came, org.opencontainers.image.title its name:
//                           application/vnd.debian.binary-package, application/vnd.hauberk.source-file.v1,
//                           application/vnd.hauberk.definition-file.v1
//             subject       the image's index
// The same lock with the same sources gives the same artifact. Nobody has to believe it: a package or file
// counts by the digest that the lock has for it. Thread rule: functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/progress.h"
#include "fetch/source_files.h"
#include "io/clock.h"
#include "io/http.h"
#include "oci/blob_store.h"
#include "oci/manifest.h"
#include "resolve/lock.h"
#include "store/store.h"

namespace hauberk {

inline constexpr std::string_view inputs_artifact_type = "application/vnd.hauberk.inputs.v1";

struct KeptInputs {
  Descriptor artifact;  // its manifest
  Json contents;  // the config: {"packages", "files", "sources", "missing"}
};

struct StoredInputs : KeptInputs {
  std::size_t packages = 0;
  std::size_t sources = 0;
  std::uint64_t size_bytes = 0;  // of all files
  std::vector<MissingSource> missing;
};

// Fetches the sources, stores all as blobs (a copy of what the vault has), and lists the artifact as evidence
// of `image`, in the place of an earlier one. The packages and files of the lock are in the vault: a build
// put them there. limit_exceeded: more files than a manifest can name; verification_failed: the vault is
// damaged; others as Fetcher::sources().
Result<StoredInputs> store_inputs(Store& store, HttpClient& http, const Clock& clock, const Lock& lock,
                                  const Descriptor& image, bool offline, Progress& progress);

// What was kept so for the image. None: nothing was.
Result<std::optional<KeptInputs>> inputs_of_image(const Store& store, const Digest& image);

// What `blobs` has of the lock's packages and files, into the vault of `store`, each checked on its way.
Status take_inputs(const BlobStore& blobs, const Lock& lock, Store& store);

}  // namespace hauberk
