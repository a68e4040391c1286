// Findings as evidence: in-toto's vulns predicate and OpenVEX.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "facts/purl.h"
#include "prove/predicates.h"

namespace hauberk {
namespace {

constexpr std::string_view scanner_uri = "pkg:generic/hauberk@" HAUBERK_VERSION;
constexpr std::string_view vex_context = "https://openvex.dev/ns/v0.2.0";
constexpr std::string_view vex_author = "Hauberk (from the scan of this image)";

Json annotation(std::string_view key, const std::string& value) { return {{"key", key}, {"value", value}}; }

Json annotations_of(const Finding& finding) {
  Json all = Json::array({annotation("source", finding.source), annotation("installed", finding.installed),
                          annotation("state", std::string(name_of(finding.state)))});
  if (!finding.fixed_version.empty()) all.push_back(annotation("fixed", finding.fixed_version));
  if (!finding.available_version.empty()) all.push_back(annotation("available", finding.available_version));
  if (finding.is_known_exploited) all.push_back(annotation("knownExploited", "true"));
  if (!finding.via.empty()) all.push_back(annotation("via", finding.via));
  if (finding.is_hidden()) all.push_back(annotation("hiddenBy", finding.vex->author));
  return all;
}

Json result_of(const Finding& finding) {
  Json severity = Json::array();
  severity.push_back({{"method", finding.severity_source.empty() ? "none" : finding.severity_source},
                      {"score", std::string(name_of(finding.severity))}});
  if (finding.epss) {
    severity.push_back({{"method", "epss"}, {"score", fmt::format("{:.5f}", *finding.epss)}});
  }
  return {{"id", finding.id}, {"severity", std::move(severity)}, {"annotations", annotations_of(finding)}};
}

Json databases_of(const ScanResult& scan) {
  Json all = Json::array();
  for (const FeedUse& feed : scan.feeds) {
    all.push_back({{"uri", "urn:x-hauberk:feed:" + feed.name},
                   {"version", feed.digest},
                   {"lastUpdate", feed.date},
                   {"stale", feed.is_stale}});
  }
  return all;
}

// The predicate has room for one database: all of ours as one, as old as the oldest, and each beside it.
Json database_of(const ScanResult& scan) {
  std::string names, versions, oldest;
  for (const FeedUse& feed : scan.feeds) {
    names += (names.empty() ? "" : "+") + feed.name;
    versions += (versions.empty() ? "" : " ") + feed.digest;
    if (oldest.empty() || feed.date < oldest) oldest = feed.date;
  }
  return {{"uri", "urn:x-hauberk:feeds:" + names}, {"version", versions}, {"lastUpdate", oldest}};
}

std::string action_for(const Finding& finding) {
  switch (finding.state) {
    case FixState::fixed_available:
      return fmt::format("Build the image again: the archive has {} {}.", finding.source,
                         finding.available_version);
    case FixState::fix_in_next_point: return "A fix comes with the next point release.";
    case FixState::fixed_elsewhere:
      return fmt::format("Fixed in {} {}, which this archive does not have.", finding.source,
                         finding.fixed_version);
    case FixState::end_of_life: return "This release is no longer supported: move to a newer one.";
    default: return "No fix is available yet.";
  }
}

Json subcomponents_of(const Finding& finding, const OsRelease& os) {
  const bool is_deb = finding.kind == Package::Kind::deb;
  Purl purl{.type = std::string(purl_type(finding.kind)),
            .space = is_deb ? os.id : std::string(),
            .name = finding.source,
            .version = finding.installed,
            .qualifiers = {},
            .subpath = {}};
  if (is_deb) purl.qualifiers["arch"] = "source";
  const std::string text = text_of(purl);
  // What cannot be said as a package URL is left out: the statement then speaks of the whole image.
  return parse_purl(text) ? Json::array({{{"@id", text}}}) : Json::array();
}

Json vex_statement(const Finding& finding, const OsRelease& os, std::string_view product) {
  Json component = {{"@id", product}};
  if (Json parts = subcomponents_of(finding, os); !parts.empty()) component["subcomponents"] = parts;
  Json statement = {{"vulnerability", {{"name", finding.id}}}, {"products", Json::array({component})}};
  if (!finding.aliases.empty()) statement["vulnerability"]["aliases"] = finding.aliases;
  if (finding.is_hidden()) {
    const VexVerdict& verdict = *finding.vex;
    statement["status"] = name_of(verdict.status);
    if (!verdict.justification.empty()) statement["justification"] = verdict.justification;
    statement["impact_statement"] = fmt::format("{}, by {}", verdict.reason, verdict.author);
  } else if (finding.state == FixState::undetermined) {
    statement["status"] = "under_investigation";
  } else {
    statement["status"] = "affected";
    statement["action_statement"] = action_for(finding);
  }
  return statement;
}

bool is_stated(const Finding& finding) { return finding.state != FixState::not_affected; }

}  // namespace

Json vulnerabilities_predicate(const ScanResult& scan, Time scanned) {
  Json results = Json::array();
  for (const Finding& finding : scan.findings) {
    if (is_stated(finding)) results.push_back(result_of(finding));
  }
  return {{"scanner",
           {{"uri", scanner_uri},
            {"version", HAUBERK_VERSION},
            {"db", database_of(scan)},
            {"databases", databases_of(scan)},
            {"result", std::move(results)},
            {"notJudged", scan.not_judged}}},
          {"metadata", {{"scanStartedOn", to_rfc3339(scanned)}, {"scanFinishedOn", to_rfc3339(scanned)}}}};
}

std::optional<Json> vex_predicate(const ScanResult& scan, std::string_view product, Time scanned) {
  Json statements = Json::array();
  for (const Finding& finding : scan.findings) {
    if (is_stated(finding)) statements.push_back(vex_statement(finding, scan.os, product));
  }
  if (statements.empty()) return std::nullopt;
  const std::string id = Digest::of(canonical_json(statements)).hex();
  return Json{{"@context", vex_context},
              {"@id", "urn:x-hauberk:vex:" + id},
              {"author", vex_author},
              {"timestamp", to_rfc3339(scanned)},
              {"version", 1},
              {"tooling", scanner_uri},
              {"statements", std::move(statements)}};
}

}  // namespace hauberk
