// Reproduce: the same lock, built again elsewhere, and compared with the image down to the file.
//
// The rebuild happens in a store of its own. What is compared first is what a lock promises anywhere: each
// platform's config and its layers; then the manifests, which also agree where the compressor is the same. A
// config's diff_ids are a claim: every layer of the image is unpacked and hashed, unless its stored bytes are
// those of the rebuild. Thread rule: a function.
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

// One image of those that the index names, beside its rebuild.
struct Reproduced {
  std::string platform;
  Digest manifest;  // of the image that is reproduced
  bool same_config = false;
  bool same_layers = false;  // the tar of each, as it is stored
  bool same_manifest = false;  // also every compressed byte
  std::vector<std::string> differences = {};  // "layer 3 (nginx): etc/nginx/nginx.conf: other content"

  bool holds() const { return same_config && same_layers; }
};

struct Reproduction {
  std::vector<Reproduced> platforms;  // all of the image's, also those that the lock does not make
  bool same_index = false;  // every byte
  bool covers_index = false;  // the index names what the lock makes, each once, and nothing else
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
