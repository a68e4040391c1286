// One repository of a registry: its manifests and blobs, read and written.
//
// Spec: OCI distribution-spec 1.1. What comes is checked here: a manifest against its digest and its stated
// type, a blob's length against its descriptor (its digest is the sink's to check: NewBlob::commit). Answers
// have limits, refusals are told in the registry's own words. https, but http where the user said so, and
// for this machine itself where nobody speaks TLS. Thread rule: every method from any thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/http.h"
#include "oci/manifest.h"
#include "publish/registry_address.h"
#include "publish/registry_auth.h"

namespace hauberk {

struct RegistryOptions {
  HttpOptions http = {};
  CredentialLookup credentials = {};  // none: nobody
  bool plain_http = false;            // speak http, whatever the host
  bool may_write = false;             // ask for the right to push
};

// A manifest or index, with its exact bytes.
struct Document {
  Descriptor descriptor;  // media type, digest and size
  std::string text;

  friend bool operator==(const Document&, const Document&) = default;
};

// The egress rules for a registry that the user named: written as an address or as localhost, it may be
// private; a name's address is held to `rules`.
EgressRules egress_for(EgressRules rules, const RegistryAddress& address);

class RegistryClient {
 public:
  // Finds out how the registry is spoken to, with a request or two. network: nobody there, or no registry.
  static Result<std::unique_ptr<RegistryClient>> open(RegistryAddress address, RegistryOptions options);

  const RegistryAddress& address() const { return address_; }

  // Proves that the credentials open the registry; without them, that it is open to all.
  Status check_login();

  // What a tag or a digest names; none: nothing. verification_failed: not the bytes of the digest that was
  // asked for, or of the one that the registry states; or of another type than it states.
  Result<std::optional<Document>> find_manifest(std::string_view name);
  Result<Document> manifest(std::string_view name);  // not_found instead of none

  // The digest that the tag names, or none; without the document where the registry states it.
  Result<std::optional<Digest>> digest_of(std::string_view name);

  // Writes it under the name, a tag or its digest. True: the registry lists it with its subject's referrers.
  Result<bool> put_manifest(std::string_view name, const Document& document);

  Result<bool> has_blob(const Descriptor& blob);

  // The blob into the sink, resumed where it breaks off. verification_failed: another length than the
  // descriptor's. not_found. The digest is for the caller to check.
  Status download(const Descriptor& blob, ByteSink& sink);

  // What the referrers API lists of the subject, all pages; none: the registry has no such API, as it says by
  // the status 400, 404, 405 or 406, or by an answer of another type than an image index.
  // limit_exceeded: more than most_referrers (oci/referrers.h). A listing's word only.
  Result<std::optional<std::vector<Descriptor>>> list_referrers(const Digest& subject);

  // Sends a call to a URL of the registry, logged in as need be; to another host without credentials.
  // `reads_also`: another repository there that the call reads from.
  Result<HttpAnswer> send(HttpCall call, std::uint64_t limit_bytes = 4 << 20,
                          const std::string& reads_also = {});

  // The repository's URL with this behind it: "blobs/uploads/".
  std::string url(std::string_view rest) const;

  // The Location of an answer, as a whole URL. network: there is none, or it leads from https to http.
  Result<std::string> location_of(const HttpAnswer& answer) const;

  // "cannot <what>: " and what the registry says of it.
  std::unexpected<Error> refused(const HttpAnswer& answer, std::string_view what) const;

 private:
  RegistryClient(RegistryAddress address, RegistryOptions options, HttpUrl origin);
  Status greet();
  bool is_own(const std::string& url) const;
  template <class Send>
  Result<HttpAnswer> logged_in(HttpCall& call, const std::vector<std::string>& scopes, Send send);
  Result<Document> document_of(const HttpAnswer& answer, std::string_view name) const;

  RegistryAddress address_;
  RegistryOptions options_;
  HttpUrl origin_;
  HttpClient http_;
  RegistryAuth auth_;
  std::vector<std::string> scopes_;
};

}  // namespace hauberk
