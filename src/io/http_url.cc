// URLs, by libcurl's parser.
//
// SPDX-License-Identifier: Apache-2.0
#include "io/http_url.h"

#include <curl/curl.h>

#include <algorithm>
#include <memory>

#include "io/http.h"

namespace hauberk {
namespace {

constexpr std::size_t url_limit = 8 << 10;

// A part of the URL; empty if there is none.
std::string part_of(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

std::string lower_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return text;
}

}  // namespace

std::string public_url(std::string_view url) {
  std::string text(url.substr(0, std::min(url.find('?'), url.find('#'))));
  // The user info ends at the last "@" before the path. Without a scheme it may still be some.
  const std::size_t scheme = text.find("://");
  const std::size_t start = scheme == text.npos ? 0 : scheme + 3;
  const std::size_t path = std::min(text.find_first_of("/\\", start), text.size());
  const std::size_t at = text.rfind('@', path);
  if (at != text.npos && at >= start && at < path) text.erase(start, at + 1 - start);
  return text;
}

Result<HttpUrl> HttpUrl::parse(const std::string& text) {
  const auto refuse = [&](std::string_view why) {
    return fail(ErrorKind::invalid_input, "cannot fetch {}: {}", public_url(text), why);
  };
  if (text.size() > url_limit) return refuse("the URL is too long");
  if (text.find('\0') != text.npos) return refuse("the URL has a zero byte");
  const std::unique_ptr<CURLU, void (*)(CURLU*)> url(curl_url(), curl_url_cleanup);
  if (!url) return fail(ErrorKind::io, "cannot fetch {}: no memory", public_url(text));
  if (const CURLUcode code = curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME);
      code != CURLUE_OK) {
    return refuse(code == CURLUE_BAD_SCHEME || text.find("://") == text.npos
                      ? "it is no URL; one begins with https:// or http://"
                      : "the URL is malformed");
  }
  HttpUrl parsed;
  parsed.scheme_ = part_of(url.get(), CURLUPART_SCHEME);
  if (parsed.scheme_ != "http" && parsed.scheme_ != "https") return refuse("only http and https are fetched");
  parsed.host_ = lower_case(part_of(url.get(), CURLUPART_HOST));
  if (parsed.host_.starts_with('[')) parsed.host_ = parsed.host_.substr(1, parsed.host_.size() - 2);
  if (parsed.host_.empty()) return refuse("the URL has no host");
  parsed.port_ = part_of(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  parsed.user_ = part_of(url.get(), CURLUPART_USER, CURLU_URLDECODE);
  parsed.password_ = part_of(url.get(), CURLUPART_PASSWORD, CURLU_URLDECODE);
  for (const CURLUPart part : {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_FRAGMENT}) {
    curl_url_set(url.get(), part, nullptr, 0);
  }
  parsed.request_ = part_of(url.get(), CURLUPART_URL);
  return parsed;
}

Result<HttpUrl> HttpUrl::resolve(const std::string& reference) const {
  const std::unique_ptr<CURLU, void (*)(CURLU*)> url(curl_url(), curl_url_cleanup);
  const bool usable =
      reference.size() <= url_limit && reference.find('\0') == reference.npos && url &&
      curl_url_set(url.get(), CURLUPART_URL, request_.c_str(), 0) == CURLUE_OK &&
      curl_url_set(url.get(), CURLUPART_URL, reference.c_str(), CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK;
  if (!usable) {
    return fail(ErrorKind::invalid_input, "cannot go on from {}: the server names a malformed URL",
                public_url(request_));
  }
  return parse(part_of(url.get(), CURLUPART_URL));
}

HttpUrl HttpUrl::with_credentials_of(const HttpUrl& other) const {
  HttpUrl url = *this;
  url.user_ = other.user_;
  url.password_ = other.password_;
  return url;
}

bool HttpUrl::shares_credentials_with(const HttpUrl& other) const {
  if (host_ != other.host_) return false;
  if (scheme_ == other.scheme_) return port_ == other.port_;
  return scheme_ == "http" && port_ == "80" && other.scheme_ == "https" && other.port_ == "443";
}

}  // namespace hauberk
