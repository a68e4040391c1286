// SPDX-License-Identifier: Apache-2.0
#include "scan/feed_store.h"

#include <algorithm>

#include "base/json.h"
#include "base/time.h"
#include "scan/advisory_file.h"
#include "scan/feed_changes.h"
#include "scan/version_text.h"

namespace hauberk {
namespace {

constexpr std::string_view folder = "feeds";
constexpr std::uint64_t record_limit = 64 << 20;
constexpr int lock_wait_ms = 60'000;

std::string path_of(const std::string& name, std::string_view file) {
  return fmt::format("feeds/{}/{}", name, file);
}

bool is_feed_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && !name.starts_with('-') &&
         std::ranges::all_of(name, [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

Json json_of(const FeedVersion& version) {
  return {{"digest", version.digest},
          {"date", version.date},
          {"fetched", version.fetched},
          {"file_name", version.file_name},
          {"size", version.size_bytes}};
}

Result<std::optional<FeedVersion>> version_of(const Json& json, const char* key) {
  if (!json.contains(key)) return std::nullopt;
  const Json& entry = json[key];
  FeedVersion version;
  TRY(version.digest, json_string(entry, "digest", key));
  TRY_STATUS(Digest::parse(version.digest));
  TRY(version.date, json_string(entry, "date", key));
  TRY(version.fetched, json_string(entry, "fetched", key));
  TRY(version.file_name, json_string(entry, "file_name", key));
  TRY(version.size_bytes, json_size(entry, "size", key));
  return version;
}

Result<Feed> parse_feed(const std::string& name, std::string_view text) {
  TRY(const Json json, parse_json(text, {.size_bytes = record_limit}));
  Feed feed;
  feed.name = name;
  TRY(const std::uint64_t format, json_size(json, "version", "it"));
  if (format != 1) return fail(ErrorKind::unsupported, "it is of the newer version {}", format);
  TRY(const std::string kind, json_string(json, "kind", "it"));
  TRY(feed.kind, parse_feed_kind(kind));
  TRY(feed.source, json_string(json, "source", "it"));
  TRY(const std::uint64_t age, json_size(json, "max_age_hours", "it"));
  feed.max_age_hours = static_cast<int>(std::min<std::uint64_t>(age, 1'000'000));
  TRY(feed.current, version_of(json, "current"));
  TRY(feed.pending, version_of(json, "pending"));
  TRY(const Json* lines, json_array(json, "turned_off", "it"));
  for (const Json& line : *lines) {
    if (line.is_string()) feed.turned_off.push_back(line.get<std::string>());
  }
  return feed;
}

Json json_of(const Feed& feed) {
  Json json = {{"version", 1},
               {"kind", name_of(feed.kind)},
               {"source", feed.source},
               {"max_age_hours", feed.max_age_hours},
               {"turned_off", feed.turned_off}};
  if (feed.current) json["current"] = json_of(*feed.current);
  if (feed.pending) json["pending"] = json_of(*feed.pending);
  return json;
}

FeedMeta meta_of(const Feed& feed) {
  return {feed.name, std::string(name_of(feed.kind)), feed.current->digest, feed.current->date,
          std::int64_t{feed.max_age_hours} * 3600};
}

// Of everything that decides the table's bytes.
std::string cache_path(const std::vector<Feed>& feeds) {
  std::string key(advisory_magic);
  for (const Feed& feed : feeds) {
    const FeedMeta meta = meta_of(feed);
    key += fmt::format("\n{} {} {} {} {} {}", meta.name, meta.kind, meta.digest, meta.date,
                       meta.max_age_seconds, Digest::of(feed.current->file_name).hex());
  }
  return fmt::format("feeds/{}", Digest::of(key).hex());
}

Result<std::string> checked_date(const std::string& own, const FeedUpdate& update) {
  const std::string date = !own.empty() ? own : update.date;
  if (date.empty()) return to_rfc3339(from_unix(update.now));
  TRY(const Time time, parse_rfc3339(date));
  if (to_unix(time) > update.now + 86'400) {
    return fail(ErrorKind::invalid_input, "its date {} is in the future", date);
  }
  return date;
}

}  // namespace

Result<Feed> FeedStore::find(const std::string& name) const {
  if (!is_feed_name(name)) {
    return fail(ErrorKind::invalid_input, "\"{}\" is no name of a feed: use a to z, 0 to 9 and \"-\"", name);
  }
  const auto text = dir_.read_file(path_of(name, "feed.json"), record_limit);
  if (!text && text.error().kind == ErrorKind::not_found) {
    return fail(ErrorKind::not_found,
                "cannot find the feed {}: `hauberk feed list` shows those that are there", name);
  }
  if (!text) return std::unexpected(text.error());
  auto feed = parse_feed(name, *text);
  if (!feed) return wrap(std::move(feed).error(), fmt::format("cannot read {}", path_of(name, "feed.json")));
  return feed;
}

Result<std::vector<Feed>> FeedStore::list() const {
  TRY(const auto names, dir_.list(folder));
  std::vector<Feed> feeds;
  for (const std::string& name : names) {
    if (!is_feed_name(name)) continue;
    TRY(Feed feed, find(name));
    feeds.push_back(std::move(feed));
  }
  return feeds;
}

Status FeedStore::write(const Feed& feed) const {
  return dir_.write_file(path_of(feed.name, "feed.json"), pretty_json(json_of(feed)));
}

Status FeedStore::add(const Feed& feed) const {
  TRY(const FileLock lock, FileLock::acquire(dir_, "feeds.lock", true, lock_wait_ms));
  const auto known = find(feed.name);
  if (known) return fail(ErrorKind::conflict, "cannot add the feed {}: there is one of this name", feed.name);
  if (known.error().kind != ErrorKind::not_found) return std::unexpected(known.error());
  return write(feed);
}

Status FeedStore::remove(const std::string& name) const {
  TRY(const FileLock lock, FileLock::acquire(dir_, "feeds.lock", true, lock_wait_ms));
  TRY_STATUS(find(name));
  return dir_.remove_all(fmt::format("feeds/{}", name));
}

// What neither the current nor the pending version is.
Status FeedStore::remove_others(const Feed& feed) const {
  TRY(const auto files, dir_.list(fmt::format("feeds/{}", feed.name)));
  for (const std::string& file : files) {
    const auto is = [&](const std::optional<FeedVersion>& version) {
      return version && version->digest.substr(7) == file;
    };
    if (file != "feed.json" && !is(feed.current) && !is(feed.pending)) {
      TRY_STATUS(dir_.remove(path_of(feed.name, file)));
    }
  }
  return {};
}

Result<MappedFile> FeedStore::content(const Feed& feed, const FeedVersion& version) const {
  const std::string path = path_of(feed.name, version.digest.substr(7));
  TRY(MappedFile file, dir_.map_file(path));
  if (file.text().size() != version.size_bytes || Digest::of(file.text()).text() != version.digest) {
    return fail(ErrorKind::verification_failed,
                "cannot use the feed {}: {} is damaged; run `hauberk feed update {}`", feed.name, path,
                feed.name);
  }
  return file;
}

Result<Advisories> FeedStore::table_of(const Feed& feed, const FeedVersion& version) const {
  TRY(const MappedFile file, content(feed, version));
  AdvisoryBuilder builder;
  TRY_STATUS(read_feed(feed.kind, version.file_name, file.text(), builder));
  return builder.finish();
}

Result<Feed> FeedStore::update(const std::string& name, const FeedUpdate& update) const {
  TRY(const FileLock lock, FileLock::acquire(dir_, "feeds.lock", true, lock_wait_ms));
  TRY(Feed feed, find(name));
  const auto refuse = [&](Error error) {
    return wrap(std::move(error), fmt::format("cannot update the feed {}", name));
  };
  AdvisoryBuilder builder;
  const auto own_date = read_feed(feed.kind, update.file_name, update.bytes, builder);
  if (!own_date) return refuse(own_date.error());
  const auto after = builder.finish();
  if (!after) return refuse(after.error());
  const auto date = checked_date(*own_date, update);
  if (!date) return refuse(date.error());
  const FeedVersion version{Digest::of(update.bytes).text(), *date, to_rfc3339(from_unix(update.now)),
                            std::string(update.file_name), update.bytes.size()};
  if (feed.current && version.date < feed.current->date) {
    return fail(ErrorKind::conflict, "cannot update the feed {}: it is of {}, older than what we have of {}",
                name, version.date, feed.current->date);
  }
  TRY_STATUS(dir_.write_file(path_of(name, version.digest.substr(7)), update.bytes));
  std::vector<std::string> lines;
  if (feed.current && feed.current->digest != version.digest) {
    // A current version that cannot be read any more has nothing to be compared with.
    if (const auto before = table_of(feed, *feed.current)) lines = turned_off(*before, *after);
  }
  (lines.empty() ? feed.current : feed.pending) = version;
  if (lines.empty()) feed.pending.reset();
  feed.turned_off = std::move(lines);
  TRY_STATUS(write(feed));
  TRY_STATUS(remove_others(feed));
  return feed;
}

Result<Feed> FeedStore::accept(const std::string& name) const {
  TRY(const FileLock lock, FileLock::acquire(dir_, "feeds.lock", true, lock_wait_ms));
  TRY(Feed feed, find(name));
  if (!feed.pending) {
    return fail(ErrorKind::not_found, "cannot accept the feed {}: no update of it waits", name);
  }
  feed.current = std::move(feed.pending);
  feed.pending.reset();
  feed.turned_off.clear();
  TRY_STATUS(write(feed));
  TRY_STATUS(remove_others(feed));
  return feed;
}

Result<Advisories> FeedStore::build(const std::vector<Feed>& feeds) const {
  AdvisoryBuilder builder;
  for (const Feed& feed : feeds) {
    builder.begin_feed(meta_of(feed));
    TRY(const MappedFile file, content(feed, *feed.current));
    const auto read = read_feed(feed.kind, feed.current->file_name, file.text(), builder);
    if (!read) return wrap(read.error(), fmt::format("cannot read the feed {}", feed.name));
  }
  auto table = builder.finish();
  if (!table) return wrap(std::move(table).error(), "cannot join the feeds");
  return table;
}

Result<Advisories> FeedStore::load() const {
  TRY(std::vector<Feed> feeds, list());
  std::erase_if(feeds, [](const Feed& feed) { return !feed.current; });
  if (feeds.empty()) return Advisories();
  const std::string path = cache_path(feeds);
  if (auto cached = Advisories::open(cache_, path)) return cached;
  TRY(Advisories table, build(feeds));
  TRY_STATUS(cache_.remove_all("feeds"));  // tables of feeds as they were
  TRY_STATUS(cache_.write_cache_file(path, table.bytes()));
  return table;
}

}  // namespace hauberk
