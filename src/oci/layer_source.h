// A layer's tar out of the bytes as stored: unpacked, and checked on the way.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "io/stream.h"
#include "oci/blob_store.h"
#include "oci/manifest.h"

namespace hauberk {

// Whether it is a layer that we can unpack: OCI's and Docker's types, plain, gzip or zstd. Which compression
// it is, the bytes say, as for the programs that run images.
bool is_layer_type(std::string_view media_type);

// `stored` unpacked. The read that would be the end reads `stored` to its end (so that a source which checks
// itself does so) and fails with verification_failed if the tar is not `diff_id`. Bytes that do not unpack
// since they are damaged fail with what `stored` says of them, if it says anything. `name` is for messages.
// unsupported: compressed as no layer is.
Result<std::unique_ptr<ByteSource>> unpacked_layer(std::unique_ptr<ByteSource> stored,
                                                   const std::optional<Digest>& diff_id, std::string name);

// The layer of a blob store, checked as stored (digest, size) and as unpacked. unsupported: no layer's type.
Result<std::unique_ptr<ByteSource>> open_layer(const BlobStore& blobs, const Descriptor& layer,
                                               const Digest& diff_id);

}  // namespace hauberk
