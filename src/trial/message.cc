// Messages of the testing process. See message.h.
//
// SPDX-License-Identifier: Apache-2.0
#include "trial/message.h"

#include <array>

#include "base/terminal_text.h"

namespace hauberk {
namespace {

// A program prints any bytes; JSON holds text.
std::string as_text(std::string_view bytes) { return terminal_text(bytes); }

ErrorKind kind_of(std::string_view name) {
  for (const auto kind :
       {ErrorKind::invalid_input, ErrorKind::not_found, ErrorKind::verification_failed, ErrorKind::conflict,
        ErrorKind::limit_exceeded, ErrorKind::unsupported, ErrorKind::network}) {
    if (name_of(kind) == name) return kind;
  }
  return ErrorKind::io;
}

}  // namespace

std::string runtime_message(std::string_view name) {
  return canonical_json(Json{{"type", "runtime"}, {"name", as_text(name)}});
}

std::string case_message(const TrialCase& done) {
  return canonical_json(Json{{"type", "case"},
                             {"name", as_text(done.name)},
                             {"outcome", static_cast<int>(done.outcome)},
                             {"why", as_text(done.why)},
                             {"duration_ms", done.duration_ms}});
}

std::string not_run_message(std::string_view why) {
  return canonical_json(Json{{"type", "not_run"}, {"why", as_text(why)}});
}

std::string error_message(const Error& error) {
  return canonical_json(Json{
      {"type", "error"}, {"kind", name_of(error.kind)}, {"message", as_text(error.message)}});
}

Status take_message(std::string_view line, TrialProgress& progress) {
  TRY(const Json message, parse_json(line));
  constexpr std::string_view what = "message of a test";
  TRY(const std::string type, json_string(message, "type", what));
  if (type == "runtime") {
    TRY(progress.report.runtime, json_string(message, "name", what));
  } else if (type == "case") {
    TrialCase done;
    TRY(done.name, json_string(message, "name", what));
    TRY(done.why, json_string(message, "why", what));
    TRY(const auto outcome, json_size(message, "outcome", what));
    TRY(done.duration_ms, json_size(message, "duration_ms", what));
    done.outcome = static_cast<TrialCase::Outcome>(outcome);
    progress.report.cases.push_back(std::move(done));
  } else if (type == "not_run") {
    TRY(progress.not_run, json_string(message, "why", what));
  } else if (type == "error") {
    TRY(const std::string kind, json_string(message, "kind", what));
    TRY(std::string text, json_string(message, "message", what));
    progress.error = Error{kind_of(kind), std::move(text)};
  } else {
    return fail(ErrorKind::invalid_input, "cannot read a message of a test: its type is '{}'", type);
  }
  return {};
}

}  // namespace hauberk
