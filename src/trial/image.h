// An image of the store, read and unpacked for a trial.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/blob_store.h"
#include "oci/config.h"
#include "oci/manifest.h"
#include "trial/unpack.h"

namespace hauberk {

struct LoadedImage {
  Manifest manifest;
  ImageConfig config;
};

// Manifest and config, both checked against their digests. invalid_input: not an image with as many layers as
// diff_ids.
Result<LoadedImage> load_image(const BlobStore& blobs, const Digest& manifest);

// All layers, in order. verification_failed: a layer's bytes are not its digest's or size's, or its content
// not its diff_id's: the folder then holds what is not to be used.
Status unpack_layers(const BlobStore& blobs, const LoadedImage& image, RootFolder& root);

}  // namespace hauberk
