// The name of an image: registry, repository, tag and digest.
//
// Spec: OCI distribution-spec 1.1, "Pulling manifests"; Docker's defaults are not applied: a name without
// a registry is a repository of our own store. Thread rule: a value.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "base/digest.h"

namespace hauberk {

class Reference {
 public:
  // "nginx", "nginx:1.26", "nginx@sha256:...", "registry.example:5000/team/nginx:1@sha256:...".
  // A first part with a dot, a colon or "localhost" is the registry.
  static Result<Reference> parse(std::string_view text);

  const std::string& registry() const { return registry_; }      // may be empty
  const std::string& repository() const { return repository_; }  // "team/nginx"
  const std::string& tag() const { return tag_; }                // may be empty
  const std::optional<Digest>& digest() const { return digest_; }

  std::string text() const;

  // The repository with its registry: "dhi.io/nginx".
  std::string name() const;

  // The same repository with this tag, and without the digest, which is another image's.
  Result<Reference> with_tag(std::string_view tag) const;

  friend auto operator<=>(const Reference&, const Reference&) = default;

 private:
  Reference() = default;
  std::string registry_, repository_, tag_;
  std::optional<Digest> digest_;
};

// A tag's grammar: [a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}.
bool is_tag(std::string_view text);

}  // namespace hauberk
