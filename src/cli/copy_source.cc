// SPDX-License-Identifier: Apache-2.0
#include "cli/copy_source.h"

#include <algorithm>
#include <filesystem>

#include "cli/find_image.h"
#include "history/evidence.h"
#include "oci/layout_evidence.h"
#include "oci/reference.h"
#include "oci/tar_archive.h"
#include "publish/staged_image.h"

namespace hauberk {
namespace {

struct StoredPlace {
  std::unique_ptr<Store> store;
  EvidenceTable table;
  StoredEvidence evidence;

  StoredPlace(std::unique_ptr<Store> opened, EvidenceTable listed)
      : store(std::move(opened)), table(std::move(listed)), evidence(table, store->blobs()) {}
};

Result<CopySource> of_store(const Session& session, const std::string& text) {
  TRY(auto store, session.open_store());
  TRY(FoundImage found, find_image(*store, text));
  TRY(auto table, EvidenceTable::open(*store));
  const auto place = std::make_shared<StoredPlace>(std::move(store), std::move(table));
  return CopySource{std::move(found.descriptor), std::move(found.reference), &place->store->blobs(),
                    &place->evidence, place};
}

Result<CopySource> of_registry(Session& session, const std::string& text, const RegistryFlags& flags,
                               const std::optional<Platform>& platform) {
  TRY(const Reference reference, registry_reference(text));
  TRY(const RegistryAddress address, RegistryAddress::of(reference));
  const auto store = session.open_store();
  TRY(const auto registry,
      RegistryClient::open(address, registry_options(store ? store->get() : nullptr, flags)));
  const PullRequest request{.name = name_in_registry(reference), .platform = platform};
  TRY(auto pulled, StagedImage::pull(*registry, request, session.progress()));
  const std::shared_ptr<const StagedImage> staged = std::move(pulled);
  const std::string name = reference.digest() && reference.tag().empty()
                               ? std::string()
                               : fmt::format("{}:{}", reference.name(), request.name);
  return CopySource{staged->image(), name, &staged->blobs(), &staged->evidence(), staged};
}

// --- layouts and archives --------------------------------------------------------------------------------

struct LayoutPlace {
  std::unique_ptr<LayoutReader> layout;
  std::unique_ptr<EvidenceSource> evidence;
};

bool exists(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

// "DIR:NAME": the longest part before a colon that is there is the path.
std::pair<std::string, std::string> place_of(const std::string& text) {
  std::size_t end = text.size();
  while (end != std::string::npos && end > 0 && !exists(text.substr(0, end))) end = text.rfind(':', end - 1);
  if (end == std::string::npos || end == 0 || end == text.size()) return {text, {}};
  return {text.substr(0, end), text.substr(end + 1)};
}

Result<std::unique_ptr<LayoutReader>> open_layout(const std::string& path, ImageForm form) {
  if (form == ImageForm::layout) return LayoutReader::of_folder(path);
  TRY(auto archive, TarArchive::open(path));
  return LayoutReader::of_archive(std::move(archive));
}

std::string names_text(const std::vector<LayoutEntry>& entries) {
  std::vector<std::string> names;
  for (const LayoutEntry& entry : entries) {
    names.push_back(entry.names.empty() ? entry.descriptor.digest.text() : entry.names.front());
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

Result<const LayoutEntry*> choose(const LayoutReader& layout, const std::string& name) {
  const auto& entries = layout.entries();
  if (name.empty() && entries.size() == 1) return &entries.front();
  const auto fits = [&](const LayoutEntry& entry) {
    return entry.descriptor.digest.text() == name ||
           std::ranges::find(entry.names, name) != entry.names.end();
  };
  const auto found = std::ranges::find_if(entries, fits);
  if (found != entries.end()) return &*found;
  return fail(ErrorKind::not_found, "cannot tell which image of {} to copy{}: it has {}", layout.name(),
              name.empty() ? "" : fmt::format(", there is no {}", name), names_text(entries));
}

// The most that a name says: with its repository, if there is one. A tag alone gets a repository that says
// nothing, so that the copy can have the tag.
std::string reference_of(const LayoutEntry& entry) {
  const auto whole =
      std::ranges::find_if(entry.names, [](const std::string& name) { return name.contains(':'); });
  if (whole != entry.names.end()) return *whole;
  const auto tag = std::ranges::find_if(entry.names, is_tag);
  return tag == entry.names.end() ? std::string() : "image:" + *tag;
}

Result<CopySource> of_layout(ImageForm form, const std::string& text) {
  const auto [path, name] = place_of(text);
  const auto place = std::make_shared<LayoutPlace>();
  TRY(place->layout, open_layout(path, form));
  TRY(place->evidence, open_evidence(path, form));
  TRY(const LayoutEntry* entry, choose(*place->layout, name));
  return CopySource{entry->descriptor, reference_of(*entry), &place->layout->blobs(), place->evidence.get(),
                    place};
}

}  // namespace

Result<CopySource> open_copy_source(Session& session, const std::string& text, const RegistryFlags& flags,
                                    const std::optional<Platform>& platform) {
  if (names_registry(text)) return of_registry(session, text, flags, platform);
  for (const ImageForm form : {ImageForm::layout, ImageForm::oci_archive}) {
    const std::string prefix = fmt::format("{}:", name_of(form));
    if (text.starts_with(prefix)) return of_layout(form, text.substr(prefix.size()));
  }
  if (text.starts_with("docker-archive:")) {
    return fail(ErrorKind::unsupported,
                "cannot copy {}: a Docker archive has no digests to go by; load it (`docker load`), and copy "
                "it from a registry",
                text);
  }
  return of_store(session, text);
}

}  // namespace hauberk
