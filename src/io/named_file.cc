// SPDX-License-Identifier: Apache-2.0
#include "io/named_file.h"

#include <filesystem>

#include "io/dir.h"

namespace hauberk {

Result<FilePlace> place_of_file(const std::string& path) {
  std::error_code error;
  const auto whole = std::filesystem::absolute(path, error).lexically_normal();
  if (path.empty() || error || !whole.has_filename()) {
    return fail(ErrorKind::invalid_input, "cannot find the file \"{}\": {}", path,
                error && !path.empty() ? error.message() : "this is no name of a file");
  }
  return FilePlace{whole.parent_path().string(), whole.filename().string()};
}

Result<std::string> read_named_file(const std::string& path, std::uint64_t limit_bytes) {
  TRY(FilePlace place, place_of_file(path));
  std::error_code error;
  const auto real = std::filesystem::canonical(place.folder + "/" + place.name, error);
  if (error) {
    const bool missing = error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory;
    return fail(missing ? ErrorKind::not_found : ErrorKind::io, "cannot read {}: {}", path,
                missing ? "there is no such file" : error.message());
  }
  TRY(place, place_of_file(real.string()));
  auto folder = Dir::open(place.folder);
  if (!folder) return wrap(std::move(folder).error(), fmt::format("cannot read {}", path));
  return folder->read_file(place.name, limit_bytes);
}

}  // namespace hauberk
