// SPDX-License-Identifier: Apache-2.0
#include "publish/registry_upload.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "publish/registry_error.h"

namespace hauberk {
namespace {

// Until it answers a finished upload, a registry may copy or hash all of it.
constexpr std::chrono::milliseconds answer_patience{10 * 60 * 1000};
constexpr std::uint64_t smallest_chunk_bytes = 1 << 20;
constexpr std::size_t skip_bytes = 128 << 10;
constexpr std::uint64_t answer_limit_bytes = 64 << 10;

// Which bytes were reported: those that are sent again count once.
class BlobProgress {
 public:
  explicit BlobProgress(Progress& progress) : progress_(progress) {}
  void reached(std::uint64_t position) {
    if (position > reported_) progress_.advance(position - reported_);
    reported_ = std::max(reported_, position);
  }

 private:
  Progress& progress_;
  std::uint64_t reported_ = 0;
};

// From `offset` of a blob at most `length` bytes, which are reported as they go.
class PartSource final : public ByteSource {
 public:
  PartSource(std::unique_ptr<ByteSource> blob, std::uint64_t offset, std::uint64_t length, bool to_end,
             BlobProgress& progress)
      : blob_(std::move(blob)), offset_(offset), left_(length), to_end_(to_end), progress_(progress) {}

  Result<std::size_t> read(std::span<std::byte> buffer) override {
    // The blob's own end is asked for: there it says whether its bytes were right.
    if (left_ == 0 && !to_end_) return 0;
    if (left_ > 0)
      buffer = buffer.first(static_cast<std::size_t>(std::min<std::uint64_t>(left_, buffer.size())));
    TRY(const std::size_t count, blob_->read(buffer));
    left_ -= std::min<std::uint64_t>(left_, count);
    offset_ += count;
    progress_.reached(offset_);
    return count;
  }

 private:
  std::unique_ptr<ByteSource> blob_;
  std::uint64_t offset_, left_;
  bool to_end_;
  BlobProgress& progress_;
};

class PartBody final : public HttpBody {
 public:
  PartBody(const BlobStore& blobs, const Descriptor& blob, std::uint64_t offset, std::uint64_t length,
           BlobProgress& progress)
      : blobs_(blobs), blob_(blob), offset_(offset), length_(length), progress_(progress) {}

  std::uint64_t size_bytes() const override { return length_; }

  Result<std::unique_ptr<ByteSource>> open() const override {
    TRY(auto source, open_verified(blobs_, blob_.digest, blob_.size_bytes));
    std::vector<std::byte> skipped(skip_bytes);
    for (std::uint64_t left = offset_; left > 0;) {
      const auto part =
          std::span(skipped).first(static_cast<std::size_t>(std::min<std::uint64_t>(left, skip_bytes)));
      TRY_STATUS(read_exactly(*source, part));
      left -= part.size();
    }
    return std::make_unique<PartSource>(std::move(source), offset_, length_,
                                        offset_ + length_ == blob_.size_bytes, progress_);
  }

 private:
  const BlobStore& blobs_;
  const Descriptor& blob_;
  std::uint64_t offset_, length_;
  BlobProgress& progress_;
};

// The first byte that is missing, from "0-<last>"; none: it says nothing to be relied on. "0-0" is what some
// say of one byte and some of none.
std::optional<std::uint64_t> end_of_range(std::string_view range) {
  if (range.starts_with("bytes=")) range.remove_prefix(6);
  if (!range.starts_with("0-") || range == "0-0") return std::nullopt;
  const std::string_view last = range.substr(2);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(last.data(), last.data() + last.size(), value);
  if (error != std::errc() || end != last.data() + last.size() || value == UINT64_MAX) return std::nullopt;
  return value + 1;
}

class Upload {
 public:
  Upload(RegistryClient& registry, const BlobStore& blobs, const Descriptor& blob,
         const UploadOptions& options, Progress& progress)
      : registry_(registry),
        blobs_(blobs),
        blob_(blob),
        options_(options),
        mount_from_(options.mount_from),
        in_parts_(blob.size_bytes > options.at_once_bytes),
        progress_(progress),
        what_(fmt::format("push the blob {} to {}", blob.digest.text(), registry.address().name())) {}

  Result<Sent> run() {
    std::uint64_t came_to = 0;
    for (int failures = 0;; came_to = offset_) {
      auto sent = attempt(failures > 0 || options_.ask_first);
      if (sent) progress_.reached(blob_.size_bytes);
      if (sent || !may_pass_) return sent;
      if (offset_ > came_to) failures = 0;
      if (++failures >= options_.attempts) return sent;
      std::this_thread::sleep_for(options_.retry_delay * (1 << std::min(failures - 1, 6)));
    }
  }

 private:
  Result<Sent> attempt(bool ask) {
    may_pass_ = false;
    if (!session_.empty()) {
      TRY_STATUS(find_place());
    }
    if (session_.empty()) {
      if (ask) {
        TRY(const bool there, registry_.has_blob(blob_));
        if (there) return Sent::was_there;
      }
      TRY(const bool mounted, begin());
      if (mounted) return Sent::mounted;
    }
    if (!in_parts_) {
      TRY(const bool sent, send_at_once());
      if (sent) return Sent::sent;
    }
    while (offset_ < blob_.size_bytes) TRY_STATUS(send_part());
    TRY_STATUS(finish(nullptr));
    return Sent::sent;
  }

  // True: the registry took it over from another repository.
  Result<bool> begin() {
    TRY(const HttpAnswer answer, ask_to_begin());
    if (answer.status == 201) return true;
    if (answer.status != 202) return registry_.refused(answer, what_);
    offset_ = 0;
    TRY(session_, registry_.location_of(answer));
    return false;
  }

  // A mount is asked for once, and is a favour: whatever it is refused for (the other repository is gone, or
  // its token server gives no token that would read it), the plain request says what is wrong with it.
  Result<HttpAnswer> ask_to_begin() {
    const std::string url = registry_.url("blobs/uploads/"), from = std::exchange(mount_from_, {});
    if (!from.empty()) {
      auto answer =
          registry_.send({.method = HttpMethod::post,
                          .url = fmt::format("{}?mount={}&from={}", url, percent_encoded(blob_.digest.text()),
                                             percent_encoded(from))},
                         answer_limit_bytes, from);
      if (answer && (answer->status == 201 || answer->status == 202)) return answer;
    }
    return registry_.send({.method = HttpMethod::post, .url = url}, answer_limit_bytes);
  }

  // False: it is too large for somebody on the way. From then on it goes in parts, in an upload begun anew.
  Result<bool> send_at_once() {
    const PartBody body(blobs_, blob_, 0, blob_.size_bytes, progress_);
    const Status sent = finish(&body);
    if (sent) return true;
    if (sent.error().kind != ErrorKind::limit_exceeded || blob_.size_bytes <= smallest_chunk_bytes) {
      return std::unexpected(sent.error());
    }
    in_parts_ = true;
    chunk_bytes_ = smaller_than(blob_.size_bytes);
    return begin();
  }

  static std::uint64_t smaller_than(std::uint64_t length) {
    return std::max(smallest_chunk_bytes, length / 4);
  }

  // After a broken connection: how far the registry came. It begins anew where the registry does not know.
  Status find_place() {
    const std::string session = std::exchange(session_, {});
    if (!in_parts_) return {};
    TRY(const HttpAnswer answer, registry_.send({.url = session}));
    const auto end = end_of_range(answer.header("range"));
    if (answer.status != 204 || !end || *end > blob_.size_bytes) return {};
    session_ = session;
    if (!answer.header("location").empty()) {
      TRY(session_, registry_.location_of(answer));
    }
    offset_ = *end;
    return {};
  }

  Status send_part() {
    const std::uint64_t length = std::min(chunk_bytes_, blob_.size_bytes - offset_);
    const PartBody body(blobs_, blob_, offset_, length, progress_);
    const auto answer =
        transfer({.method = HttpMethod::patch,
                  .url = session_,
                  .headers = {{"Content-Type", "application/octet-stream"},
                              {"Content-Range", fmt::format("{}-{}", offset_, offset_ + length - 1)}},
                  .body = &body});
    if (!answer) return std::unexpected(answer.error());
    if (answer->status == 413 && length > smallest_chunk_bytes) {
      chunk_bytes_ = smaller_than(length);
      return {};
    }
    // 404, 416: it lost the upload, or is elsewhere with it.
    may_pass_ = answer->status == 404 || answer->status == 416;
    if (answer->status != 202) return registry_.refused(*answer, what_);
    return advance(*answer, length);
  }

  Status advance(const HttpAnswer& answer, std::uint64_t length) {
    TRY(session_, registry_.location_of(answer));
    const std::string range = answer.header("range");
    const std::uint64_t sent = offset_ + length;
    const std::uint64_t end = range.empty() ? sent : end_of_range(range).value_or(0);
    if (end > sent || end <= offset_) {
      may_pass_ = true;
      return fail(ErrorKind::network,
                  "cannot {}: the registry says that it has the bytes {}, after {} were sent", what_, range,
                  sent);
    }
    offset_ = end;
    return {};
  }

  Status finish(const HttpBody* body) {
    const char separator = session_.contains('?') ? '&' : '?';
    const auto answer = transfer({.method = HttpMethod::put,
                                  .url = fmt::format("{}{}digest={}", session_, separator,
                                                     percent_encoded(blob_.digest.text())),
                                  .headers = {{"Content-Type", "application/octet-stream"}},
                                  .body = body});
    if (!answer) return std::unexpected(answer.error());
    may_pass_ = answer->status == 404 || answer->status == 416;
    if (answer->status != 201 && answer->status != 204) return registry_.refused(*answer, what_);
    const std::string digest = answer->header("docker-content-digest");
    if (digest.empty() || digest == blob_.digest.text()) return {};
    return fail(ErrorKind::verification_failed, "cannot {}: the registry has stored {} instead", what_,
                digest);
  }

  // One attempt: what comes next after a broken connection is decided here, not by the HTTP client.
  Result<HttpAnswer> transfer(HttpCall call) {
    call.attempts = 1;
    call.stall_timeout = answer_patience;
    auto answer = registry_.send(std::move(call));
    may_pass_ = !answer && answer.error().kind == ErrorKind::network;
    return answer;
  }

  RegistryClient& registry_;
  const BlobStore& blobs_;
  const Descriptor& blob_;
  const UploadOptions& options_;
  std::string mount_from_;  // "": nowhere, or not any more
  bool in_parts_;
  BlobProgress progress_;
  std::string what_;
  std::string session_ = {};  // where the upload goes on; "": none has begun
  std::uint64_t offset_ = 0;  // what the registry has of it
  std::uint64_t chunk_bytes_ = UINT64_MAX;
  bool may_pass_ = false;  // whether another attempt is worth it
};

}  // namespace

Result<Sent> upload_blob(RegistryClient& registry, const BlobStore& blobs, const Descriptor& blob,
                         const UploadOptions& options, Progress& progress) {
  return Upload(registry, blobs, blob, options, progress).run();
}

}  // namespace hauberk
