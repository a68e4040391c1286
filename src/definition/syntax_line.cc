// SPDX-License-Identifier: Apache-2.0
#include "definition/syntax_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/digest.h"
#include "base/yaml.h"
#include "definition/problems.h"
#include "definition/rules.h"

namespace hauberk {
namespace {

constexpr std::array<std::string_view, 3> families = {"debian", "alpine", "helm"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "13", "3.22"
bool is_release(std::string_view text) {
  if (text.empty() || !is_digit(text.front()) || !is_digit(text.back())) return false;
  return text.find("..") == std::string_view::npos &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || c == '.'; });
}

Status check_distribution(std::string_view text) {
  const std::size_t digits = std::min(text.find_first_of("0123456789"), text.size());
  const std::string_view family = text.substr(0, digits);
  if (std::find(families.begin(), families.end(), family) == families.end()) {
    return fail(ErrorKind::invalid_input, "the syntax line names the distribution {}, which is none{}",
                in_quotes(text), suggestion(family, {families.begin(), families.end()}));
  }
  if (!is_release(text.substr(digits))) {
    return fail(ErrorKind::invalid_input,
                "the syntax line names {} without a release; write it as \"debian13\"", in_quotes(text));
  }
  return {};
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
    text.remove_suffix(1);
  return text;
}

}  // namespace

std::string Syntax::text() const {
  return fmt::format("{}:{}-{}{}{}", name, version, distribution, digest.empty() ? "" : "@", digest);
}

bool has_apk_packages(const Syntax& syntax) { return syntax.distribution.starts_with("alpine"); }

Result<Syntax> parse_syntax(std::string_view text) {
  Syntax syntax;
  const std::size_t at = text.find('@');
  if (at != std::string_view::npos) {
    syntax.digest = text.substr(at + 1);
    TRY_STATUS(Digest::parse(syntax.digest));
  }
  const std::string_view rest = text.substr(0, at);
  const std::size_t colon = rest.rfind(':');
  const std::size_t dash = colon == std::string_view::npos ? colon : rest.find('-', colon);
  if (dash == std::string_view::npos) {
    return fail(ErrorKind::invalid_input,
                "the syntax {} is not NAME:VERSION-DISTRIBUTION; write it as "
                "\"dhi.io/build:2-debian13\"",
                in_quotes(text));
  }
  syntax.name = rest.substr(0, colon);
  if (const Complaint wrong = check_image_name(syntax.name))
    return fail(ErrorKind::invalid_input, "{}", *wrong);
  const std::string_view version = rest.substr(colon + 1, dash - colon - 1);
  if (version.empty() || version.size() > 3 || !std::all_of(version.begin(), version.end(), is_digit)) {
    return fail(ErrorKind::invalid_input, "the syntax {} has the version {}, which is no number",
                in_quotes(text), in_quotes(version));
  }
  syntax.version = std::stoi(std::string(version));
  syntax.distribution = rest.substr(dash + 1);
  TRY_STATUS(check_distribution(syntax.distribution));
  return syntax;
}

Result<std::optional<Syntax>> find_syntax_line(std::string_view text, std::string_view file) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  for (TextPosition at; !text.empty(); ++at.line) {
    const std::size_t end = text.find('\n');
    std::string_view line = trimmed(text.substr(0, end));
    if (!line.empty() && line[0] != '#') break;
    line = trimmed(line.substr(std::min<std::size_t>(line.size(), 1)));
    if (line.starts_with("syntax")) {
      const std::string_view value = trimmed(line.substr(6));
      if (value.starts_with('=')) {
        const auto syntax = parse_syntax(trimmed(value.substr(1)));
        if (!syntax) return fail_at(file, at, syntax.error().message);
        return *syntax;
      }
    }
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return std::nullopt;
}

}  // namespace hauberk
