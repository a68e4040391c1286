// URLs as the configuration changes them: prefixes, rewriting, credentials.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "store/config.h"

namespace hauberk {

// Whether `url` is `prefix` or lies below it, so that "http://a/deb" is no prefix of "http://a/debian".
bool has_url_prefix(std::string_view url, std::string_view prefix);

std::string without_final_slash(std::string_view url);

// Where to ask for `url`: the first rewrite whose prefix fits, then the user info that the configuration has
// for that place (a lock records URLs without).
std::string request_url(const Upstreams& upstreams, std::string_view url);

}  // namespace hauberk
