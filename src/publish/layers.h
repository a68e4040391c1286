// Layers, unpacked and checked on the way.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "publish/parts.h"

namespace hauberk {

// The uncompressed layer into the sink, checked as stored (digest) and as unpacked (diff_id): the sink's
// content counts only if this succeeded. Returns its size. unsupported: a media type that is no known layer.
Result<std::uint64_t> unpack_layer(const BlobStore& blobs, const Descriptor& layer, const Digest& diff_id,
                                   ByteSink& sink);

// The unpacked size in bytes of each layer, found by unpacking them, on all processors.
Result<std::vector<std::uint64_t>> unpacked_sizes(const BlobStore& blobs, const PlatformImage& image);

}  // namespace hauberk
