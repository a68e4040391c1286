// SPDX-License-Identifier: Apache-2.0
#include "cli/open_subject.h"

#include <array>
#include <filesystem>

#include "cli/find_image.h"
#include "facts/root_folder.h"
#include "oci/open_image.h"

namespace hauberk {
namespace {

using Opened = Result<std::unique_ptr<ImageSource>>;

bool exists(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

// "DIR:NAME": the longest part before a colon that is there is the path.
struct Place {
  std::string path, name;
};
Place place_of(const std::string& text) {
  if (exists(text)) return {text, {}};
  for (auto colon = text.rfind(':'); colon != std::string::npos && colon > 0;
       colon = text.rfind(':', colon - 1)) {
    if (exists(text.substr(0, colon))) return {text.substr(0, colon), text.substr(colon + 1)};
  }
  return {text, {}};
}

Opened open_prefixed(ImageForm form, const std::string& text, const std::optional<Platform>& platform) {
  Place place = place_of(text);
  if (!exists(place.path)) return fail(ErrorKind::not_found, "there is no {}", place.path);
  return open_image(place.path, form, {.name = std::move(place.name), .platform = platform});
}

// A path without a prefix: what it is, its content says.
Opened open_path(const std::string& text, const std::optional<Platform>& platform) {
  Place place = place_of(text);
  const auto form = image_form(place.path);
  if (form) return open_image(place.path, *form, {.name = std::move(place.name), .platform = platform});
  std::error_code error;
  if (std::filesystem::is_directory(place.path, error) && place.name.empty()) {
    return open_root_folder(place.path, platform);
  }
  return std::unexpected(form.error());
}

bool is_path(const std::string& text) {
  return text.starts_with('/') || text.starts_with("./") || text.starts_with("../") || text == "." ||
         text == "..";
}

Opened open_found(const Store& store, FoundImage found, const std::optional<Platform>& platform) {
  std::string name = found.reference.empty() ? found.descriptor.digest.text() : found.reference;
  return open_stored_image(store.blobs(), found.descriptor, std::move(name), std::move(found.tags), platform);
}

std::unexpected<Error> nothing(const std::string& text, const Error& in_store) {
  return fail(ErrorKind::not_found,
              "there is no image {}: it is no path, and in the store: {}; write a name of the store, "
              "oci:DIR, oci-archive:FILE, docker-archive:FILE, dir:FOLDER, or a path",
              text, in_store.message);
}

// The name in the store, else the path.
Opened open_plain(const Store* store, const Error* no_store, const std::string& text,
                  const std::optional<Platform>& platform) {
  const bool is_there = exists(place_of(text).path);
  if (is_path(text)) {
    if (is_there) return open_path(text, platform);
    return fail(ErrorKind::not_found, "there is no file or folder {}", text);
  }
  if (store == nullptr) return is_there ? open_path(text, platform) : nothing(text, *no_store);
  auto found = find_image(*store, text);
  if (found) return open_found(*store, *std::move(found), platform);
  const bool is_none =
      found.error().kind == ErrorKind::not_found || found.error().kind == ErrorKind::invalid_input;
  if (!is_none) return std::unexpected(std::move(found).error());
  return is_there ? open_path(text, platform) : nothing(text, found.error());
}

Opened open_by_text(const Store* store, const Error* no_store, const std::string& text,
                    const std::optional<Platform>& platform) {
  constexpr std::array forms = {ImageForm::layout, ImageForm::oci_archive, ImageForm::docker_archive};
  for (const ImageForm form : forms) {
    const std::string prefix = fmt::format("{}:", name_of(form));
    if (text.starts_with(prefix)) return open_prefixed(form, text.substr(prefix.size()), platform);
  }
  if (text.starts_with("dir:")) return open_root_folder(text.substr(4), platform);
  return open_plain(store, no_store, text, platform);
}

}  // namespace

Result<Subject> open_subject(const Session& session, const std::string& text,
                             const std::optional<Platform>& platform) {
  if (text.empty() || text.contains('\0')) {
    return fail(ErrorKind::invalid_input, "cannot open an image without a name");
  }
  auto store = session.open_store();
  if (!store && store.error().kind != ErrorKind::not_found && store.error().kind != ErrorKind::io) {
    return std::unexpected(std::move(store).error());
  }
  const Error* const no_store = store ? nullptr : &store.error();
  TRY(auto image, open_by_text(store ? store->get() : nullptr, no_store, text, platform));
  return Subject{store ? *std::move(store) : nullptr, std::move(image)};
}

}  // namespace hauberk
