// SPDX-License-Identifier: Apache-2.0
#include "publish/registry_client.h"

#include <algorithm>
#include <array>
#include <set>

#include "io/egress.h"
#include "oci/media_type.h"
#include "oci/referrers.h"
#include "publish/link_header.h"
#include "publish/referrers_answer.h"
#include "publish/registry_error.h"
#include "publish/text_body.h"

namespace hauberk {
namespace {

constexpr std::uint64_t greeting_limit_bytes = 64 << 10;
constexpr std::size_t pages_limit = 1'000;

constexpr std::array known_types = {media_type::index, media_type::manifest, media_type::docker_manifest_list,
                                    media_type::docker_manifest};

std::string accepted_types() { return fmt::format("{}", fmt::join(known_types, ", ")); }

CredentialLookup or_nobody(CredentialLookup lookup) {
  if (lookup) return lookup;
  return [](const std::string&) -> Result<RegistryCredentials> { return RegistryCredentials{}; };
}

std::string scope_of(const std::string& repository, bool may_write) {
  return fmt::format("repository:{}:pull{}", repository, may_write ? ",push" : "");
}

// Passes bytes on and counts those that arrived: where a further request would go on from.
class CountingSink final : public ByteSink {
 public:
  explicit CountingSink(ByteSink& next) : next_(next) {}
  Status write(std::span<const std::byte> bytes) override {
    TRY_STATUS(next_.write(bytes));
    size_ += bytes.size();
    return {};
  }
  std::uint64_t size_bytes() const { return size_; }

 private:
  ByteSink& next_;
  std::uint64_t size_ = 0;
};

bool is_digest(std::string_view name) { return name.contains(':'); }

std::string content_type_of(const HttpAnswer& answer) {
  const std::string stated = answer.header("content-type");
  return stated.substr(0, stated.find_first_of("; "));
}

// A registry from before this API answers its URL as it does any that it does not know: as something wrong,
// or with a page for people, to which it may lead by a redirect.
bool has_no_referrers_api(const HttpAnswer& answer) {
  constexpr std::array unknown = {400, 404, 405, 406};
  if (std::ranges::find(unknown, answer.status) != unknown.end()) return true;
  return answer.status == 200 && content_type_of(answer) != media_type::index;
}

}  // namespace

EgressRules egress_for(EgressRules rules, const RegistryAddress& address) {
  const std::string host = host_without_port(address.host);
  if (names_private_address(host)) rules.allow_private_hosts.push_back(host);
  return rules;
}

RegistryClient::RegistryClient(RegistryAddress address, RegistryOptions options, HttpUrl origin)
    : address_(std::move(address)),
      options_(std::move(options)),
      origin_(std::move(origin)),
      http_(options_.http),
      auth_(http_, address_.host, origin_, or_nobody(options_.credentials)),
      scopes_({scope_of(address_.repository, options_.may_write)}) {}

Result<std::unique_ptr<RegistryClient>> RegistryClient::open(RegistryAddress address,
                                                             RegistryOptions options) {
  options.http.egress = egress_for(std::move(options.http.egress), address);
  std::vector<const char*> schemes = {"https"};
  if (options.plain_http) schemes = {"http"};
  if (!options.plain_http && is_loopback(address.host)) schemes = {"http", "https"};
  Status status;
  for (const char* scheme : schemes) {
    TRY(HttpUrl origin, HttpUrl::parse(address.origin(scheme) + "/"));
    std::unique_ptr<RegistryClient> client(new RegistryClient(address, options, std::move(origin)));
    status = client->greet();
    if (status) return client;
    if (status.error().kind != ErrorKind::network) break;
  }
  return std::unexpected(status.error());
}

// Nobody's credentials are needed for this: the answer only says what will be.
Status RegistryClient::greet() {
  HttpCall call{.url = origin_.request_url() + "v2/"};
  // On this machine, the other way of speaking is tried next.
  if (origin_.scheme() == "http" && !options_.plain_http) call.attempts = 1;
  TRY(const HttpAnswer answer, http_.send(call, greeting_limit_bytes));
  if (answer.status == 401 && is_own(answer.url)) return auth_.learn(answer);
  if (answer.status == 200) return {};
  return fail(ErrorKind::network, "cannot reach the registry {}: what answers there ({}) is no registry",
              address_.host, answer.status);
}

bool RegistryClient::is_own(const std::string& url) const {
  const auto parsed = HttpUrl::parse(url);
  return parsed && origin_.shares_credentials_with(*parsed);
}

std::string RegistryClient::url(std::string_view rest) const {
  return fmt::format("{}v2/{}/{}", origin_.request_url(), address_.repository, rest);
}

std::unexpected<Error> RegistryClient::refused(const HttpAnswer& answer, std::string_view what) const {
  return registry_error(answer, what, address_.host);
}

Result<std::string> RegistryClient::location_of(const HttpAnswer& answer) const {
  const std::string location = answer.header("location");
  TRY(const HttpUrl base, HttpUrl::parse(answer.url));
  if (location.empty()) {
    return fail(ErrorKind::network, "cannot write to {}: the registry does not say where to",
                address_.name());
  }
  TRY(const HttpUrl url, base.resolve(location));
  if (base.scheme() == "https" && url.scheme() != "https") {
    return fail(ErrorKind::verification_failed,
                "cannot write to {}: the registry, reached by https, wants it sent by plain http to {}",
                address_.name(), public_url(location));
  }
  return url.request_url();
}

// Once more where a token ran out, or where only now the registry says that it wants one.
template <class Send>
Result<HttpAnswer> RegistryClient::logged_in(HttpCall& call, const std::vector<std::string>& scopes,
                                             Send send) {
  const bool own = is_own(call.url);
  for (bool again = true;; again = false) {
    call.authorization.clear();
    if (own) {
      TRY(call.authorization, auth_.authorization(scopes));
    }
    TRY(HttpAnswer answer, send(call));
    if (answer.status != 401 || !own || !again || !is_own(answer.url)) return answer;
    TRY_STATUS(auth_.learn(answer));
    if (!auth_.forget(call.authorization)) return answer;
  }
}

Result<HttpAnswer> RegistryClient::send(HttpCall call, std::uint64_t limit_bytes,
                                        const std::string& reads_also) {
  std::vector<std::string> scopes = scopes_;
  if (!reads_also.empty() && reads_also != address_.repository) scopes.push_back(scope_of(reads_also, false));
  return logged_in(call, scopes, [&](const HttpCall& ready) { return http_.send(ready, limit_bytes); });
}

Status RegistryClient::check_login() {
  scopes_.clear();
  TRY(const HttpAnswer answer, send({.url = origin_.request_url() + "v2/"}, greeting_limit_bytes));
  if (answer.status == 200) return {};
  return refused(answer, fmt::format("log in at {}", address_.host));
}

// --- manifests -----------------------------------------------------------------------------------------

Result<std::optional<Document>> RegistryClient::find_manifest(std::string_view name) {
  TRY(const HttpAnswer answer,
      send({.url = url(fmt::format("manifests/{}", name)), .headers = {{"Accept", accepted_types()}}},
           manifest_limit_bytes));
  if (answer.status == 404) return std::nullopt;
  if (answer.status != 200) return refused(answer, fmt::format("read {}", reference_text(address_, name)));
  TRY(Document document, document_of(answer, name));
  return document;
}

Result<Document> RegistryClient::manifest(std::string_view name) {
  TRY(auto found, find_manifest(name));
  if (found) return *std::move(found);
  return fail(ErrorKind::not_found, "cannot find {} at the registry; is the name right?",
              reference_text(address_, name));
}

Result<Document> RegistryClient::document_of(const HttpAnswer& answer, std::string_view name) const {
  const std::string what = reference_text(address_, name);
  const auto wrong = [&](std::string_view why) {
    return fail(ErrorKind::verification_failed, "cannot use {}: {}", what, why);
  };
  const std::string stated = is_digest(name) ? std::string(name) : answer.header("docker-content-digest");
  std::optional<Digest> expected;
  if (!stated.empty()) {
    auto digest = Digest::parse(stated);
    if (!digest) return wrap(std::move(digest).error(), fmt::format("cannot use {}", what));
    expected = *std::move(digest);
  }
  const Digest digest = Digest::of(answer.body, expected ? expected->algorithm() : Digest::Algorithm::sha256);
  if (expected && digest != *expected) {
    return wrong(fmt::format("what the registry sends is {}, not {}", digest.text(), stated));
  }
  auto document = parse_manifest_or_index(answer.body);
  if (!document) return wrap(std::move(document).error(), fmt::format("cannot use {}", what));
  const std::string type = std::visit([](const auto& value) { return value.media_type; }, *document);
  // The same bytes read as two kinds of document are two images: whoever names a kind has to name the same.
  const std::string kind = content_type_of(answer);
  if (kind != type && std::ranges::find(known_types, kind) != known_types.end()) {
    return wrong(fmt::format("the registry calls it {}, and it calls itself {}", kind, type));
  }
  return Document{{.media_type = type, .digest = digest, .size_bytes = answer.body.size()}, answer.body};
}

Result<std::optional<Digest>> RegistryClient::digest_of(std::string_view name) {
  TRY(const HttpAnswer answer, send({.method = HttpMethod::head,
                                     .url = url(fmt::format("manifests/{}", name)),
                                     .headers = {{"Accept", accepted_types()}}}));
  if (answer.status == 404) return std::nullopt;
  if (answer.status != 200)
    return refused(answer, fmt::format("look for {}", reference_text(address_, name)));
  const std::string stated = answer.header("docker-content-digest");
  if (!stated.empty()) {
    TRY(Digest digest, Digest::parse(stated));
    return digest;
  }
  TRY(const auto found, find_manifest(name));
  if (!found) return std::nullopt;
  return found->descriptor.digest;
}

Result<bool> RegistryClient::put_manifest(std::string_view name, const Document& document) {
  const TextBody body(document.text);
  const std::string what = fmt::format("push {}", reference_text(address_, name));
  TRY(const HttpAnswer answer, send({.method = HttpMethod::put,
                                     .url = url(fmt::format("manifests/{}", name)),
                                     .headers = {{"Content-Type", document.descriptor.media_type}},
                                     .body = &body}));
  if (answer.status != 201) return refused(answer, what);
  const std::string stated = answer.header("docker-content-digest");
  // By a tag, the registry may name it by another algorithm than we do.
  const auto digest = Digest::parse(stated);
  if (!stated.empty() && (!digest || Digest::of(document.text, digest->algorithm()) != *digest)) {
    return fail(ErrorKind::verification_failed, "cannot {}: the registry has stored {} instead of {}", what,
                stated, document.descriptor.digest.text());
  }
  return !answer.header("oci-subject").empty();
}

// --- blobs ---------------------------------------------------------------------------------------------

Result<bool> RegistryClient::has_blob(const Descriptor& blob) {
  const std::string path = fmt::format("blobs/{}", blob.digest.text());
  TRY(const HttpAnswer answer, send({.method = HttpMethod::head, .url = url(path)}));
  if (answer.status == 404) return false;
  if (answer.status == 200) return true;
  return refused(answer, fmt::format("look for {} in {}", blob.digest.text(), address_.name()));
}

Status RegistryClient::download(const Descriptor& blob, ByteSink& sink) {
  const std::string what = fmt::format("read the blob {} of {}", blob.digest.text(), address_.name());
  CountingSink counted(sink);
  HttpCall call{.url = url(fmt::format("blobs/{}", blob.digest.text()))};
  const auto answer = logged_in(call, scopes_, [&](const HttpCall& ready) {
    return http_.download(ready, counted, blob.size_bytes, counted.size_bytes());
  });
  if (!answer && answer.error().kind == ErrorKind::limit_exceeded) {
    return fail(ErrorKind::verification_failed, "cannot {}: the registry sends more than its {} bytes", what,
                blob.size_bytes);
  }
  if (!answer) return std::unexpected(answer.error());
  if (answer->status != 200 && answer->status != 206 && answer->status != 416) return refused(*answer, what);
  if (counted.size_bytes() == blob.size_bytes) return {};
  return fail(ErrorKind::verification_failed,
              "cannot {}: the registry sends {} bytes of it, and {} were said", what, counted.size_bytes(),
              blob.size_bytes);
}

// --- referrers -----------------------------------------------------------------------------------------

Result<std::optional<std::vector<Descriptor>>> RegistryClient::list_referrers(const Digest& subject) {
  const std::string what = fmt::format("list what refers to {} in {}", subject.text(), address_.name());
  std::vector<Descriptor> all;
  std::set<std::string> seen;
  std::string page = url(fmt::format("referrers/{}", subject.text()));
  while (true) {
    if (seen.size() == pages_limit || !seen.insert(page).second) {
      return fail(ErrorKind::limit_exceeded, "cannot {}: the listing has no end (after {} pages)", what,
                  seen.size());
    }
    TRY(const HttpAnswer answer,
        send({.url = page, .headers = {{"Accept", std::string(media_type::index)}}}));
    if (seen.size() == 1 && has_no_referrers_api(answer)) return std::nullopt;
    if (answer.status != 200) return refused(answer, what);
    auto entries = parse_referrers(answer.body);
    if (!entries) return wrap(std::move(entries).error(), "cannot " + what);
    all.insert(all.end(), entries->begin(), entries->end());
    if (all.size() > most_referrers) {
      return fail(ErrorKind::limit_exceeded, "cannot {}: there are more than {}", what, most_referrers);
    }
    TRY(const auto next, next_link(answer.header("link")));
    if (!next) return all;
    TRY(const HttpUrl here, HttpUrl::parse(answer.url));
    TRY(const HttpUrl there, here.resolve(*next));
    if (!is_own(there.request_url())) {
      return fail(ErrorKind::verification_failed, "cannot {}: the listing goes on at another host, {}", what,
                  public_url(there.request_url()));
    }
    page = there.request_url();
  }
}

}  // namespace hauberk
