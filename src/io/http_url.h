// A URL that we may fetch: http or https, taken apart, with the credentials kept away from the text.
//
// Spec: RFC 3986, as libcurl's URL parser reads it: so what is checked here is what is connected to.
// Thread rule: a value.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace hauberk {

class HttpUrl {
 public:
  // invalid_input: no URL, or another scheme than http and https. The message never holds credentials.
  static Result<HttpUrl> parse(const std::string& text);

  // What `reference` means where this URL is: relative, or a URL of its own. invalid_input as parse().
  Result<HttpUrl> resolve(const std::string& reference) const;

  // With path and query, without user info and fragment: what is sent.
  const std::string& request_url() const { return request_; }
  const std::string& scheme() const { return scheme_; }
  // Lower case; an IPv6 address without its brackets.
  const std::string& host() const { return host_; }
  const std::string& port() const { return port_; }
  const std::string& user() const { return user_; }
  const std::string& password() const { return password_; }

  // Whether credentials for this URL may go to `other`: the same scheme, host and port, or the same host
  // by https instead of http on their usual ports.
  bool shares_credentials_with(const HttpUrl& other) const;

  // This URL with the credentials of another.
  HttpUrl with_credentials_of(const HttpUrl& other) const;

 private:
  HttpUrl() = default;
  std::string request_, scheme_, host_, port_, user_, password_;
};

}  // namespace hauberk
