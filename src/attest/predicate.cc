// SPDX-License-Identifier: Apache-2.0
#include "attest/predicate.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/nearest.h"

namespace hauberk {
namespace {

constexpr std::array<PredicateName, 15> names = {{
    {"changelog", predicate::changelog},
    {"coverage", predicate::coverage},
    {"cyclonedx", predicate::cyclonedx},
    {"hardening", predicate::hardening},
    {"inputs", predicate::inputs},
    {"lock", predicate::lock},
    {"provenance", predicate::provenance},
    {"reproduced", predicate::reproduced},
    {"secrets", predicate::secrets},
    {"signature", predicate::signature},
    {"sources", predicate::sources},
    {"spdx", predicate::spdx},
    {"tests", predicate::tests},
    {"vex", predicate::vex},
    {"vulns", predicate::vulns},
}};
static_assert(std::ranges::is_sorted(names, {}, &PredicateName::name));

// A URI begins with a scheme (RFC 3986, 3.1), and has something after it.
bool is_uri(std::string_view text) {
  const auto colon = text.find(':');
  const auto is_printable = [](char c) { return c > ' ' && c < '\x7f'; };
  return colon != std::string_view::npos && colon > 0 && colon + 1 < text.size() &&
         std::ranges::all_of(text, is_printable);
}

}  // namespace

std::span<const PredicateName> predicate_names() { return names; }

Result<std::string> parse_predicate_type(std::string_view text) {
  const auto at = std::ranges::find(names, text, &PredicateName::name);
  if (at != names.end()) return std::string(at->type);
  if (is_uri(text)) return std::string(text);
  std::vector<std::string_view> words;
  for (const PredicateName& name : names) words.push_back(name.name);
  if (const auto near = nearest(text, words)) {
    return fail(ErrorKind::invalid_input, "there is no type of evidence \"{}\"; did you mean \"{}\"?", text,
                *near);
  }
  return fail(ErrorKind::invalid_input,
              "there is no type of evidence \"{}\"; name one of {}, or a predicate type as its whole URI",
              text, fmt::join(words, ", "));
}

const char* time_pointer_of(std::string_view predicate_type) {
  if (predicate_type == predicate::vulns) return "/metadata/scanFinishedOn";
  if (predicate_type == predicate::provenance) return "/runDetails/metadata/finishedOn";
  if (predicate_type == predicate::vex) return "/timestamp";
  if (predicate_type == predicate::spdx) return "/creationInfo/created";
  if (predicate_type == predicate::cyclonedx) return "/metadata/timestamp";
  if (predicate_type == predicate::reproduced) return "/reproducedOn";
  return nullptr;
}

std::string_view short_name_of(std::string_view predicate_type) {
  const auto at = std::ranges::find(names, predicate_type, &PredicateName::type);
  return at == names.end() ? predicate_type : at->name;
}

}  // namespace hauberk
