// SPDX-License-Identifier: Apache-2.0
#include "oci/blob_store.h"

#include <optional>

namespace hauberk {
namespace {

class NewDirBlob final : public NewBlob {
 public:
  NewDirBlob(const Dir& dir, NewFile file, Digest::Algorithm algorithm)
      : dir_(dir), file_(std::move(file)), digest_(algorithm) {}

  Status write(std::span<const std::byte> bytes) override {
    digest_.write(bytes);
    return file_.write(bytes);
  }

  Result<Digest> commit(const Digest* expected) override {
    Digest digest = digest_.finish();
    if (expected != nullptr && digest != *expected) {
      return fail(ErrorKind::verification_failed, "cannot store a blob: it is {}, not {}", digest.text(),
                  expected->text());
    }
    // Looking at a blob that is there costs less than making it did, and mends one that was damaged.
    const Status there = check_blob(DirBlobStore(dir_), digest, file_.size_bytes());
    if (!there) TRY_STATUS(file_.commit(blob_path(digest)));
    return digest;
  }

  std::uint64_t size_bytes() const override { return file_.size_bytes(); }

 private:
  const Dir& dir_;
  NewFile file_;
  DigestWriter digest_;
};

// Hands bytes on, and at their end says whether they were the right ones.
class VerifiedSource final : public ByteSource {
 public:
  VerifiedSource(std::unique_ptr<ByteSource> source, const Digest& digest, std::uint64_t size_bytes)
      : source_(std::move(source)), expected_(digest), writer_(digest.algorithm()), rest_(size_bytes) {}

  Result<std::size_t> read(std::span<std::byte> buffer) override {
    if (buffer.empty()) return 0;
    if (error_) return std::unexpected(*error_);
    if (ended_) return 0;
    auto count = source_->read(buffer);
    if (!count) return stop(std::move(count).error());
    if (*count > rest_) return stop(wrong("it is longer than its size says"));
    if (*count > 0) {
      rest_ -= *count;
      writer_.write(buffer.first(*count));
      return count;
    }
    ended_ = true;
    if (rest_ > 0) return stop(wrong("it is shorter than its size says"));
    if (writer_.finish() != expected_) return stop(wrong("its bytes are not those of its digest"));
    return 0;
  }

 private:
  Error wrong(std::string_view why) const {
    return {ErrorKind::verification_failed,
            fmt::format("cannot use the blob {}: {}; the stored copy is damaged; what was built here is "
                        "made anew by `hauberk build --no-cache DEFINITION`",
                        expected_.text(), why)};
  }
  std::unexpected<Error> stop(Error error) {
    error_ = std::move(error);
    return std::unexpected(*error_);
  }

  std::unique_ptr<ByteSource> source_;
  Digest expected_;
  DigestWriter writer_;
  std::uint64_t rest_;
  bool ended_ = false;
  std::optional<Error> error_;
};

// Renames the kind-preserving "no such file" of a folder into one that speaks of blobs.
std::unexpected<Error> about_blob(Error error, const Digest& digest) {
  if (error.kind != ErrorKind::not_found) return std::unexpected(std::move(error));
  return fail(ErrorKind::not_found, "the blob {} is not in the store", digest.text());
}

}  // namespace

std::string blob_path(const Digest& digest) {
  return fmt::format("blobs/{}/{}", digest.algorithm_name(), digest.hex());
}

Result<std::unique_ptr<NewBlob>> DirBlobStore::create(Digest::Algorithm algorithm) {
  TRY(NewFile file, dir_.create_file());
  return std::make_unique<NewDirBlob>(dir_, std::move(file), algorithm);
}

Result<std::unique_ptr<ByteSource>> DirBlobStore::open(const Digest& digest) const {
  auto file = dir_.open_file(blob_path(digest));
  if (!file) return about_blob(std::move(file).error(), digest);
  return std::make_unique<FileSource>(*std::move(file));
}

Result<std::uint64_t> DirBlobStore::size_bytes(const Digest& digest) const {
  auto size = dir_.file_size(blob_path(digest));
  if (!size) return about_blob(std::move(size).error(), digest);
  return size;
}

Result<bool> DirBlobStore::has(const Digest& digest) const { return dir_.exists(blob_path(digest)); }

Status DirBlobStore::remove(const Digest& digest) { return dir_.remove(blob_path(digest)); }

Result<std::unique_ptr<ByteSource>> open_verified(const BlobStore& store, const Digest& digest,
                                                  std::uint64_t size_bytes) {
  TRY(auto source, store.open(digest));
  return std::make_unique<VerifiedSource>(std::move(source), digest, size_bytes);
}

Status check_blob(const BlobStore& store, const Digest& digest, std::uint64_t size_bytes) {
  TRY(auto source, open_verified(store, digest, size_bytes));
  TRY_STATUS(drain(*source));
  return {};
}

std::unexpected<Error> unpack_error(ByteSource& stored, Error error) {
  auto rest = drain(stored);
  if (!rest && rest.error().kind == ErrorKind::verification_failed) error = std::move(rest).error();
  return std::unexpected(std::move(error));
}

Result<std::string> read_verified(const BlobStore& store, const Digest& digest, std::uint64_t limit_bytes) {
  TRY(const std::uint64_t size, store.size_bytes(digest));
  if (size > limit_bytes) {
    return fail(ErrorKind::limit_exceeded,
                "cannot read the blob {}: it has {} bytes, more than the {} allowed", digest.text(), size,
                limit_bytes);
  }
  TRY(auto source, open_verified(store, digest, size));
  return read_all(*source, size);
}

Result<Digest> put_blob(BlobStore& store, std::string_view text) {
  TRY(auto blob, store.create());
  TRY_STATUS(write_text(*blob, text));
  return blob->commit();
}

}  // namespace hauberk
