// Keys, tokens and passwords that have no business in an image.
//
// Detectors are a table: a kind, what it looks like, and what makes a match certain enough to say (a
// checksum, a structure, entropy). What is found is never kept: only its kind, its place, and a hint that
// cannot be used. Thread rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hauberk {

struct FoundSecret {
  enum class Place { file, environment, history, config };

  std::string kind = {};    // "private-key", "aws-access-key", ...
  Place place = Place::file;
  std::string path = {};    // of a file; else the name of the variable, or the number of the history step
  std::size_t layer = 0;
  bool is_hidden = false;   // the file is not in the final root: a later layer removed or replaced it
  std::uint64_t line = 0;   // from 1; 0 where lines mean nothing
  std::string hint = {};    // the first few characters and the length: "AKIA... (20 characters)"

  friend bool operator==(const FoundSecret&, const FoundSecret&) = default;
};

// All secrets in one file's content, in the order of their places, at most 100. `path` (relative to the root)
// decides what is looked for: in documents, and in the examples and tests of packages and libraries, only
// tokens whose checksum is right; keys inside the system's libraries are those that they test themselves
// with; a private key below /etc/ssl is one. In binary files keys and tokens of certain forms are found, not
// values of telling names. `place`, `path`, `layer` and `is_hidden` of the results are the caller's to fill
// in.
std::vector<FoundSecret> find_secrets(std::string_view path, std::string_view content);

// The same for one line of text that is no file: "NAME=value" of the environment, a step of the history.
std::vector<FoundSecret> find_secrets_in_text(std::string_view text);

}  // namespace hauberk
