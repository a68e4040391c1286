// An image of the store, unpacked for a trial.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/platform_image.h"
#include "trial/unpack.h"

namespace hauberk {

// All layers, in order. verification_failed: a layer's bytes are not its digest's or size's, or its content
// not its diff_id's: the folder then holds what is not to be used.
Status unpack_layers(const BlobStore& blobs, const PlatformImage& image, RootFolder& root);

}  // namespace hauberk
