// What a detector of secrets is, and what it is given to look at. Internal to facts.
//
// A detector has a literal, which one fast scan finds for all of them (facts/secrets_literals.h), a matcher
// that reads the secret around it, and a verifier that says what makes it certain. Matchers look at a bounded
// part of the content around the literal, so that the time for a file is bounded by its size.
// Thread rule: pure functions and constant tables.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "facts/secrets_text.h"

namespace hauberk {

struct SecretFile {
  // line: no file, but a line of the environment or of the history.
  enum class Format { binary, config, code, other, line };

  std::string_view path = {};  // relative to the root
  std::string_view name = {};  // its last part
  std::string_view content = {};
  Format format = Format::other;
  bool is_sample = false;  // documents, examples and tests that came with a library or package
  bool is_library = false;  // below the folders of packages and libraries, not of the app
};

// Judges path and content; views into both.
SecretFile secret_file(std::string_view path, std::string_view content);

struct SecretMatch {
  std::size_t begin = 0;  // the secret in the content, from ...
  std::size_t end = 0;  // ... until before
  std::string_view kind = {};  // constant text
  std::string_view shown = {};  // constant text: the part of the secret that all of its kind have
};

struct SecretDetector {
  using Matcher = std::optional<SecretMatch> (*)(const SecretDetector&, const SecretFile&, std::size_t at);
  using Verifier = bool (*)(std::string_view secret);

  std::string_view kind = {};
  std::string_view literal = {};
  Matcher match = nullptr;
  Verifier verify = nullptr;  // of match_token: of the whole token
  Alphabet alphabet = Alphabet::alnum;  // of match_token: what follows the literal ...
  std::size_t least = 0;  // ... how many characters of it at least ...
  std::size_t most = 0;  // ... and at most
  bool any_case = false;  // the literal is in lower case and found in any
  bool in_binary = false;  // certain enough to be looked for between other bytes
  bool in_samples = false;  // certain enough to be said of documents and tests
  bool is_broad = false;  // gives way where another detector knows the same characters
};

// The literal begins a word and is followed by least to most characters of the alphabet, which do not look
// made up, and which the verifier accepts.
std::optional<SecretMatch> match_token(const SecretDetector& detector, const SecretFile& file,
                                       std::size_t at);

// The tables, by subject.
std::span<const SecretDetector> key_detectors();
std::span<const SecretDetector> token_detectors();
std::span<const SecretDetector> cloud_detectors();
std::span<const SecretDetector> name_detectors();

// What is known by the form of a whole file: key stores, and files of credentials by their names.
std::vector<SecretMatch> find_key_store(const SecretFile& file);
std::vector<SecretMatch> find_credentials(const SecretFile& file);

}  // namespace hauberk
