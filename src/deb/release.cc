// SPDX-License-Identifier: Apache-2.0
#include "deb/release.h"

#include <charconv>
#include <utility>

#include "deb/stanza.h"

namespace hauberk {
namespace {

// The words of a line or of a folded field.
std::vector<std::string_view> words_of(std::string_view text) {
  constexpr std::string_view blanks = " \t\n";
  std::vector<std::string_view> words;
  std::size_t begin = text.find_first_not_of(blanks);
  while (begin != std::string_view::npos) {
    const std::size_t end = std::min(text.find_first_of(blanks, begin), text.size());
    words.push_back(text.substr(begin, end - begin));
    begin = text.find_first_not_of(blanks, end);
  }
  return words;
}

std::vector<std::string> list_of(std::string_view text) {
  const auto words = words_of(text);
  return {words.begin(), words.end()};
}

// A path below the suite becomes part of a URL and of a file name.
bool is_path_below(std::string_view path) {
  while (true) {
    const std::size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    if (part.empty() || part == "." || part == "..") return false;
    if (part.find_first_of("\\?#%") != std::string_view::npos) return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

// "<hash> <size> <path>"
Status add_file(std::string_view line, std::map<std::string, Release::File>& files) {
  const auto wrong = [&](std::string_view why) {
    return fail(ErrorKind::invalid_input, "the line \"{}\" of SHA256: {}", line.substr(0, 200), why);
  };
  const auto words = words_of(line);
  if (words.size() != 3) return wrong("expected a hash, a size and a path");
  const auto digest = Digest::of_hex(Digest::Algorithm::sha256, words[0]);
  if (!digest) return wrong(digest.error().message);
  Release::File file{*digest, 0};
  const char* const end = words[1].data() + words[1].size();
  const auto [after, error] = std::from_chars(words[1].data(), end, file.size_bytes);
  if (error != std::errc{} || after != end) return wrong("the size is no number");
  if (!is_path_below(words[2])) return wrong("the path does not stay below the suite");
  const auto [at, added] = files.emplace(words[2], file);
  if (!added && at->second != file) return wrong("the path is there twice, with different contents");
  return {};
}

Result<std::map<std::string, Release::File>> files_of(std::string_view field) {
  constexpr std::size_t most = 500'000;
  std::map<std::string, Release::File> files;
  while (!field.empty()) {
    const std::string_view line = field.substr(0, field.find('\n'));
    field.remove_prefix(std::min(field.size(), line.size() + 1));
    if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
    TRY_STATUS(add_file(line, files));
    if (files.size() > most) return fail(ErrorKind::limit_exceeded, "more than {} files", most);
  }
  return files;
}

Result<Release> release_of(std::string_view text) {
  constexpr std::size_t most_bytes = 64 << 20;
  if (text.size() > most_bytes) {
    return fail(ErrorKind::limit_exceeded, "{} bytes, more than the {} allowed", text.size(), most_bytes);
  }
  TRY(const Stanza stanza, parse_stanza(text));
  Release release;
  release.origin = stanza["Origin"];
  release.label = stanza["Label"];
  release.suite = stanza["Suite"];
  release.codename = stanza["Codename"];
  release.version = stanza["Version"];
  if (release.suite.empty() && release.codename.empty()) {
    return fail(ErrorKind::invalid_input, "neither Suite nor Codename says what it is of");
  }
  TRY(release.date, parse_rfc2822(stanza["Date"]));
  if (const std::string_view until = stanza["Valid-Until"]; !until.empty()) {
    TRY(release.valid_until, parse_rfc2822(until));
  }
  release.architectures = list_of(stanza["Architectures"]);
  release.components = list_of(stanza["Components"]);
  release.acquire_by_hash = stanza["Acquire-By-Hash"] == "yes";
  release.not_automatic = stanza["NotAutomatic"] == "yes";
  release.but_automatic_upgrades = stanza["ButAutomaticUpgrades"] == "yes";
  TRY(release.files, files_of(stanza["SHA256"]));
  if (release.files.empty()) {
    return fail(ErrorKind::unsupported, "it lists no file with a SHA256 hash, the only one that is trusted");
  }
  return release;
}

}  // namespace

Result<Release> parse_release(std::string_view text) {
  auto release = release_of(text);
  if (!release) return wrap(release.error(), "cannot read the Release file");
  return release;
}

}  // namespace hauberk
