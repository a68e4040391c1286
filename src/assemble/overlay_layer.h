// Writes the overlay as the image's top layer.
//
// Spec: OCI image-spec, layer.md: whiteouts are empty files named ".wh.<name>". Order: whiteouts, then
// everything whose bytes are at hand sorted by path, then what is streamed out of package layers and
// archives in their order. Thread rule: one thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "assemble/overlay.h"
#include "assemble/package_layer.h"
#include "store/store.h"
#include "tar/writer.h"

namespace hauberk {

// The layer, or none if there is nothing to add. `layers` are the package layers that the overlay refers to.
Result<std::optional<Layer>> overlay_layer(Store& store, const Overlay& overlay,
                                           const std::vector<Layer>& layers, const LayerOptions& options,
                                           std::int64_t time);

// The additions without whiteouts into a tar that something else begins and ends; `folders` says whether
// folders are among them.
Status write_additions(const Store& store, const Overlay& overlay, const std::vector<Layer>& layers,
                       bool folders, TarWriter& tar);

}  // namespace hauberk
