// SPDX-License-Identifier: Apache-2.0
#include "definition/regex.h"

#include <re2/re2.h>

#include "definition/problems.h"

namespace hauberk {
namespace {

constexpr std::size_t longest = 1000;

re2::RE2::Options options() {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(1 << 20);
  return options;
}

// Go also writes (?<name>...), this RE2 only (?P<name>...).
std::string named_groups(std::string_view regex) {
  std::string out;
  for (std::size_t i = 0; i < regex.size(); ++i) {
    out += regex[i];
    if (regex[i] == '\\' && i + 1 < regex.size()) {
      out += regex[++i];
    } else if (regex.substr(i, 3) == "(?<" && i + 3 < regex.size() && regex[i + 3] != '=' &&
               regex[i + 3] != '!') {
      out += "?P<";
      i += 2;
    }
  }
  return out;
}

Status ready(const re2::RE2& compiled, std::string_view regex) {
  if (regex.size() > longest) {
    return fail(ErrorKind::limit_exceeded, "the regular expression has {} characters; the limit is {}",
                regex.size(), longest);
  }
  if (compiled.ok()) return {};
  return fail(ErrorKind::invalid_input, "{} is not a regular expression: {}", in_quotes(regex),
              compiled.error());
}

}  // namespace

Status check_regex(std::string_view regex) {
  const re2::RE2 compiled(named_groups(regex.substr(0, longest)), options());
  return ready(compiled, regex);
}

Result<std::string> first_group(std::string_view regex, std::string_view text) {
  const re2::RE2 compiled(named_groups(regex.substr(0, longest)), options());
  TRY_STATUS(ready(compiled, regex));
  if (compiled.NumberOfCapturingGroups() < 1) {
    return fail(ErrorKind::invalid_input,
                "the regular expression {} has no group; put ( ) around what is wanted", in_quotes(regex));
  }
  re2::StringPiece groups[2];
  if (!compiled.Match(re2::StringPiece(text.data(), text.size()), 0, text.size(), re2::RE2::UNANCHORED,
                      groups, 2)) {
    return fail(ErrorKind::invalid_input, "the regular expression {} matches nothing in {}", in_quotes(regex),
                in_quotes(text));
  }
  return std::string(groups[1].data() == nullptr ? "" : std::string_view(groups[1].data(), groups[1].size()));
}

}  // namespace hauberk
