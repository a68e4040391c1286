// SPDX-License-Identifier: Apache-2.0
#include "cli/definition_commit.h"

#include <filesystem>
#include <optional>
#include <vector>

#include "io/named_file.h"
#include "io/subprocess.h"

namespace hauberk {
namespace {

constexpr std::uint64_t most_definition_bytes = 16 << 20;

// No transport, no hook, no monitor; without HOME there is no user's configuration either. None: git is not
// there, or says no.
std::optional<std::string> git(const std::string& folder, std::vector<std::string> words) {
  std::vector<std::string> argv = {"git",
                                   "-C",
                                   folder,
                                   "-c",
                                   "protocol.allow=never",
                                   "-c",
                                   "core.fsmonitor=false",
                                   "-c",
                                   "core.hooksPath=/dev/null"};
  argv.insert(argv.end(), std::make_move_iterator(words.begin()), std::make_move_iterator(words.end()));
  auto done = run({.argv = std::move(argv), .environment = {{"GIT_NO_LAZY_FETCH", "1"}}});
  if (!done || done->exit_code != 0) return std::nullopt;
  return std::move(done->output);
}

std::optional<std::string> line_of(std::optional<std::string> output) {
  if (output) output->erase(output->find_last_not_of('\n') + 1);
  return output;
}

}  // namespace

DefinitionCommit commit_of_definition(const std::string& file) {
  const std::filesystem::path path = file;
  const std::string folder = path.has_parent_path() ? path.parent_path().string() : ".";
  DefinitionCommit found{{}, path.filename().string()};
  const auto prefix = line_of(git(folder, {"rev-parse", "--show-prefix"}));
  const auto commit = line_of(git(folder, {"rev-parse", "--verify", "HEAD"}));
  if (prefix) found.path = *prefix + found.path;
  if (!prefix || !commit) return found;
  // The bytes as they are stored: asking for the status of the files would run what filters the folder names.
  const auto committed = git(folder, {"cat-file", "blob", *commit + ":" + found.path});
  const auto present = read_named_file(file, most_definition_bytes);
  if (committed && present && *committed == *present) found.commit = *commit;
  return found;
}

}  // namespace hauberk
