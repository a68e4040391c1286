// SPDX-License-Identifier: Apache-2.0
#include "check/context.h"

#include "base/fields.h"

namespace hauberk {
namespace {

// Our own builds say in the history what each layer is (assemble/image.cc).
CheckContext::LayerKind kind_of(std::string_view created_by) {
  using Kind = CheckContext::LayerKind;
  if (!created_by.starts_with("hauberk: ")) return Kind::foreign;
  if (created_by.starts_with("hauberk: definition:")) return Kind::definition;
  if (created_by.starts_with("hauberk: all packages and the definition:")) return Kind::squashed;
  return Kind::packages;
}

std::vector<CheckContext::LayerKind> layer_kinds(const Facts& facts) {
  std::vector<CheckContext::LayerKind> kinds;
  for (const ImageConfig::History& step : facts.config.history) {
    if (!step.empty_layer) kinds.push_back(kind_of(step.created_by));
  }
  // A history that does not fit the layers says nothing.
  if (kinds.size() != facts.layers.size())
    kinds.assign(facts.layers.size(), CheckContext::LayerKind::foreign);
  return kinds;
}

std::vector<std::string> writable_paths(const CheckInput& input) {
  std::vector<std::string> paths;
  for (const std::string& path : input.writable_paths) paths.push_back(plain_path(path));
  for (const std::string& path : input.facts.config.volumes) paths.push_back(plain_path(path));
  std::erase(paths, "");
  return paths;
}

// The same bytes under the same name with the same rights; times say nothing.
bool same_file(const File& a, const File& b) {
  TarEntry left = a.entry, right = b.entry;
  left.mtime_seconds = right.mtime_seconds = 0;
  return left == right && a.sha256 == b.sha256;
}

std::optional<std::int64_t> offset_seconds(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  const auto hours = decimal(text.substr(1, 2));
  const auto minutes = decimal(text.substr(4, 2));
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const std::int64_t seconds = std::int64_t{*hours} * 3600 + std::int64_t{*minutes} * 60;
  return text[0] == '+' ? seconds : -seconds;
}

}  // namespace

CheckContext::CheckContext(const CheckInput& input, const CheckContext* base)
    : input_(input),
      base_(base),
      root_(input.facts),
      accounts_(accounts_of(input.facts)),
      user_(running_user(input.facts.config, accounts_)),
      access_(root_, user_),
      layers_(layer_kinds(input.facts)),
      writable_(hauberk::writable_paths(input)),
      tools_(tools_of(input.facts, root_)) {
  for (const File& file : input.facts.files) {
    if (!is_of_base(file)) judged_.push_back(&file);
  }
}

bool CheckContext::is_of_base(const File& file) const {
  if (base_ == nullptr) return false;
  const File* there = base_->root().find(file.entry.path);
  return there != nullptr && same_file(*there, file);
}

CheckContext::LayerKind CheckContext::layer_kind(std::size_t layer) const {
  return layer < layers_.size() ? layers_[layer] : LayerKind::foreign;
}

const File* CheckContext::listed_file(std::string_view path) const {
  while (path.starts_with('/')) path.remove_prefix(1);
  if (const File* file = root_.find(path)) return file;
  const auto folder = root_.follow(folder_of(path));
  if (folder.kind != ImageRoot::Target::Kind::there || folder.path.empty()) return nullptr;
  return root_.find(fmt::format("{}/{}", folder.path, last_part(path)));
}

std::optional<std::int64_t> time_of(std::string_view rfc3339) {
  if (rfc3339.size() < 20) return std::nullopt;
  const auto time = parse_rfc3339(fmt::format("{}Z", rfc3339.substr(0, 19)));
  std::string_view rest = rfc3339.substr(19);
  bool has_fraction = false;
  if (rest.starts_with('.')) {
    const auto end = rest.find_first_not_of("0123456789", 1);
    if (end == std::string_view::npos) return std::nullopt;
    has_fraction = rest.substr(1, end - 1).find_first_not_of('0') != std::string_view::npos;
    rest.remove_prefix(end);
  }
  const auto offset = offset_seconds(rest);
  if (!time || !offset) return std::nullopt;
  return to_unix(*time) - *offset + (has_fraction ? 1 : 0);
}

}  // namespace hauberk
