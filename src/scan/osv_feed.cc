// SPDX-License-Identifier: Apache-2.0
#include "scan/osv_feed.h"

#include <algorithm>
#include <span>
#include <tuple>

#include "base/json.h"
#include "base/time.h"
#include "facts/zip.h"
#include "scan/cvss.h"
#include "scan/ecosystem.h"

namespace hauberk {
namespace {

constexpr JsonLimits record_limits = {.size_bytes = 4 << 20, .depth = 32};
constexpr JsonLimits list_limits = {.size_bytes = std::size_t{512} << 20, .depth = 33};
constexpr std::size_t record_limit = 2'000'000;
constexpr std::size_t name_limit = 512;

const Json* member(const Json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::string text_member(const Json& object, const char* key) {
  const Json* value = member(object, key);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

// The strings of a list; anything else than a list of strings is refused.
Result<std::vector<std::string>> strings(const Json& object, const char* key) {
  std::vector<std::string> values;
  const Json* list = member(object, key);
  if (list == nullptr) return values;
  if (!list->is_array()) return fail(ErrorKind::invalid_input, "\"{}\" is not a list", key);
  for (const Json& value : *list) {
    if (!value.is_string()) return fail(ErrorKind::invalid_input, "\"{}\" holds what is no string", key);
    values.push_back(value.get<std::string>());
    if (values.back().size() > name_limit) {
      return fail(ErrorKind::limit_exceeded, "\"{}\" holds a text above 512 bytes", key);
    }
  }
  return values;
}

// `modified` may have a fraction, and its year may be written as any other.
std::string second_of(std::string_view time) {
  if (time.size() < 20 || !time.ends_with('Z')) return {};
  const auto parsed = parse_rfc3339(std::string(time.substr(0, 19)) + "Z");
  return parsed ? to_rfc3339(*parsed) : std::string();
}

bool is_cve(std::string_view id) { return cve_key(id).has_value(); }

// Distributions name by their own ids what others found: DSA-1-1 is about one or several CVEs.
bool is_of_distribution(std::string_view id) {
  for (const std::string_view start : {"DSA-", "DLA-", "DTSA-", "DEBIAN-", "ALPINE-"}) {
    if (id.starts_with(start)) return true;
  }
  return false;
}

struct Event {
  std::string version;
  int kind = 0;  // in the order of evaluation at one version: 0 introduced, 1 fixed, 2 last_affected
};

class RecordReader {
 public:
  RecordReader(const Json& record, AdvisoryBuilder& builder) : record_(record), builder_(builder) {}

  // `modified` of the record, or "" for a withdrawn one.
  Result<std::string> read() {
    TRY(id_, json_string(record_, "id", "the record"));
    if (id_.empty() || id_.size() > name_limit)
      return fail(ErrorKind::invalid_input, "its id is empty or too long");
    const std::string modified = second_of(text_member(record_, "modified"));
    if (member(record_, "withdrawn") != nullptr) return modified;
    TRY(const auto ids, canonical_ids());
    for (const std::string& id : ids) TRY_STATUS(read_as(id, ids.size() == 1));
    return modified;
  }

 private:
  // What the record is about: its CVEs; without any, itself.
  Result<std::vector<std::string>> canonical_ids() {
    TRY(aliases_, strings(record_, "aliases"));
    TRY(const auto upstream, strings(record_, "upstream"));
    TRY(const auto related, strings(record_, "related"));
    std::vector<std::string> cves;
    const auto take = [&](const std::vector<std::string>& list) {
      std::ranges::copy_if(list, std::back_inserter(cves), is_cve);
    };
    if (is_cve(id_)) return std::vector<std::string>{id_};
    take(aliases_);
    take(upstream);
    if (cves.empty() && is_of_distribution(id_)) take(related);
    std::ranges::sort(cves, {}, [](const std::string& id) { return cve_key(id); });
    const auto twice = std::ranges::unique(cves);
    cves.erase(twice.begin(), twice.end());
    if (cves.empty()) return std::vector<std::string>{id_};
    // Two CVEs of one GHSA are two names of one thing; those of a DSA are several things.
    if (!is_of_distribution(id_)) cves.resize(1);
    return cves;
  }

  Status read_as(const std::string& id, bool only_one) {
    const std::uint32_t vulnerability = builder_.vulnerability(id);
    std::string words = text_member(record_, "summary");
    if (words.empty()) words = text_member(record_, "details").substr(0, 2000);
    if (only_one || !is_of_distribution(id_)) builder_.describe(vulnerability, words.substr(0, 4000));
    builder_.add_alias(vulnerability, id_);
    if (!is_of_distribution(id_)) {
      for (const std::string& alias : aliases_) builder_.add_alias(vulnerability, alias);
    }
    read_scores(record_, vulnerability);
    read_label(record_, vulnerability);
    const Json* affected = member(record_, "affected");
    if (affected == nullptr) return {};
    if (!affected->is_array()) return fail(ErrorKind::invalid_input, "\"affected\" is not a list");
    for (const Json& package : *affected) TRY_STATUS(read_affected(package, vulnerability));
    return {};
  }

  // A vector that cannot be scored is as none: the record's ranges still count.
  void read_scores(const Json& object, std::uint32_t vulnerability) {
    const Json* list = member(object, "severity");
    if (list == nullptr || !list->is_array()) return;
    for (const Json& entry : *list) {
      const std::string type = text_member(entry, "type");
      const auto score = parse_cvss(text_member(entry, "score"));
      if (!type.starts_with("CVSS_") || !score) continue;
      Severity severity = severity_of(*score);
      // No table for v4.0 yet: the label that the database itself has stands in, and is called that.
      if (score->version == ScoreSource::cvss40_label) severity = label();
      if (severity == Severity::unknown) continue;
      builder_.add_score(vulnerability, {static_cast<float>(score->base), static_cast<std::uint8_t>(severity),
                                         score->version});
    }
  }

  Severity label() const {
    const Json* specific = member(record_, "database_specific");
    return specific == nullptr ? Severity::unknown : severity_of_label(text_member(*specific, "severity"));
  }

  void read_label(const Json&, std::uint32_t vulnerability) {
    const Severity severity = label();
    if (severity == Severity::unknown) return;
    builder_.add_score(vulnerability, {0, static_cast<std::uint8_t>(severity), ScoreSource::label});
  }

  Status read_affected(const Json& affected, std::uint32_t vulnerability) {
    read_scores(affected, vulnerability);
    const Json* package = member(affected, "package");
    if (package == nullptr) return {};  // of a Git repository alone
    const std::string ecosystem = text_member(*package, "ecosystem");
    const auto order = order_of_ecosystem(ecosystem);
    if (!order) return {};  // of a world that we do not scan
    const std::string name = normal_name(ecosystem, text_member(*package, "name"));
    if (name.empty() || name.size() > name_limit)
      return fail(ErrorKind::invalid_input, "a package has no name");
    AffectedPackage row{ecosystem, name, id_, vulnerability, {}, {}};
    if (const Json* ranges = member(affected, "ranges")) {
      if (!ranges->is_array()) return fail(ErrorKind::invalid_input, "\"ranges\" is not a list");
      for (const Json& range : *ranges) TRY_STATUS(read_range(range, ecosystem, *order, row.ranges));
    }
    TRY(auto versions, strings(affected, "versions"));
    for (std::string& version : versions) version = normal_version(ecosystem, version);
    row.versions.assign(versions.begin(), versions.end());
    builder_.add(row);
    return {};
  }

  Result<std::vector<Event>> events_of(const Json& range, std::string_view ecosystem) {
    const Json* list = member(range, "events");
    if (list == nullptr || !list->is_array()) return fail(ErrorKind::invalid_input, "a range has no events");
    std::vector<Event> events;
    for (const Json& event : *list) {
      int kind = 0;
      for (const char* key : {"introduced", "fixed", "last_affected"}) {
        const std::string version = text_member(event, key);
        if (version.size() > name_limit)
          return fail(ErrorKind::limit_exceeded, "a version is above 512 bytes");
        if (!version.empty()) {
          events.push_back({version == "0" ? version : normal_version(ecosystem, version), kind});
        }
        ++kind;
      }
    }
    return events;
  }

  // Events in the order of their versions, as pairs; "0" stands before every version.
  Status read_range(const Json& range, std::string_view ecosystem, VersionOrder order,
                    std::vector<VersionRange>& ranges) {
    const std::string type = text_member(range, "type");
    if (type == "GIT") return {};
    if (type != "ECOSYSTEM" && type != "SEMVER") {
      return fail(ErrorKind::invalid_input, "a range is of the unknown type \"{}\"", type);
    }
    const bool is_semver = type == "SEMVER";
    TRY(auto events, events_of(range, ecosystem));
    const VersionOrder used = is_semver ? VersionOrder::semver : order;
    std::ranges::stable_sort(events, [&](const Event& a, const Event& b) {
      const bool a_first = a.kind == 0 && a.version == "0";
      const bool b_first = b.kind == 0 && b.version == "0";
      if (a_first || b_first) return a_first && !b_first;
      const auto compared = compare_versions(used, a.version, b.version);
      return compared && *compared < 0;
    });
    std::optional<std::string> introduced;
    for (Event& event : events) {
      if (event.kind == 0) {
        if (!introduced) introduced = event.version == "0" ? "" : std::move(event.version);
        continue;
      }
      if (!introduced) continue;
      ranges.push_back({*std::move(introduced), std::move(event.version),
                        event.kind == 1 ? RangeEnd::fixed : RangeEnd::last_affected, is_semver});
      introduced.reset();
    }
    if (introduced) ranges.push_back({*std::move(introduced), "", RangeEnd::none, is_semver});
    return {};
  }

  const Json& record_;
  AdvisoryBuilder& builder_;
  std::string id_;
  std::vector<std::string> aliases_;
};

class OsvReader {
 public:
  explicit OsvReader(AdvisoryBuilder& builder) : builder_(builder) {}

  Status record(const Json& json, std::string_view what) {
    if (++count_ > record_limit)
      return fail(ErrorKind::limit_exceeded, "there are more than 2,000,000 records");
    auto modified = RecordReader(json, builder_).read();
    if (!modified) {
      const std::string id = text_member(json, "id");
      return wrap(std::move(modified).error(), id.empty() ? std::string(what) : id.substr(0, 100));
    }
    newest_ = std::max(newest_, *modified);
    return {};
  }

  Status text(std::string_view text, std::string_view what) {
    const auto json = parse_json(text, record_limits);
    if (!json) return wrap(json.error(), what);
    return record(*json, what);
  }

  Status lines(std::string_view rest) {
    for (std::size_t number = 1; !rest.empty(); ++number) {
      const auto end = std::min(rest.find('\n'), rest.size());
      const std::string_view line = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (line.find_first_not_of(" \t\r") != std::string_view::npos) {
        TRY_STATUS(text(line, fmt::format("line {}", number)));
      }
    }
    return {};
  }

  Status list(std::string_view text) {
    TRY(const Json json, parse_json(text, list_limits));
    for (const Json& entry : json) TRY_STATUS(record(entry, "a record"));
    return {};
  }

  Status zip(std::string_view bytes) {
    TRY(const ZipArchive archive, ZipArchive::open(std::as_bytes(std::span(bytes))));
    for (std::size_t i = 0; i < archive.entries().size(); ++i) {
      const std::string& name = archive.entries()[i].name;
      if (!name.ends_with(".json")) continue;
      const auto content = archive.read(i, record_limits.size_bytes);
      if (!content) return wrap(content.error(), name);
      TRY_STATUS(text(*content, name));
    }
    return {};
  }

  std::string newest() const { return newest_; }

 private:
  AdvisoryBuilder& builder_;
  std::size_t count_ = 0;
  std::string newest_;
};

// A record that is spread over lines ends in none of its lines with a whole value.
bool is_one_record(std::string_view text) {
  const auto end = text.find('\n');
  if (end == std::string_view::npos) return true;
  return !parse_json(text.substr(0, end), record_limits).has_value();
}

}  // namespace

Result<std::string> read_osv(std::string_view bytes, AdvisoryBuilder& builder) {
  if (bytes.size() > (std::size_t{4} << 30)) return fail(ErrorKind::limit_exceeded, "it has more than 4 GiB");
  OsvReader reader(builder);
  const auto start = bytes.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return fail(ErrorKind::invalid_input, "it is empty");
  const std::string_view text = bytes.substr(start);
  if (text.starts_with("PK")) {
    TRY_STATUS(reader.zip(bytes));
  } else if (text.starts_with('[')) {
    TRY_STATUS(reader.list(text));
  } else if (is_one_record(text)) {
    TRY_STATUS(reader.text(text, "the record"));
  } else {
    TRY_STATUS(reader.lines(text));
  }
  return reader.newest();
}

}  // namespace hauberk
