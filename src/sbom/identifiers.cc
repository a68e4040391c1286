// SPDX-License-Identifier: Apache-2.0
#include "sbom/identifiers.h"

#include <algorithm>
#include <optional>

#include "base/digest.h"
#include "base/fields.h"
#include "base/time.h"
#include "base/yaml_scalar.h"

namespace hauberk {
namespace {

constexpr std::size_t longest_identifier = 200;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_id_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '-' || c == '.';
}

// Seconds of "+02:00" or "-05:30"; "Z" is 0.
std::optional<std::int64_t> offset_of(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  const auto hours = decimal(text.substr(1, 2));
  const auto minutes = decimal(text.substr(4, 2));
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const std::int64_t seconds = (std::int64_t{*hours} * 60 + *minutes) * 60;
  return text[0] == '-' ? -seconds : seconds;
}

}  // namespace

std::string identifier_of(std::string_view text) {
  std::string id(text.substr(0, longest_identifier));
  std::ranges::replace_if(id, [](char c) { return !is_id_letter(c); }, '-');
  return id.empty() ? "-" : id;
}

std::string Identifiers::unique(std::string_view wish) {
  const std::string id = identifier_of(wish);
  std::string candidate = id;
  while (!taken_.insert(candidate).second)
    candidate = fmt::format("{}-{}", id, ++numbers_.try_emplace(id, 1).first->second);
  return candidate;
}

std::string uuid_of(std::string_view content) {
  std::string hex = Digest::of(content).hex().substr(0, 32);
  constexpr std::string_view variants = "89ab";
  const char nibble = hex[16];
  hex[12] = '8';
  hex[16] = variants[static_cast<std::size_t>(is_digit(nibble) ? nibble - '0' : nibble - 'a' + 10) % 4];
  const std::string_view h = hex;
  return fmt::format("{}-{}-{}-{}-{}", h.substr(0, 8), h.substr(8, 4), h.substr(12, 4), h.substr(16, 4),
                     h.substr(20));
}

std::string clean_text(std::string_view text) {
  constexpr std::string_view replacement = "\xEF\xBF\xBD";
  std::string clean;
  clean.reserve(text.size());
  while (!text.empty()) {
    const std::size_t size = utf8_length(text);
    const bool is_control = size == 1 && (static_cast<unsigned char>(text[0]) < 0x20 || text[0] == 0x7f);
    const std::size_t used = std::max<std::size_t>(size, 1);
    if (size == 0) {
      clean += replacement;
    } else if (is_control) {
      clean += ' ';
    } else {
      clean += text.substr(0, used);
    }
    text.remove_prefix(used);
  }
  return clean;
}

std::string whole_seconds(std::string_view time) {
  if (time.size() < 20) return {};
  std::string_view zone = time.substr(19);
  if (zone.starts_with('.')) {
    zone.remove_prefix(1);
    zone.remove_prefix(std::min(zone.find_first_not_of("0123456789"), zone.size()));
  }
  const auto offset = offset_of(zone);
  std::string local(time.substr(0, 19));
  if (local[10] == 't' || local[10] == ' ') local[10] = 'T';
  const auto seconds = parse_rfc3339(local + "Z");
  if (!offset || !seconds) return {};
  const std::string whole = to_rfc3339(*seconds - std::chrono::seconds(*offset));
  return parse_rfc3339(whole) ? whole : std::string();  // the offset may lead out of the years of four digits
}

}  // namespace hauberk
