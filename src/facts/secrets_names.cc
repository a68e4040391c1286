// Passwords in URLs, and values that are given to telling names: "password = ...", "API_KEY": "...".
//
// What may be the value depends on where it stands. In a line of the environment or the history any value of
// such a name counts that is no placeholder. In configuration a password must look like one and a token must
// look random; in source code only quoted, random values of the app itself count, as names and values there
// are mostly words of the program.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "facts/secrets_detector.h"
#include "facts/secrets_value.h"

namespace hauberk {
namespace {

using std::string_view;
using Match = std::optional<SecretMatch>;
using Format = SecretFile::Format;

constexpr std::size_t longest_name = 64;
constexpr std::size_t longest_value = 512;

struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool is_quoted = false;

  string_view in(string_view content) const { return content.substr(begin, end - begin); }
};

bool is_name_character(char c) { return is_word(c) || c == '-' || c == '.'; }

// The name around `at`; in command lines without the dashes of an option.
Range name_around(string_view content, std::size_t at) {
  Range name{at, at};
  while (name.begin > 0 && at - name.begin < longest_name && is_name_character(content[name.begin - 1])) {
    --name.begin;
  }
  while (name.end < content.size() && name.end - at < longest_name && is_name_character(content[name.end])) {
    ++name.end;
  }
  return name;
}

std::size_t skip(string_view content, std::size_t at, string_view characters, std::size_t most) {
  const std::size_t stop = std::min(content.size(), at + most);
  while (at < stop && contains(characters, content.substr(at, 1))) ++at;
  return at;
}

// Past the sign of an assignment behind a name: NAME=, name: , "name": , name =>, <name>. None if there is
// none.
std::optional<std::size_t> skip_sign(const SecretFile& file, const Range& name) {
  const string_view content = file.content;
  std::size_t at = skip(content, name.end, "\\\"'])", 3);
  at = skip(content, at, " \t", 40);
  const std::size_t sign = at;
  if (content.substr(at, 2) == "==") return std::nullopt;
  const bool is_argument = file.format == Format::code && sign > name.end && content.substr(at, 1) == ",";
  at = skip(content, at, is_argument ? "," : ":=>?", 2);
  if (at > sign) return skip(content, at, " \t", 40);
  // "--password VALUE" of a command line.
  const bool is_option = name.in(content).starts_with("--") && file.format == Format::line;
  return is_option && at > name.end ? std::optional(at) : std::nullopt;
}

// `name: DB_PASSWORD` and in its next line `value: ...`, as Kubernetes and XML write pairs.
std::optional<std::size_t> skip_value_key(string_view content, std::size_t at) {
  at = skip(content, at, "\"', \t\r\n", 80);
  if (lowercase(content.substr(at, 5)) != "value") return std::nullopt;
  at = skip(content, at + 5, "\"' \t", 8);
  const std::size_t sign = at;
  at = skip(content, at, "=:", 1);
  return at > sign ? std::optional(skip(content, at, " \t", 40)) : std::nullopt;
}

bool ends_value(char c) { return is_space(c) || contains("\"'`<&", string_view(&c, 1)); }

// The value at `at`, to its closing quote or, without quotes, to a blank or what ends a value in most
// formats.
std::optional<Range> value_at(string_view content, std::size_t at) {
  if (at >= content.size()) return std::nullopt;
  const std::size_t backslash = content[at] == '\\' ? 1 : 0;  // a quote in a string of JSON or a shell
  const char quote = at + backslash < content.size() ? content[at + backslash] : ' ';
  const std::size_t stop = std::min(content.size(), at + longest_value);
  Range value{at, at, quote == '"' || quote == '\'' || quote == '`'};
  if (value.is_quoted) {
    value.begin = at + backslash + 1;
    value.end = value.begin;
    while (value.end < stop && content[value.end] != quote && content[value.end] != '\n') ++value.end;
    if (value.end >= stop || content[value.end] != quote) return std::nullopt;
    if (backslash == 1 && value.end > value.begin) --value.end;
    return value;
  }
  while (value.end < stop && !ends_value(content[value.end])) ++value.end;
  while (value.end > value.begin && contains(",;)}]\\", content.substr(value.end - 1, 1))) --value.end;
  return value;
}

// Without quotes these are calls, lookups and types of a program.
bool is_expression(string_view value) {
  return value.find_first_of("()[]{}<>|") != string_view::npos || value.ends_with(':');
}

bool is_secret_value(const SecretFile& file, Telling kind, const Range& range) {
  const string_view value = range.in(file.content);
  if (!range.is_quoted && is_expression(value)) return false;
  switch (file.format) {
    case Format::line: return !is_placeholder(value);
    case Format::config:
      if (file.is_library) return looks_random(value);
      return looks_random(value) || (kind == Telling::password && looks_like_password(value));
    case Format::code: return !file.is_library && range.is_quoted && looks_random(value);
    default: return false;
  }
}

// The value of the name, whichever way it is given.
std::optional<Range> value_of(const SecretFile& file, const Range& name) {
  if (const auto after = skip_sign(file, name)) return value_at(file.content, *after);
  const auto after = skip_value_key(file.content, name.end);
  return after ? value_at(file.content, *after) : std::nullopt;
}

// $NAME and ${NAME} stand for a value, they do not give one.
bool is_reference(string_view content, const Range& name) {
  const string_view before = content.substr(0, name.begin);
  return before.ends_with('$') || before.ends_with("${");
}

Match match_named(const SecretDetector&, const SecretFile& file, std::size_t at) {
  if (file.format == Format::binary || file.format == Format::other) return std::nullopt;
  const Range name = name_around(file.content, at);
  if (is_reference(file.content, name)) return std::nullopt;
  const Telling kind = telling(name.in(file.content));
  if (kind == Telling::no) return std::nullopt;
  const auto value = value_of(file, name);
  if (!value || !is_secret_value(file, kind, *value)) return std::nullopt;
  return SecretMatch{value->begin, value->end, kind == Telling::password ? "password" : "named-secret", {}};
}

// A directive and its value with only blanks between: "requirepass VALUE" of Redis.
Match match_directive(const SecretDetector& detector, const SecretFile& file, std::size_t at) {
  if (file.format != Format::config || (at > 0 && file.content[at - 1] != '\n')) return std::nullopt;
  const std::size_t end = at + detector.literal.size();
  const std::size_t begin = skip(file.content, end, " \t", 40);
  const auto value = value_at(file.content, begin);
  if (begin == end || !value) return std::nullopt;
  const string_view text = value->in(file.content);
  if (!looks_random(text) && !looks_like_password(text)) return std::nullopt;
  return SecretMatch{value->begin, value->end, detector.kind, {}};
}

// curl -u NAME:PASSWORD
Match match_login_option(const SecretDetector& detector, const SecretFile& file, std::size_t at) {
  if (file.format != Format::line && file.format != Format::config) return std::nullopt;
  if (file.is_library || !contains(window(file.content, at, 200, 0), "curl")) return std::nullopt;
  const std::size_t begin = skip(file.content, at + detector.literal.size(), "\"' ", 3);
  const std::size_t length =
      std::min(file.content.find_first_of("\"' \t\n", begin), file.content.size()) - begin;
  const string_view login = file.content.substr(begin, std::min(length, longest_value));
  const std::size_t colon = login.find(':');
  if (colon == string_view::npos || contains(login, "://") || is_placeholder(login.substr(colon + 1))) {
    return std::nullopt;
  }
  return SecretMatch{begin + colon + 1, begin + login.size(), detector.kind, {}};
}

// Hosts that documents use (RFC 2606), and words in place of one.
bool is_example_host(string_view host) {
  const std::string lower = lowercase(host.substr(0, host.find_first_of(":/")));
  constexpr std::array<string_view, 8> words = {"host", "hostname", "server", "domain",
                                                "site", "proxy",    "foo",    "h"};
  constexpr std::array<string_view, 6> ends = {"example.com", "example.org", "example.net",
                                               ".example",    "example",     "domain.com"};
  return lower.empty() || std::ranges::find(words, lower) != words.end() ||
         std::ranges::any_of(ends, [&](string_view end) { return lower.ends_with(end); });
}

bool is_host(string_view host) {
  return !host.empty() && (is_alnum(host[0]) || host[0] == '[') && !contains(host, "*") &&
         !contains(host, "%s");
}

bool has_scheme(string_view content, std::size_t at) {
  std::size_t length = 0;
  while (length < at && length < 20 &&
         (is_alnum(content[at - 1 - length]) || content[at - 1 - length] == '+')) {
    ++length;
  }
  return length >= 2;
}

// The authority of the URL whose "://" is at `at` (RFC 3986 section 3.2), at most 512 characters of it.
string_view authority(string_view content, std::size_t at) {
  const string_view rest = content.substr(at + 3, longest_value);
  std::size_t length = 0;
  while (length < rest.size() && rest[length] > ' ' && rest[length] < '\x7f' &&
         !contains("/?#\"'<>`\\|()", rest.substr(length, 1))) {
    ++length;
  }
  return rest.substr(0, length);
}

bool is_url_password(const SecretFile& file, string_view user, string_view password) {
  if (password == user || password.size() < 3 || is_placeholder(password)) return false;
  if (password.find_first_of("{}[]*") != string_view::npos || contains(password, "%s")) return false;
  if (file.is_library && file.format == Format::code) return false;
  return !(file.is_library || file.format == Format::code) || looks_like_password(password);
}

Match match_url(const SecretDetector& detector, const SecretFile& file, std::size_t at) {
  if (!has_scheme(file.content, at)) return std::nullopt;
  const string_view all = authority(file.content, at);
  const std::size_t sign = all.rfind('@');
  if (sign == string_view::npos) return std::nullopt;
  const string_view login = all.substr(0, sign);
  const std::size_t colon = login.find(':');
  if (colon == string_view::npos) return std::nullopt;
  const string_view host = all.substr(sign + 1);
  if (!is_host(host) || is_example_host(host)) return std::nullopt;
  if (!is_url_password(file, login.substr(0, colon), login.substr(colon + 1))) return std::nullopt;
  return SecretMatch{at + 3 + colon + 1, at + 3 + sign, detector.kind, {}};
}

constexpr SecretDetector name(string_view literal) {
  return {
      .kind = "named-secret", .literal = literal, .match = match_named, .any_case = true, .is_broad = true};
}

constexpr std::array detectors = {
    SecretDetector{.kind = "url-password", .literal = "://", .match = match_url},
    SecretDetector{.kind = "password", .literal = "requirepass", .match = match_directive},
    SecretDetector{.kind = "password", .literal = "masterauth", .match = match_directive},
    SecretDetector{.kind = "password", .literal = " -u ", .match = match_login_option},
    SecretDetector{.kind = "password", .literal = " --user ", .match = match_login_option},
    name("passw"),
    name("passphrase"),
    name("pass_"),
    name("_pass"),
    name("dbpass"),
    name("pwd"),
    name("secret"),
    name("token"),
    name("credential"),
    name("apikey"),
    name("api_key"),
    name("api-key"),
    name("accesskey"),
    name("access_key"),
    name("access-key"),
    name("account_key"),
    name("auth_key"),
    name("authkey"),
    name("private_key"),
    name("privatekey"),
    name("encryption_key"),
    name("encryptionkey"),
    name("encrypt_key"),
    name("signing_key"),
    name("signingkey"),
    name("master_key"),
    name("masterkey"),
    name("session_key"),
    name("shared_key"),
    name("service_key"),
    name("storage_key"),
    name("license_key"),
    name("jwt_key"),
    name("hmac_key"),
};

}  // namespace

std::span<const SecretDetector> name_detectors() { return detectors; }

}  // namespace hauberk
