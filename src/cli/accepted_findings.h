// Where accepted findings come from: a definition's info.yaml (kept beside the image that was built of it),
// config.yaml, and files named on the command line. Never from an image itself.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "check/acceptances.h"
#include "store/store.h"

namespace hauberk {

// The info.yaml that speaks of a definition: in its folder or the one above. Empty where there is none, or
// where it accepts nothing. invalid_input: it accepts something in a wrong way, so that a build can say so at
// once.
Result<std::string> acceptances_of_definition(const std::string& definition);

// Keeps (or, where empty, removes) such a text beside the image of this digest.
Status keep_acceptances(const Store& store, const Digest& index, const std::string& info_yaml);

// The text that was kept; empty: none.
Result<std::string> kept_acceptances(const Store& store, const Digest& index);

// What the store knows to be accepted: what the build of this image kept, and all of config.yaml.
Result<std::vector<Acceptance>> acceptances_in_store(const Store& store, const std::optional<Digest>& index);

// Those of a file that the user named.
Result<std::vector<Acceptance>> acceptances_of_file(const std::string& path);

}  // namespace hauberk
