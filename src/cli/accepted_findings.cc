// SPDX-License-Identifier: Apache-2.0
#include "cli/accepted_findings.h"

#include <filesystem>

#include "io/named_file.h"

namespace hauberk {
namespace {

constexpr std::uint64_t most_bytes = 1 << 20;

std::string kept_path(const Digest& index) { return fmt::format("locks/{}.accepted.yaml", index.hex()); }

void append(std::vector<Acceptance>& list, std::vector<Acceptance> more) {
  list.insert(list.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

Result<std::string> acceptances_of_definition(const std::string& definition) {
  const std::filesystem::path folder = std::filesystem::path(definition).parent_path();
  for (const auto& place : {folder / "info.yaml", folder / ".." / "info.yaml"}) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(place, error)) continue;
    const std::string path = place.lexically_normal().string();
    TRY(std::string text, read_named_file(path, most_bytes));
    TRY(const auto acceptances, parse_acceptances(text, path, acceptances_key));
    return acceptances.empty() ? std::string() : text;
  }
  return std::string();
}

Status keep_acceptances(const Store& store, const Digest& index, const std::string& info_yaml) {
  const auto kept = store.dir().read_file(kept_path(index), most_bytes);
  if (kept ? *kept == info_yaml : info_yaml.empty()) return {};
  return store.dir().write_file(kept_path(index), info_yaml);
}

Result<std::string> kept_acceptances(const Store& store, const Digest& index) {
  auto kept = store.dir().read_file(kept_path(index), most_bytes);
  if (!kept && kept.error().kind == ErrorKind::not_found) return std::string();
  return kept;
}

Result<std::vector<Acceptance>> acceptances_in_store(const Store& store, const std::optional<Digest>& index) {
  std::vector<Acceptance> all;
  if (index) {
    TRY(const std::string kept, kept_acceptances(store, *index));
    TRY(auto acceptances, parse_acceptances(kept, store.path() + "/" + kept_path(*index), acceptances_key));
    append(all, std::move(acceptances));
  }
  TRY(const std::string config, store.dir().read_file("config.yaml", most_bytes));
  TRY(auto configured, parse_acceptances(config, store.path() + "/config.yaml", config_acceptances_key));
  append(all, std::move(configured));
  return all;
}

Result<std::vector<Acceptance>> acceptances_of_file(const std::string& path) {
  TRY(const std::string text, read_named_file(path, most_bytes));
  return parse_acceptances(text, path, acceptances_key);
}

}  // namespace hauberk
