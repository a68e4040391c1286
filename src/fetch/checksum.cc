// SPDX-License-Identifier: Apache-2.0
#include "fetch/checksum.h"

#include <algorithm>
#include <vector>

namespace hauberk {
namespace {

bool is_hex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
}

// The digest of bare hex digits, which lists also write in capitals.
std::optional<Digest> digest_of_hex(std::string_view hex) {
  if ((hex.size() != 64 && hex.size() != 128) || !is_hex(hex)) return std::nullopt;
  std::string lower(hex);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c; });
  const auto algorithm = hex.size() == 64 ? Digest::Algorithm::sha256 : Digest::Algorithm::sha512;
  const auto digest = Digest::of_hex(algorithm, lower);
  return digest ? std::optional(*digest) : std::nullopt;
}

struct Entry {
  Digest digest;
  std::string_view name;
};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r";
  const auto start = text.find_first_not_of(blank);
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(blank) - start + 1);
}

std::string_view base_name(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

// "HEX", "HEX  NAME", "HEX *NAME" or "SHA256 (NAME) = HEX".
std::optional<Entry> parse_line(std::string_view line) {
  line = trimmed(line);
  const auto tag = line.find(") = ");
  if (tag != std::string_view::npos && line.starts_with("SHA")) {
    const auto digest = digest_of_hex(line.substr(tag + 4));
    const auto open = line.find('(');
    if (!digest || open > tag) return std::nullopt;
    return Entry{*digest, base_name(line.substr(open + 1, tag - open - 1))};
  }
  const auto blank = std::min(line.find_first_of(" \t"), line.size());
  const auto digest = digest_of_hex(line.substr(0, blank));
  if (!digest) return std::nullopt;
  auto name = trimmed(line.substr(blank));
  if (name.starts_with('*')) name.remove_prefix(1);
  return Entry{*digest, base_name(name)};
}

std::vector<Entry> parse_list(std::string_view list) {
  std::vector<Entry> entries;
  while (!list.empty()) {
    const auto end = std::min(list.find('\n'), list.size());
    if (const auto entry = parse_line(list.substr(0, end))) entries.push_back(*entry);
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return entries;
}

}  // namespace

Result<Checksum> parse_checksum(std::string_view text) {
  if (text.empty()) return Checksum{};
  if (text.starts_with("http://") || text.starts_with("https://")) return Checksum{{}, std::string(text)};
  if (text.contains(':')) {
    TRY(const Digest digest, Digest::parse(text));
    return Checksum{digest, {}};
  }
  if (const auto digest = digest_of_hex(text)) return Checksum{*digest, {}};
  if (text.size() == 40 && is_hex(text))
    return fail(
        ErrorKind::unsupported,
        "cannot use the checksum {}: it names a git commit, and files are fetched by http only; give the "
        "URL of an archive and its sha256",
        text);
  return fail(ErrorKind::invalid_input,
              "cannot use the checksum \"{}\": it is neither sha256:<hex>, sha512:<hex> nor an http(s) URL",
              text);
}

Result<Digest> checksum_of_list(std::string_view list, std::string_view file_name) {
  const auto entries = parse_list(list);
  for (const Entry& entry : entries)
    if (entry.name == file_name) return entry.digest;
  if (entries.size() == 1) return entries[0].digest;
  if (entries.empty())
    return fail(ErrorKind::invalid_input, "cannot find a SHA-256 or SHA-512 checksum in it");
  return fail(ErrorKind::invalid_input, "cannot find {} among its {} checksums", file_name, entries.size());
}

}  // namespace hauberk
