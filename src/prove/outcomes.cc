// What a predicate says of its own time and outcome. It was signed by somebody whom we trust with the type,
// but its form is still read with care: a member of another type counts as absent.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "attest/predicate.h"
#include "prove/verify.h"
#include "scan/scan.h"

namespace hauberk {
namespace {

const Json* at(const Json& value, const char* pointer) {
  const Json::json_pointer path(pointer);
  return value.contains(path) ? &value.at(path) : nullptr;
}

std::string text_at(const Json& value, const char* pointer) {
  const Json* found = at(value, pointer);
  return found != nullptr && found->is_string() ? found->get<std::string>() : std::string();
}

const char* time_pointer(std::string_view type) {
  if (type == predicate::vulns) return "/metadata/scanFinishedOn";
  if (type == predicate::provenance) return "/runDetails/metadata/finishedOn";
  if (type == predicate::vex) return "/timestamp";
  if (type == predicate::spdx) return "/creationInfo/created";
  if (type == predicate::cyclonedx) return "/metadata/timestamp";
  if (type == predicate::reproduced) return "/reproducedOn";
  return nullptr;
}

std::string annotation(const Json& result, std::string_view key) {
  const Json* list = at(result, "/annotations");
  if (list == nullptr || !list->is_array()) return {};
  for (const Json& entry : *list) {
    if (text_at(entry, "/key") == key) return text_at(entry, "/value");
  }
  return {};
}

bool is_critical(const Json& result) {
  const Json* severities = at(result, "/severity");
  return severities != nullptr && severities->is_array() &&
         std::ranges::any_of(*severities,
                             [](const Json& one) { return text_at(one, "/score") == "critical"; });
}

std::string critical_holes(const Json& predicate, bool only_fixable) {
  const Json* results = at(predicate, "/scanner/result");
  if (results == nullptr || !results->is_array()) return "it has no list of results";
  std::vector<std::string> ids;
  for (const Json& result : *results) {
    if (!is_critical(result) || !annotation(result, "hiddenBy").empty()) continue;
    const std::string state = annotation(result, "state");
    if (state == name_of(FixState::undetermined) || state == name_of(FixState::unimportant)) continue;
    if (!only_fixable || state == name_of(FixState::fixed_available)) ids.push_back(text_at(result, "/id"));
  }
  if (ids.empty()) return {};
  return fmt::format("{} critical known holes{}: {}", ids.size(), only_fixable ? " that can be closed" : "",
                     fmt::join(ids, ", "));
}

}  // namespace

std::optional<Time> time_of_predicate(std::string_view predicate_type, const Json& predicate) {
  const char* const pointer = time_pointer(predicate_type);
  if (pointer == nullptr) return std::nullopt;
  const auto time = parse_rfc3339(text_at(predicate, pointer));
  return time ? std::optional(*time) : std::nullopt;
}

std::string failed_outcome(std::string_view predicate_type, const Json& predicate, std::string_view outcome) {
  if (predicate_type == predicate::tests) {
    const std::string result = text_at(predicate, "/result");
    return result == "PASSED" ? std::string() : fmt::format("the tests' result is {}", result);
  }
  if (predicate_type == predicate::vulns) return critical_holes(predicate, outcome == "no-fixable-critical");
  const Json* passes = at(predicate, "/passes");
  return passes != nullptr && *passes == true ? std::string() : "a check fails";
}

}  // namespace hauberk
