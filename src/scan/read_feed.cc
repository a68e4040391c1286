// Any feed's bytes, as they are kept: unpacked, and given to the reader of their kind.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "base/time.h"
#include "deb/package_file.h"
#include "io/compression.h"
#include "io/http.h"
#include "scan/feed_store.h"
#include "scan/osv_feed.h"
#include "scan/small_feeds.h"
#include "scan/tracker_feed.h"

namespace hauberk {
namespace {

constexpr std::uint64_t unpacked_limit = std::uint64_t{2} << 30;
constexpr std::uint64_t support_limit = 4 << 20;

struct KindName {
  FeedKind kind;
  std::string_view name;
  int max_age_hours;
};

constexpr std::array<KindName, 5> kinds = {{{FeedKind::debian_tracker, "debian-tracker", 48},
                                            {FeedKind::osv, "osv", 72},
                                            {FeedKind::kev, "kev", 24 * 14},
                                            {FeedKind::epss, "epss", 24 * 7},
                                            {FeedKind::debian_support, "debian-security-support", 24 * 366}}};

const KindName& row_of(FeedKind kind) { return *std::ranges::find(kinds, kind, &KindName::kind); }

// The lists inside the package, and nothing else of it.
Status read_support_package(std::string_view bytes, AdvisoryBuilder& builder) {
  MemorySource source(bytes);
  TRY(PackageFile package, PackageFile::open(source));
  constexpr std::string_view folder = "usr/share/debian-security-support/";
  for (;;) {
    TRY(const auto entry, package.data().next());
    if (!entry) break;
    if (!entry->path.starts_with(folder) || entry->type != TarEntry::Type::file) continue;
    TarContent content(package.data());
    TRY(const std::string text, read_all(content, support_limit));
    TRY_STATUS(read_support_file(entry->path, text, builder));
  }
  return package.finish();
}

Result<std::string> read_unpacked(FeedKind kind, std::string_view name, std::string_view text,
                                  AdvisoryBuilder& builder) {
  switch (kind) {
    case FeedKind::debian_tracker: {
      TRY_STATUS(read_debian_tracker(text, builder));
      return std::string();
    }
    case FeedKind::osv: return read_osv(text, builder);
    case FeedKind::kev: return read_kev(text, builder);
    case FeedKind::epss: return read_epss(text, builder);
    case FeedKind::debian_support: {
      if (text.starts_with("!<arch>\n")) {
        TRY_STATUS(read_support_package(text, builder));
      } else {
        TRY_STATUS(read_support_file(name, text, builder));
      }
      return std::string();
    }
  }
  return std::string();
}

}  // namespace

bool is_stale(const Feed& feed, std::int64_t now) {
  if (!feed.current) return true;
  const auto date = parse_rfc3339(feed.current->date);
  return !date || now - to_unix(*date) > std::int64_t{feed.max_age_hours} * 3600;
}

std::string public_source(const std::string& source) {
  return source.find("://") == std::string::npos ? source : public_url(source);
}

std::string_view name_of(FeedKind kind) { return row_of(kind).name; }
int default_max_age_hours(FeedKind kind) { return row_of(kind).max_age_hours; }

Result<FeedKind> parse_feed_kind(std::string_view text) {
  const auto found = std::ranges::find(kinds, text, &KindName::name);
  if (found != kinds.end()) return found->kind;
  std::vector<std::string_view> names;
  for (const KindName& row : kinds) names.push_back(row.name);
  return fail(ErrorKind::invalid_input, "\"{}\" is no kind of feed; there are {}", text,
              fmt::join(names, ", "));
}

Result<std::string> read_feed(FeedKind kind, std::string_view file_name, std::string_view bytes,
                              AdvisoryBuilder& builder) {
  const Compression compression = compression_of(std::as_bytes(std::span(bytes.substr(0, 6))));
  if (compression == Compression::none) return read_unpacked(kind, file_name, bytes, builder);
  MemorySource source(bytes);
  const auto unpacked = decompress(compression, source, {.output_bytes = unpacked_limit});
  TRY(const std::string text, read_all(*unpacked, unpacked_limit));
  return read_unpacked(kind, file_name, text, builder);
}

}  // namespace hauberk
