// The input is a manifest, a NUL byte, and the blob that each of its layers is; it is listed in every form.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "attest/evidence.h"
#include "attest/verified.h"

namespace hauberk {
namespace {

class FuzzSource final : public EvidenceSource {
 public:
  explicit FuzzSource(std::string_view input)
      : manifest_text_(input.substr(0, input.find('\0'))),
        blob_(input.substr(std::min(manifest_text_.size() + 1, input.size()))),
        manifest_(describe("application/vnd.oci.image.manifest.v1+json", manifest_text_)) {}

  Result<std::vector<Descriptor>> referrers(const Digest&) const override { return std::vector{manifest_}; }
  Result<std::optional<Descriptor>> tagged(std::string_view) const override { return manifest_; }
  Result<std::string> read(const Descriptor& blob, std::uint64_t) const override {
    return std::string(blob.digest == manifest_.digest ? manifest_text_ : blob_);
  }
  std::string_view manifest_text() const { return manifest_text_; }

 private:
  std::string_view manifest_text_, blob_;
  Descriptor manifest_;
};

void try_source(const FuzzSource& source, const Digest& subject, const PublicKey& key) {
  const auto found = read_evidence(source, subject);
  if (!found) return;
  // Nobody signed any of it.
  for (const Evidence& evidence : found->evidence) {
    const Envelope* envelope = evidence.envelope();
    if (envelope != nullptr && verify_statement(*envelope, key, subject, evidence.claimed_type)) std::abort();
  }
}

void try_input(std::string_view input) {
  // P-256, made for this, used nowhere.
  static const PublicKey key = PublicKey::parse_pem(
                                   "-----BEGIN PUBLIC KEY-----\n"
                                   "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEs2ZbytLxd0v+IE970iWvkeOudlxu\n"
                                   "vTucCPsMBND0dKaq5urTycn9HQ6wtEVel/yeZfNNT6UREVefb3QIrf3m5A==\n"
                                   "-----END PUBLIC KEY-----\n")
                                   .value();
  const FuzzSource source(input);
  const auto manifest = parse_manifest(source.manifest_text());
  const Digest subject = manifest && manifest->subject ? manifest->subject->digest : Digest::of("");
  try_source(source, subject, key);
}

}  // namespace
}  // namespace hauberk

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  hauberk::try_input({reinterpret_cast<const char*>(data), size});
  return 0;
}
