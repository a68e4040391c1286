// Writes the tar of one package layer and takes down the facts, in one pass over the .debs.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include "assemble/package_layer.h"

namespace hauberk {

struct WrittenLayer {
  Digest diff_id;
  std::vector<PackageFacts> facts;  // one for each package of the group, in its order
};

// Gives an empty place to write to. Called again if the layer has to be written again; what went to the
// place before is then void.
using MakeSink = std::function<Result<ByteSink*>()>;

// Streams the group's packages from the vault into the last sink that was made, compressed. Errors as
// package_layer().
Result<WrittenLayer> write_package_layer(const Dir& vault, const LayerGroup& group,
                                         const LayerOptions& options, const MakeSink& make_sink,
                                         Progress& progress);

}  // namespace hauberk
