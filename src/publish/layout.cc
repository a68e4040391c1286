// SPDX-License-Identifier: Apache-2.0
#include <sys/file.h>

#include <algorithm>
#include <cerrno>

#include "io/parallel.h"
#include "io/progress_sink.h"
#include "oci/media_type.h"
#include "publish/destinations.h"

namespace hauberk {
namespace {

constexpr std::string_view ref_name = "org.opencontainers.image.ref.name";
constexpr std::string_view containerd_name = "io.containerd.image.name";
constexpr std::uint64_t document_limit_bytes = 4 << 20;
constexpr std::size_t writers = 8;  // each waits for the disk most of the time

// Held by one copy at a time; it lives on the folder itself, so it leaves no file.
Status lock_folder(const Dir& folder) {
  while (::flock(folder.fd(), LOCK_EX) != 0) {
    if (errno != EINTR) {
      return fail(ErrorKind::io, "cannot lock the folder {}: {}", folder.path(), os_reason(errno));
    }
  }
  return {};
}

Status write_file(const Dir& folder, std::string_view name, std::string_view text) {
  TRY(auto file, OutputFile::create(folder, name));
  TRY_STATUS(write_text(*file, text));
  return file->commit();
}

// Makes an empty folder a layout, and refuses what is something else.
Status begin_layout(const Dir& folder) {
  auto text = folder.read_file("oci-layout", document_limit_bytes);
  if (text) {
    const auto json = parse_json(*text);
    const auto version =
        json ? json_string(*json, "imageLayoutVersion", "oci-layout") : fail(ErrorKind::io, "");
    if (version && version->starts_with("1.")) return {};
    return fail(ErrorKind::conflict, "cannot copy into {}: its oci-layout file is none of version 1",
                folder.path());
  }
  if (text.error().kind != ErrorKind::not_found) return std::unexpected(std::move(text).error());
  TRY(const auto names, folder.list());
  for (const std::string& name : names) {
    if (name.starts_with(".hauberk-")) continue;  // a copy that was killed
    return fail(ErrorKind::conflict,
                "cannot copy into {}: it is no OCI layout, and has files in it ({}); name a new folder",
                folder.path(), name);
  }
  return write_file(folder, "oci-layout", layout_text);
}

Result<Dir> made_folder(const Dir& parent, const std::string& name) {
  Os& os = parent.os();
  if (os.mkdirat(parent.fd(), name.c_str(), 0777) != 0 && errno != EEXIST) {
    return fail(ErrorKind::io, "cannot make {}/{}: {}", parent.path(), name, os_reason(errno));
  }
  return parent.subdir(name);
}

// The folder of a digest's algorithm, below blobs/. One step at a time, so that no link is followed.
Result<Dir> blobs_folder(const Dir& folder, const Digest& digest) {
  TRY(const Dir blobs, made_folder(folder, "blobs"));
  return made_folder(blobs, std::string(digest.algorithm_name()));
}

std::string annotation_of(const Json& entry, std::string_view name) {
  const Json none = Json::object();
  const Json& annotations = entry.contains("annotations") ? entry["annotations"] : none;
  return json_string(annotations, name, "annotations").value_or("");
}

// The entry loses its name to another image: what it is stays there, for those who know its digest.
void take_name(Json& entry, const Descriptor& by) {
  Json& annotations = entry["annotations"];
  annotations.erase(std::string(ref_name));
  const auto whole = by.annotations.find(std::string(containerd_name));
  if (whole != by.annotations.end() && annotation_of(entry, containerd_name) == whole->second) {
    annotations.erase(std::string(containerd_name));
  }
  if (annotations.empty()) entry.erase("annotations");
}

// A blob that is there already is read and checked, and stays.
Status copy_into(const Dir& folder, const BlobStore& blobs, const Descriptor& blob, Progress& progress) {
  if (check_blob(DirBlobStore(folder), blob.digest, blob.size_bytes)) {
    progress.advance(blob.size_bytes);
    return {};
  }
  TRY(const Dir into, blobs_folder(folder, blob.digest));
  TRY(auto file, OutputFile::create(into, blob.digest.hex()));
  TRY_STATUS(copy_blob(blobs, blob, *file, progress));
  return file->commit();
}

Json json_of(const Descriptor& entry) {
  return Json::parse(text_of(index_with_entries({entry})))["manifests"][0];
}

// The list with the entry added, as skopeo does it: a name moves to the new entry, and an entry of the same
// image that has no name gives way. Returns the digest of the image that lost its name.
std::string add_entry(Json& list, const Descriptor& entry) {
  const auto name = entry.annotations.find(std::string(ref_name));
  std::string unnamed;
  Json kept = Json::array();
  for (Json& item : list) {
    const bool same = item.contains("digest") && item["digest"] == entry.digest.text();
    if (name != entry.annotations.end() && annotation_of(item, ref_name) == name->second) {
      take_name(item, entry);
      if (!same) unnamed = json_string(item, "digest", "index.json").value_or("");
    }
    if (!same || !annotation_of(item, ref_name).empty()) kept.push_back(std::move(item));
  }
  kept.push_back(json_of(entry));
  list = std::move(kept);
  return unnamed;
}

// A manifest is listed once; what had the tag of an older form before is not evidence any more.
void add_evidence_entry(Json& list, const Descriptor& entry) {
  const auto name = entry.annotations.find(std::string(ref_name));
  Json kept = Json::array();
  for (Json& item : list) {
    const bool same = item.contains("digest") && item["digest"] == entry.digest.text();
    const bool is_replaced = name != entry.annotations.end() && annotation_of(item, ref_name) == name->second;
    if (!is_replaced && (!same || !annotation_of(item, ref_name).empty())) kept.push_back(std::move(item));
  }
  kept.push_back(json_of(entry));
  list = std::move(kept);
}

// The folder's index.json, or an empty one. What others wrote into it stays, also members unknown to us.
Result<Json> read_index(const Dir& folder) {
  auto text = folder.read_file("index.json", document_limit_bytes);
  if (!text && text.error().kind == ErrorKind::not_found) return Json::parse(text_of(index_with_entries({})));
  if (!text) return std::unexpected(std::move(text).error());
  auto json = parse_json(*text);
  const auto manifests = json ? json_array(*json, "manifests", "index.json") : std::unexpected(json.error());
  if (!manifests || !std::ranges::all_of(**manifests, [](const Json& item) { return item.is_object(); })) {
    return fail(ErrorKind::conflict, "cannot copy into {}: its index.json is no image index", folder.path());
  }
  return json;
}

}  // namespace

Descriptor named(Descriptor root, const Reference* name) {
  root.annotations.clear();
  if (name == nullptr || name->tag().empty()) return root;
  root.annotations[std::string(ref_name)] = name->tag();
  root.annotations[std::string(containerd_name)] = name->name() + ":" + name->tag();
  return root;
}

Index index_with_entries(std::vector<Descriptor> entries) {
  Index index;
  index.media_type = media_type::index;
  index.manifests = std::move(entries);
  return index;
}

Status copy_blob(const BlobStore& blobs, const Descriptor& blob, ByteSink& sink, Progress& progress) {
  TRY(auto source, open_verified(blobs, blob.digest, blob.size_bytes));
  ProgressSink counted(sink, progress);
  TRY_STATUS(copy(*source, counted));
  return {};
}

Result<std::string> copy_to_layout(const BlobStore& blobs, const ImageParts& parts, const Reference* name,
                                   const Dir& folder, Progress& progress) {
  TRY_STATUS(lock_folder(folder));
  TRY_STATUS(begin_layout(folder));
  TRY_STATUS(parallel_for(parts.blobs.size(), writers,
                          [&](std::size_t i) { return copy_into(folder, blobs, parts.blobs[i], progress); }));
  TRY(Json index, read_index(folder));
  std::string unnamed = add_entry(index["manifests"], named(parts.root, name));
  for (const Descriptor& entry : parts.evidence) add_evidence_entry(index["manifests"], entry);
  TRY_STATUS(write_file(folder, "index.json", canonical_json(index)));
  return unnamed;
}

}  // namespace hauberk
