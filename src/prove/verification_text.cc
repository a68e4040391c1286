// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>

#include "attest/predicate.h"
#include "base/terminal_text.h"
#include "prove/verify.h"

namespace hauberk {
namespace {

std::string place(const std::string& platform) { return platform.empty() ? std::string("image") : platform; }

// One line for each type: where it is proved, in which forms, by whom.
struct Line {
  std::set<std::string> places, forms, signers;
};

std::string joined(const std::set<std::string>& words) { return fmt::format("{}", fmt::join(words, ", ")); }

Json json_of(const Proved& proved) {
  return {{"subject", proved.subject.text()}, {"platform", proved.platform},
          {"form", name_of(proved.form)},     {"predicate_type", proved.predicate_type},
          {"signer", proved.signer},          {"key", proved.fingerprint},
          {"said_at", proved.said_at}};
}

Json json_of(const NotProved& not_proved) {
  return {{"subject", not_proved.subject.text()},
          {"platform", not_proved.platform},
          {"what", not_proved.what},
          {"why", not_proved.why}};
}

template <class Row>
Json list_of(const std::vector<Row>& rows) {
  Json list = Json::array();
  for (const Row& row : rows) list.push_back(json_of(row));
  return list;
}

// Types, reasons and platforms are a stranger's words here: none of them may look like a line of ours.
std::string lines_of(const std::vector<NotProved>& rows) {
  // The same of every platform is said once.
  std::map<std::pair<std::string, std::string>, std::set<std::string>> places;
  for (const NotProved& row : rows) {
    places[{std::string(short_name_of(row.what)), row.why}].insert(place(row.platform));
  }
  std::string text;
  for (const auto& [key, where] : places) {
    text += fmt::format("  {:<12} {} ({})\n", terminal_line(key.first), terminal_line(key.second),
                        terminal_line(joined(where)));
  }
  return text;
}

}  // namespace

std::string text_of(const Verification& verification, const std::string& name) {
  std::map<std::string, Line> lines;
  for (const Proved& proved : verification.proved) {
    Line& line = lines[std::string(short_name_of(proved.predicate_type))];
    line.places.insert(place(proved.platform));
    line.forms.emplace(name_of(proved.form));
    line.signers.insert(proved.signer);
  }
  std::string text = lines.empty() ? "Nothing is proved.\n" : "Proved:\n";
  for (const auto& [type, line] : lines) {
    text += fmt::format("  {:<12} by {} ({}; {})\n", terminal_line(type), terminal_line(joined(line.signers)),
                        terminal_line(joined(line.places)), joined(line.forms));
  }
  if (!verification.missing.empty()) text += "Asked for and not proved:\n" + lines_of(verification.missing);
  if (!verification.ignored.empty()) text += "Found, and of no value:\n" + lines_of(verification.ignored);
  return text +
         fmt::format("{}: {}.\n", terminal_line(name), verification.passes() ? "verified" : "NOT verified");
}

Json json_of(const Verification& verification) {
  return {{"verified", verification.passes()},
          {"proved", list_of(verification.proved)},
          {"missing", list_of(verification.missing)},
          {"ignored", list_of(verification.ignored)}};
}

}  // namespace hauberk
