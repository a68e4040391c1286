// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <span>
#include <vector>

#include "base/time.h"
#include "definition/problems.h"
#include "definition/regex.h"
#include "definition/rules.h"

namespace hauberk {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }

template <class Predicate>
bool all(std::string_view text, Predicate predicate) {
  return !text.empty() && std::all_of(text.begin(), text.end(), predicate);
}

bool is_purl_type(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '+' ||
         c == '-' || c == '_';
}

bool is_port_number(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && value >= 1 && value <= 65535 &&
         text.size() <= 5 && text[0] != '0';
}

std::optional<int> number(std::string_view text) {
  int value = 0;
  if (!all(text, is_digit)) return std::nullopt;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

bool is_port_range(std::string_view first, std::string_view last) {
  return is_port_number(first) && is_port_number(last) && *number(first) <= *number(last);
}

constexpr std::array<std::string_view, 2> web_schemes = {"https", "http"};
constexpr std::array<std::string_view, 12> file_schemes = {"https", "http",    "git+https",    "git+http",
                                                           "git",   "git+ssh", "ssh",          "ftp",
                                                           "ftps",  "oci",     "docker-image", "s3"};

// What is wrong with "host[:port]" of a web address.
Complaint check_host(std::string_view url, std::string_view host) {
  host.remove_prefix(host.rfind('@') + 1);  // behind a user; the position of none is -1
  if (const std::size_t bad = host.find_first_of("$<>{}|\\^`\",;"); bad != std::string_view::npos) {
    return fmt::format("the URL {} has {} in its host", in_quotes(url), in_quotes(host.substr(bad, 1)));
  }
  const std::size_t bracket = host.rfind(']');
  const std::size_t colon = host.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon == std::string_view::npos || is_port_number(host.substr(colon + 1))) return std::nullopt;
  return fmt::format("the URL {} has the port {}; ports go from 1 to 65535", in_quotes(url),
                     in_quotes(host.substr(colon + 1)));
}

// scheme://host[/...], printable, without spaces.
Complaint check_url_of(std::string_view text, std::span<const std::string_view> schemes) {
  const std::size_t mark = text.find("://");
  if (mark == std::string_view::npos) {
    return fmt::format("{} is not a URL; write it as \"https://example.org/file\"", in_quotes(text));
  }
  const std::string_view scheme = text.substr(0, mark);
  if (std::find(schemes.begin(), schemes.end(), scheme) == schemes.end()) {
    return fmt::format("the URL {} has the scheme {}{}", in_quotes(text), in_quotes(scheme),
                       suggestion(scheme, {schemes.begin(), schemes.end()}));
  }
  const std::string_view rest = text.substr(mark + 3);
  if (rest.empty() || rest[0] == '/' || rest[0] == ':' || rest[0] == '?' || rest[0] == '#') {
    return fmt::format("the URL {} names no host", in_quotes(text));
  }
  if (!all(rest, [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7f; })) {
    return fmt::format("the URL {} has a space or control character; write it as %20", in_quotes(text));
  }
  // Other schemes write other things there: a tag, or a folder.
  if (scheme.ends_with("http") || scheme.ends_with("https")) {
    return check_host(text, rest.substr(0, rest.find_first_of("/?#")));
  }
  return std::nullopt;
}

}  // namespace

Complaint check_port(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view protocol = slash == std::string_view::npos ? "tcp" : text.substr(slash + 1);
  const std::string_view numbers = text.substr(0, slash);
  const std::size_t dash = numbers.find('-');
  const bool good = dash == std::string_view::npos
                        ? is_port_number(numbers)
                        : is_port_range(numbers.substr(0, dash), numbers.substr(dash + 1));
  if (good && (protocol == "tcp" || protocol == "udp" || protocol == "sctp")) return std::nullopt;
  return fmt::format("{} is not a port; write a number from 1 to 65535 and tcp, udp or sctp, as \"8080/tcp\"",
                     in_quotes(text));
}

Complaint check_date(std::string_view text) {
  if (parse_rfc3339(text)) return std::nullopt;
  if (text.size() == 10 && text[4] == '-' && text[7] == '-') {
    const auto year = number(text.substr(0, 4));
    const auto month = number(text.substr(5, 2));
    const auto day = number(text.substr(8, 2));
    if (year && month && day) {
      const std::chrono::year_month_day date{std::chrono::year(*year),
                                             std::chrono::month(static_cast<unsigned>(*month)),
                                             std::chrono::day(static_cast<unsigned>(*day))};
      if (date.ok()) return std::nullopt;
      return fmt::format("there is no day {}", in_quotes(text));
    }
  }
  return fmt::format("{} is not a date; write year, month and day, as \"2026-11-24\"", in_quotes(text));
}

Complaint check_url(std::string_view text) { return check_url_of(text, web_schemes); }
Complaint check_file_url(std::string_view text) { return check_url_of(text, file_schemes); }

Complaint check_keyring(std::string_view text) {
  if (text.find(':') != std::string_view::npos) return check_url(text);
  if (text.find(' ') != std::string_view::npos) {
    return fmt::format("{} is not a keyring; write its URL, or the path of a file of the catalogue",
                       in_quotes(text));
  }
  return check_catalogue_path(text);
}

Complaint check_checksum(std::string_view text) {
  struct Algorithm {
    std::string_view name;
    std::size_t digits;
  };
  static constexpr std::array<Algorithm, 5> algorithms = {
      {{"sha256", 64}, {"sha512", 128}, {"sha384", 96}, {"sha1", 40}, {"md5", 32}}};
  if (text.find("://") != std::string_view::npos) return check_file_url(text);
  const std::size_t colon = text.find(':');
  const std::string_view hex = colon == std::string_view::npos ? text : text.substr(colon + 1);
  for (const Algorithm& algorithm : algorithms) {
    const bool named = colon == std::string_view::npos || text.substr(0, colon) == algorithm.name;
    if (named && hex.size() == algorithm.digits && all(hex, is_hex)) return std::nullopt;
  }
  std::string_view why = "it has another length than any checksum";
  if (!all(hex, is_hex)) why = "only the digits 0 to 9 and a to f (lower case) may stand in it";
  if (text.empty()) why = "it is empty";
  return fmt::format(
      "{} is not a checksum: {}; write \"sha256:\" and 64 hexadecimal digits, a commit, or a URL",
      in_quotes(text), why);
}

Complaint check_signal(std::string_view text) {
  static constexpr std::array<std::string_view, 34> names = {
      "HUP",  "INT",  "QUIT",   "ILL",  "TRAP",   "ABRT", "IOT",  "BUS",  "FPE",  "KILL", "USR1", "SEGV",
      "USR2", "PIPE", "ALRM",   "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG",
      "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH",  "IO",   "POLL", "PWR",  "SYS",  "CLD"};
  if (all(text, is_digit) && text.size() <= 2) {
    const int value = *number(text);
    if (value >= 1 && value <= 64) return std::nullopt;
  }
  const std::string_view name = text.starts_with("SIG") ? text.substr(3) : text;
  if (std::find(names.begin(), names.end(), name) != names.end()) return std::nullopt;
  if (name.starts_with("RTMIN") || name.starts_with("RTMAX")) {
    const std::string_view offset = name.substr(5);
    if (offset.empty()) return std::nullopt;
    const auto value = number(offset.substr(1));
    if (offset[0] == (name[3] == 'I' ? '+' : '-') && value && offset.size() <= 3 && *value <= 30)
      return std::nullopt;
  }
  std::string hint = suggestion(name, {names.begin(), names.end()});
  if (const std::size_t word = hint.find("mean \""); word != std::string::npos) hint.insert(word + 6, "SIG");
  return fmt::format("{} is not a signal{}", in_quotes(text), hint);
}

Complaint check_purl(std::string_view text) {
  const std::string_view rest = text.starts_with("pkg:") ? text.substr(4) : "";
  const std::size_t slash = rest.find('/');
  const bool printable = all(text, [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7f; });
  // A variable that nobody knows may stand for the type: see Expansion::described.
  const bool good_type = all(rest.substr(0, slash), is_purl_type) || rest.starts_with("${");
  if (printable && good_type && slash != std::string_view::npos && slash + 1 < rest.size())
    return std::nullopt;
  return fmt::format("{} is not a package URL; write it as \"pkg:deb/debian/nginx@1.30.4\"", in_quotes(text));
}

Complaint check_apk_purl(std::string_view text) {
  if (text.starts_with("pkg:apk/")) return check_purl(text);
  return fmt::format("{} must begin with \"pkg:apk/\"", in_quotes(text));
}

Complaint check_deb_purl(std::string_view text) {
  if (text.starts_with("pkg:deb/")) return check_purl(text);
  return fmt::format("{} must begin with \"pkg:deb/\"", in_quotes(text));
}

Complaint check_regular_expression(std::string_view text) {
  if (const Status status = check_regex(text); !status) return status.error().message;
  return std::nullopt;
}

Complaint check_user(std::string_view text) {
  std::string_view rest = text;
  for (int part = 0; part < 2; ++part) {
    const std::size_t colon = rest.find(':');
    const std::string_view name = rest.substr(0, colon);
    const bool is_number = all(name, is_digit) && name.size() <= 10;
    if (!is_number && check_account_name(name)) break;
    if (colon == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(colon + 1);
  }
  return fmt::format("{} is not a user; write a name of accounts.users or a number", in_quotes(text));
}

}  // namespace hauberk
