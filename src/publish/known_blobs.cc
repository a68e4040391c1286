// SPDX-License-Identifier: Apache-2.0
#include "publish/known_blobs.h"

#include "base/json.h"
#include "oci/reference.h"

namespace hauberk {
namespace {

constexpr int version = 1;
constexpr std::size_t blobs_limit = 20'000;  // beyond, what was known before is forgotten
constexpr std::size_t file_limit_bytes = 8 << 20;

bool is_repository(const std::string& text) {
  const auto reference = Reference::parse("registry.example/" + text);
  return reference && reference->repository() == text;
}

std::map<std::string, std::string> parse(std::string_view text) {
  const auto json = parse_json(text, {.size_bytes = file_limit_bytes, .depth = 4});
  std::map<std::string, std::string> blobs;
  if (!json || !json->is_object() || json->value("version", Json()) != version) return blobs;
  const auto found = json->find("blobs");
  if (found == json->end() || !found->is_object()) return blobs;
  for (const auto& [digest, repository] : found->items()) {
    if (!Digest::parse(digest) || !repository.is_string()) continue;
    std::string name = repository.get<std::string>();
    if (is_repository(name)) blobs.emplace(digest, std::move(name));
  }
  return blobs;
}

}  // namespace

KnownBlobs KnownBlobs::open(const Dir& cache, std::string_view host) {
  KnownBlobs known(cache, fmt::format("registries/{}.json", Digest::of(host).hex()));
  if (const auto text = cache.read_file(known.path_, file_limit_bytes)) known.blobs_ = parse(*text);
  return known;
}

std::string KnownBlobs::repository_of(const Digest& digest, std::string_view repository) const {
  const auto found = blobs_.find(digest.text());
  return found == blobs_.end() || found->second == repository ? std::string() : found->second;
}

void KnownBlobs::forget(const std::vector<Digest>& digests) {
  for (const Digest& digest : digests) blobs_.erase(digest.text());
}

Status KnownBlobs::add(const std::vector<Digest>& digests, const std::string& repository) {
  bool is_new = false;
  if (blobs_.size() + digests.size() > blobs_limit) blobs_.clear();
  for (const Digest& digest : digests)
    is_new = blobs_.try_emplace(digest.text(), repository).second || is_new;
  if (!is_new) return {};
  return cache_.write_cache_file(path_, canonical_json({{"version", version}, {"blobs", blobs_}}));
}

}  // namespace hauberk
