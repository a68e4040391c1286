// Reproduce: the same lock, built again elsewhere, and compared with the image down to the file.
//
// The rebuild happens in a store of its own. What is compared first is what a lock promises anywhere: each
// platform's config and the diff_ids of its layers; then the manifests, which also agree where the compressor
// is the same. Every layer of the image is read, so that bytes which are not what its manifest says are
// found too. Thread rule: a function.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/progress.h"
#include "io/clock.h"
#include "io/http.h"
#include "oci/blob_store.h"
#include "oci/manifest.h"
#include "resolve/lock.h"
#include "store/store.h"

namespace hauberk {

// What was compared of one platform.
struct Reproduced {
  std::string platform;
  Digest manifest;  // of the image that is reproduced
  bool same_config = false;
  bool same_layers = false;  // diff_ids, and the bytes behind them
  bool same_manifest = false;  // also every compressed byte
  std::vector<std::string> differences = {};  // "layer 3 (nginx): etc/nginx/nginx.conf: other content"

  bool holds() const { return same_config && same_layers; }
};

struct Reproduction {
  std::vector<Reproduced> platforms;
  bool same_index = false;
  std::vector<std::string> warnings = {};

  bool holds() const;
};

// What is built again, and with what it is compared.
struct ReproduceRequest {
  const Lock& lock;
  std::string catalog_root;  // where files of the definition's own may lie; empty: nowhere but the vault
  const BlobStore& blobs;  // of the image
  Descriptor image;
};

// Builds in `fresh` and compares. Errors as build_image(); a difference is a result.
Result<Reproduction> reproduce_image(Store& fresh, HttpClient& http, const Clock& clock,
                                     const ReproduceRequest& wanted, Progress& progress);

}  // namespace hauberk
