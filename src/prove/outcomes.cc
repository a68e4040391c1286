// What a predicate says of its own time and outcome. It was signed by somebody whom we trust with the type,
// but its form is still read with care: a member of another type counts as absent.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <charconv>

#include "attest/predicate.h"
#include "base/foreign_time.h"
#include "prove/verify.h"
#include "scan/cvss.h"
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

std::string annotation(const Json& result, std::string_view key) {
  const Json* list = at(result, "/annotations");
  if (list == nullptr || !list->is_array()) return {};
  for (const Json& entry : *list) {
    if (text_at(entry, "/key") == key) return text_at(entry, "/value");
  }
  return {};
}

std::string lowered(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower;
}

// What a scanner says that has not rated it: read, and so no reason to doubt.
bool is_word_of_none(std::string_view score) {
  constexpr std::array words = {std::string_view("unknown"), std::string_view("none"),
                                std::string_view("unassigned"), std::string_view("not yet assigned")};
  return std::ranges::find(words, lowered(score)) != words.end();
}

// As CVSS rates it; critical also above its scale.
Result<Severity> severity_of_number(double score) {
  if (!(score >= 0)) return fail(ErrorKind::invalid_input, "its score is {}", score);
  if (score >= 9) return Severity::critical;
  if (score >= 7) return Severity::high;
  if (score >= 4) return Severity::medium;
  return score > 0 ? Severity::low : Severity::negligible;
}

bool is_state(std::string_view text) {
  constexpr std::array states = {FixState::fixed_available, FixState::fix_in_next_point,
                                 FixState::fixed_elsewhere, FixState::open,
                                 FixState::no_dsa,          FixState::postponed,
                                 FixState::ignored,         FixState::end_of_life,
                                 FixState::undetermined,    FixState::not_affected,
                                 FixState::unimportant};
  return std::ranges::any_of(states, [&](FixState state) { return name_of(state) == text; });
}

// "9.8", 9.8, a vector of CVSS, or a word.
Result<Severity> severity_of_score(const Json& score) {
  if (score.is_number()) return severity_of_number(score.get<double>());
  if (!score.is_string()) return fail(ErrorKind::invalid_input, "its score is neither a word nor a number");
  const auto text = score.get<std::string>();
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) return severity_of_number(number);
  if (const auto vector = parse_cvss(text)) {
    const Severity severity = severity_of(*vector);
    if (severity != Severity::unknown) return severity;
  }
  const Severity severity = severity_of_label(text);
  if (severity == Severity::unknown && !is_word_of_none(text)) {
    return fail(ErrorKind::invalid_input, "its score is \"{}\"", text);
  }
  return severity;
}

// The highest that anybody gave it. EPSS is how likely it is used, not how severe it is.
Result<Severity> severity_of_result(const Json& result) {
  const Json* severities = at(result, "/severity");
  if (severities == nullptr || !severities->is_array()) {
    return fail(ErrorKind::invalid_input, "it has no severity");
  }
  std::optional<Severity> highest;
  for (const Json& one : *severities) {
    if (lowered(text_at(one, "/method")) == "epss") continue;
    const Json* score = at(one, "/score");
    if (score == nullptr) return fail(ErrorKind::invalid_input, "its severity has no score");
    TRY(const Severity severity, severity_of_score(*score));
    highest = std::max(highest.value_or(severity), severity);
  }
  if (highest) return *highest;
  return fail(ErrorKind::invalid_input, "it has no severity");
}

// Whether it is one that the outcome speaks of. What cannot be read may be one.
Result<bool> counts_against(const Json& result, bool only_fixable) {
  if (!result.is_object()) return fail(ErrorKind::invalid_input, "it is no object");
  if (!annotation(result, "hiddenBy").empty()) return false;
  TRY(const Severity severity, severity_of_result(result));
  if (severity != Severity::critical) return false;
  const std::string state = annotation(result, "state");
  if (state == name_of(FixState::undetermined) || state == name_of(FixState::unimportant)) return false;
  if (!only_fixable || state == name_of(FixState::fixed_available)) return true;
  if (is_state(state)) return false;
  return fail(ErrorKind::invalid_input, "it is critical, and {}",
              state.empty() ? "has no state" : fmt::format("its state is \"{}\"", state));
}

std::string critical_holes(const Json& predicate, bool only_fixable) {
  const Json* results = at(predicate, "/scanner/result");
  if (results == nullptr || !results->is_array()) return "it has no list of results";
  std::vector<std::string> ids;
  for (const Json& result : *results) {
    const std::string id = text_at(result, "/id");
    const auto counts = counts_against(result, only_fixable);
    if (!counts) {
      return fmt::format("cannot tell whether {} is a critical known hole{}: {}",
                         id.empty() ? "one of its results" : id, only_fixable ? " that can be closed" : "",
                         counts.error().message);
    }
    if (*counts) ids.push_back(id);
  }
  if (ids.empty()) return {};
  return fmt::format("{} critical known holes{}: {}", ids.size(), only_fixable ? " that can be closed" : "",
                     fmt::join(ids, ", "));
}

}  // namespace

std::optional<Time> time_of_predicate(std::string_view predicate_type, const Json& predicate) {
  const char* const pointer = time_pointer_of(predicate_type);
  if (pointer == nullptr) return std::nullopt;
  const auto time = parse_any_rfc3339(text_at(predicate, pointer));
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
