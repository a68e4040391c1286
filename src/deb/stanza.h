// Paragraphs of fields, as control files, Release and Packages have them.
//
// Spec: Debian Policy 5.1; deb822(5). A Stanza is a view: it lives as long as the text it was parsed
// from. Field names are matched without regard to case. Thread rule: values.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace hauberk {

class Stanza {
 public:
  // The value without the field name, the blank after it and the last newline; continuation lines are
  // kept as they stand. Empty if the field is missing: policy knows no difference.
  std::string_view operator[](std::string_view field) const;
  const std::vector<std::pair<std::string_view, std::string_view>>& fields() const { return fields_; }
  std::string_view text() const { return text_; }

 private:
  friend class StanzaReader;
  std::string_view text_;
  std::vector<std::pair<std::string_view, std::string_view>> fields_;
};

// Reads stanzas one after the other.
class StanzaReader {
 public:
  explicit StanzaReader(std::string_view text) : rest_(text) {}

  // The next stanza, or none at the end. invalid_input (with the line in the text): a line without a
  // colon, a continuation first, a field twice, a NUL; limit_exceeded: more than 1,000 fields.
  Result<std::optional<Stanza>> next();

 private:
  std::string_view rest_;
  std::size_t line_ = 1;
};

// The only stanza of a text; invalid_input if there are none or several.
Result<Stanza> parse_stanza(std::string_view text);

}  // namespace hauberk
