// SPDX-License-Identifier: Apache-2.0
#include "scan/advisory_builder.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <span>
#include <tuple>

#include "scan/advisory_file.h"

namespace hauberk {
namespace {

std::uint32_t size_of(const auto& list) { return static_cast<std::uint32_t>(list.size()); }

// Newer kinds of score first, labels last.
int weight(ScoreSource source) {
  switch (source) {
    case ScoreSource::cvss31: return 5;
    case ScoreSource::cvss30: return 4;
    case ScoreSource::cvss40_label: return 3;
    case ScoreSource::cvss2: return 2;
    case ScoreSource::label: return 1;
    case ScoreSource::none: break;
  }
  return 0;
}

template <class Record>
std::string_view bytes_of(const std::vector<Record>& records) {
  static_assert(std::is_trivially_copyable_v<Record>);
  return {reinterpret_cast<const char*>(records.data()), records.size() * sizeof(Record)};
}

}  // namespace

void AdvisoryBuilder::begin_feed(const FeedMeta& feed) {
  feeds_.push_back({texts_.intern(feed.name), texts_.intern(feed.kind), texts_.intern(feed.digest),
                    texts_.intern(feed.date), feed.max_age_seconds});
}

std::uint32_t AdvisoryBuilder::vulnerability(std::string_view id) {
  const TextRef ref = texts_.intern(id);
  const auto [at, is_new] = by_id_.try_emplace(ref.offset, size_of(vulnerabilities_));
  if (is_new) {
    vulnerabilities_.emplace_back();
    vulnerabilities_.back().id = ref;
  }
  return at->second;
}

void AdvisoryBuilder::describe(std::uint32_t vulnerability, std::string_view description) {
  VulnerabilityRecord& record = vulnerabilities_[vulnerability];
  if (record.description.size != 0) return;
  record.description = descriptions_.append(description);
  record.description_crc = description_crc(descriptions_.view(record.description));
}

void AdvisoryBuilder::add_alias(std::uint32_t vulnerability, std::string_view alias) {
  if (alias.empty() || texts_.view(vulnerabilities_[vulnerability].id) == alias) return;
  aliases_.emplace_back(vulnerability, texts_.intern(alias));
}

void AdvisoryBuilder::add_score(std::uint32_t vulnerability, const Score& score) {
  VulnerabilityRecord& record = vulnerabilities_[vulnerability];
  if (weight(score.source) <= weight(record.score_source)) return;
  record.score = score.base;
  record.severity = score.severity;
  record.score_source = score.source;
  record.feed = static_cast<std::uint16_t>(feeds_.empty() ? 0 : feeds_.size() - 1);
}

void AdvisoryBuilder::add(const DebianRow& row) {
  DebianRecord record;
  record.vulnerability = row.vulnerability;
  record.fixed_version = texts_.intern(row.fixed_version);
  record.nodsa = texts_.intern(row.nodsa);
  record.archive_version = texts_.intern(row.archive_version);
  record.status = row.status;
  record.urgency = row.urgency;
  record.nodsa_kind = row.nodsa_kind;
  record.next_point = row.next_point ? 1 : 0;
  debian_.push_back({texts_.intern(row.release), texts_.intern(row.source), record});
}

void AdvisoryBuilder::add(const AffectedPackage& package) {
  AffectedRecord record;
  record.vulnerability = package.vulnerability;
  record.osv_id = texts_.intern(package.osv_id);
  record.ranges = {size_of(ranges_), size_of(package.ranges)};
  for (const VersionRange& range : package.ranges) {
    ranges_.push_back({texts_.intern(range.introduced), texts_.intern(range.end), range.end_kind,
                       static_cast<std::uint8_t>(range.is_semver ? 1 : 0), 0});
  }
  record.versions = {size_of(refs_), size_of(package.versions)};
  for (const std::string_view version : package.versions) refs_.push_back(texts_.intern(version));
  affected_.push_back({texts_.intern(package.ecosystem), texts_.intern(package.name), record});
}

void AdvisoryBuilder::add(const SupportRow& row) {
  support_.push_back({texts_.intern(row.release),
                      texts_.intern(row.source),
                      texts_.intern(row.last_version),
                      texts_.intern(row.date),
                      texts_.intern(row.details),
                      row.kind,
                      {}});
}

void AdvisoryBuilder::add_known_exploited(std::string_view id, std::string_view added, std::string_view due,
                                          bool ransomware) {
  kev_.push_back({texts_.intern(id), texts_.intern(added), texts_.intern(due), ransomware ? 1U : 0U});
}

void AdvisoryBuilder::add_epss(std::uint64_t key, float probability, float percentile) {
  epss_.push_back({key, probability, percentile});
}

// Sorts them by id and gives each old number its new one, which is then its rank too.
std::vector<std::uint32_t> AdvisoryBuilder::sort_vulnerabilities() {
  std::vector<std::uint32_t> order(vulnerabilities_.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, {}, [&](std::uint32_t i) { return texts_.view(vulnerabilities_[i].id); });
  std::vector<std::uint32_t> ranks(order.size());
  std::vector<VulnerabilityRecord> sorted;
  sorted.reserve(order.size());
  for (const std::uint32_t i : order) {
    ranks[i] = size_of(sorted);
    sorted.push_back(vulnerabilities_[i]);
  }
  vulnerabilities_ = std::move(sorted);
  for (auto& [number, alias] : aliases_) number = ranks[number];
  std::ranges::sort(aliases_, {},
                    [&](const auto& alias) { return std::tuple(alias.first, texts_.view(alias.second)); });
  const auto twice = std::ranges::unique(aliases_);
  aliases_.erase(twice.begin(), twice.end());
  for (const auto& [number, alias] : aliases_) {
    Slice& slice = vulnerabilities_[number].aliases;
    if (slice.count == 0) slice.first = size_of(refs_);
    ++slice.count;
    refs_.push_back(alias);
  }
  return ranks;
}

// The place of each of these texts in their order: so that sorting many rows compares numbers.
std::unordered_map<std::uint32_t, std::uint32_t> AdvisoryBuilder::text_ranks(std::vector<TextRef> refs)
    const {
  const auto by_offset = [](TextRef ref) { return ref.offset; };
  std::ranges::sort(refs, {}, by_offset);
  const auto twice = std::ranges::unique(refs);
  refs.erase(twice.begin(), twice.end());
  std::ranges::sort(refs, {}, [&](TextRef ref) { return texts_.view(ref); });
  std::unordered_map<std::uint32_t, std::uint32_t> ranks;
  for (const TextRef ref : refs) ranks.emplace(ref.offset, size_of(ranks));
  return ranks;
}

Status AdvisoryBuilder::group_debian(const std::vector<std::uint32_t>& ranks) {
  std::vector<TextRef> names;
  for (KeyedDebian& row : debian_) {
    row.record.vulnerability = ranks[row.record.vulnerability];
    names.push_back(row.release);
    names.push_back(row.source);
  }
  const auto order = text_ranks(std::move(names));
  const auto key = [&](const KeyedDebian& row) {
    return std::tuple(order.at(row.release.offset), order.at(row.source.offset), row.record.vulnerability);
  };
  std::vector<std::pair<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>, std::uint32_t>> sorted;
  sorted.reserve(debian_.size());
  for (const KeyedDebian& row : debian_) sorted.emplace_back(key(row), size_of(sorted));
  std::ranges::sort(sorted);
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const KeyedDebian& row = debian_[sorted[i].second];
    if (i > 0 && sorted[i].first == sorted[i - 1].first) {
      return fail(ErrorKind::invalid_input, "{} of {} in {} is there twice",
                  texts_.view(vulnerabilities_[row.record.vulnerability].id), texts_.view(row.source),
                  texts_.view(row.release));
    }
    if (debian_keys_.empty() || debian_keys_.back().release != row.release ||
        debian_keys_.back().source != row.source) {
      debian_keys_.push_back({row.release, row.source, {size_of(debian_rows_), 0}});
    }
    ++debian_keys_.back().rows.count;
    debian_rows_.push_back(row.record);
  }
  return {};
}

void AdvisoryBuilder::group_affected(const std::vector<std::uint32_t>& ranks) {
  for (KeyedAffected& row : affected_) row.record.vulnerability = ranks[row.record.vulnerability];
  std::ranges::stable_sort(affected_, {}, [&](const KeyedAffected& row) {
    return std::tuple(texts_.view(row.ecosystem), texts_.view(row.name), row.record.vulnerability,
                      texts_.view(row.record.osv_id));
  });
  for (const KeyedAffected& row : affected_) {
    if (package_keys_.empty() || package_keys_.back().ecosystem != row.ecosystem ||
        package_keys_.back().name != row.name) {
      package_keys_.push_back({row.ecosystem, row.name, {size_of(affected_rows_), 0}});
    }
    ++package_keys_.back().rows.count;
    affected_rows_.push_back(row.record);
  }
}

Status AdvisoryBuilder::sort_lists() {
  std::ranges::sort(support_, {}, [&](const SupportRecord& record) {
    return std::tuple(texts_.view(record.release), texts_.view(record.source), record.kind,
                      texts_.view(record.details));
  });
  std::ranges::sort(kev_, {}, [&](const KevRecord& record) { return texts_.view(record.id); });
  const auto kev_twice = std::ranges::adjacent_find(kev_, {}, &KevRecord::id);
  if (kev_twice != kev_.end()) {
    return fail(ErrorKind::invalid_input, "{} is there twice", texts_.view(kev_twice->id));
  }
  std::ranges::sort(epss_, {}, &EpssRecord::key);
  const auto epss_twice = std::ranges::adjacent_find(epss_, {}, &EpssRecord::key);
  if (epss_twice != epss_.end()) {
    return fail(ErrorKind::invalid_input, "CVE-{}-{:04} is there twice", epss_twice->key >> 40,
                epss_twice->key & UINT32_MAX);
  }
  return {};
}

std::string AdvisoryBuilder::file() const {
  const std::array<std::string_view, section_count> sections = {
      bytes_of(vulnerabilities_), bytes_of(debian_keys_),   bytes_of(debian_rows_),
      bytes_of(package_keys_),    bytes_of(affected_rows_), bytes_of(ranges_),
      bytes_of(support_),         bytes_of(kev_),           bytes_of(epss_),
      bytes_of(feeds_),           bytes_of(refs_),          texts_.text(),
      descriptions_.text()};
  AdvisoryFileHeader header;
  std::ranges::copy(advisory_magic, header.magic.begin());
  header.section_count = section_count;
  std::uint64_t offset = sizeof header;
  for (std::size_t i = 0; i < section_count; ++i) {
    header.sections[i] = {offset, sections[i].size()};
    offset += (sections[i].size() + 7) / 8 * 8;
  }
  std::string bytes(offset, '\0');
  for (std::size_t i = 0; i < section_count; ++i) {
    std::ranges::copy(sections[i], bytes.begin() + static_cast<std::ptrdiff_t>(header.sections[i].offset));
  }
  std::memcpy(bytes.data(), &header, sizeof header);
  header.crc = advisory_crc(bytes);
  std::memcpy(bytes.data(), &header, sizeof header);
  return bytes;
}

Result<Advisories> AdvisoryBuilder::finish() {
  const std::vector<std::uint32_t> ranks = sort_vulnerabilities();
  TRY_STATUS(group_debian(ranks));
  group_affected(ranks);
  TRY_STATUS(sort_lists());
  if (texts_.is_full() || descriptions_.is_full())
    return fail(ErrorKind::limit_exceeded, "the feeds hold more than 4 GiB of text");
  return Advisories::of(file());
}

}  // namespace hauberk
