// All layers as one: `output: squashed`.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "assemble/overlay_layer.h"

namespace hauberk {

// Every path of the image once, with nothing that another layer hides: folders sorted, then the files of the
// package layers in their order, then the additions. unsupported: a hard link whose target is not in the
// image any more.
Result<Layer> squashed_layer(Store& store, const Tree& tree, const Overlay& overlay,
                             const std::vector<Layer>& layers, const LayerOptions& options);

}  // namespace hauberk
