// SPDX-License-Identifier: Apache-2.0
#include "scan/advisories.h"

#include <libdeflate.h>

#include <algorithm>
#include <cstring>
#include <tuple>

#include "base/fields.h"
#include "scan/advisory_file.h"

namespace hauberk {

struct Advisories::Data {
  std::string owned;
  std::optional<MappedFile> mapped;
  std::array<std::string_view, section_count> sections;

  std::string_view bytes() const { return mapped ? mapped->text() : std::string_view(owned); }
};

namespace {

std::unexpected<Error> damaged(std::string_view why) {
  return fail(ErrorKind::invalid_input, "the cache of the feeds is damaged: {}", why);
}

Result<std::string_view> section_of(std::string_view bytes, const AdvisoryFileHeader& header, std::size_t i) {
  const auto& [offset, size] = header.sections[i];
  if (offset > bytes.size() || size > bytes.size() - offset) return damaged("a section ends behind the file");
  if (offset % 8 != 0) return damaged("a section is not aligned");
  if (size % record_bytes[i] != 0) return damaged("a section holds half a record");
  return bytes.substr(offset, size);
}

Result<std::array<std::string_view, section_count>> sections_of(std::string_view bytes) {
  AdvisoryFileHeader header;
  if (bytes.size() < sizeof header) return damaged("it is too short");
  std::memcpy(&header, bytes.data(), sizeof header);
  if (std::string_view(header.magic.data(), header.magic.size()) != advisory_magic) {
    return fail(ErrorKind::conflict, "the cache of the feeds was written by another version");
  }
  if (header.section_count != section_count) return damaged("it has another number of sections");
  if (header.crc != advisory_crc(bytes)) return damaged("its sum is wrong");
  std::array<std::string_view, section_count> sections;
  for (std::size_t i = 0; i < section_count; ++i) {
    TRY(sections[i], section_of(bytes, header, i));
  }
  return sections;
}

template <class T>
std::span<const T> clipped(std::span<const T> all, Slice slice) {
  if (slice.first > all.size() || slice.count > all.size() - slice.first) return {};
  return all.subspan(slice.first, slice.count);
}

}  // namespace

std::uint32_t advisory_crc(std::string_view bytes) {
  AdvisoryFileHeader header;
  std::memcpy(&header, bytes.data(), sizeof header);
  const std::uint64_t end = header.sections.back().offset;
  const std::string_view summed =
      bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(end, bytes.size())));
  return description_crc(summed.substr(std::min(advisory_crc_start, summed.size())));
}

std::uint32_t description_crc(std::string_view description) {
  return libdeflate_crc32(0, description.data(), description.size());
}

Advisories::Advisories() : data_(std::make_shared<Data>()) {}

Result<Advisories> Advisories::of(std::string bytes) {
  auto data = std::make_shared<Data>();
  data->owned = std::move(bytes);
  TRY(data->sections, sections_of(data->bytes()));
  return Advisories(std::move(data));
}

Result<Advisories> Advisories::open(const Dir& dir, std::string_view path) {
  auto data = std::make_shared<Data>();
  TRY(MappedFile mapped, dir.map_file(path));
  data->mapped.emplace(std::move(mapped));
  TRY(data->sections, sections_of(data->bytes()));
  return Advisories(std::move(data));
}

std::string_view Advisories::bytes() const { return data_->bytes(); }

// Sections are aligned, and the records are plain numbers that any bytes are a value of.
template <class Record>
std::span<const Record> Advisories::section(Section section) const {
  const std::string_view bytes = data_->sections[static_cast<std::size_t>(section)];
  return {reinterpret_cast<const Record*>(bytes.data()), bytes.size() / sizeof(Record)};
}

std::string_view Advisories::text(TextRef ref) const {
  const std::string_view all = data_->sections[static_cast<std::size_t>(Section::text)];
  if (ref.offset > all.size() || ref.size > all.size() - ref.offset) return {};
  return all.substr(ref.offset, ref.size);
}

std::string_view Advisories::description(const VulnerabilityRecord& record) const {
  const std::string_view all = data_->sections[static_cast<std::size_t>(Section::descriptions)];
  const TextRef ref = record.description;
  if (ref.offset > all.size() || ref.size > all.size() - ref.offset) return {};
  const std::string_view found = all.substr(ref.offset, ref.size);
  return description_crc(found) == record.description_crc ? found : std::string_view();
}

std::span<const DebianKeyRecord> Advisories::debian_keys() const {
  return section<DebianKeyRecord>(Section::debian_keys);
}

std::span<const DebianRecord> Advisories::debian_rows(std::string_view release,
                                                      std::string_view source) const {
  const auto keys = debian_keys();
  const auto key = [&](const DebianKeyRecord& record) {
    return std::tuple(text(record.release), text(record.source));
  };
  const auto at = std::ranges::lower_bound(keys, std::tuple(release, source), {}, key);
  if (at == keys.end() || key(*at) != std::tuple(release, source)) return {};
  return clipped(section<DebianRecord>(Section::debian_rows), at->rows);
}

bool Advisories::knows_release(std::string_view release) const {
  const auto keys = debian_keys();
  const auto name = [&](const DebianKeyRecord& record) { return text(record.release); };
  const auto at = std::ranges::lower_bound(keys, release, {}, name);
  return at != keys.end() && name(*at) == release;
}

std::span<const PackageKeyRecord> Advisories::package_keys() const {
  return section<PackageKeyRecord>(Section::package_keys);
}

std::span<const AffectedRecord> Advisories::affected(std::string_view ecosystem,
                                                     std::string_view name) const {
  const auto keys = package_keys();
  const auto key = [&](const PackageKeyRecord& record) {
    return std::tuple(text(record.ecosystem), text(record.name));
  };
  const auto at = std::ranges::lower_bound(keys, std::tuple(ecosystem, name), {}, key);
  if (at == keys.end() || key(*at) != std::tuple(ecosystem, name)) return {};
  return clipped(section<AffectedRecord>(Section::affected), at->rows);
}

bool Advisories::knows_ecosystem(std::string_view ecosystem) const {
  const auto keys = package_keys();
  const auto name = [&](const PackageKeyRecord& record) { return text(record.ecosystem); };
  const auto at = std::ranges::lower_bound(keys, ecosystem, {}, name);
  return at != keys.end() && name(*at) == ecosystem;
}

std::span<const RangeRecord> Advisories::ranges(Slice slice) const {
  return clipped(section<RangeRecord>(Section::ranges), slice);
}

std::span<const TextRef> Advisories::refs(Slice slice) const {
  return clipped(section<TextRef>(Section::refs), slice);
}

std::span<const SupportRecord> Advisories::support() const {
  return section<SupportRecord>(Section::support);
}

std::span<const FeedRecord> Advisories::feeds() const { return section<FeedRecord>(Section::feeds); }

std::span<const VulnerabilityRecord> Advisories::vulnerabilities() const {
  return section<VulnerabilityRecord>(Section::vulnerabilities);
}

const VulnerabilityRecord& Advisories::vulnerability(std::uint32_t index) const {
  static const VulnerabilityRecord none;
  const auto all = vulnerabilities();
  return index < all.size() ? all[index] : none;
}

const VulnerabilityRecord* Advisories::find(std::string_view id) const {
  const auto all = vulnerabilities();
  const auto name = [&](const VulnerabilityRecord& record) { return text(record.id); };
  const auto at = std::ranges::lower_bound(all, id, {}, name);
  return at != all.end() && name(*at) == id ? &*at : nullptr;
}

std::span<const KevRecord> Advisories::kev() const { return section<KevRecord>(Section::kev); }

const KevRecord* Advisories::known_exploited(std::string_view id) const {
  const auto all = kev();
  const auto name = [&](const KevRecord& record) { return text(record.id); };
  const auto at = std::ranges::lower_bound(all, id, {}, name);
  return at != all.end() && name(*at) == id ? &*at : nullptr;
}

std::optional<double> Advisories::epss(std::string_view id) const {
  const auto key = cve_key(id);
  if (!key) return std::nullopt;
  const auto all = section<EpssRecord>(Section::epss);
  const auto at = std::ranges::lower_bound(all, *key, {}, &EpssRecord::key);
  if (at == all.end() || at->key != *key) return std::nullopt;
  return static_cast<double>(at->probability);
}

std::optional<std::uint64_t> cve_key(std::string_view id) {
  if (!id.starts_with("CVE-") || id.size() < 9 || id[8] != '-') return std::nullopt;
  const auto year = decimal(id.substr(4, 4));
  const auto number = decimal(id.substr(9));
  if (!year || !number) return std::nullopt;
  return std::uint64_t{*year} << 40 | *number;
}

}  // namespace hauberk
