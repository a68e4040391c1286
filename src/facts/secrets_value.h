// Names that announce a secret, and values that can be one. Internal to facts.
//
// Thread rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace hauberk {

enum class Telling { no, password, secret };

// What a variable's name announces, by its last words: "DB_PASSWORD", "apiKey", "client-secret", but not
// "PASSWORD_FILE" or "max_token".
Telling telling(std::string_view name);

// True for what stands in place of a secret: "changeme", "${VAR}", "<password>", "xxxx", paths, switches.
bool is_placeholder(std::string_view value);

// True for tokens that a person typed: too few different characters, runs like "12345678", words like
// EXAMPLE.
bool looks_made_up(std::string_view token);

// True for what a generator made: letters and digits in no order that a word or number would have.
bool looks_random(std::string_view value);

// True for what a person would choose as a password and nobody would write for another reason.
bool looks_like_password(std::string_view value);

}  // namespace hauberk
