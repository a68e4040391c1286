// SPDX-License-Identifier: Apache-2.0
#include "pipeline/workshop.h"

#include <filesystem>

#include "io/temporary_folder.h"
#include "store/mirror.h"

namespace hauberk {

Result<std::unique_ptr<Workshop>> Workshop::open(const std::string& named, const Store& model) {
  std::string path = named;
  if (named.empty()) {
    TRY(path, make_temporary_folder("reproduce"));
  }
  auto workshop = std::unique_ptr<Workshop>(new Workshop(path, named.empty()));
  const InitAnswers answers{.mirror = std::string(public_mirror),
                            .security_mirror = std::string(public_security_mirror)};
  TRY(workshop->store_, Store::init(path, answers));
  TRY(const std::string config, model.dir().read_file("config.yaml", 1 << 20));
  TRY_STATUS(workshop->store_->dir().write_file("config.yaml", config));
  TRY(workshop->store_, Store::open(path));
  return workshop;
}

Workshop::~Workshop() {
  store_.reset();
  std::error_code ignored;
  if (is_temporary_) std::filesystem::remove_all(path_, ignored);
}

Status Workshop::take_from(const Store& other, const Lock& lock) {
  std::vector<Digest> digests;
  for (const LockedPackage& package : lock.packages) digests.push_back(package.digest);
  for (const LockedFile& file : lock.files) digests.push_back(file.digest);
  for (const Digest& digest : digests) {
    const std::string path = vault_path(digest);
    if (!other.vault().exists(path).value_or(false)) continue;
    TRY(FileSource file, other.vault().open_file(path));
    TRY(NewFile copy, store_->vault().create_file());
    TRY([[maybe_unused]] const auto size, hauberk::copy(file, copy));
    TRY_STATUS(copy.commit(path, Durability::unsynced));
  }
  return {};
}

}  // namespace hauberk
