// The listing of what refers to a subject: as a registry answers it, and as the index that older registries
// keep under a tag.
//
// Spec: OCI distribution-spec 1.1, "Listing Referrers" and "Referrers Tag Schema". Hostile text; an entry's
// artifactType and annotations are a stranger's word. Thread rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "oci/manifest.h"

namespace hauberk {

// The entries. invalid_input: no image index; limit_exceeded: more than most_referrers (oci/referrers.h).
Result<std::vector<Descriptor>> parse_referrers(std::string_view text);

// The index with those of the entries that it lacks. What else is in it stays as it is, also what we do not
// know. `text` is "" where there is none yet. The same text: it lacks none. conflict: it is no index.
Result<std::string> with_referrers(std::string_view text, const std::vector<Descriptor>& entries);

// The entry that lists a manifest: its artifact type (an image's is its config's type) and its annotations.
Descriptor referrer_entry(const Descriptor& descriptor, const Manifest& manifest);

}  // namespace hauberk
