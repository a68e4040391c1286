// Small repositories for tests: packages as text, and what resolving among them gives.
//
// For tests of this folder. Thread rule: functions without state.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "resolve/resolve.h"

namespace hauberk {

// One stanza; `fields` are whole lines: "Depends: b\nPriority: optional\n".
inline std::string test_stanza(std::string_view name, std::string_view version, std::string_view fields = "",
                               std::string_view architecture = "amd64") {
  return fmt::format(
      "Package: {0}\nVersion: {1}\nArchitecture: {2}\n{3}Filename: pool/{0}_{1}.deb\nSize: 1\n"
      "SHA256: {4}\n\n",
      name, version, architecture, fields, Digest::of(fmt::format("{} {}", name, version)).hex());
}

inline SuiteIndex test_suite(const std::string& text, int priority = 500,
                             const std::string& suite = "stable") {
  auto packages = PackageIndex::of(text);
  if (!packages) ADD_FAILURE() << packages.error().message;
  return {.origin = {.url = "http://mirror/dists/" + suite,
                     .suite = suite,
                     .codename = suite,
                     .component = "main",
                     .architecture = "amd64",
                     .origin = "Test",
                     .date = "2026-01-31T12:00:00Z",
                     .valid_until = "",
                     .signed_by = {},
                     .release_digest = Digest::of("r"),
                     .packages_digest = Digest::of(text)},
          .packages = packages ? *packages : PackageIndex::of("").value(),
          .base_url = "http://mirror",
          .priority = priority};
}

// "a", "a=1" and "!a", as in a definition.
inline Definition test_definition(const std::vector<std::string>& packages) {
  Definition definition;
  for (const std::string& text : packages) {
    const bool banned = text.starts_with('!');
    const auto equals = text.find('=');
    definition.packages.push_back({text.substr(banned ? 1 : 0,
                                               equals - (banned && equals != text.npos ? 1 : 0)),
                                   equals == text.npos ? "" : text.substr(equals + 1), banned});
  }
  return definition;
}

// "a=1 b=2" or "<kind>: <message>".
inline std::string outcome_of(const Result<Resolution>& resolution) {
  if (!resolution) return fmt::format("{}: {}", name_of(resolution.error().kind), resolution.error().message);
  std::string text;
  for (const LockedPackage& package : resolution->packages) {
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", package.name, package.version);
  }
  return text;
}

}  // namespace hauberk
