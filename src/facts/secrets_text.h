// Characters, alphabets and checksums that secrets are made of. Internal to facts.
//
// Thread rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hauberk {

enum class Alphabet { digits, lower_hex, hex, base32, upper_alnum, alnum, base64, base64url, dotted };

constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_alnum(char c) { return is_lower(c) || is_upper(c) || is_digit(c); }
constexpr bool is_word(char c) { return is_alnum(c) || c == '_'; }
constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }
constexpr bool is_space(char c) { return is_blank(c) || c == '\n' || c == '\r'; }
constexpr char lowered(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_in(Alphabet alphabet, char c);

// How many characters from `at` on are of the alphabet, counted up to `most`.
std::size_t run_length(std::string_view text, std::size_t at, Alphabet alphabet, std::size_t most);

// True if a token may begin at `at`: nothing that belongs to a word stands before it. The letter of an escape
// ("\n") does not count as one.
bool begins_word(std::string_view text, std::size_t at);

std::string lowercase(std::string_view text);
bool contains(std::string_view text, std::string_view part);

// The part of `text` around `at`, at most `before` and `after` bytes of it.
std::string_view window(std::string_view text, std::size_t at, std::size_t before, std::size_t after);

// Bits per character, by how often each occurs.
double entropy(std::string_view text);

// How many different characters there are.
std::size_t variety(std::string_view text);

// base64 or base64url with or without padding; none if another character is in it. Not strict otherwise, as
// base/base64.h is: who reads a secret may not be either.
std::optional<std::string> decode_base64(std::string_view text);

// CRC-32 (ISO 3309) as six digits of base 62, which GitHub and npm end their tokens with.
std::string crc32_base62(std::string_view text);
std::uint32_t crc32(std::string_view text);

// BIP 173's checksum, six characters, for a human-readable part and the data characters after its "1". Both
// in lower case; empty if a character cannot be in data.
std::string bech32_checksum(std::string_view part, std::string_view data);

}  // namespace hauberk
