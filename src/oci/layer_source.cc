// SPDX-License-Identifier: Apache-2.0
#include "oci/layer_source.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "io/compression.h"

namespace hauberk {
namespace {

constexpr std::size_t magic_bytes = 6;

// A source whose first bytes were looked at.
class PeekedSource final : public ByteSource {
 public:
  explicit PeekedSource(std::unique_ptr<ByteSource> source) : source_(std::move(source)) {}

  Result<std::span<const std::byte>> start() {
    while (filled_ < start_.size()) {
      TRY(const std::size_t count, source_->read(std::span(start_).subspan(filled_)));
      if (count == 0) break;
      filled_ += count;
    }
    return std::span<const std::byte>(start_).first(filled_);
  }

  Result<std::size_t> read(std::span<std::byte> buffer) override {
    if (given_ == filled_) return source_->read(buffer);
    const std::size_t count = std::min(buffer.size(), filled_ - given_);
    std::memcpy(buffer.data(), start_.data() + given_, count);
    given_ += count;
    return count;
  }

 private:
  std::unique_ptr<ByteSource> source_;
  std::array<std::byte, magic_bytes> start_{};
  std::size_t filled_ = 0, given_ = 0;
};

Status read_to_end(ByteSource& source) {
  std::array<std::byte, 16 << 10> buffer;
  for (;;) {
    TRY(const std::size_t count, source.read(buffer));
    if (count == 0) return {};
  }
}

class LayerSource final : public ByteSource {
 public:
  LayerSource(std::unique_ptr<PeekedSource> stored, Compression compression,
              const std::optional<Digest>& diff_id, std::string name)
      : stored_(std::move(stored)),
        unpacked_(decompress(compression, *stored_)),
        diff_id_(diff_id),
        writer_(diff_id ? diff_id->algorithm() : Digest::Algorithm::sha256),
        name_(std::move(name)) {}

  Result<std::size_t> read(std::span<std::byte> buffer) override {
    if (buffer.empty()) return std::size_t{0};
    if (failure_) return std::unexpected(*failure_);
    if (ended_) return std::size_t{0};
    auto count = unpacked_->read(buffer);
    if (count && *count > 0) {
      if (diff_id_) writer_.write(buffer.first(*count));
      return count;
    }
    ended_ = true;
    if (auto checked = count ? check() : damaged(std::move(count).error()); !checked) {
      failure_ = std::move(checked).error();
      return std::unexpected(*failure_);
    }
    return std::size_t{0};
  }

 private:
  Status check() {
    TRY_STATUS(read_to_end(*stored_));
    if (!diff_id_ || writer_.finish() == *diff_id_) return {};
    return fail(ErrorKind::verification_failed,
                "cannot use the layer {}: unpacked it is not what the config says ({})", name_,
                diff_id_->text());
  }

  // Damaged bytes fail to unpack before their hash is known: then the hash is the reason.
  Status damaged(Error error) {
    auto rest = read_to_end(*stored_);
    if (!rest && rest.error().kind == ErrorKind::verification_failed) return rest;
    return wrap(std::move(error), fmt::format("cannot use the layer {}", name_));
  }

  std::unique_ptr<PeekedSource> stored_;
  std::unique_ptr<ByteSource> unpacked_;
  std::optional<Digest> diff_id_;
  DigestWriter writer_;
  std::string name_;
  bool ended_ = false;
  std::optional<Error> failure_;
};

}  // namespace

bool is_layer_type(std::string_view media_type) {
  constexpr std::array<std::string_view, 4> kinds = {
      "application/vnd.oci.image.layer.v1.tar", "application/vnd.oci.image.layer.nondistributable.v1.tar",
      "application/vnd.docker.image.rootfs.diff.tar", "application/vnd.docker.image.rootfs.foreign.diff.tar"};
  return std::ranges::any_of(kinds, [&](std::string_view kind) {
    if (!media_type.starts_with(kind)) return false;
    const std::string_view rest = media_type.substr(kind.size());
    return rest.empty() || rest == "+gzip" || rest == "+zstd" || rest == ".gzip" || rest == ".zstd";
  });
}

Result<std::unique_ptr<ByteSource>> unpacked_layer(std::unique_ptr<ByteSource> stored,
                                                   const std::optional<Digest>& diff_id, std::string name) {
  auto peeked = std::make_unique<PeekedSource>(std::move(stored));
  TRY(const auto start, peeked->start());
  const Compression compression = compression_of(start);
  if (compression == Compression::xz) {
    return fail(ErrorKind::unsupported,
                "cannot unpack the layer {}: it is compressed with xz, as no layer is", name);
  }
  return std::make_unique<LayerSource>(std::move(peeked), compression, diff_id, std::move(name));
}

Result<std::unique_ptr<ByteSource>> open_layer(const BlobStore& blobs, const Descriptor& layer,
                                               const Digest& diff_id) {
  if (!is_layer_type(layer.media_type)) {
    return fail(ErrorKind::unsupported, "cannot unpack the layer {}: its media type {} is not known",
                layer.digest.text(), layer.media_type);
  }
  TRY(auto stored, open_verified(blobs, layer.digest, layer.size_bytes));
  return unpacked_layer(std::move(stored), diff_id, layer.digest.text());
}

}  // namespace hauberk
