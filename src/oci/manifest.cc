// SPDX-License-Identifier: Apache-2.0
#include "oci/manifest.h"

#include <algorithm>

#include "oci/json_members.h"
#include "oci/media_type.h"

namespace hauberk {
namespace {

constexpr std::size_t children_limit = 2'000;  // of layers or manifests in one document
constexpr std::size_t name_limit_bytes = 127;  // of each half of a media type (RFC 6838, section 4.2)
// Blobs above 8 EiB do not exist; a size that a signed 64-bit number cannot hold is an attack on adding up.
constexpr std::uint64_t size_limit_bytes = INT64_MAX;

bool is_media_name(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$&-^_.+").contains(c);
  };
  return !text.empty() && text.size() <= name_limit_bytes && std::ranges::all_of(text, fits);
}

// RFC 6838, section 4.2: "type/subtype"; parameters (";charset=utf-8") have no place in a descriptor.
bool is_media_type(std::string_view text) {
  const auto slash = text.find('/');
  return slash != std::string_view::npos && is_media_name(text.substr(0, slash)) &&
         is_media_name(text.substr(slash + 1));
}

Result<std::string> optional_media_type(const Json& object, std::string_view key, std::string_view what) {
  TRY(std::string text, optional_string(object, key, what));
  if (text.empty() || is_media_type(text)) return text;
  return fail(ErrorKind::invalid_input, "{}: \"{}\" is no media type: {}", what, key, text);
}

Result<Descriptor> descriptor_of(const Json& value, std::string_view what) {
  TRY(const std::string digest_text, json_string(value, "digest", what));
  auto digest = Digest::parse(digest_text);
  if (!digest) return wrap(std::move(digest).error(), what);
  TRY(const std::uint64_t size, json_size(value, "size", what));
  if (size > size_limit_bytes) return fail(ErrorKind::invalid_input, "{}: the size {} cannot be", what, size);

  Descriptor descriptor{.media_type = {}, .digest = *std::move(digest), .size_bytes = size};
  TRY(descriptor.media_type, optional_media_type(value, "mediaType", what));
  if (descriptor.media_type.empty()) return fail(ErrorKind::invalid_input, "{} has no \"mediaType\"", what);
  TRY(descriptor.artifact_type, optional_media_type(value, "artifactType", what));
  TRY(descriptor.annotations, optional_string_map(value, "annotations", what));
  if (const Json* platform = member_of(value, "platform")) {
    if (!platform->is_object()) {
      return fail(ErrorKind::invalid_input, "{}: \"platform\" is not an object", what);
    }
    TRY(descriptor.os, optional_string(*platform, "os", what));
    TRY(descriptor.architecture, optional_string(*platform, "architecture", what));
  }
  return descriptor;
}

Result<std::vector<Descriptor>> descriptors_of(const Json& object, std::string_view key,
                                               std::string_view what, std::size_t limit = children_limit) {
  TRY(const Json* list, json_array(object, key, what));
  if (list->size() > limit) {
    return fail(ErrorKind::limit_exceeded, "{}: \"{}\" has {} entries, more than the {} allowed", what, key,
                list->size(), limit);
  }
  std::vector<Descriptor> descriptors;
  for (std::size_t i = 0; i < list->size(); ++i) {
    TRY(auto descriptor, descriptor_of((*list)[i], fmt::format("{}: {}[{}]", what, key, i)));
    descriptors.push_back(std::move(descriptor));
  }
  return descriptors;
}

// What manifests and indexes have in common: version, types, subject and annotations.
template <class Document>
Status read_common(const Json& json, std::string_view what, Document& document) {
  TRY(const std::uint64_t version, json_size(json, "schemaVersion", what));
  if (version != 2) {
    return fail(ErrorKind::unsupported, "{}: schemaVersion is {}, and only 2 is supported", what, version);
  }
  TRY(document.media_type, optional_media_type(json, "mediaType", what));
  TRY(document.artifact_type, optional_media_type(json, "artifactType", what));
  TRY(document.annotations, optional_string_map(json, "annotations", what));
  if (const Json* subject = member_of(json, "subject")) {
    TRY(document.subject, descriptor_of(*subject, fmt::format("{}: subject", what)));
  }
  return {};
}

Status check_type(std::string& type, std::string_view oci, std::string_view docker, std::string_view what) {
  if (type.empty()) type = oci;
  if (type == oci || type == docker) return {};
  return fail(ErrorKind::unsupported, "{}: the media type {} is not one that can be read here", what, type);
}

Result<Manifest> manifest_of(const Json& json) {
  constexpr std::string_view what = "image manifest";
  TRY(const Json* config, json_object(json, "config", what));
  TRY(auto config_descriptor, descriptor_of(*config, "image manifest: config"));
  Manifest manifest{.media_type = {}, .artifact_type = {}, .config = std::move(config_descriptor)};
  TRY_STATUS(read_common(json, what, manifest));
  TRY_STATUS(check_type(manifest.media_type, media_type::manifest, media_type::docker_manifest, what));
  if (json.contains("manifests")) {
    return fail(ErrorKind::invalid_input, "{}: it also has \"manifests\", which only an index has", what);
  }
  TRY(manifest.layers, descriptors_of(json, "layers", what));
  return manifest;
}

Result<Index> index_of(const Json& json, std::size_t most_manifests = children_limit) {
  constexpr std::string_view what = "image index";
  Index index;
  TRY_STATUS(read_common(json, what, index));
  TRY_STATUS(check_type(index.media_type, media_type::index, media_type::docker_manifest_list, what));
  // Two readings of one document are how an image is shown to a scanner and another one is run.
  if (json.contains("layers") || json.contains("config")) {
    return fail(ErrorKind::invalid_input, "{}: it also has members that only a manifest has", what);
  }
  TRY(index.manifests, descriptors_of(json, "manifests", what, most_manifests));
  return index;
}

Result<Json> parse_document(std::string_view text, std::string_view what) {
  auto json = parse_json(text, {.size_bytes = manifest_limit_bytes, .depth = 32});
  if (!json) return wrap(std::move(json).error(), what);
  if (!json->is_object()) return fail(ErrorKind::invalid_input, "{} is not a JSON object", what);
  return json;
}

Json json_of(const Descriptor& descriptor) {
  Json json = {{"mediaType", descriptor.media_type},
               {"digest", descriptor.digest.text()},
               {"size", descriptor.size_bytes}};
  if (!descriptor.artifact_type.empty()) json["artifactType"] = descriptor.artifact_type;
  if (!descriptor.annotations.empty()) json["annotations"] = descriptor.annotations;
  if (!descriptor.os.empty() || !descriptor.architecture.empty()) {
    json["platform"] = {{"os", descriptor.os}, {"architecture", descriptor.architecture}};
  }
  return json;
}

Json json_of(const std::vector<Descriptor>& descriptors) {
  Json list = Json::array();
  for (const Descriptor& descriptor : descriptors) list.push_back(json_of(descriptor));
  return list;
}

template <class Document>
Json common_json(const Document& document) {
  Json json = {{"schemaVersion", 2}, {"mediaType", document.media_type}};
  if (!document.artifact_type.empty()) json["artifactType"] = document.artifact_type;
  if (!document.annotations.empty()) json["annotations"] = document.annotations;
  if (document.subject) json["subject"] = json_of(*document.subject);
  return json;
}

}  // namespace

Result<Manifest> parse_manifest(std::string_view text) {
  TRY(const Json json, parse_document(text, "image manifest"));
  return manifest_of(json);
}

Result<Index> parse_index(std::string_view text, std::size_t most_manifests) {
  TRY(const Json json, parse_document(text, "image index"));
  return index_of(json, most_manifests);
}

Result<std::variant<Manifest, Index>> parse_manifest_or_index(std::string_view text) {
  TRY(const Json json, parse_document(text, "image manifest or index"));
  TRY(const std::string type, optional_string(json, "mediaType", "image manifest or index"));
  const bool is_index = type.empty() ? json.contains("manifests")
                                     : type == media_type::index || type == media_type::docker_manifest_list;
  if (is_index) {
    TRY(Index index, index_of(json));
    return index;
  }
  TRY(Manifest manifest, manifest_of(json));
  return manifest;
}

std::string text_of(const Manifest& manifest) {
  Json json = common_json(manifest);
  json["config"] = json_of(manifest.config);
  json["layers"] = json_of(manifest.layers);
  return canonical_json(json);
}

std::string text_of(const Index& index) {
  Json json = common_json(index);
  json["manifests"] = json_of(index.manifests);
  return canonical_json(json);
}

Descriptor describe(std::string_view media_type, std::string_view text) {
  return {.media_type = std::string(media_type), .digest = Digest::of(text), .size_bytes = text.size()};
}

}  // namespace hauberk
