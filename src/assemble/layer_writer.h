// Writes the tar of one package layer and takes down the facts, in one pass over the .debs.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "assemble/package_layer.h"

namespace hauberk {

// Gives a place for the facts of a package of the group; called again for a layer that is written again.
using MakeFacts = std::function<Result<FactsWriter>(std::size_t number)>;

// Gives an empty place to write to. Called again if the layer has to be written again; what went to the
// place before is then void.
using MakeSink = std::function<Result<ByteSink*>()>;

// Streams the group's packages from the vault into the last sink that was made, compressed; returns the
// digest of the tar. Errors as package_layer().
Result<Digest> write_package_layer(const Dir& vault, const LayerGroup& group, const LayerOptions& options,
                                   const MakeSink& make_sink, const MakeFacts& make_facts,
                                   Progress& progress);

}  // namespace hauberk
