// Spec of what is read: sources.list(5), the one-line and the deb822 format.
//
// SPDX-License-Identifier: Apache-2.0
#include "store/mirror.h"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "io/dir.h"
#include "io/egress.h"
#include "io/http_url.h"
#include "store/config.h"

namespace hauberk {
namespace {

constexpr std::uint64_t file_limit_bytes = 1 << 20;

// One source as apt sees it: each URI with each suite.
struct Source {
  std::vector<std::string> uris;
  std::vector<std::string> suites;
  std::string signed_by;
};

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

// std::ranges::contains of C++23, which GCC 12 lacks.
bool contains(const auto& range, std::string_view wanted) {
  return std::ranges::find(range, wanted) != std::ranges::end(range);
}

std::vector<std::string> words_of(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  std::vector<std::string> words;
  for (auto begin = text.find_first_not_of(blanks); begin != std::string_view::npos;) {
    const auto end = std::min(text.find_first_of(blanks, begin), text.size());
    words.emplace_back(text.substr(begin, end - begin));
    begin = text.find_first_not_of(blanks, end);
  }
  return words;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// "deb [signed-by=KEYRING] URI SUITE COMPONENT..."; none for anything else.
std::optional<Source> source_of_line(std::string_view line) {
  line = line.substr(0, line.find('#'));
  Source source;
  if (const auto open = line.find('['); open != std::string_view::npos) {
    const auto close = line.find(']', open);
    if (close == std::string_view::npos) return std::nullopt;
    for (const std::string& option : words_of(line.substr(open + 1, close - open - 1))) {
      constexpr std::string_view name = "signed-by=";
      if (lower(option).starts_with(name)) source.signed_by = option.substr(name.size());
    }
    const auto after = words_of(line.substr(close + 1));
    if (words_of(line.substr(0, open)) != std::vector<std::string>{"deb"} || after.size() < 2)
      return std::nullopt;
    source.uris = {after[0]};
    source.suites = {after[1]};
    return source;
  }
  const auto words = words_of(line);
  if (words.size() < 3 || words[0] != "deb") return std::nullopt;
  source.uris = {words[1]};
  source.suites = {words[2]};
  return source;
}

// The sources of a file in deb822 format: stanzas of fields, of which these four matter here.
std::vector<Source> sources_of_deb822(std::string_view text) {
  std::vector<Source> sources;
  std::map<std::string, std::string> fields;
  std::string last;
  const auto end_of_stanza = [&] {
    constexpr std::array<std::string_view, 6> off = {"no", "false", "0", "off", "without", "disable"};
    const auto types = words_of(fields["types"]);
    if (!contains(off, lower(fields["enabled"])) && contains(types, "deb")) {
      const auto keyring = words_of(fields["signed-by"]);
      sources.push_back({words_of(fields["uris"]), words_of(fields["suites"]),
                         keyring.size() == 1 ? keyring.front() : std::string()});
    }
    fields.clear();
    last.clear();
  };
  for (const std::string_view line : lines_of(text)) {
    if (line.starts_with('#')) continue;
    if (words_of(line).empty()) {
      end_of_stanza();
    } else if (line.starts_with(' ') || line.starts_with('\t')) {
      fields[last].append("\n").append(line);
    } else if (const auto colon = line.find(':'); colon != std::string_view::npos) {
      last = lower(line.substr(0, colon));
      std::erase(last, ' ');
      if (last == "enabled") {
        const auto value = words_of(line.substr(colon + 1));
        fields[last] = value.empty() ? "" : value.front();
      } else {
        fields[last] = line.substr(colon + 1);
      }
    }
  }
  end_of_stanza();
  return sources;
}

std::vector<Source> sources_of_host(const Dir& dir) {
  std::vector<Source> sources;
  const auto read_list = [&](const std::string& path) {
    const auto text = dir.read_file(path, file_limit_bytes);
    if (!text) return;
    for (const std::string_view line : lines_of(*text)) {
      if (auto source = source_of_line(line)) sources.push_back(*std::move(source));
    }
  };
  read_list("sources.list");
  const auto names = dir.list("sources.list.d");
  if (!names) return sources;
  for (const std::string& name : *names) {
    const std::string path = "sources.list.d/" + name;
    if (name.ends_with(".list")) read_list(path);
    if (!name.ends_with(".sources")) continue;
    if (const auto text = dir.read_file(path, file_limit_bytes)) {
      for (Source& source : sources_of_deb822(*text)) sources.push_back(std::move(source));
    }
  }
  return sources;
}

bool is_debian_release(std::string_view suite) {
  constexpr std::array<std::string_view, 10> names = {"bullseye", "bookworm",    "trixie",    "forky",
                                                      "sid",      "stable",      "oldstable", "testing",
                                                      "unstable", "oldoldstable"};
  return contains(names, suite);
}

std::string_view without_suffix(std::string_view text, std::string_view suffix) {
  return text.ends_with(suffix) ? text.substr(0, text.size() - suffix.size()) : text;
}

bool is_main_suite(std::string_view suite) { return is_debian_release(without_suffix(suite, "-updates")); }

bool is_security_suite(std::string_view suite) {
  return suite.ends_with("-security") && is_debian_release(without_suffix(suite, "-security"));
}

// The URI without slashes at its end, if it can be one of Debian's and has nothing in it to be expanded.
std::optional<std::string> mirror_uri(const std::string& uri, const Source& source) {
  std::string_view text = uri;
  while (text.ends_with('/')) text.remove_suffix(1);
  if (host_of_url(text).empty() || text.find_first_of("$?#\"\\") != std::string_view::npos)
    return std::nullopt;
  const auto file = source.signed_by.substr(source.signed_by.rfind('/') + 1);
  if (text.ends_with("/debian") || text.ends_with("/debian-security") ||
      file.starts_with("debian-archive-keyring.")) {
    return std::string(text);
  }
  return std::nullopt;
}

std::optional<std::string> first_mirror(const std::vector<Source>& sources,
                                        bool (*wanted)(std::string_view)) {
  for (const Source& source : sources) {
    if (std::ranges::none_of(source.suites, wanted)) continue;
    for (const std::string& uri : source.uris) {
      if (auto mirror = mirror_uri(uri, source)) return mirror;
    }
  }
  return std::nullopt;
}

}  // namespace

std::string host_of_url(std::string_view url) {
  const auto parsed = HttpUrl::parse(std::string(url));
  return parsed ? parsed->host() : std::string();
}

bool has_private_address(const std::string& host) {
  addrinfo hints = {};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return false;
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, ::freeaddrinfo);
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    if (is_private_address(*at->ai_addr)) return true;
  }
  return false;
}

InitAnswers mirror_of_host(const std::string& etc_apt) {
  std::vector<Source> sources;
  if (const auto dir = Dir::open(etc_apt)) sources = sources_of_host(*dir);
  InitAnswers answers;
  answers.mirror = first_mirror(sources, is_main_suite).value_or(std::string(public_mirror));
  answers.security_mirror =
      first_mirror(sources, is_security_suite).value_or(std::string(public_security_mirror));
  return answers;
}

}  // namespace hauberk
