// SPDX-License-Identifier: Apache-2.0
#include "io/temporary_folder.h"

#include <stdlib.h>

#include <cerrno>
#include <filesystem>

#include "io/os.h"

namespace hauberk {
namespace {

std::string usual_parent() {
  const char* const named = std::getenv("TMPDIR");
  return named != nullptr && *named != '\0' ? named : "/var/tmp";
}

}  // namespace

Result<std::string> make_temporary_folder(std::string_view purpose, const std::string& parent) {
  const std::string below = parent.empty() ? usual_parent() : parent;
  std::error_code error;
  std::string path = std::filesystem::absolute(below, error) / fmt::format("hauberk-{}-XXXXXX", purpose);
  if (!error && ::mkdtemp(path.data()) != nullptr) return path;
  const std::string reason = error ? error.message() : os_reason(errno);
  return fail(ErrorKind::io, "cannot make a folder in {}: {}; set TMPDIR to another place", below, reason);
}

}  // namespace hauberk
