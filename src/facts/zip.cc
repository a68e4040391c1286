// SPDX-License-Identifier: Apache-2.0
#include "facts/zip.h"

#include <zip.h>

#include <algorithm>

#include "base/free_by.h"
#include "facts/byte_view.h"

namespace hauberk {
namespace {

constexpr std::uint64_t most_entries = 200'000;
constexpr std::uint64_t most_ratio = 200;
constexpr std::uint64_t free_of_ratio_bytes = 1 << 20;
constexpr std::size_t step_bytes = 64 << 10;

// The end of the directory: "PK\5\6", the number of entries at 10 (2 bytes), the directory's size at 12 and
// its offset at 16 (4 bytes each), the size of a comment at 20 (2 bytes). A locator "PK\6\7" 20 bytes before
// it may point (at 8) to a larger record, which has the number at 32 (8 bytes).
constexpr std::string_view end_magic = "PK\5\6", locator_magic = "PK\6\7";
constexpr std::size_t end_bytes = 22, locator_bytes = 20, longest_comment = 65'535;

std::uint64_t entries_by(ByteView file, std::uint64_t end) {
  const std::uint64_t count = file.u16(end + 10);
  if (end < locator_bytes) return count;
  const ByteView locator = file.part(end - locator_bytes, locator_bytes);
  if (!locator.text().starts_with(locator_magic)) return count;
  return std::max(count, file.from(locator.u64(8)).u64(32));
}

// libzip takes memory for each entry that the directory claims, before it has seen any: so the claim is
// looked at first, in every place where libzip may find it.
Status check_claimed_entries(std::span<const std::byte> bytes) {
  const ByteView file(bytes, ByteView::Order::little);
  const std::size_t tail = end_bytes + locator_bytes + longest_comment;
  std::size_t at = file.size() > tail ? file.size() - tail : 0;
  for (at = file.text().find(end_magic, at); at != std::string_view::npos;
       at = file.text().find(end_magic, at + 1)) {
    if (const std::uint64_t count = entries_by(file, at); count > most_entries) {
      return fail(ErrorKind::limit_exceeded,
                  "the zip archive claims {} entries, more than the {} that we read", count, most_entries);
    }
  }
  return {};
}

// An executable jar begins with a script, and its offsets count from behind that: libzip does not look for
// this. The number of bytes before the archive, by its end, where that is the end of the file too.
std::size_t bytes_before(std::span<const std::byte> bytes) {
  const ByteView file(bytes, ByteView::Order::little);
  const std::size_t end = file.text().rfind(end_magic);
  if (end == std::string_view::npos || end + end_bytes + file.u16(end + 20) != file.size()) return 0;
  const std::uint64_t size = file.u32(end + 12), offset = file.u32(end + 16);
  if (size + offset >= end || size == 0) return 0;
  const bool is_directory = file.from(end - size).text().starts_with("PK\1\2");
  return is_directory ? end - size - offset : 0;
}

std::unexpected<Error> damaged(std::string_view why) {
  return fail(ErrorKind::invalid_input, "the zip archive cannot be read: {}", why);
}

using OpenEntry = std::unique_ptr<zip_file_t, FreeBy<zip_fclose>>;

bool is_supported(const zip_stat_t& stat) {
  const bool is_known = stat.comp_method == ZIP_CM_STORE || stat.comp_method == ZIP_CM_DEFLATE;
  return is_known && stat.encryption_method == ZIP_EM_NONE;
}

std::uint64_t allowed_bytes(std::uint64_t compressed_bytes, std::uint64_t limit_bytes) {
  const std::uint64_t by_ratio =
      compressed_bytes > UINT64_MAX / most_ratio ? UINT64_MAX : compressed_bytes * most_ratio;
  return std::min(limit_bytes, std::max(by_ratio, free_of_ratio_bytes));
}

}  // namespace

struct ZipArchive::Handle {
  zip_t* zip = nullptr;
  Handle() = default;
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    if (zip != nullptr) zip_discard(zip);
  }
};

ZipArchive::ZipArchive(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
ZipArchive::ZipArchive(ZipArchive&&) noexcept = default;
ZipArchive& ZipArchive::operator=(ZipArchive&&) noexcept = default;
ZipArchive::~ZipArchive() = default;

Result<ZipArchive> ZipArchive::open(std::span<const std::byte> bytes) {
  if (bytes.empty()) return damaged("it is empty");
  bytes = bytes.subspan(bytes_before(bytes));
  TRY_STATUS(check_claimed_entries(bytes));
  zip_error_t error;
  zip_error_init(&error);
  auto handle = std::make_unique<Handle>();
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  if (source != nullptr) handle->zip = zip_open_from_source(source, ZIP_RDONLY, &error);
  if (handle->zip == nullptr) {
    if (source != nullptr) zip_source_free(source);
    const std::string why = zip_error_strerror(&error);
    zip_error_fini(&error);
    return damaged(why);
  }
  zip_error_fini(&error);
  ZipArchive archive(std::move(handle));
  const zip_int64_t count = zip_get_num_entries(archive.handle_->zip, 0);
  for (zip_int64_t i = 0; i < count; ++i) {
    zip_stat_t stat;
    if (zip_stat_index(archive.handle_->zip, static_cast<zip_uint64_t>(i), ZIP_FL_ENC_RAW, &stat) != 0) {
      return damaged(zip_strerror(archive.handle_->zip));
    }
    archive.entries_.push_back({stat.name == nullptr ? "" : stat.name, stat.size, stat.comp_size});
  }
  return archive;
}

Result<std::string> ZipArchive::read(std::size_t index, std::uint64_t limit_bytes) const {
  zip_t* zip = handle_->zip;
  zip_stat_t stat;
  if (zip_stat_index(zip, index, ZIP_FL_ENC_RAW, &stat) != 0) return damaged(zip_strerror(zip));
  if (!is_supported(stat))
    return fail(ErrorKind::unsupported, "a zip entry that is encrypted or of a rare method");
  const std::uint64_t allowed = allowed_bytes(stat.comp_size, limit_bytes);
  const auto too_large = [allowed] {
    return fail(ErrorKind::limit_exceeded, "a zip entry unpacks to more than the {} bytes that we read",
                allowed);
  };
  if (stat.size > allowed) return too_large();
  const OpenEntry file(zip_fopen_index(zip, index, 0));
  if (file == nullptr) return damaged(zip_strerror(zip));
  std::string content;
  while (true) {
    const std::size_t before = content.size();
    content.resize(before + step_bytes);
    const zip_int64_t count = zip_fread(file.get(), content.data() + before, step_bytes);
    if (count < 0) return damaged(zip_file_strerror(file.get()));
    content.resize(before + static_cast<std::size_t>(count));
    if (content.size() > allowed) return too_large();
    if (count == 0) return content;
  }
}

}  // namespace hauberk
