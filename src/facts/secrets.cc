// SPDX-License-Identifier: Apache-2.0
#include "facts/secrets.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "facts/secrets_detector.h"
#include "facts/secrets_literals.h"
#include "facts/secrets_value.h"

namespace hauberk {
namespace {

using std::string_view;
using Format = SecretFile::Format;

constexpr std::size_t most_matches = 1000;
constexpr std::size_t most_secrets = 100;

using Detectors = std::vector<const SecretDetector*>;

// The detectors that may look at a kind of content, and the scan for their literals.
class Scan {
 public:
  explicit Scan(bool (*may_look)(const SecretDetector&))
      : detectors_(chosen(may_look)), scanner_(literals()) {}

  // In the order of the detectors' tables, of each by offset.
  std::vector<SecretMatch> matches(const SecretFile& file) const {
    std::vector<std::pair<std::size_t, SecretMatch>> found;
    scanner_.scan(file.content, [&](std::size_t index, std::size_t at) {
      if (found.size() >= most_matches) return;
      const SecretDetector& detector = *detectors_[index];
      if (const auto match = detector.match(detector, file, at)) found.emplace_back(index, *match);
    });
    std::ranges::sort(found, {}, [](const auto& pair) { return std::pair(pair.first, pair.second.begin); });
    std::vector<SecretMatch> matches;
    for (const auto& [index, match] : found) matches.push_back(match);
    return matches;
  }

 private:
  // Broad ones last: what another detector found of the same characters goes before.
  static Detectors chosen(bool (*may_look)(const SecretDetector&)) {
    Detectors chosen;
    for (const bool is_broad : {false, true}) {
      for (const auto table : {key_detectors(), token_detectors(), cloud_detectors(), name_detectors()}) {
        for (const SecretDetector& detector : table) {
          if (detector.is_broad == is_broad && may_look(detector)) chosen.push_back(&detector);
        }
      }
    }
    return chosen;
  }

  std::vector<Literal> literals() const {
    std::vector<Literal> literals;
    for (const SecretDetector* detector : detectors_)
      literals.push_back({detector->literal, detector->any_case});
    return literals;
  }

  Detectors detectors_;
  LiteralScanner scanner_;
};

const Scan& scan_for(const SecretFile& file) {
  static const Scan text([](const SecretDetector&) { return true; });
  static const Scan binary([](const SecretDetector& detector) { return detector.in_binary; });
  static const Scan samples([](const SecretDetector& detector) { return detector.in_samples; });
  if (file.is_sample) return samples;
  return file.format == Format::binary ? binary : text;
}

bool overlap(const SecretMatch& a, const SecretMatch& b) { return a.begin < b.end && b.begin < a.end; }

// Of matches that share characters, the first in the list; then by place.
void keep_best(std::vector<SecretMatch>& matches) {
  std::vector<SecretMatch> kept;
  for (const SecretMatch& match : matches) {
    const bool is_known = std::ranges::any_of(kept, [&](const SecretMatch& k) { return overlap(k, match); });
    if (!is_known && kept.size() < most_secrets) kept.push_back(match);
  }
  std::ranges::sort(kept, {}, &SecretMatch::begin);
  matches = std::move(kept);
}

// What all secrets of the kind begin with, and the length: nothing that helps to guess it.
std::string hint_of(const SecretMatch& match) {
  const std::size_t length = match.end - match.begin;
  if (match.shown.empty()) return fmt::format("({} characters)", length);
  return fmt::format("{}... ({} characters)", match.shown, length);
}

std::vector<FoundSecret> secrets_of(const std::vector<SecretMatch>& matches, const SecretFile& file) {
  const bool has_lines = file.format != Format::binary && file.format != Format::line;
  std::vector<FoundSecret> secrets;
  std::uint64_t line = 1;
  std::size_t counted = 0;
  for (const SecretMatch& match : matches) {
    const string_view between = file.content.substr(counted, match.begin - counted);
    line += static_cast<std::uint64_t>(std::ranges::count(between, '\n'));
    counted = match.begin;
    secrets.push_back({.kind = std::string(match.kind),
                       .line = has_lines ? line : 0,
                       .hint = hint_of(match)});
  }
  return secrets;
}

}  // namespace

std::optional<SecretMatch> match_token(const SecretDetector& detector, const SecretFile& file,
                                       std::size_t at) {
  if (!begins_word(file.content, at)) return std::nullopt;
  const std::size_t body = at + detector.literal.size();
  std::size_t length = run_length(file.content, body, detector.alphabet, detector.most + 1);
  // The full stop of a sentence is no part of a token.
  if (detector.alphabet == Alphabet::dotted && length > 0 && file.content[body + length - 1] == '.') --length;
  if (length < detector.least || length > detector.most) return std::nullopt;
  if (looks_made_up(file.content.substr(body, length))) return std::nullopt;
  const string_view token = file.content.substr(at, detector.literal.size() + length);
  if (detector.verify != nullptr && !detector.verify(token)) return std::nullopt;
  return SecretMatch{at, body + length, detector.kind, detector.literal};
}

std::vector<FoundSecret> find_secrets(string_view path, string_view content) {
  const SecretFile file = secret_file(path, content);
  std::vector<SecretMatch> matches;
  if (!file.is_sample) {
    matches = find_key_store(file);
    if (matches.empty()) matches = find_credentials(file);
  }
  const auto found = scan_for(file).matches(file);
  matches.insert(matches.end(), found.begin(), found.end());
  keep_best(matches);
  return secrets_of(matches, file);
}

std::vector<FoundSecret> find_secrets_in_text(string_view text) {
  const SecretFile file{.content = text, .format = Format::line};
  auto matches = scan_for(file).matches(file);
  keep_best(matches);
  return secrets_of(matches, file);
}

}  // namespace hauberk
