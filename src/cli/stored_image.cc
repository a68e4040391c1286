// SPDX-License-Identifier: Apache-2.0
#include "cli/stored_image.h"

namespace hauberk {

Result<StoredImage> find_stored_image(const Store& store, const std::string& text,
                                      const std::optional<Platform>& platform) {
  TRY(const Reference reference, Reference::parse(text));
  TRY(TagStore tags, TagStore::open(store));
  TRY(TaggedImage tagged, tags.find(reference));
  const Descriptor image{.media_type = tagged.media_type,
                         .digest = tagged.digest,
                         .size_bytes = tagged.size_bytes,
                         .annotations = {},
                         .artifact_type = {},
                         .os = {},
                         .architecture = {}};
  TRY(PlatformImage found, image_for(store.blobs(), image, platform));
  std::string named = reference.tag().empty() && !reference.digest()
                          ? fmt::format("{}:{}", tagged.repository, tagged.tag)
                          : reference.text();
  return StoredImage{std::move(named), std::move(tagged), std::move(found)};
}

}  // namespace hauberk
