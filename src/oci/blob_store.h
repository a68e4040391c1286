// Blobs by digest: the one interface between those who make or want bytes and where they lie.
//
// Every implementation passes the conformance suite oci/blob_store_test.cc. Thread rule: all methods may
// be called from several threads and processes at once.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "io/dir.h"
#include "io/stream.h"

namespace hauberk {

// A blob being written; destroyed without commit, it leaves nothing.
class NewBlob : public ByteSink {
 public:
  // Makes the blob durable and visible; returns its digest. Idempotent: a blob that is there stays, unless
  // its bytes are wrong: then the new ones take its place.
  // verification_failed if it is not the `expected` digest; nothing is visible then.
  virtual Result<Digest> commit(const Digest* expected = nullptr) = 0;
  virtual std::uint64_t size_bytes() const = 0;
};

class BlobStore {
 public:
  virtual ~BlobStore() = default;

  virtual Result<std::unique_ptr<NewBlob>> create(Digest::Algorithm algorithm =
                                                      Digest::Algorithm::sha256) = 0;

  // not_found: no such blob. The bytes are as stored; open_verified() checks them.
  virtual Result<std::unique_ptr<ByteSource>> open(const Digest& digest) const = 0;
  virtual Result<std::uint64_t> size_bytes(const Digest& digest) const = 0;
  virtual Result<bool> has(const Digest& digest) const = 0;
  virtual Status remove(const Digest& digest) = 0;
};

// Blobs in an OCI layout's blobs/<algorithm>/<hex>, below `dir`.
class DirBlobStore final : public BlobStore {
 public:
  explicit DirBlobStore(const Dir& dir) : dir_(dir) {}
  Result<std::unique_ptr<NewBlob>> create(Digest::Algorithm algorithm) override;
  Result<std::unique_ptr<ByteSource>> open(const Digest& digest) const override;
  Result<std::uint64_t> size_bytes(const Digest& digest) const override;
  Result<bool> has(const Digest& digest) const override;
  Status remove(const Digest& digest) override;

 private:
  const Dir& dir_;
};

// Hashes the blob while it is read: the read that would be the end fails with verification_failed if the
// bytes are not the digest's or not `size_bytes` many. So nothing of it may be made visible before read()
// gave 0. `store` must outlive the source.
Result<std::unique_ptr<ByteSource>> open_verified(const BlobStore& store, const Digest& digest,
                                                  std::uint64_t size_bytes);

// Reads the blob to its end. verification_failed: its bytes are not the digest's; not_found: it is not there.
Status check_blob(const BlobStore& store, const Digest& digest, std::uint64_t size_bytes);

// What went wrong while `stored` was unpacked, which checks itself at its end, as that of open_verified().
// Damaged bytes fail to unpack before their hash is known: then the hash is the reason, and names the blob.
std::unexpected<Error> unpack_error(ByteSource& stored, Error error);

// The whole blob, hashed while it is read: verification_failed if the bytes are not the digest's.
Result<std::string> read_verified(const BlobStore& store, const Digest& digest, std::uint64_t limit_bytes);

// Writes a small document; returns its digest.
Result<Digest> put_blob(BlobStore& store, std::string_view text);

// blobs/<algorithm>/<hex>
std::string blob_path(const Digest& digest);

}  // namespace hauberk
