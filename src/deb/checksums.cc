// SPDX-License-Identifier: Apache-2.0
#include "deb/checksums.h"

#include <algorithm>
#include <charconv>

#include "deb/words.h"

namespace hauberk {
namespace {

// "<hash> <size> <path>"
Status add_file(std::string_view line, std::string_view field, std::map<std::string, HashedFile>& files) {
  const auto wrong = [&](std::string_view why) {
    return fail(ErrorKind::invalid_input, "the line \"{}\" of {}: {}", line.substr(0, 200), field, why);
  };
  const auto words = words_of(line);
  if (words.size() != 3) return wrong("expected a hash, a size and a path");
  const auto digest = Digest::of_hex(Digest::Algorithm::sha256, words[0]);
  if (!digest) return wrong(digest.error().message);
  HashedFile file{*digest, 0};
  const char* const end = words[1].data() + words[1].size();
  const auto [after, error] = std::from_chars(words[1].data(), end, file.size_bytes);
  if (error != std::errc{} || after != end) return wrong("the size is no number");
  if (!is_path_below(words[2])) return wrong("the path does not stay below the place of the list");
  const auto [at, added] = files.emplace(words[2], file);
  if (!added && at->second != file) return wrong("the path is there twice, with different contents");
  return {};
}

}  // namespace

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

Result<std::map<std::string, HashedFile>> parse_checksums(std::string_view value, std::string_view field,
                                                          std::size_t most) {
  std::map<std::string, HashedFile> files;
  while (!value.empty()) {
    const std::string_view line = value.substr(0, value.find('\n'));
    value.remove_prefix(std::min(value.size(), line.size() + 1));
    if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
    TRY_STATUS(add_file(line, field, files));
    if (files.size() > most) return fail(ErrorKind::limit_exceeded, "{} has more than {} files", field, most);
  }
  return files;
}

}  // namespace hauberk
