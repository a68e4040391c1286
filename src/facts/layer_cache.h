// The facts of layers, kept in the store: cache/facts/<recipe>/<algorithm>-<hex of the diff_id>.
//
// A file that is damaged or of another form is as good as none: the layer is read again. Thread rule: any
// thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "facts/layer_facts.h"
#include "oci/image_source.h"
#include "store/store.h"

namespace hauberk {

// Whatever changes what is found in a layer raises this number: the readers of contents, of ELF files and of
// secrets, the list of texts that are kept, the codec.
inline constexpr int layer_facts_recipe = 2;

// The facts of layer `i`, from the cache or by reading it; what was read is kept. Without a store, or for a
// layer without diff_id, nothing is kept. That nothing can be kept (a full disk, a store of another user) is
// no failure.
Result<LayerFacts> facts_of_layer(const ImageSource& image, std::size_t i, const Store* store);

}  // namespace hauberk
