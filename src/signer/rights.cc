// SPDX-License-Identifier: Apache-2.0
#include "signer/rights.h"

#include <algorithm>
#include <array>

#include "attest/predicate.h"

namespace hauberk {
namespace {

constexpr std::string_view own_prefix = "urn:x-hauberk:";

constexpr std::array of_build = {
    predicate::signature, predicate::spdx,      predicate::cyclonedx, predicate::provenance, predicate::vex,
    predicate::vulns,     predicate::tests,     predicate::hardening, predicate::secrets,    predicate::lock,
    predicate::sources,   predicate::inputs,    predicate::changelog, predicate::coverage,
};

constexpr std::array<std::string_view, 4> of_approval = {
    "urn:x-hauberk:exception:v1", "urn:x-hauberk:rollback:v1", predicate::reproduced, predicate::vex};

// Of whatever version: that somebody else than the builder looked at the evidence.
constexpr std::string_view verification_summary = "https://slsa.dev/verification_summary/";

bool is_of_build(std::string_view type) { return std::ranges::find(of_build, type) != of_build.end(); }

bool is_of_approval(std::string_view type) {
  return std::ranges::find(of_approval, type) != of_approval.end() || type.starts_with(verification_summary);
}

bool is_of_others(std::string_view type) {
  return !type.starts_with(own_prefix) && !is_of_build(type) && !is_of_approval(type);
}

std::string_view who_may(std::string_view type) {
  if (is_of_build(type)) return "the build key may";
  if (is_of_approval(type)) return "the approval key may";
  return is_of_others(type) ? "the build key and the approval key may" : "no key may";
}

}  // namespace

Status may_sign(KeyName key, std::string_view predicate_type) {
  const bool is_allowed =
      (key == KeyName::build && (is_of_build(predicate_type) || is_of_others(predicate_type))) ||
      (key == KeyName::approval && (is_of_approval(predicate_type) || is_of_others(predicate_type)));
  if (is_allowed) return {};
  return fail(ErrorKind::verification_failed, "the {} key may not sign a statement of the type {}: {}",
              name_of(key), predicate_type, who_may(predicate_type));
}

}  // namespace hauberk
