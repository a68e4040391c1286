// SPDX-License-Identifier: Apache-2.0
#include "definition/packages.h"

#include <algorithm>
#include <array>

#include "definition/problems.h"
#include "definition/rules.h"

namespace hauberk {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool all_in(std::string_view text, std::string_view further) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return is_letter(c) || is_digit(c) || further.find(c) != std::string_view::npos;
  });
}

// Debian's names are lower case; Alpine's also have capitals, "_", and kinds like "so:libc.musl.so.1".
bool is_package_name(std::string_view text) {
  if (text.empty() || text.size() > 255) return false;
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos) {
    return colon > 0 && is_package_name(text.substr(0, colon)) && is_package_name(text.substr(colon + 1));
  }
  return (is_letter(text[0]) || is_digit(text[0]) || text[0] == '_') && all_in(text, "+-._");
}

bool is_version(std::string_view text) {
  if (text.empty() || text.size() > 255) return false;
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos) {
    const std::string_view epoch = text.substr(0, colon);
    if (epoch.empty() || !std::all_of(epoch.begin(), epoch.end(), is_digit)) return false;
    text.remove_prefix(colon + 1);
    if (text.empty()) return false;
  }
  return (is_letter(text[0]) || is_digit(text[0])) && all_in(text, ".+-~_:") && text.back() != '-';
}

// A suite is part of the archive's paths.
bool climbs(std::string_view suite) {
  return suite == ".." || suite.starts_with("../") || suite.ends_with("/..") ||
         suite.find("/../") != std::string_view::npos;
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (std::size_t i = 0; i < line.size();) {
    if (line[i] == ' ' || line[i] == '\t') {
      ++i;
      continue;
    }
    const std::size_t end = std::min(line.find_first_of(" \t", i), line.size());
    words.push_back(line.substr(i, end - i));
    i = end;
  }
  return words;
}

Status read_option(std::string_view option, DebRepository& repository) {
  static constexpr std::array<std::string_view, 14> known = {"arch",
                                                             "lang",
                                                             "target",
                                                             "pdiffs",
                                                             "by-hash",
                                                             "allow-insecure",
                                                             "allow-weak",
                                                             "allow-downgrade-to-insecure",
                                                             "trusted",
                                                             "signed-by",
                                                             "check-valid-until",
                                                             "valid-until-min",
                                                             "valid-until-max",
                                                             "check-date"};
  const std::size_t equals = option.find('=');
  std::string_view name = option.substr(0, equals);
  if (name.ends_with('+') || name.ends_with('-')) name.remove_suffix(1);
  if (equals == std::string_view::npos || equals + 1 == option.size()) {
    return fail(ErrorKind::invalid_input,
                "the option {} needs a value, as \"signed-by=/usr/share/keyrings/x.gpg\"", in_quotes(option));
  }
  if (std::find(known.begin(), known.end(), name) == known.end()) {
    return fail(ErrorKind::invalid_input, "there is no option {} of a repository{}", in_quotes(name),
                suggestion(name, {known.begin(), known.end()}));
  }
  repository.options[std::string(option.substr(0, equals))] = option.substr(equals + 1);
  return {};
}

}  // namespace

Result<PackageRequest> parse_package(std::string_view text) {
  PackageRequest request;
  std::string_view rest = text;
  if (rest.starts_with('!')) {
    request.banned = true;
    rest.remove_prefix(1);
  }
  const std::size_t mark = rest.find_first_of("=<>~@");
  request.name = rest.substr(0, mark);
  if (!is_package_name(request.name)) {
    return fail(
        ErrorKind::invalid_input,
        "{} is not a package; write \"name\", \"name=version\" or '!name', the name with letters, digits, "
        "\"+\", \"-\" and \".\"",
        in_quotes(text));
  }
  if (mark == std::string_view::npos) return request;
  if (request.banned) {
    return fail(ErrorKind::invalid_input, "{} bans a package, which has no version; write '!{}'",
                in_quotes(text), request.name);
  }
  if (rest[mark] != '=') {
    return fail(ErrorKind::invalid_input,
                "{} has {} before its version; a version is pinned exactly, as \"{}=1.2\"", in_quotes(text),
                in_quotes(rest.substr(mark, 1)), request.name);
  }
  request.version = rest.substr(mark + 1);
  if (request.version.empty()) {
    return fail(ErrorKind::invalid_input, "{} pins a version and names none; write \"{}\" or \"{}=VERSION\"",
                in_quotes(text), request.name, request.name);
  }
  if (!is_version(request.version)) {
    return fail(ErrorKind::invalid_input,
                "{} pins the version {}, which is none; write it as \"{}=1.30.4-1\"", in_quotes(text),
                in_quotes(request.version), request.name);
  }
  return request;
}

std::vector<PackageRequest> merge_packages(std::vector<PackageRequest> requests) {
  std::sort(requests.begin(), requests.end());
  requests.erase(std::unique(requests.begin(), requests.end()), requests.end());
  std::vector<PackageRequest> merged;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const PackageRequest& request = requests[i];
    const bool also_pinned =
        !request.banned && request.version.empty() &&
        std::any_of(requests.begin() + static_cast<std::ptrdiff_t>(i), requests.end(),
                    [&](const PackageRequest& other) {
                      return other.name == request.name && !other.banned && !other.version.empty();
                    });
    if (!also_pinned) merged.push_back(request);
  }
  return merged;
}

Result<DebRepository> deb_repository(std::string_view line) {
  DebRepository repository;
  std::string_view rest = line;
  std::vector<std::string_view> words = words_of(rest);
  if (words.empty() || words[0] != "deb") {
    return fail(ErrorKind::invalid_input,
                "{} is not a repository; write \"deb [signed-by=KEY] URL SUITE COMPONENT\"", in_quotes(line));
  }
  const std::size_t open = rest.find('[');
  if (words.size() > 1 && words[1].starts_with('[')) {
    const std::size_t close = rest.find(']', open);
    if (close == std::string_view::npos) {
      return fail(ErrorKind::invalid_input, "the repository {} lacks the \"]\" of its options",
                  in_quotes(line));
    }
    for (const std::string_view option : words_of(rest.substr(open + 1, close - open - 1))) {
      TRY_STATUS(read_option(option, repository));
    }
    words = words_of(rest.substr(close + 1));
    words.insert(words.begin(), "deb");
  }
  if (words.size() < 3) {
    return fail(ErrorKind::invalid_input,
                "the repository {} lacks its URL or suite; write \"deb URL SUITE COMPONENT\"",
                in_quotes(line));
  }
  repository.url = words[1];
  repository.suite = words[2];
  repository.components.assign(words.begin() + 3, words.end());
  if (const Complaint wrong = check_url(repository.url)) {
    return fail(ErrorKind::invalid_input, "the repository {}: {}", in_quotes(line), *wrong);
  }
  const bool flat = repository.suite.ends_with('/');
  for (std::size_t i = 2; i < words.size(); ++i) {
    if (all_in(words[i], "+-._/~") && !climbs(words[i])) continue;
    return fail(ErrorKind::invalid_input, "the repository {} has the suite or component {}, which is none",
                in_quotes(line), in_quotes(words[i]));
  }
  if (flat != repository.components.empty()) {
    return fail(ErrorKind::invalid_input, "the repository {} {}", in_quotes(line),
                flat ? "has a suite that ends with \"/\" and so no components"
                     : "names no component; write for example \"main\" at its end");
  }
  return repository;
}

Complaint check_package(std::string_view text) {
  if (const auto request = parse_package(text); !request) return request.error().message;
  return std::nullopt;
}

// apk's constraints, as the makedepends of its packages have them. "!" before one is a conflict.
Complaint check_apk_package(std::string_view text) {
  static constexpr std::array<std::string_view, 8> operators = {"=", "<", ">", "<=", ">=", "~", "~=", "=~"};
  std::string_view rest = text.starts_with('!') ? text.substr(1) : text;
  bool good = true;
  if (const std::size_t tag = rest.find('@'); tag != std::string_view::npos) {
    good = is_package_name(rest.substr(tag + 1));
    rest = rest.substr(0, tag);
  }
  const std::size_t mark = rest.find_first_of("=<>~");
  if (mark != std::string_view::npos) {
    const std::size_t end = std::min(rest.find_first_not_of("=<>~", mark), rest.size());
    good = good && is_version(rest.substr(end)) &&
           std::find(operators.begin(), operators.end(), rest.substr(mark, end - mark)) != operators.end();
  }
  if (good && is_package_name(rest.substr(0, mark))) return std::nullopt;
  return fmt::format(
      "{} is not a package of apk; write \"name\", '!name', or a constraint as \"name=1.2-r0\", "
      "\"name>=1.2\" or \"name~1.2\"",
      in_quotes(text));
}

Complaint check_package_name(std::string_view text) {
  if (is_package_name(text)) return std::nullopt;
  return fmt::format("{} is not a package's name", in_quotes(text));
}

Complaint check_repository(std::string_view text) {
  if (text.find("://") != std::string_view::npos && text.find(' ') == std::string_view::npos)
    return check_url(text);
  if (text.starts_with('@')) {  // apk: "@edge URL"
    const std::vector<std::string_view> words = words_of(text);
    if (words.size() == 2 && words[0].size() > 1) return check_url(words[1]);
  }
  if (const auto repository = deb_repository(text); !repository) return repository.error().message;
  return std::nullopt;
}

}  // namespace hauberk
