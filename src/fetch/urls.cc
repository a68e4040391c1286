// SPDX-License-Identifier: Apache-2.0
#include "fetch/urls.h"

#include <optional>

#include "definition/definition.h"
#include "io/http.h"

namespace hauberk {
namespace {

std::string rewritten(const Upstreams& upstreams, std::string_view url) {
  for (const auto& rewrite : upstreams.rewrites) {
    if (!has_url_prefix(url, rewrite.from)) continue;
    const std::string from = without_final_slash(rewrite.from);
    return without_final_slash(rewrite.to) + std::string(url.substr(from.size()));
  }
  return std::string(url);
}

bool has_user_info(std::string_view url) {
  const auto start = url.find("://");
  if (start == std::string_view::npos) return false;
  const auto authority = url.substr(start + 3, url.find('/', start + 3) - (start + 3));
  return authority.contains('@');
}

// `url` with the credentials of `known`, if it lies below it.
std::optional<std::string> with_credentials_of(std::string_view known, std::string_view url) {
  if (!has_user_info(known)) return std::nullopt;
  const std::string place = without_final_slash(public_url(known));
  if (!has_url_prefix(url, place)) return std::nullopt;
  return without_final_slash(known) + std::string(url.substr(place.size()));
}

}  // namespace

std::string without_final_slash(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  return std::string(url);
}

bool has_url_prefix(std::string_view url, std::string_view prefix) {
  while (prefix.ends_with('/')) prefix.remove_suffix(1);
  if (!url.starts_with(prefix)) return false;
  return url.size() == prefix.size() || url[prefix.size()] == '/';
}

std::string request_url(const Upstreams& upstreams, std::string_view url) {
  std::string target = rewritten(upstreams, url);
  if (has_user_info(target)) return target;
  for (const auto& rewrite : upstreams.rewrites)
    if (auto found = with_credentials_of(rewrite.to, target)) return *found;
  for (const auto& [codename, lines] : upstreams.repositories) {
    for (const std::string& line : lines) {
      const auto repository = deb_repository(line);
      if (!repository) continue;
      if (auto found = with_credentials_of(repository->url, target)) return *found;
    }
  }
  return target;
}

}  // namespace hauberk
