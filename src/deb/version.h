// A Debian version: [epoch:]upstream[-revision], with Debian's order.
//
// Spec: Debian Policy 5.6.12; deb-version(7). The order is total and agrees with
// `dpkg --compare-versions`. Thread rule: a value.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hauberk {

class Version {
 public:
  // invalid_input: empty, more than 256 bytes, an epoch that is no number, letters outside the policy's.
  static Result<Version> parse(std::string_view text);

  const std::string& text() const { return text_; }

  // Equal means equal for dpkg ("1.0" and "1.00"), not equal text.
  friend std::strong_ordering operator<=>(const Version& a, const Version& b);
  friend bool operator==(const Version& a, const Version& b) { return (a <=> b) == 0; }

 private:
  explicit Version(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// The same order on texts that are known to be versions (or are compared as dpkg would do it anyway).
std::strong_ordering compare_versions(std::string_view a, std::string_view b);

}  // namespace hauberk
