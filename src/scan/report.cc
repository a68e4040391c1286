// SPDX-License-Identifier: Apache-2.0
#include "scan/report.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/fields.h"

namespace hauberk {
namespace {

constexpr std::size_t description_bytes = 100;

// One line of a text that may hold anything; cut at a character's border.
std::string one_line(std::string_view text, std::size_t limit) {
  std::string line;
  for (const char c : text.substr(0, limit)) line += c == '\n' || c == '\t' || c == '\r' ? ' ' : c;
  if (text.size() <= limit) return line;
  while (!line.empty() && (static_cast<unsigned char>(line.back()) & 0xC0) == 0x80) line.pop_back();
  if (!line.empty() && static_cast<unsigned char>(line.back()) >= 0xC0) line.pop_back();
  return line + "...";
}

std::string fix_text(const Finding& finding) {
  std::string text(name_of(finding.state));
  if (finding.state == FixState::fixed_available) {
    text = fmt::format("update to {}", finding.available_version);
    if (finding.fixed_version != finding.available_version)
      text += " (fixed in " + finding.fixed_version + ")";
  } else if (!finding.fixed_version.empty()) {
    text += fmt::format(", fixed in {}", finding.fixed_version);
  }
  if (!finding.note.empty()) text += fmt::format(" ({})", one_line(finding.note, description_bytes));
  return text;
}

std::string rank_text(const Finding& finding) {
  std::string text;
  if (finding.is_known_exploited) text += "  KNOWN EXPLOITED (KEV)";
  if (finding.epss) text += fmt::format("  exploit probability {:.1f} % (EPSS)", *finding.epss * 100);
  return text;
}

std::string severity_text(const Finding& finding) {
  if (finding.severity_source.empty()) return std::string(name_of(finding.severity));
  return fmt::format("{} ({})", name_of(finding.severity), finding.severity_source);
}

std::string finding_text(const Finding& finding) {
  std::string text = fmt::format("  {:<16} {:<26} {}{}\n", one_line(finding.id, 60), severity_text(finding),
                                 fix_text(finding), rank_text(finding));
  if (!finding.description.empty()) {
    text += fmt::format("  {:<16} {}\n", "", one_line(finding.description, description_bytes));
  }
  if (finding.vex) {
    const VexVerdict& vex = *finding.vex;
    const std::string_view why = vex.justification.empty() ? vex.reason : vex.justification;
    text +=
        fmt::format("  {:<16} VEX: {}{}{} (by {}, {})\n", "", name_of(vex.status), why.empty() ? "" : ": ",
                    one_line(why, description_bytes), one_line(vex.author, 60), vex.time);
    for (const std::string& other : vex.overruled) {
      text += fmt::format("  {:<16} overruled: {}\n", "", one_line(other, description_bytes));
    }
  }
  return text;
}

std::string source_text(const Finding& finding) {
  std::string names = fmt::format("{}", fmt::join(finding.packages, ", "));
  std::string text = fmt::format("\n{} {}", one_line(finding.source, 100), one_line(finding.installed, 100));
  if (finding.packages.size() != 1 || finding.packages.front() != finding.source) {
    text += fmt::format("  in {}", one_line(names, 200));
  }
  if (!finding.via.empty()) text += fmt::format("  ({})", one_line(finding.via, 200));
  return text + "\n";
}

// In the order of their worst finding.
std::string groups_text(const std::vector<const Finding*>& findings) {
  const auto same = [](const Finding& a, const Finding& b) {
    return a.kind == b.kind && a.source == b.source && a.installed == b.installed && a.via == b.via;
  };
  std::vector<const Finding*> heads;
  for (const Finding* finding : findings) {
    const bool known = std::ranges::any_of(heads, [&](const Finding* head) { return same(*head, *finding); });
    if (!known) heads.push_back(finding);
  }
  std::string text;
  for (const Finding* head : heads) {
    text += source_text(*head);
    for (const Finding* finding : findings) {
      if (same(*head, *finding)) text += finding_text(*finding);
    }
  }
  return text;
}

// What a reader can do about it.
std::string next_step(std::size_t holes, std::size_t available) {
  if (available > 0) {
    return "\nTo close them, build the image again: `hauberk build` takes the newest packages; in a\n"
           "Dockerfile, start from a fresh base or run apt-get upgrade. Then scan again.\n";
  }
  if (holes == 0) return {};
  return "\nWe know of no update that closes them; `hauberk explain CVE IMAGE` says what is known of one.\n";
}

std::string summary_text(const ScanResult& result) {
  std::array<std::size_t, 6> by_severity{};
  std::map<std::string_view, std::size_t> aside;
  std::size_t total = 0;
  std::size_t available = 0;
  for (const Finding& finding : result.findings) {
    if (!counts(finding)) {
      ++aside[finding.is_hidden() ? "hidden by VEX" : name_of(finding.state)];
      continue;
    }
    ++total;
    ++by_severity[static_cast<std::size_t>(finding.severity)];
    if (finding.state == FixState::fixed_available) ++available;
  }
  std::string text = fmt::format("\n{} known hole{}", total, total == 1 ? "" : "s");
  std::string_view mark = ": ";
  for (std::size_t i = by_severity.size(); i-- > 0;) {
    if (by_severity[i] == 0) continue;
    text += fmt::format("{}{} {}", mark, by_severity[i], name_of(static_cast<Severity>(i)));
    mark = ", ";
  }
  text += "\n";
  if (total > 0) text += fmt::format("{} can be closed now: the fix is in our index\n", available);
  for (const auto& [name, count] : aside) text += fmt::format("{} {}\n", count, name);
  return text + next_step(total, available);
}

std::string list_text(std::string_view title, const std::vector<std::string>& lines) {
  if (lines.empty()) return {};
  std::string text = fmt::format("\n{}\n", title);
  for (const std::string& line : lines) text += fmt::format("  {}\n", one_line(line, 300));
  return text;
}

std::string feeds_text(const ScanResult& result) {
  std::string text;
  for (const FeedUse& feed : result.feeds) {
    text += fmt::format("feed {} of {}{}\n", feed.name, feed.date,
                        feed.is_stale ? ": TOO OLD, so what is not found here is unknown" : "");
  }
  return text;
}

Json json_of(const VexVerdict& vex) {
  return {{"status", name_of(vex.status)}, {"justification", vex.justification}, {"reason", vex.reason},
          {"author", vex.author},          {"document", vex.document},           {"time", vex.time},
          {"overruled", vex.overruled}};
}

Json json_of(const Finding& finding) {
  Json json = {{"id", finding.id},
               {"aliases", finding.aliases},
               {"type", purl_type(finding.kind)},
               {"source", finding.source},
               {"installed", finding.installed},
               {"packages", finding.packages},
               {"fixed_version", finding.fixed_version},
               {"available_version", finding.available_version},
               {"state", name_of(finding.state)},
               {"severity", name_of(finding.severity)},
               {"severity_source", finding.severity_source},
               {"known_exploited", finding.is_known_exploited},
               {"epss", nullptr},
               {"description", finding.description},
               {"via", finding.via},
               {"note", finding.note},
               {"hidden", finding.is_hidden()},
               {"counts", counts(finding)},
               {"vex", nullptr}};
  if (finding.epss) json["epss"] = *finding.epss;
  if (finding.vex) json["vex"] = json_of(*finding.vex);
  return json;
}

}  // namespace

std::string table_of(const ScanResult& result, bool all) {
  std::string text = one_line(result.name, 200);
  if (!result.os.pretty_name.empty()) text += fmt::format("  ({})", one_line(result.os.pretty_name, 100));
  text += "\n" + feeds_text(result);
  if (!result.end_of_life.empty()) text += result.end_of_life + "\n";
  std::vector<const Finding*> shown;
  for (const Finding& finding : result.findings) {
    if (all || counts(finding)) shown.push_back(&finding);
  }
  text += groups_text(shown);
  text += list_text("Not judged:", result.not_judged);
  text += list_text("Good to know:", result.notes);
  return text + summary_text(result);
}

Json json_of(const ScanResult& result) {
  Json findings = Json::array();
  for (const Finding& finding : result.findings) findings.push_back(json_of(finding));
  Json feeds = Json::array();
  for (const FeedUse& feed : result.feeds) {
    feeds.push_back({{"name", feed.name},
                     {"digest", feed.digest},
                     {"date", feed.date},
                     {"stale", feed.is_stale}});
  }
  return {{"name", result.name},
          {"os",
           {{"id", result.os.id},
            {"version", result.os.version_id},
            {"codename", result.os.codename},
            {"name", result.os.pretty_name}}},
          {"findings", std::move(findings)},
          {"feeds", std::move(feeds)},
          {"not_judged", result.not_judged},
          {"notes", result.notes},
          {"end_of_life", result.end_of_life}};
}

std::string ascii_json(const Json& value) {
  return value.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

Result<FailOn> parse_fail_on(std::string_view text) {
  FailOn fail_on;
  for (const std::string_view word : split(text, ',')) {
    if (word == "fixable") {
      fail_on.fixable = true;
    } else if (word == "exploited") {
      fail_on.exploited = true;
    } else if (word == "any") {
      fail_on.any = true;
    } else {
      const auto severity = parse_severity(word);
      if (!severity) {
        return fail(ErrorKind::invalid_input,
                    "cannot fail on \"{}\": use critical, high, medium, low, fixable, exploited or any",
                    word);
      }
      fail_on.severity = *severity;
    }
  }
  return fail_on;
}

std::vector<const Finding*> refused(const ScanResult& result, const FailOn& fail_on) {
  std::vector<const Finding*> found;
  for (const Finding& finding : result.findings) {
    if (!counts(finding)) continue;
    const bool severe = !fail_on.severity || finding.severity >= *fail_on.severity;
    const bool fixable = !fail_on.fixable || finding.state == FixState::fixed_available;
    const bool by_both = (fail_on.severity || fail_on.fixable) && severe && fixable;
    if (fail_on.any || by_both || (fail_on.exploited && finding.is_known_exploited))
      found.push_back(&finding);
  }
  return found;
}

std::vector<std::string> stale_feeds(const ScanResult& result) {
  std::vector<std::string> names;
  for (const FeedUse& feed : result.feeds) {
    if (feed.is_stale) names.push_back(feed.name);
  }
  return names;
}

}  // namespace hauberk
