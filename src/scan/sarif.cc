// SARIF, for tools that show findings of any program.
//
// Spec: OASIS SARIF 2.1.0. URIs are percent-encoded; messages are plain text.
//
// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "base/digest.h"
#include "scan/report.h"
#include "scan/version_text.h"

namespace hauberk {
namespace {

std::string uri_of(std::string_view text) {
  std::string uri;
  for (const char c : text) {
    const bool plain =
        is_digit(c) || is_lower(to_lower(c)) || std::string_view("-._~/").find(c) != std::string_view::npos;
    uri += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return uri.empty() ? "image" : uri;
}

// SARIF knows four levels; the number that security tools sort by is in the rule's properties.
const char* level_of(const Finding& finding) {
  if (!counts(finding)) return "note";
  switch (finding.severity) {
    case Severity::critical:
    case Severity::high: return "error";
    case Severity::medium:
    case Severity::unknown: return "warning";
    case Severity::low:
    case Severity::negligible: break;
  }
  return "note";
}

const char* security_severity(Severity severity) {
  switch (severity) {
    case Severity::critical: return "9.0";
    case Severity::high: return "7.0";
    case Severity::medium: return "4.0";
    case Severity::low: return "2.0";
    case Severity::negligible: return "0.1";
    case Severity::unknown: break;
  }
  return "0.0";
}

std::string words_of(const Finding& finding) {
  std::string text =
      fmt::format("{} in {} {}: {}", finding.id, finding.source, finding.installed, name_of(finding.state));
  if (!finding.fixed_version.empty()) text += fmt::format(", fixed in {}", finding.fixed_version);
  return text + ".";
}

Json rule_of(const Finding& finding) {
  const std::string& words = finding.description.empty() ? finding.id : finding.description;
  return {
      {"id", finding.id},
      {"shortDescription", {{"text", finding.id}}},
      {"fullDescription", {{"text", words}}},
      {"properties",
       {{"security-severity", security_severity(finding.severity)}, {"tags", Json::array({"security"})}}}};
}

Json result_of(const ScanResult& scan, const Finding& finding, std::size_t rule) {
  const std::string place = fmt::format("{}/{}@{}", scan.name, finding.source, finding.installed);
  Json result = {
      {"ruleId", finding.id},
      {"ruleIndex", rule},
      {"level", level_of(finding)},
      {"message", {{"text", words_of(finding)}}},
      {"locations",
       Json::array({{{"physicalLocation",
                      {{"artifactLocation", {{"uri", uri_of(scan.name)}}}, {"region", {{"startLine", 1}}}}},
                     {"logicalLocations", Json::array({{{"name", finding.source},
                                                        {"fullyQualifiedName", place},
                                                        {"kind", "package"}}})}}})},
      {"partialFingerprints",
       {{"hauberk/v1",
         Digest::of(fmt::format("{}\n{}\n{}", finding.id, purl_type(finding.kind), finding.source)).hex()}}},
      {"properties",
       {{"state", name_of(finding.state)},
        {"severity", name_of(finding.severity)},
        {"severitySource", finding.severity_source},
        {"installedVersion", finding.installed},
        {"fixedVersion", finding.fixed_version},
        {"knownExploited", finding.is_known_exploited}}}};
  if (finding.is_hidden()) {
    const VexVerdict& vex = *finding.vex;
    const std::string why = fmt::format("VEX by {}: {} {}", vex.author, name_of(vex.status),
                                        vex.justification.empty() ? vex.reason : vex.justification);
    result["suppressions"] = Json::array({{{"kind", "external"}, {"justification", why}}});
  }
  return result;
}

}  // namespace

Json sarif_of(const ScanResult& scan) {
  Json rules = Json::array();
  Json results = Json::array();
  std::map<std::string, std::size_t> numbers;
  for (const Finding& finding : scan.findings) {
    const auto [at, is_new] = numbers.try_emplace(finding.id, rules.size());
    if (is_new) rules.push_back(rule_of(finding));
    results.push_back(result_of(scan, finding, at->second));
  }
  return {
      {"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
      {"version", "2.1.0"},
      {"runs",
       Json::array({{{"tool",
                      {{"driver",
                        {{"name", "hauberk"}, {"version", HAUBERK_VERSION}, {"rules", std::move(rules)}}}}},
                     {"results", std::move(results)}}})}};
}

}  // namespace hauberk
