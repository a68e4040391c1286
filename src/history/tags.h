// Tags over time: which digest a tag of the local store names, and every move it made.
//
// SQLite (WAL) in hauberk.db; the schema carries a version, an older one is migrated, a newer one refused.
// Every change is one transaction, durable before the call returns. Thread rule: one thread per TagStore;
// several processes may open one store.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/time.h"
#include "oci/reference.h"
#include "store/store.h"

namespace hauberk {

struct TaggedImage {
  std::string repository;  // with registry, as in Reference::name()
  std::string tag;
  std::string media_type;  // of an index or a manifest
  Digest digest;
  std::uint64_t size_bytes = 0;
  std::string moved_at;    // RFC 3339

  friend bool operator==(const TaggedImage&, const TaggedImage&) = default;
};

struct TagMove {
  std::string tag, from, to, at, why;  // digests as text; `from` empty for the first

  friend bool operator==(const TagMove&, const TagMove&) = default;
};

class TagStore {
 public:
  static Result<TagStore> open(const Store& store);
  TagStore(TagStore&&) noexcept;
  ~TagStore();

  // Points all `tags` of the repository at the image, in one transaction. A tag that already points there
  // does not move and adds no history. Returns the moves that were made. A tag that never moves (see
  // build_tag) and points elsewhere: conflict.
  Result<std::vector<TagMove>> set(const std::string& repository, const std::vector<std::string>& tags,
                                   const TaggedImage& image, Time now, std::string_view why);

  // The tag of one build, "<version>-<distribution>-<yyyymmdd>.<n>": if the digest already has one with this
  // prefix, that one; else the next n of the day. Not yet written: pass it to set().
  Result<std::string> build_tag(const std::string& repository, std::string_view version_and_distribution,
                                const Digest& digest, Time now);

  // not_found names the nearest tag or repository. A reference without tag means "latest", or the only build.
  Result<TaggedImage> find(const Reference& reference);

  Result<std::vector<TaggedImage>> list();

  // All moves of a tag, the first one first.
  Result<std::vector<TagMove>> history(const std::string& repository, std::string_view tag);

 private:
  struct State;
  explicit TagStore(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hauberk
