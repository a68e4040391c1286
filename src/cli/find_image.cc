// SPDX-License-Identifier: Apache-2.0
#include "cli/find_image.h"

#include "history/tags.h"
#include "oci/reference.h"

namespace hauberk {
namespace {

// A document of the store by its digest: what it is shows from itself.
Result<Descriptor> descriptor_of(const Store& store, const Digest& digest) {
  TRY(const std::string text, read_verified(store.blobs(), digest, manifest_limit_bytes));
  auto document = parse_manifest_or_index(text);
  if (!document) {
    return wrap(std::move(document).error(), fmt::format("{} is no image that can be read", digest.text()));
  }
  const auto type = [](const auto& value) { return value.media_type; };
  return Descriptor{.media_type = std::visit(type, *document), .digest = digest, .size_bytes = text.size()};
}

}  // namespace

Result<FoundImage> find_image(const Store& store, const std::string& text) {
  TRY(TagStore tags, TagStore::open(store));
  std::string reference_text;
  std::optional<Digest> digest;
  if (auto parsed = Digest::parse(text)) {
    digest = *std::move(parsed);
  } else {
    TRY(const Reference reference, Reference::parse(text));
    TRY(const TaggedImage image, tags.find(reference));
    digest = image.digest;
    reference_text = fmt::format("{}:{}", image.repository, image.tag);
  }
  TRY(Descriptor descriptor, descriptor_of(store, *digest));
  FoundImage found{std::move(descriptor), {}, {}};
  TRY(const auto all, tags.list());
  for (const TaggedImage& image : all) {
    if (image.digest != *digest) continue;
    found.tags.push_back(fmt::format("{}:{}", image.repository, image.tag));
    // The tag that was asked for, if it still points here; else the first that does.
    if (found.reference.empty() || found.tags.back() == reference_text) found.reference = found.tags.back();
  }
  return found;
}

}  // namespace hauberk
