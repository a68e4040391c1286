// SPDX-License-Identifier: Apache-2.0
#include "scan/small_feeds.h"

#include <charconv>

#include "base/fields.h"
#include "base/json.h"
#include "base/time.h"
#include "scan/debian_release.h"
#include "scan/version_text.h"

namespace hauberk {
namespace {

// "2026-01-01T17:04:19.9796Z", "2026-01-01T00:00:00+0000", "2026-01-01": the second is enough.
Result<std::string> date_of(std::string_view text) {
  if (text.size() == 10) return date_of(std::string(text) + "T00:00:00Z");
  const std::string_view zone = text.size() > 19 ? text.substr(text.find_last_of("Z+")) : std::string_view();
  if (text.size() > 19 && (zone == "Z" || zone == "+0000" || zone == "+00:00")) {
    TRY(const Time time, parse_rfc3339(std::string(text.substr(0, 19)) + "Z"));
    return to_rfc3339(time);
  }
  return fail(ErrorKind::invalid_input, "\"{}\" is no date in UTC", text.substr(0, 40));
}

std::string_view take_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string text_member(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<float> fraction(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !(value >= 0 && value <= 1))
    return std::nullopt;
  return static_cast<float>(value);
}

Status epss_row(std::string_view line, std::size_t number, AdvisoryBuilder& builder) {
  const auto cells = split(line, ',');
  const auto wrong = [&](std::string_view why) {
    return fail(ErrorKind::invalid_input, "line {}: {}", number, why);
  };
  if (cells.size() != 3) return wrong("it has not three columns");
  const auto key = cve_key(cells[0]);
  if (!key) return wrong("it does not begin with a CVE");
  const auto probability = fraction(cells[1]);
  const auto percentile = fraction(cells[2]);
  if (!probability || !percentile) return wrong("a score is no number from 0 to 1");
  builder.add_epss(*key, *probability, *percentile);
  return {};
}

std::string_view take_word(std::string_view& line) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  take_while(line, blank);
  const auto word = take_while(line, [&](char c) { return !blank(c); });
  take_while(line, blank);
  return word;
}

bool is_date(std::string_view text) {
  return text.size() == 10 && parse_rfc3339(std::string(text) + "T00:00:00Z").has_value();
}

}  // namespace

Result<std::string> read_kev(std::string_view text, AdvisoryBuilder& builder) {
  TRY(const Json document, parse_json(text, {.size_bytes = 64 << 20, .depth = 16}));
  TRY(const std::string released, json_string(document, "dateReleased", "the KEV catalogue"));
  TRY(const Json* entries, json_array(document, "vulnerabilities", "the KEV catalogue"));
  for (const Json& entry : *entries) {
    TRY(const std::string id, json_string(entry, "cveID", "an entry of the KEV catalogue"));
    builder.add_known_exploited(id, text_member(entry, "dateAdded"), text_member(entry, "dueDate"),
                                text_member(entry, "knownRansomwareCampaignUse") == "Known");
  }
  return date_of(released);
}

Result<std::string> read_epss(std::string_view text, AdvisoryBuilder& builder) {
  if (text.size() > (std::size_t{256} << 20)) {
    return fail(ErrorKind::limit_exceeded, "it has more than 256 MiB");
  }
  std::string_view head = take_line(text);
  const auto at = head.find("score_date:");
  if (!head.starts_with('#') || at == std::string_view::npos) {
    return fail(ErrorKind::invalid_input, "line 1 is not \"#model_version:...,score_date:...\"");
  }
  head.remove_prefix(at + 11);
  TRY(const std::string date, date_of(head.substr(0, head.find(','))));
  if (take_line(text) != "cve,epss,percentile") {
    return fail(ErrorKind::invalid_input, "line 2 is not \"cve,epss,percentile\"");
  }
  for (std::size_t number = 3; !text.empty(); ++number) {
    const std::string_view line = take_line(text);
    if (!line.empty()) TRY_STATUS(epss_row(line, number, builder));
  }
  return date;
}

Status read_support_file(std::string_view name, std::string_view text, AdvisoryBuilder& builder) {
  name = name.substr(name.rfind('/') + 1);
  constexpr std::string_view ended = "security-support-ended.deb";
  SupportRow row;
  if (name.starts_with(ended)) {
    row.release = codename_of_debian(name.substr(ended.size()));
    if (row.release.empty()) return {};  // of a release that we do not know
  } else if (name == "security-support-limited") {
    row.kind = SupportKind::limited;
  } else {
    return {};
  }
  if (text.size() > (4 << 20)) return fail(ErrorKind::limit_exceeded, "{} has more than 4 MiB", name);
  for (std::size_t number = 1; !text.empty(); ++number) {
    std::string_view line = take_line(text);
    row.source = take_word(line);
    if (row.source.empty() || row.source.starts_with('#')) continue;
    if (row.kind == SupportKind::ended) {
      row.last_version = take_word(line);
      row.date = take_word(line);
      if (!is_date(row.date)) {
        return fail(ErrorKind::invalid_input, "{}: line {} is not \"source version YYYY-MM-DD details\"",
                    name, number);
      }
    }
    while (line.ends_with(' ') || line.ends_with('\t')) line.remove_suffix(1);
    row.details = line;
    builder.add(row);
  }
  return {};
}

}  // namespace hauberk
