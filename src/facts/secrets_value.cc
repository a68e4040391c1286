// SPDX-License-Identifier: Apache-2.0
#include "facts/secrets_value.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "facts/secrets_text.h"

namespace hauberk {
namespace {

using std::string_view;

template <std::size_t n>
bool is_one_of(string_view word, const std::array<string_view, n>& words) {
  return std::ranges::find(words, word) != words.end();
}

// The words of a name in lower case: "dbPassword2_prod" is db, password, prod.
std::vector<std::string> words_of(string_view name) {
  std::vector<std::string> words(1);
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool is_letter = is_lower(c) || is_upper(c);
    const bool is_camel = is_upper(c) && i > 0 && is_lower(name[i - 1]);
    if ((!is_letter || is_camel) && !words.back().empty()) words.emplace_back();
    if (is_letter) words.back() += lowered(c);
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

// Words that say which of several secrets it is, at the end of a name.
bool is_which(string_view word) {
  constexpr std::array words =
      std::to_array<string_view>({"prod", "production", "dev", "development", "staging", "stage", "live",
                                  "default", "value", "primary", "base", "secondary", "test"});
  return is_one_of(word, words);
}

bool is_password_word(string_view word) {
  constexpr std::array ends =
      std::to_array<string_view>({"password", "passwd", "passphrase", "pwd", "passwort"});
  return word == "pass" || std::ranges::any_of(ends, [&](string_view end) { return word.ends_with(end); });
}

bool is_secret_word(string_view word) {
  constexpr std::array ends =
      std::to_array<string_view>({"secret", "token", "apikey", "accesskey", "secretkey", "authtoken",
                                  "privatekey", "credential", "credentials"});
  return std::ranges::any_of(ends, [&](string_view end) { return word.ends_with(end); });
}

// What kind of key is secret: an "api key" is, a "public key" or a "sort key" is not.
bool is_secret_key_owner(string_view word) {
  constexpr std::array owners =
      std::to_array<string_view>({"api", "access", "secret", "private", "encryption", "encrypt", "signing",
                                  "auth", "master", "account", "shared", "session", "service", "jwt", "hmac",
                                  "storage", "license"});
  return is_one_of(word, owners);
}

// "max token", "next token": counters, cursors and vocabularies, not secrets.
bool is_harmless_owner(string_view word) {
  constexpr std::array owners =
      std::to_array<string_view>({"max", "min", "num", "next", "page", "pad", "eos", "bos", "unk", "mask",
                                  "sep", "cls", "public", "sync", "continuation"});
  return is_one_of(word, owners);
}

bool is_placeholder_word(string_view lower) {
  constexpr std::array words =
      std::to_array<string_view>({"password",  "passwd",   "pass",       "pwd",      "secret",   "token",
                                  "changeme",  "changeit", "example",    "none",     "null",     "nil",
                                  "undefined", "true",     "false",      "yes",      "no",       "on",
                                  "off",       "default",  "todo",       "tbd",      "test",     "dummy",
                                  "fake",      "foo",      "bar",        "foobar",   "string",   "str",
                                  "value",     "required", "optional",   "user",     "username", "prompt",
                                  "redacted",  "hidden",   "masked",     "unset",    "empty",    "key",
                                  "apikey",    "api_key",  "passphrase", "mypass",   "baz",      "qux",
                                  "admin",     "testing",  "enabled",    "disabled", "auto",     "random",
                                  "env",       "any",      "passw0rd",   "p4ssw0rd"});
  return is_one_of(lower, words);
}

bool has_placeholder_part(string_view lower) {
  constexpr std::array parts =
      std::to_array<string_view>({"example", "changeme", "change-me", "change_me", "placeholder", "your-",
                                  "your_", "yourpass", "yoursecret", "yourtoken", "yourkey", "xxxx",
                                  "redacted", "insert", "replace", "...", "****", "dummy"});
  return std::ranges::any_of(parts, [&](string_view part) { return contains(lower, part); });
}

// Expressions that something replaces or looks up.
bool is_reference(string_view value) {
  constexpr std::array starts =
      std::to_array<string_view>({"$", "%", "<", "[", "{", "@", "#", "ENC[", "ENC(", "vault:", "!",
                                  "arn:", "file:", "env:", "secret:", "op://"});
  constexpr std::array parts = std::to_array<string_view>({"${", "$(", "{{", "%(", "}}", "://"});
  return std::ranges::any_of(starts, [&](string_view start) { return value.starts_with(start); }) ||
         std::ranges::any_of(parts, [&](string_view part) { return contains(value, part); });
}

bool is_path(string_view value) {
  if (value.starts_with("./") || value.starts_with("../") || value.starts_with("~/")) return true;
  return value.starts_with('/') && (value.size() < 16 || contains(value.substr(1), "/"));
}

// Names of algorithms and encodings stand beside passwords in every other configuration.
bool is_algorithm(string_view lower) {
  constexpr std::array starts = std::to_array<string_view>({"md5", "sha1", "sha2", "sha5", "sha-", "scram",
                                                            "bcrypt", "pbkdf2", "argon2"});
  return lower.size() < 24 &&
         std::ranges::any_of(starts, [&](string_view start) { return lower.starts_with(start); });
}

bool is_checksum(string_view value) {
  return value.starts_with("sha256:") || value.starts_with("sha512:") || value.starts_with("sha256-") ||
         value.starts_with("sha384-") || value.starts_with("sha512-") || value.starts_with("SHA256:");
}

int class_of(char c) { return is_lower(c) ? 1 : is_upper(c) ? 2 : is_digit(c) ? 3 : 0; }

// How often the class of character changes from one letter or digit to the next.
std::size_t class_changes(string_view value) {
  std::size_t changes = 0;
  for (std::size_t i = 1; i < value.size(); ++i) {
    const int before = class_of(value[i - 1]);
    const int here = class_of(value[i]);
    if (before != 0 && here != 0 && before != here) ++changes;
  }
  return changes;
}

// The longest run in which each character follows the one before it, or is the same.
std::size_t longest_order(string_view text) {
  std::size_t longest = 1;
  std::size_t rising = 1;
  std::size_t same = 1;
  for (std::size_t i = 1; i < text.size(); ++i) {
    rising = text[i] == text[i - 1] + 1 ? rising + 1 : 1;
    same = text[i] == text[i - 1] ? same + 1 : 1;
    longest = std::max({longest, rising, same});
  }
  return longest;
}

std::size_t digits_in(string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, is_digit));
}

bool is_printable(string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

// "1:4.17.4-2": steps of a history that install packages have "passwd=1:4.17.4-2" in them.
bool is_package_version(string_view value) {
  const auto dash = value.rfind('-');
  if (value.size() < 5 || dash == string_view::npos || dash + 1 == value.size()) return false;
  return is_digit(value[0]) && value[1] == ':' && is_digit(value[2]) &&
         value.find('.') != string_view::npos &&
         value.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz.+~-", 2) == string_view::npos;
}

}  // namespace

Telling telling(string_view name) {
  if (name == "OLDPWD")
    return Telling::no;  // of a shell; its PWD is told from a password by its value, a path
  auto words = words_of(name);
  while (words.size() > 1 && is_which(words.back())) words.pop_back();
  if (words.empty()) return Telling::no;
  const std::string last = words.back();
  const std::string owner = words.size() > 1 ? words[words.size() - 2] : "";
  if (is_harmless_owner(owner)) return Telling::no;
  if (is_password_word(last)) return Telling::password;
  if (is_secret_word(last)) return Telling::secret;
  return last == "key" && is_secret_key_owner(owner) ? Telling::secret : Telling::no;
}

bool is_placeholder(string_view value) {
  if (value.size() < 2 || variety(value) < 2) return true;
  if (digits_in(value) == value.size() && value.size() < 4) return true;
  const std::string lower = lowercase(value);
  return is_placeholder_word(lower) || has_placeholder_part(lower) || is_reference(value) || is_path(value) ||
         is_algorithm(lower) || is_checksum(value) || is_package_version(lower);
}

bool looks_made_up(string_view token) {
  constexpr std::array parts =
      std::to_array<string_view>({"example", "xxxx", "placeholder", "redacted", "changeme", "yourkey",
                                  "yourtoken", "dummy", "secretkey"});
  if (variety(token) < std::min<std::size_t>(6, token.size() / 2) || longest_order(token) >= 6) return true;
  const std::string lower = lowercase(token);
  return std::ranges::any_of(parts, [&](string_view part) { return contains(lower, part); });
}

bool looks_random(string_view value) {
  if (value.size() < 16 || value.size() > 256 || !is_printable(value) || is_placeholder(value)) return false;
  if (looks_made_up(value) || digits_in(value) == value.size()) return false;
  const std::size_t changes = class_changes(value);
  // Words joined by capitals change every few letters; without digits it takes more to be none.
  if (digits_in(value) < 2)
    return value.size() >= 20 && entropy(value) >= 3.5 && changes * 5 >= value.size() * 2;
  return entropy(value) >= 3.0 && changes >= value.size() / 6;
}

bool looks_like_password(string_view value) {
  if (value.size() < 6 || value.size() > 128 || !is_printable(value) || is_placeholder(value)) return false;
  const auto is_special = [](char c) { return contains("!@#$%^&*?~+=", string_view(&c, 1)); };
  const bool has_letter = std::ranges::any_of(value, [](char c) { return is_lower(c) || is_upper(c); });
  const bool has_other = std::ranges::any_of(value, [&](char c) { return is_digit(c) || is_special(c); });
  return has_letter && has_other && variety(value) >= 4;
}

}  // namespace hauberk
