// SPDX-License-Identifier: Apache-2.0
#include "publish/referrers_answer.h"

#include <set>

#include "oci/media_type.h"
#include "oci/referrers.h"

namespace hauberk {
namespace {

Json json_of(const Descriptor& entry) {
  Json json = {{"mediaType", entry.media_type},
               {"digest", entry.digest.text()},
               {"size", entry.size_bytes},
               {"artifactType", entry.artifact_type}};
  if (!entry.annotations.empty()) json["annotations"] = entry.annotations;
  return json;
}

Json empty_index() {
  return {{"schemaVersion", 2}, {"mediaType", std::string(media_type::index)}, {"manifests", Json::array()}};
}

}  // namespace

Result<std::vector<Descriptor>> parse_referrers(std::string_view text) {
  TRY(Index index, parse_index(text, most_referrers));
  return std::move(index.manifests);
}

Result<std::string> with_referrers(std::string_view text, const std::vector<Descriptor>& entries) {
  Json json = empty_index();
  std::set<Digest> listed;
  if (!text.empty()) {
    const auto known = parse_referrers(text);
    if (!known && known.error().kind == ErrorKind::limit_exceeded) return std::unexpected(known.error());
    if (!known) {
      return fail(ErrorKind::conflict, "the tag that lists referrers names something else: {}",
                  known.error().message);
    }
    for (const Descriptor& entry : *known) listed.insert(entry.digest);
    TRY(json, parse_json(text));
  }
  bool is_new = false;
  for (const Descriptor& entry : entries) {
    if (!listed.insert(entry.digest).second) continue;
    json["manifests"].push_back(json_of(entry));
    is_new = true;
  }
  if (listed.size() > most_referrers) {
    return fail(ErrorKind::limit_exceeded, "more than {} manifests would refer to it", most_referrers);
  }
  return is_new ? canonical_json(json) : std::string(text);
}

Descriptor referrer_entry(const Descriptor& descriptor, const Manifest& manifest) {
  Descriptor entry = descriptor;
  entry.artifact_type = manifest.artifact_type.empty() ? manifest.config.media_type : manifest.artifact_type;
  entry.annotations = manifest.annotations;
  return entry;
}

}  // namespace hauberk
