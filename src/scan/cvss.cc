// SPDX-License-Identifier: Apache-2.0
#include "scan/cvss.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <span>

#include "base/fields.h"
#include "scan/version_text.h"

namespace hauberk {
namespace {

using Metrics = std::map<std::string_view, std::string_view, std::less<>>;

std::unexpected<Error> refuse(std::string_view vector, std::string_view why) {
  return fail(ErrorKind::invalid_input, "cannot score the CVSS vector \"{}\": {}", vector.substr(0, 200),
              why);
}

Result<Metrics> metrics_of(std::string_view text, std::string_view vector) {
  Metrics metrics;
  for (const std::string_view part : split(text, '/')) {
    const auto colon = part.find(':');
    if (colon == std::string_view::npos) return refuse(vector, "a metric has no value");
    if (!metrics.emplace(part.substr(0, colon), part.substr(colon + 1)).second) {
      return refuse(vector, "a metric is there twice");
    }
  }
  return metrics;
}

struct Value {
  std::string_view name;
  double number;
};

// The number of a base metric's value.
Result<double> number(const Metrics& metrics, std::string_view metric, std::span<const Value> values,
                      std::string_view vector) {
  const auto found = metrics.find(metric);
  if (found == metrics.end()) return refuse(vector, fmt::format("{} is missing", metric));
  const auto value = std::ranges::find(values, found->second, &Value::name);
  if (value == values.end()) return refuse(vector, fmt::format("{} has an unknown value", metric));
  return value->number;
}

// Appendix A of v3.1: up to the next tenth, in whole numbers, so that floating point cannot decide.
double round_up(double value) {
  const auto whole = static_cast<long long>(std::llround(value * 100'000));
  if (whole % 10'000 == 0) return static_cast<double>(whole) / 100'000.0;
  return (std::floor(static_cast<double>(whole) / 10'000.0) + 1) / 10.0;
}

constexpr std::array<Value, 3> impacts3 = {{{"H", 0.56}, {"L", 0.22}, {"N", 0}}};
constexpr std::array<Value, 4> vectors3 = {{{"N", 0.85}, {"A", 0.62}, {"L", 0.55}, {"P", 0.2}}};
constexpr std::array<Value, 2> complexity3 = {{{"L", 0.77}, {"H", 0.44}}};
constexpr std::array<Value, 3> privileges3 = {{{"N", 0.85}, {"L", 0.62}, {"H", 0.27}}};
constexpr std::array<Value, 3> privileges3_changed = {{{"N", 0.85}, {"L", 0.68}, {"H", 0.5}}};
constexpr std::array<Value, 2> interaction3 = {{{"N", 0.85}, {"R", 0.62}}};
constexpr std::array<Value, 2> scope3 = {{{"U", 0}, {"C", 1}}};

Result<double> score3(const Metrics& m, std::string_view vector) {
  TRY(const double scope, number(m, "S", scope3, vector));
  const bool changed = scope > 0;
  TRY(const double av, number(m, "AV", vectors3, vector));
  TRY(const double ac, number(m, "AC", complexity3, vector));
  TRY(const double pr, number(m, "PR", changed ? privileges3_changed : privileges3, vector));
  TRY(const double ui, number(m, "UI", interaction3, vector));
  TRY(const double c, number(m, "C", impacts3, vector));
  TRY(const double i, number(m, "I", impacts3, vector));
  TRY(const double a, number(m, "A", impacts3, vector));
  const double iss = 1 - (1 - c) * (1 - i) * (1 - a);
  const double impact = changed ? 7.52 * (iss - 0.029) - 3.25 * std::pow(iss - 0.02, 15) : 6.42 * iss;
  if (impact <= 0) return 0.0;
  const double sum = impact + 8.22 * av * ac * pr * ui;
  return round_up(std::min(changed ? 1.08 * sum : sum, 10.0));
}

constexpr std::array<Value, 3> vectors2 = {{{"L", 0.395}, {"A", 0.646}, {"N", 1.0}}};
constexpr std::array<Value, 3> complexity2 = {{{"H", 0.35}, {"M", 0.61}, {"L", 0.71}}};
constexpr std::array<Value, 3> authentication2 = {{{"M", 0.45}, {"S", 0.56}, {"N", 0.704}}};
constexpr std::array<Value, 3> impacts2 = {{{"N", 0}, {"P", 0.275}, {"C", 0.660}}};

Result<double> score2(const Metrics& m, std::string_view vector) {
  TRY(const double av, number(m, "AV", vectors2, vector));
  TRY(const double ac, number(m, "AC", complexity2, vector));
  TRY(const double au, number(m, "Au", authentication2, vector));
  TRY(const double c, number(m, "C", impacts2, vector));
  TRY(const double i, number(m, "I", impacts2, vector));
  TRY(const double a, number(m, "A", impacts2, vector));
  const double impact = 10.41 * (1 - (1 - c) * (1 - i) * (1 - a));
  const double exploitability = 20 * av * ac * au;
  const double base = (0.6 * impact + 0.4 * exploitability - 1.5) * (impact > 0 ? 1.176 : 0);
  return std::max(0.0, std::round(base * 10) / 10);
}

Result<CvssScore> check4(const Metrics& metrics, std::string_view vector) {
  for (const char* metric : {"AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA"}) {
    if (!metrics.contains(metric)) return refuse(vector, fmt::format("{} is missing", metric));
  }
  return CvssScore{0, ScoreSource::cvss40_label};
}

}  // namespace

Result<CvssScore> parse_cvss(std::string_view vector) {
  if (vector.size() > 512) return refuse(vector, "it has more than 512 bytes");
  std::string_view text = vector;
  ScoreSource version = ScoreSource::cvss2;
  if (text.starts_with("CVSS:")) {
    const std::string_view number = text.substr(5, 4);
    version = number == "3.1/"   ? ScoreSource::cvss31
              : number == "3.0/" ? ScoreSource::cvss30
              : number == "4.0/" ? ScoreSource::cvss40_label
                                 : ScoreSource::none;
    if (version == ScoreSource::none) {
      return fail(ErrorKind::unsupported, "cannot score the CVSS vector \"{}\": its version is not 2, 3 or 4",
                  vector.substr(0, 200));
    }
    text.remove_prefix(9);
  } else if (text.starts_with('(') && text.ends_with(')')) {
    text = text.substr(1, text.size() - 2);  // as v2 is often written
  }
  TRY(const Metrics metrics, metrics_of(text, vector));
  if (version == ScoreSource::cvss40_label) return check4(metrics, vector);
  TRY(const double base, version == ScoreSource::cvss2 ? score2(metrics, vector) : score3(metrics, vector));
  return CvssScore{base, version};
}

Severity severity_of(const CvssScore& score) {
  if (score.version == ScoreSource::none || score.version == ScoreSource::cvss40_label)
    return Severity::unknown;
  const bool is_v2 = score.version == ScoreSource::cvss2;
  if (score.base >= 9 && !is_v2) return Severity::critical;
  if (score.base >= 7) return Severity::high;
  if (score.base >= 4) return Severity::medium;
  return score.base > 0 ? Severity::low : Severity::negligible;
}

Severity severity_of_label(std::string_view label) {
  const std::string word = lowered(label);
  if (word == "moderate") return Severity::medium;
  if (word == "important") return Severity::high;
  const auto severity = parse_severity(word);
  return severity ? *severity : Severity::unknown;
}

}  // namespace hauberk
