// SPDX-License-Identifier: Apache-2.0
#include "deb/release.h"

#include "deb/stanza.h"
#include "deb/words.h"

namespace hauberk {
namespace {

constexpr std::size_t most_files = 500'000;

std::vector<std::string> list_of(std::string_view text) {
  const auto words = words_of(text);
  return {words.begin(), words.end()};
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
  TRY(release.files, parse_checksums(stanza["SHA256"], "SHA256", most_files));
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
