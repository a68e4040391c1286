// The image config and manifest that go with a set of layers.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "assemble/package_layer.h"
#include "base/platform.h"
#include "definition/definition.h"
#include "oci/config.h"
#include "oci/manifest.h"

namespace hauberk {

// How the image runs. Environment sorted, PATH as Debian's default where the definition gives none, the user
// as numbers so that nothing in the image has to be believed.
Result<ImageConfig> image_config(const Definition& definition, Platform platform,
                                 const std::vector<Layer>& layers, const std::string& created);

Manifest image_manifest(const Definition& definition, const Descriptor& config,
                        const std::vector<Layer>& layers, Compression compression,
                        const std::string& created);

}  // namespace hauberk
