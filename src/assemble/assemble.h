// From a lock and verified packages to an image: tree, layers, config and manifest, the same bytes every
// time.
//
// Reads the vault, writes blobs and the cache; no network, no clock, no foreign code, no root. Thread rule:
// one call per store folder and process at a time; it uses threads of its own.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "assemble/package_layer.h"
#include "base/progress.h"
#include "definition/definition.h"
#include "oci/manifest.h"
#include "resolve/lock.h"
#include "store/store.h"

namespace hauberk {

struct AssembledImage {
  Descriptor manifest;
  std::vector<Layer> layers;
  std::string created;                   // RFC 3339: the newest time stamp among the packages' files
  std::uint64_t size_bytes = 0;          // compressed: layers, config and manifest
  std::size_t packages = 0;
  std::vector<std::string> warnings;
  std::vector<std::string> effects;      // what stands in for maintainer scripts
  std::map<std::string, PackageFacts::LeftOut> left_out;  // by guard
};

// What changes bytes changes this number: the form of layers, config and records, and the effects table.
int assemble_recipe();

// `definition` is the lock's, for the platform. With a cache that is ignored every layer is made anew, and a
// damaged blob is put right by that. Errors as package_layer() and TreeMaker; unsupported: a
// lock of another recipe.
Result<AssembledImage> assemble(Store& store, const Lock& lock, const Definition& definition,
                                Platform platform, std::size_t threads, Progress& progress,
                                LayerCache cache = LayerCache::used);

}  // namespace hauberk
