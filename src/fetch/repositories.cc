// SPDX-License-Identifier: Apache-2.0
#include "fetch/repositories.h"

#include <algorithm>

#include "fetch/urls.h"

namespace hauberk {
namespace {

bool is_vendors(const std::string& url, const Upstreams& upstreams) {
  return std::ranges::any_of(upstreams.vendor_prefixes,
                             [&](const std::string& prefix) { return has_url_prefix(url, prefix); });
}

// "[arch=amd64,arm64]" limits a line to some architectures.
bool is_for(const DebRepository& line, Platform platform) {
  const auto option = line.options.find("arch");
  if (option == line.options.end()) return true;
  std::string_view rest = option->second;
  while (!rest.empty()) {
    const auto comma = std::min(rest.find(','), rest.size());
    if (rest.substr(0, comma) == platform.architecture()) return true;
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return false;
}

Result<std::vector<DebRepository>> parsed_lines(const std::vector<std::string>& lines) {
  std::vector<DebRepository> parsed;
  for (const std::string& line : lines) {
    TRY(auto repository, deb_repository(line));
    parsed.push_back(std::move(repository));
  }
  return parsed;
}

Result<std::vector<DebRepository>> default_lines(const Definition& definition, const Upstreams& upstreams) {
  TRY(const Distribution distribution, debian_distribution(definition));
  const auto found = upstreams.repositories.find(distribution.codename);
  if (found == upstreams.repositories.end() || found->second.empty())
    return fail(ErrorKind::unsupported,
                "cannot choose repositories for {}: config.yaml names none for Debian {}; add them below "
                "upstreams, repositories, {}",
                definition.name, distribution.version, distribution.codename);
  return parsed_lines(found->second);
}

struct Line {
  DebRepository repository;
  bool is_default = false;
};

// The lines that count: a vendor's are replaced by the defaults, once.
Result<std::vector<Line>> effective_lines(const Definition& definition, const Upstreams& upstreams) {
  TRY(const auto written, parsed_lines(definition.repositories));
  std::vector<Line> own;
  for (const DebRepository& line : written)
    if (!is_vendors(line.url, upstreams)) own.push_back({line});
  if (!written.empty() && own.size() == written.size()) return own;

  TRY(const auto defaults, default_lines(definition, upstreams));
  std::vector<Line> lines;
  for (const DebRepository& line : defaults) lines.push_back({line, true});
  lines.insert(lines.end(), own.begin(), own.end());
  return lines;
}

// Whether the configuration vouches for this place, so that no key of a definition may.
bool is_known_place(const std::string& url, const Upstreams& upstreams) {
  for (const auto& [codename, lines] : upstreams.repositories) {
    for (const std::string& text : lines) {
      const auto line = deb_repository(text);
      if (line && without_final_slash(request_url(upstreams, line->url)) == url) return true;
    }
  }
  return false;
}

std::vector<std::string> keys_for(const Line& line, const std::string& url, const Definition& definition,
                                  const Upstreams& upstreams) {
  if (line.is_default || is_known_place(url, upstreams)) return {};
  std::vector<std::string> keys = definition.keyring;
  std::ranges::sort(keys);
  return keys;
}

void add_components(Repository& repository, const std::vector<std::string>& components) {
  auto& all = repository.components;
  all.insert(all.end(), components.begin(), components.end());
  if (repository.flat()) all = {""};
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
}

}  // namespace

std::string Repository::suite_url() const {
  if (!flat()) return fmt::format("{}/dists/{}", url, suite);
  std::string_view folder = suite;
  while (folder.starts_with("./") || folder.starts_with('/')) folder.remove_prefix(folder[0] == '.' ? 2 : 1);
  return folder.empty() ? url : without_final_slash(fmt::format("{}/{}", url, folder));
}

Result<std::vector<Repository>> repositories_of(const Definition& definition, Platform platform,
                                                const Upstreams& upstreams) {
  TRY(const auto lines, effective_lines(definition, upstreams));
  std::vector<Repository> repositories;
  for (const Line& line : lines) {
    if (!is_for(line.repository, platform)) continue;
    const std::string url = without_final_slash(request_url(upstreams, line.repository.url));
    auto same = std::ranges::find_if(repositories, [&](const Repository& known) {
      return known.url == url && known.suite == line.repository.suite;
    });
    if (same == repositories.end())
      same = repositories.insert(same, Repository{url,
                                                  line.repository.suite,
                                                  {},
                                                  keys_for(line, url, definition, upstreams)});
    add_components(*same, line.repository.components);
  }
  if (repositories.empty())
    return fail(ErrorKind::not_found,
                "cannot find a repository for {}: every line of {} is for another architecture",
                platform.text(), definition.name);
  return repositories;
}

}  // namespace hauberk
