// Descriptors, image manifests and image indexes: the documents that name blobs.
//
// Specs: OCI image-spec 1.1, descriptor.md, manifest.md, image-index.md; Docker's manifest v2 schema 2 and
// manifest list are read as the same values. Writing gives canonical JSON. Reading takes hostile text:
// sizes, counts and types are checked; unknown members are ignored, as the specification asks.
// Thread rule: values.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/digest.h"
#include "base/json.h"
#include "base/platform.h"

namespace hauberk {

using Annotations = std::map<std::string, std::string>;

struct Descriptor {
  std::string media_type;
  Digest digest;
  std::uint64_t size_bytes = 0;
  Annotations annotations = {};
  std::string artifact_type = {};
  std::string os = {};            // of `platform`, empty if there is none
  std::string architecture = {};

  friend bool operator==(const Descriptor&, const Descriptor&) = default;
};

struct Manifest {
  std::string media_type;     // "application/vnd.oci.image.manifest.v1+json" in what we write
  std::string artifact_type;  // empty for images
  Descriptor config;
  std::vector<Descriptor> layers = {};
  std::optional<Descriptor> subject = {};
  Annotations annotations = {};

  friend bool operator==(const Manifest&, const Manifest&) = default;
};

struct Index {
  std::string media_type;
  std::string artifact_type;
  std::vector<Descriptor> manifests;
  std::optional<Descriptor> subject;
  Annotations annotations;

  friend bool operator==(const Index&, const Index&) = default;
};

inline constexpr std::uint64_t manifest_limit_bytes = 4 << 20;  // distribution-spec, "Pushing Manifests"

Result<Manifest> parse_manifest(std::string_view text);
// limit_exceeded: above `most_manifests` entries; a listing of referrers may have more than an image.
Result<Index> parse_index(std::string_view text, std::size_t most_manifests = 2'000);

// By mediaType, or by its members where that is absent.
Result<std::variant<Manifest, Index>> parse_manifest_or_index(std::string_view text);

// Canonical JSON: the bytes whose digest names the document.
std::string text_of(const Manifest& manifest);
std::string text_of(const Index& index);

// The descriptor of a document that we write.
Descriptor describe(std::string_view media_type, std::string_view text);

}  // namespace hauberk
