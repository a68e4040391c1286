// SPDX-License-Identifier: Apache-2.0
#include "history/tags.h"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "base/nearest.h"
#include "history/database.h"

namespace hauberk {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The n of "<anything>-<yyyymmdd>.<n>"; none if the tag is no build tag.
std::optional<unsigned> build_number(std::string_view tag) {
  const auto dot = tag.rfind('.');
  if (dot == std::string_view::npos || dot < 10 || tag[dot - 9] != '-') return std::nullopt;
  if (!std::ranges::all_of(tag.substr(dot - 8, 8), is_digit)) return std::nullopt;
  const std::string_view digits = tag.substr(dot + 1);
  unsigned number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size() || digits.front() == '0')
    return std::nullopt;
  return number;
}

// Everything before "<yyyymmdd>.<n>", with the dash.
std::string_view build_prefix(std::string_view tag) { return tag.substr(0, tag.rfind('.') - 8); }

std::string day_of(Time now) {
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(now));
  return fmt::format("{:04}{:02}{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                     static_cast<unsigned>(day.day()));
}

// A row of `tags`, or of `moves` in the same columns.
struct Row {
  std::string repository, tag, media_type, digest, moved_at;
  long long size_bytes = 0;
};

constexpr std::string_view row_columns = "repository, tag, media_type, digest, size_bytes, moved_at";

Result<TaggedImage> image_of(const Row& row) {
  auto digest = Digest::parse(row.digest);
  if (!digest || row.size_bytes < 0) {
    return fail(ErrorKind::io, "cannot read the tag {}:{}: its row in hauberk.db is damaged", row.repository,
                row.tag);
  }
  return TaggedImage{.repository = row.repository,
                     .tag = row.tag,
                     .media_type = row.media_type,
                     .digest = *std::move(digest),
                     .size_bytes = static_cast<std::uint64_t>(row.size_bytes),
                     .moved_at = row.moved_at};
}

// What a name without a tag means where nothing is tagged "latest": the image that moved last, the ones to
// build in (-dev) aside; none if two moved at the same moment.
std::optional<Row> newest_runtime(const std::vector<Row>& tags) {
  const auto is_dev = [](const Row& row) { return row.tag.find("-dev") != std::string::npos; };
  const bool only_dev = std::ranges::all_of(tags, is_dev);
  std::optional<Row> newest;
  bool several = false;
  for (const Row& row : tags) {
    if ((is_dev(row) && !only_dev) || (newest && row.moved_at < newest->moved_at)) continue;
    several = newest && row.moved_at == newest->moved_at && (several || row.digest != newest->digest);
    newest = row;
  }
  return several ? std::nullopt : newest;
}

}  // namespace

struct TagStore::State {
  soci::session sql;

  // Rows of the query; `first` and `second` are bound to :1 and :2 of it.
  std::vector<Row> rows(const std::string& query, const std::string& first, const std::string& second) {
    std::vector<Row> found;
    Row row;
    soci::statement statement =
        (sql.prepare << query, soci::into(row.repository), soci::into(row.tag), soci::into(row.media_type),
         soci::into(row.digest), soci::into(row.size_bytes), soci::into(row.moved_at),
         soci::use(first, "first"), soci::use(second, "second"));
    statement.execute();
    while (statement.fetch()) found.push_back(row);
    return found;
  }

  std::vector<Row> tags_of(const std::string& repository) {
    return rows(fmt::format("SELECT {} FROM tags WHERE repository = :first AND :second = '' ORDER BY tag",
                            row_columns),
                repository, "");
  }

  std::vector<Row> all_tags() {
    return rows(fmt::format("SELECT {} FROM tags WHERE :first = :second ORDER BY repository, tag",
                            row_columns),
                "", "");
  }

  std::optional<Row> tag(const std::string& repository, const std::string& name) {
    auto found =
        rows(fmt::format("SELECT {} FROM tags WHERE repository = :first AND tag = :second", row_columns),
             repository, name);
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
  }

  // The newest move of any tag of the repository to the digest: also what no tag points to any more.
  std::optional<Row> by_digest(const std::string& repository, const std::string& digest) {
    auto found = rows(
        "SELECT repository, tag, media_type, to_digest, size_bytes, moved_at FROM moves "
        "WHERE repository = :first AND to_digest = :second ORDER BY id DESC LIMIT 1",
        repository, digest);
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
  }

  std::vector<std::string> repositories() {
    std::vector<std::string> names;
    std::string name;
    soci::statement statement =
        (sql.prepare << "SELECT DISTINCT repository FROM tags ORDER BY repository", soci::into(name));
    statement.execute();
    while (statement.fetch()) names.push_back(name);
    return names;
  }

  Status move(const Row& to, const std::string& from, const std::string& why);
  Result<std::string> full_name(const std::string& name);
  std::unexpected<Error> no_repository(const std::string& name);
  std::unexpected<Error> no_tag(const std::string& name, const std::string& tag);
};

Status TagStore::State::move(const Row& to, const std::string& from, const std::string& why) {
  sql << "INSERT INTO tags (repository, tag, media_type, digest, size_bytes, moved_at) "
         "VALUES (:repository, :tag, :type, :digest, :size, :at) ON CONFLICT (repository, tag) DO UPDATE SET "
         "media_type = excluded.media_type, digest = excluded.digest, size_bytes = excluded.size_bytes, "
         "moved_at = excluded.moved_at",
      soci::use(to.repository), soci::use(to.tag), soci::use(to.media_type), soci::use(to.digest),
      soci::use(to.size_bytes), soci::use(to.moved_at);
  sql << "INSERT INTO moves (repository, tag, from_digest, to_digest, media_type, size_bytes, moved_at, why) "
         "VALUES (:repository, :tag, :from, :to, :type, :size, :at, :why)",
      soci::use(to.repository), soci::use(to.tag), soci::use(from), soci::use(to.digest),
      soci::use(to.media_type), soci::use(to.size_bytes), soci::use(to.moved_at), soci::use(why);
  return {};
}

// "nginx" stands for "hauberk/nginx" as long as no other repository ends like this.
Result<std::string> TagStore::State::full_name(const std::string& name) {
  if (!tags_of(name).empty()) return name;
  std::vector<std::string> same;
  for (const std::string& other : repositories()) {
    if (other.ends_with("/" + name)) same.push_back(other);
  }
  if (same.size() == 1) return same.front();
  if (same.empty()) return name;
  return fail(ErrorKind::conflict, "cannot tell which image {} is: say {}", name, fmt::join(same, " or "));
}

std::unexpected<Error> TagStore::State::no_repository(const std::string& name) {
  const auto names = repositories();
  if (names.empty()) {
    return fail(ErrorKind::not_found,
                "cannot find {}: the store has no images; make one with `hauberk build`", name);
  }
  const std::vector<std::string_view> views(names.begin(), names.end());
  const auto near = nearest(name, views);
  if (near) return fail(ErrorKind::not_found, "cannot find {} in the store; did you mean {}?", name, *near);
  constexpr std::size_t shown = 10;
  return fail(ErrorKind::not_found, "cannot find {} in the store; it has: {}{}", name,
              fmt::join(views.begin(),
                        views.begin() + static_cast<std::ptrdiff_t>(std::min(shown, views.size())), ", "),
              views.size() > shown ? ", ..." : "");
}

std::unexpected<Error> TagStore::State::no_tag(const std::string& name, const std::string& tag) {
  const auto tags = tags_of(name);
  if (tags.empty()) return no_repository(name);
  std::vector<std::string_view> names;
  for (const Row& row : tags) names.push_back(row.tag);
  if (const auto near = nearest(tag, names)) {
    return fail(ErrorKind::not_found, "cannot find {}:{} in the store; did you mean {}:{}?", name, tag, name,
                *near);
  }
  return fail(ErrorKind::not_found, "cannot find {}:{} in the store; its tags are: {}", name, tag,
              fmt::join(names, ", "));
}

TagStore::TagStore(std::unique_ptr<State> state) : state_(std::move(state)) {}
TagStore::TagStore(TagStore&&) noexcept = default;
TagStore::~TagStore() = default;

Result<TagStore> TagStore::open(const Store& store) {
  auto state = std::make_unique<State>();
  TRY_STATUS(open_database(store, state->sql));
  return TagStore(std::move(state));
}

Result<std::vector<TagMove>> TagStore::set(const std::string& repository,
                                           const std::vector<std::string>& tags, const TaggedImage& image,
                                           Time now, std::string_view why) {
  for (const std::string& tag : tags) {
    if (!is_tag(tag))
      return fail(ErrorKind::invalid_input, "cannot tag {}: \"{}\" is no tag", repository, tag);
  }
  return guarded(fmt::format("tag {}", repository), [&]() -> Result<std::vector<TagMove>> {
    std::vector<TagMove> moves;
    WriteTransaction transaction(state_->sql);
    for (const std::string& tag : tags) {
      const auto old = state_->tag(repository, tag);
      const Row to{repository,       tag,
                   image.media_type, image.digest.text(),
                   to_rfc3339(now),  static_cast<long long>(image.size_bytes)};
      if (old && old->digest == to.digest) continue;
      if (old && build_number(tag)) {
        return fail(ErrorKind::conflict,
                    "cannot tag {}:{}: it is the tag of one build, which never moves, and "
                    "names {} already",
                    repository, tag, old->digest);
      }
      moves.push_back({tag, old ? old->digest : std::string(), to.digest, to.moved_at, std::string(why)});
      TRY_STATUS(state_->move(to, moves.back().from, moves.back().why));
    }
    transaction.commit();
    return moves;
  });
}

Result<std::string> TagStore::build_tag(const std::string& repository,
                                        std::string_view version_and_distribution, const Digest& digest,
                                        Time now) {
  return guarded(fmt::format("name a build of {}", repository), [&]() -> Result<std::string> {
    const std::string prefix = fmt::format("{}-", version_and_distribution);
    const std::string today = prefix + day_of(now) + ".";
    std::optional<std::string> newest;
    unsigned number = 0, highest = 0;
    std::string newest_at;
    for (const Row& row : state_->tags_of(repository)) {
      const auto n = build_number(row.tag);
      if (!n || build_prefix(row.tag) != prefix) continue;
      if (row.tag.starts_with(today)) highest = std::max(highest, *n);
      if (row.digest != digest.text()) continue;
      if (newest && std::pair(row.moved_at, *n) < std::pair(newest_at, number)) continue;
      newest = row.tag;
      newest_at = row.moved_at;
      number = *n;
    }
    if (newest) return *newest;
    std::string tag = fmt::format("{}{}", today, highest + 1);
    if (!is_tag(tag))
      return fail(ErrorKind::invalid_input, "cannot name the build \"{}\": it is no tag", tag);
    return tag;
  });
}

Result<TaggedImage> TagStore::find(const Reference& reference) {
  return guarded(fmt::format("find {}", reference.text()), [&]() -> Result<TaggedImage> {
    TRY(const std::string name, state_->full_name(reference.name()));
    if (reference.digest()) {
      const std::string digest = reference.digest()->text();
      const auto row = state_->by_digest(name, digest);
      if (row) return image_of(*row);
      if (state_->tags_of(name).empty()) return state_->no_repository(name);
      return fail(ErrorKind::not_found, "cannot find {}@{}: no tag of {} ever named it", name, digest, name);
    }
    if (!reference.tag().empty()) {
      const auto row = state_->tag(name, reference.tag());
      if (row) return image_of(*row);
      return state_->no_tag(name, reference.tag());
    }
    if (const auto latest = state_->tag(name, "latest")) return image_of(*latest);
    const auto tags = state_->tags_of(name);
    if (tags.empty()) return state_->no_repository(name);
    const auto newest = newest_runtime(tags);
    if (newest) return image_of(*newest);
    return fail(ErrorKind::not_found,
                "cannot find {}: it has no tag \"latest\" and several newest images; "
                "name a tag, for example {}:{}",
                name, name, tags.front().tag);
  });
}

Result<std::vector<TaggedImage>> TagStore::list() {
  return guarded("list the tags", [&]() -> Result<std::vector<TaggedImage>> {
    std::vector<TaggedImage> images;
    for (const Row& row : state_->all_tags()) {
      TRY(auto image, image_of(row));
      images.push_back(std::move(image));
    }
    return images;
  });
}

Result<std::vector<TagMove>> TagStore::history(const std::string& repository, std::string_view tag) {
  const std::string name(tag);
  return guarded(fmt::format("read the history of {}:{}", repository, name),
                 [&]() -> Result<std::vector<TagMove>> {
                   std::vector<TagMove> moves;
                   TagMove move{.tag = name, .from = "", .to = "", .at = "", .why = ""};
                   soci::statement statement =
                       (state_->sql.prepare << "SELECT from_digest, to_digest, moved_at, why FROM moves "
                                               "WHERE repository = :repository AND tag = :tag ORDER BY id",
                        soci::into(move.from), soci::into(move.to), soci::into(move.at), soci::into(move.why),
                        soci::use(repository), soci::use(name));
                   statement.execute();
                   while (statement.fetch()) moves.push_back(move);
                   return moves;
                 });
}

}  // namespace hauberk
