// SPDX-License-Identifier: Apache-2.0
#include "oci/open_image.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "oci/blob_image.h"
#include "oci/docker_archive.h"
#include "oci/layout_reader.h"
#include "oci/reference.h"
#include "oci/tar_archive.h"

namespace hauberk {
namespace {

bool ends_as(std::string_view stored, std::string_view wanted) {
  if (!stored.ends_with(wanted)) return false;
  return stored.size() == wanted.size() || stored[stored.size() - wanted.size() - 1] == '/';
}

// "nginx:1.26" for "docker.io/library/nginx:1.26", "nginx" for "nginx:latest"; and each for itself.
bool is_named(std::string_view stored, std::string_view wanted) {
  return ends_as(stored, wanted) || ends_as(stored, fmt::format("{}:latest", wanted));
}

bool has_name(const std::vector<std::string>& names, std::string_view wanted) {
  return std::ranges::any_of(names, [&](const std::string& name) { return is_named(name, wanted); });
}

std::string text_of(const std::vector<ListedImage>& images) {
  constexpr std::size_t shown = 20;
  std::vector<std::string> texts;
  for (const ListedImage& image : images) {
    if (texts.size() == shown) {
      texts.push_back("...");
      break;
    }
    texts.push_back(image.names.empty() ? "one without a name"
                                        : fmt::format("{}", fmt::join(image.names, " = ")));
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::unexpected<Error> no_choice(const std::string& place, const std::string& wanted,
                                 const std::vector<ListedImage>& images) {
  if (wanted.empty()) {
    return fail(ErrorKind::not_found, "{} holds several images; name one after a colon: {}", place,
                text_of(images));
  }
  return fail(ErrorKind::not_found, "there is no image {} in {}; it holds: {}", wanted, place,
              text_of(images));
}

std::vector<ListedImage> listed(const std::vector<DockerImageEntry>& entries) {
  std::vector<ListedImage> images;
  for (const DockerImageEntry& entry : entries) images.push_back({entry.tags, {}});
  return images;
}

bool is_image_id(const DockerImageEntry& entry, std::string_view wanted) {
  const auto digest = Digest::parse(wanted);
  return digest && entry.config.contains(digest->hex());
}

Result<DockerImageEntry> choose(const std::vector<DockerImageEntry>& entries, const std::string& wanted,
                                const std::string& place) {
  if (wanted.empty() && entries.size() == 1) return entries.front();
  for (const DockerImageEntry& entry : entries) {
    if (!wanted.empty() && (has_name(entry.tags, wanted) || is_image_id(entry, wanted))) return entry;
  }
  return no_choice(place, wanted, listed(entries));
}

Status check_platform(const ImageSource& image, const std::optional<Platform>& platform) {
  const std::string is = fmt::format("{}/{}", image.config().os, image.config().architecture);
  if (!platform || is == platform->text()) return {};
  return fail(ErrorKind::not_found, "{} is not there for {}; it is for: {} (choose with --platform)",
              image.name(), platform->text(), is);
}

Result<std::unique_ptr<ImageSource>> open_docker(std::shared_ptr<const TarArchive> archive,
                                                 const ImageChoice& choice) {
  TRY(const auto entries, read_docker_manifest(*archive));
  TRY(const DockerImageEntry entry, choose(entries, choice.name, archive->name()));
  TRY(auto image, open_docker_image(std::move(archive), entry));
  TRY_STATUS(check_platform(*image, choice.platform));
  return image;
}

// The entries of a layout's index that belong to the name; with none named, all, if they are one image.
Result<std::vector<LayoutEntry>> choose(const LayoutReader& layout, const std::string& wanted) {
  const auto& all = layout.entries();
  std::vector<LayoutEntry> chosen;
  for (const LayoutEntry& entry : all) {
    const bool is_it = has_name(entry.names, wanted) || entry.descriptor.digest.text() == wanted;
    if (wanted.empty() ? entry.names == all.front().names : is_it) chosen.push_back(entry);
  }
  if (chosen.empty() || (wanted.empty() && chosen.size() != all.size())) {
    return no_choice(layout.name(), wanted, layout.images());
  }
  return chosen;
}

Result<std::unique_ptr<ImageSource>> open_layout(std::shared_ptr<const LayoutReader> layout,
                                                 const ImageChoice& choice) {
  TRY(const auto entries, choose(*layout, choice.name));
  std::vector<Descriptor> roots;
  for (const LayoutEntry& entry : entries) roots.push_back(entry.descriptor);
  TRY(const auto images, images_below(layout->blobs(), roots));
  TRY(const Descriptor manifest, choose_platform(images, choice.platform, layout->name()));
  const auto& names = entries.front().names;
  std::string name = names.empty() ? layout->name() : names.front();
  const BlobStore& blobs = layout->blobs();
  return BlobImage::open(std::move(layout), blobs, manifest, std::move(name), names);
}

Result<ImageForm> archive_form(const TarArchive& archive) {
  if (archive.has("oci-layout") && archive.has("index.json")) return ImageForm::oci_archive;
  if (archive.has("manifest.json")) return ImageForm::docker_archive;
  const bool is_root = archive.has_below("etc") || archive.has_below("usr") || archive.has_below("bin");
  return fail(ErrorKind::unsupported,
              "{} is no image archive: it has neither an OCI layout nor Docker's "
              "manifest.json in it{}",
              archive.name(),
              is_root ? "; it looks like the files of a root: unpack it into a folder and name that" : "");
}

Result<std::unique_ptr<ImageSource>> open_archive_as(std::unique_ptr<TarArchive> archive, ImageForm form,
                                                     const ImageChoice& choice) {
  if (form == ImageForm::docker_archive) return open_docker(std::move(archive), choice);
  TRY(auto layout, LayoutReader::of_archive(std::move(archive)));
  return open_layout(std::move(layout), choice);
}

}  // namespace

std::string_view name_of(ImageForm form) {
  switch (form) {
    case ImageForm::layout: return "oci";
    case ImageForm::oci_archive: return "oci-archive";
    case ImageForm::docker_archive: return "docker-archive";
  }
  return "unknown";
}

Result<ImageForm> image_form(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) return fail(ErrorKind::not_found, "there is no file {}", path);
  if (std::filesystem::is_directory(status)) {
    if (std::filesystem::exists(path + "/oci-layout", error)) return ImageForm::layout;
    return fail(ErrorKind::unsupported, "{} is no OCI layout: it has no oci-layout file", path);
  }
  TRY(const auto archive, TarArchive::open(path));
  return archive_form(*archive);
}

Result<std::vector<ListedImage>> list_images(const std::string& path, ImageForm form) {
  if (form == ImageForm::layout) {
    TRY(const auto layout, LayoutReader::of_folder(path));
    return layout->images();
  }
  TRY(auto archive, TarArchive::open(path));
  if (form == ImageForm::docker_archive) {
    TRY(const auto entries, read_docker_manifest(*archive));
    return listed(entries);
  }
  TRY(const auto layout, LayoutReader::of_archive(std::move(archive)));
  return layout->images();
}

Result<std::unique_ptr<ImageSource>> open_image(const std::string& path, ImageForm form,
                                                const ImageChoice& choice) {
  if (form == ImageForm::layout) {
    TRY(auto layout, LayoutReader::of_folder(path));
    return open_layout(std::move(layout), choice);
  }
  TRY(auto archive, TarArchive::open(path));
  return open_archive_as(std::move(archive), form, choice);
}

Result<std::unique_ptr<ImageSource>> open_archive(Fd file, std::string name, const ImageChoice& choice) {
  TRY(auto archive, TarArchive::of(std::move(file), std::move(name)));
  TRY(const ImageForm form, archive_form(*archive));
  return open_archive_as(std::move(archive), form, choice);
}

}  // namespace hauberk
