// SPDX-License-Identifier: Apache-2.0
#include "publish/copy.h"

#include <algorithm>
#include <array>

#include "publish/destinations.h"
#include "publish/evidence_parts.h"

namespace hauberk {
namespace {

struct Form {
  std::string_view prefix;
  Destination::Kind kind;
};
constexpr std::array<Form, 3> forms = {{{"oci:", Destination::Kind::oci},
                                        {"oci-archive:", Destination::Kind::oci_archive},
                                        {"docker-archive:", Destination::Kind::docker_archive}}};

std::uint64_t size_of(const std::vector<Descriptor>& blobs) {
  std::uint64_t sum = 0;
  for (const Descriptor& blob : blobs) sum += blob.size_bytes;
  return sum;
}

Result<std::string> write_oci(const BlobStore& blobs, const ImageParts& parts, const Destination& destination,
                              const Reference* name, Os& os, Progress& progress) {
  progress.begin("copying the image", size_of(parts.blobs), "bytes");
  if (destination.kind == Destination::Kind::oci) {
    TRY(const Dir folder, open_output_folder(destination.path, os));
    return copy_to_layout(blobs, parts, name, folder, progress);
  }
  TRY(auto archive, create_output_at(destination.path, os));
  TRY_STATUS(write_oci_archive(blobs, parts, name, *archive->file, progress));
  TRY_STATUS(archive->file->commit());
  return std::string();
}

Result<CopyReport> copy_oci(const BlobStore& blobs, const Descriptor& image, const Destination& destination,
                            const CopyOptions& options, const Reference* name, Os& os, Progress& progress) {
  TRY(ImageParts parts, parts_of(blobs, image, options.platform));
  CopyReport report;
  if (options.evidence != nullptr) {
    TRY(report.left_out, add_evidence(blobs, *options.evidence, parts));
    report.evidence = parts.evidence.size();
  }
  TRY(report.unnamed, write_oci(blobs, parts, destination, name, os, progress));
  return report;
}

Result<CopyReport> copy_docker(const BlobStore& blobs, const Descriptor& image,
                               const Destination& destination, const CopyOptions& options,
                               const Reference* name, Os& os, Progress& progress) {
  TRY(const PlatformImage one, image_for(blobs, image, options.platform));
  TRY(auto archive, create_output_at(destination.path, os));
  progress.begin("copying the image", 0, "bytes");
  TRY_STATUS(write_docker_archive(blobs, one, name, *archive->file, progress));
  TRY_STATUS(archive->file->commit());
  return CopyReport{};
}

}  // namespace

Result<Destination> Destination::parse(std::string_view text) {
  const auto form = std::ranges::find_if(forms, [&](const Form& f) { return text.starts_with(f.prefix); });
  if (form == forms.end() || text.size() == form->prefix.size() || text.contains('\0')) {
    return fail(ErrorKind::invalid_input,
                "cannot copy to \"{}\": write oci:DIR, oci-archive:FILE, docker-archive:FILE or "
                "registry:HOST/NAME:TAG",
                text);
  }
  std::string path(text.substr(form->prefix.size()));
  if (form->kind != Kind::oci && path.ends_with('/')) {
    return fail(ErrorKind::invalid_input,
                "cannot copy to \"{}\": it names a folder, and an archive is a file", text);
  }
  return Destination{form->kind, std::move(path)};
}

Result<CopyReport> copy_image(const Store& store, const Descriptor& image, const Destination& destination,
                              const CopyOptions& options, Progress& progress) {
  return copy_image(store.blobs(), image, destination, options, progress, store.dir().os());
}

Result<CopyReport> copy_image(const BlobStore& blobs, const Descriptor& image, const Destination& destination,
                              const CopyOptions& options, Progress& progress, Os& os) {
  std::optional<Reference> name;
  if (!options.reference.empty()) {
    TRY(name, Reference::parse(options.reference));
  }
  const auto copy = destination.kind == Destination::Kind::docker_archive ? copy_docker : copy_oci;
  auto report = copy(blobs, image, destination, options, name ? &*name : nullptr, os, progress);
  progress.end();
  return report;
}

}  // namespace hauberk
