// The feeds of an installation: kept whole, with digest and date, and loaded together.
//
//   feeds/<name>/feed.json      {"version": 1, "kind", "source", "max_age_hours", "current", "pending",
//   "turned_off"};
//                               `current` and `pending`: {"digest", "date", "fetched", "file_name", "size"}
//   feeds/<name>/<sha256 hex>   the bytes as they came
//   cache/feeds/<sha256 hex>    all current feeds as one table; named by their digests, dates and ages
//
// An update is read before it counts: what cannot be parsed, or is older than what we have, changes nothing.
// One that turns findings off (scan/feed_changes.h) becomes `pending` and waits for accept(); the current one
// stays in use meanwhile. Writes are atomic. Thread rule: several threads and processes may use one folder;
// writers wait for one another.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/dir.h"
#include "scan/advisories.h"
#include "scan/advisory_builder.h"
#include "store/store.h"

namespace hauberk {

enum class FeedKind { debian_tracker, osv, kev, epss, debian_support };

// "debian-tracker", "osv", "kev", "epss", "debian-security-support".
std::string_view name_of(FeedKind kind);
Result<FeedKind> parse_feed_kind(std::string_view text);
int default_max_age_hours(FeedKind kind);

struct FeedVersion {
  std::string digest = {};  // "sha256:..."
  std::string date = {};  // RFC 3339: what the feed says of itself, else when it was fetched
  std::string fetched = {};
  std::string file_name = {};
  std::uint64_t size_bytes = 0;

  friend bool operator==(const FeedVersion&, const FeedVersion&) = default;
};

struct Feed {
  std::string name = {};
  FeedKind kind = FeedKind::osv;
  std::string source = {};  // URL or file
  int max_age_hours = 48;
  std::optional<FeedVersion> current = {};
  std::optional<FeedVersion> pending = {};
  std::vector<std::string> turned_off = {};  // by `pending`

  friend bool operator==(const Feed&, const Feed&) = default;
};

// Past its maximum age at `now`, or without content.
bool is_stale(const Feed& feed, std::int64_t now);

// The source without user info and query, as it may be shown.
std::string public_source(const std::string& source);

// Adds what the bytes of a feed say to `builder`, after unpacking gzip, xz or zstd; returns the date that it
// says of itself, or "". Errors say what is wrong with the feed.
Result<std::string> read_feed(FeedKind kind, std::string_view file_name, std::string_view bytes,
                              AdvisoryBuilder& builder);

struct FeedUpdate {
  std::string_view file_name;
  std::string_view bytes;
  std::string date = {};  // RFC 3339, for feeds that have none of their own; empty: now
  std::int64_t now = 0;  // seconds since 1970
};

class FeedStore {
 public:
  explicit FeedStore(const Store& store) : dir_(store.dir()), cache_(store.cache()) {}

  // Sorted by name. invalid_input names a feed.json that is damaged.
  Result<std::vector<Feed>> list() const;
  Result<Feed> find(const std::string& name) const;

  // A new feed without content. invalid_input: the name is not of a-z, 0-9 and "-"; conflict: there is one.
  Status add(const Feed& feed) const;
  Status remove(const std::string& name) const;

  // Returns the feed as it is then. conflict: older than what is current.
  Result<Feed> update(const std::string& name, const FeedUpdate& update) const;

  // Makes what is pending current. not_found: nothing is.
  Result<Feed> accept(const std::string& name) const;

  // All current feeds as one table, from the cache if it is there and whole. Feeds without content are left
  // out.
  Result<Advisories> load() const;

 private:
  Status write(const Feed& feed) const;
  Status remove_others(const Feed& feed) const;
  Result<MappedFile> content(const Feed& feed, const FeedVersion& version) const;
  Result<Advisories> table_of(const Feed& feed, const FeedVersion& version) const;
  Result<Advisories> build(const std::vector<Feed>& feeds) const;
  const Dir& dir_;
  const Dir& cache_;
};

}  // namespace hauberk
