// A registry for tests: in this process, on loopback, as honest as a test wants it.
//
// It keeps blobs, manifests, tags and uploads in memory, and answers as OCI distribution-spec 1.1 says: with
// mounts, uploads in pieces that resume, ranges, and with or without the referrers API and logins. What it
// shall lie about, a test scripts with server().on(). Thread rule: every method from any thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "io/test_http_server.h"
#include "oci/manifest.h"
#include "oci/media_type.h"
#include "publish/registry_client.h"

namespace hauberk {

class TestRegistry {
 public:
  enum class Login { none, basic, bearer };
  // What "sha256-<hex>" names: a tag as any other, or the manifest of that digest, as GitLab's registry reads
  // it; which then takes a manifest that is put there and does not show it, or refuses it.
  enum class DashedTag { is_tag, is_digest, is_digest_and_refuses };
  struct Options {
    bool referrers = true;
    TestAnswer no_referrers = {.status = 404};  // what it says instead
    DashedTag dashed_tag = DashedTag::is_tag;
    bool range_in_answers = true;  // of PATCH
    Login login = Login::none;
    std::size_t page = 100;  // entries of one page of referrers
    std::string realm = {};  // of Bearer; "": the registry's own host
    std::optional<TestAnswer> mount = {};  // to every request for one
    std::string refused_scope = {};  // the token server gives no token for it
    std::size_t largest_body = SIZE_MAX;  // of an upload; above: 413
  };

  TestRegistry() : TestRegistry(Options()) {}
  explicit TestRegistry(Options options) : options_(std::move(options)) {
    server_.otherwise([this](const TestRequest& request) { return answer(request); });
  }

  TestHttpServer& server() { return server_; }
  std::string host() const { return "127.0.0.1:" + std::to_string(server_.port()); }
  RegistryAddress address(const std::string& repository = "team/app") const { return {host(), repository}; }

  // A client that does not wait long.
  std::unique_ptr<RegistryClient> client(const std::string& repository = "team/app") const {
    return RegistryClient::open(address(repository), options()).value();
  }
  static RegistryOptions options() {
    RegistryOptions options{.plain_http = true, .may_write = true};
    options.http.retry_delay = std::chrono::milliseconds(1);
    options.http.stall_timeout = std::chrono::milliseconds(2000);
    options.credentials = [](const std::string&) -> Result<RegistryCredentials> {
      return RegistryCredentials{.user = "user", .password = "secret"};
    };
    return options;
  }

  std::map<std::string, std::string> blobs(const std::string& repository = "team/app") const {
    const std::lock_guard lock(mutex_);
    const auto found = repositories_.find(repository);
    return found == repositories_.end() ? std::map<std::string, std::string>() : found->second.blobs;
  }
  // By digest and by tag.
  std::optional<std::string> manifest(const std::string& name,
                                      const std::string& repository = "team/app") const {
    const std::lock_guard lock(mutex_);
    const auto found = repositories_.find(repository);
    if (found == repositories_.end()) return std::nullopt;
    const auto manifest = found->second.manifests.find(name);
    return manifest == found->second.manifests.end() ? std::nullopt : std::optional(manifest->second);
  }
  void put_blob_in(const std::string& repository, const std::string& bytes) {
    const std::lock_guard lock(mutex_);
    repositories_[repository].blobs[Digest::of(bytes).text()] = bytes;
  }
  void put_manifest_in(const std::string& repository, const std::string& name, const std::string& text) {
    const std::lock_guard lock(mutex_);
    store(repositories_[repository], name, text);
  }

  // Methods and paths of all requests, without the queries.
  std::vector<std::string> log() const {
    std::vector<std::string> lines;
    for (const TestRequest& request : server_.requests()) {
      lines.push_back(request.method + " " + request.path.substr(0, request.path.find('?')));
    }
    return lines;
  }
  std::size_t count(const std::string& method) const {
    const auto lines = log();
    return static_cast<std::size_t>(std::ranges::count_if(lines, [&](const std::string& line) {
      return line.starts_with(method + " ");
    }));
  }

 private:
  struct Repository {
    std::map<std::string, std::string> blobs, manifests;
  };

  static void store(Repository& repository, const std::string& name, const std::string& text) {
    repository.manifests[Digest::of(text).text()] = text;
    repository.manifests[name] = text;
  }

  std::optional<TestAnswer> answer(const TestRequest& request) {
    const std::lock_guard lock(mutex_);
    const std::string path = request.path.substr(0, request.path.find('?'));
    if (path == "/token") return token(request);
    if (!is_logged_in(request)) return challenge();
    if (path == "/v2/") return TestAnswer{};
    for (const std::string kind : {"/blobs/uploads/", "/blobs/", "/manifests/", "/referrers/"}) {
      const auto at = path.find(kind);
      if (at == path.npos) continue;
      const std::string repository = path.substr(4, at - 4), name = path.substr(at + kind.size());
      if (kind == "/blobs/uploads/") return upload(request, repository, name);
      if (kind == "/blobs/") return blob(repositories_[repository], name);
      if (kind == "/manifests/") return manifest_of(request, repositories_[repository], name);
      return options_.referrers ? referrers(request, repositories_[repository], name) : options_.no_referrers;
    }
    return std::nullopt;
  }

  // --- logging in ----------------------------------------------------------------------------------------

  bool is_logged_in(const TestRequest& request) const {
    const auto found = request.headers.find("authorization");
    const std::string sent = found == request.headers.end() ? "" : found->second;
    if (options_.login == Login::basic) return sent == "Basic dXNlcjpzZWNyZXQ=";
    if (options_.login == Login::none) return true;
    for (int token = tokens_expired_ + 1; token <= tokens_given_; ++token) {
      if (sent == fmt::format("Bearer t{}", token)) return true;
    }
    return false;
  }

  TestAnswer challenge() const {
    const std::string realm =
        options_.realm.empty() ? fmt::format("http://{}/token", host()) : options_.realm;
    const std::string bearer = fmt::format("Bearer realm=\"{}\",service=\"registry\"", realm);
    return {.status = 401,
            .body = R"({"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]})",
            .headers = {
                {"WWW-Authenticate", options_.login == Login::basic ? "Basic realm=\"registry\"" : bearer}}};
  }

  TestAnswer token(const TestRequest& request) {
    const auto found = request.headers.find("authorization");
    const bool right = found != request.headers.end() && found->second == "Basic dXNlcjpzZWNyZXQ=";
    if (!right) return {.status = 401};
    if (!options_.refused_scope.empty() && request.path.contains(options_.refused_scope)) {
      return {.status = 403};
    }
    return {.body = fmt::format(R"({{"token":"t{}","expires_in":300}})", ++tokens_given_)};
  }

 public:
  // Tokens given before are no longer taken.
  void expire_tokens() {
    const std::lock_guard lock(mutex_);
    tokens_expired_ = tokens_given_;
  }
  int tokens_given() const {
    const std::lock_guard lock(mutex_);
    return tokens_given_;
  }

 private:
  // --- content -------------------------------------------------------------------------------------------

  static TestAnswer blob(const Repository& repository, const std::string& name) {
    const auto found = repository.blobs.find(name);
    if (found == repository.blobs.end()) return {.status = 404};
    return {.body = found->second, .headers = {{"Docker-Content-Digest", name}}};
  }

  TestAnswer manifest_of(const TestRequest& request, Repository& repository, std::string name) {
    const bool is_dashed = name.starts_with("sha256-") && !name.contains('.');
    if (options_.dashed_tag != DashedTag::is_tag && is_dashed && request.method != "PUT") name[6] = ':';
    if (request.method == "PUT") {
      if (options_.dashed_tag == DashedTag::is_digest_and_refuses && is_dashed) return digest_invalid();
      store(repository, name, request.body);
      TestAnswer answer{.status = 201};
      answer.headers.emplace_back("Docker-Content-Digest", Digest::of(request.body).text());
      const auto parsed = parse_manifest(request.body);
      if (options_.referrers && parsed && parsed->subject) {
        answer.headers.emplace_back("OCI-Subject", parsed->subject->digest.text());
      }
      return answer;
    }
    const auto found = repository.manifests.find(name);
    if (found == repository.manifests.end()) return {.status = 404};
    const auto parsed = parse_manifest_or_index(found->second);
    const std::string type =
        parsed ? std::visit([](const auto& value) { return value.media_type; }, *parsed) : std::string();
    return {.body = found->second,
            .headers = {{"Content-Type", type}, {"Docker-Content-Digest", Digest::of(found->second).text()}}};
  }

  TestAnswer referrers(const TestRequest& request, const Repository& repository, const std::string& subject) {
    Index index;
    index.media_type = media_type::index;
    for (const auto& [name, text] : repository.manifests) {
      const auto parsed = parse_manifest(text);
      if (!name.contains(':') || !parsed || !parsed->subject) continue;
      if (parsed->subject->digest.text() != subject) continue;
      Descriptor entry = describe(parsed->media_type, text);
      entry.artifact_type = parsed->artifact_type;
      index.manifests.push_back(std::move(entry));
    }
    const auto at = request.path.find("?from=");
    const std::size_t from = at == std::string::npos ? 0 : std::stoul(request.path.substr(at + 6));
    const std::size_t end = std::min(from + options_.page, index.manifests.size());
    TestAnswer answer{.headers = {{"Content-Type", std::string(media_type::index)}}};
    if (end < index.manifests.size()) {
      const std::string path = request.path.substr(0, request.path.find('?'));
      answer.headers.emplace_back("Link", fmt::format("<{}?from={}>; rel=\"next\"", path, end));
    }
    index.manifests = {index.manifests.begin() + static_cast<std::ptrdiff_t>(from),
                       index.manifests.begin() + static_cast<std::ptrdiff_t>(end)};
    answer.body = text_of(index);
    return answer;
  }

  // --- uploads -------------------------------------------------------------------------------------------

  static std::string parameter(const TestRequest& request, const std::string& name) {
    const auto query = request.path.find('?');
    const auto at = request.path.find(name + "=", query == std::string::npos ? request.path.size() : query);
    if (at == std::string::npos) return {};
    std::string value = request.path.substr(at + name.size() + 1);
    value = value.substr(0, value.find('&'));
    for (auto escape = value.find('%'); escape != value.npos; escape = value.find('%', escape + 1)) {
      value.replace(escape, 3, 1, static_cast<char>(std::stoi(value.substr(escape + 1, 2), nullptr, 16)));
    }
    return value;
  }

  TestAnswer upload(const TestRequest& request, const std::string& repository, const std::string& id) {
    if (request.method == "POST") return begin_upload(request, repository);
    if (request.body.size() > options_.largest_body) return {.status = 413};
    const auto found = uploads_.find(id);
    if (found == uploads_.end()) return {.status = 404};
    std::string& bytes = found->second;
    if (request.method == "PATCH" && !starts_at(request, bytes.size())) return {.status = 416};
    bytes += request.body;
    TestAnswer answer{.status = request.method == "GET" ? 204 : 202};
    answer.headers.emplace_back("Location", fmt::format("/v2/{}/blobs/uploads/{}", repository, id));
    if (request.method == "GET" || options_.range_in_answers) {
      answer.headers.emplace_back("Range", fmt::format("0-{}", bytes.empty() ? 0 : bytes.size() - 1));
    }
    if (request.method != "PUT") return answer;
    const std::string digest = parameter(request, "digest");
    if (request.is_cut) return answer;
    const std::string all = std::exchange(bytes, {});
    uploads_.erase(id);
    if (Digest::of(all).text() != digest) {
      return digest_invalid();
    }
    repositories_[repository].blobs[digest] = all;
    return {.status = 201, .headers = {{"Docker-Content-Digest", digest}}};
  }

  static TestAnswer digest_invalid() {
    return {.status = 400, .body = R"({"errors":[{"code":"DIGEST_INVALID","message":"wrong digest"}]})"};
  }

  static bool starts_at(const TestRequest& request, std::size_t place) {
    const auto range = request.headers.find("content-range");
    return range == request.headers.end() || range->second.starts_with(std::to_string(place) + "-");
  }

  TestAnswer begin_upload(const TestRequest& request, const std::string& repository) {
    const std::string mount = parameter(request, "mount"), from = parameter(request, "from");
    if (options_.mount && !mount.empty()) return *options_.mount;
    const auto other = repositories_.find(from);
    if (other != repositories_.end() && other->second.blobs.contains(mount)) {
      repositories_[repository].blobs[mount] = other->second.blobs.at(mount);
      return {.status = 201, .headers = {{"Docker-Content-Digest", mount}}};
    }
    const std::string id = std::to_string(++uploads_begun_);
    uploads_[id] = {};
    return {.status = 202, .headers = {{"Location", fmt::format("/v2/{}/blobs/uploads/{}", repository, id)}}};
  }

  Options options_;
  mutable std::mutex mutex_;
  std::map<std::string, Repository> repositories_;
  std::map<std::string, std::string> uploads_;
  int uploads_begun_ = 0;
  int tokens_given_ = 0, tokens_expired_ = 0;
  TestHttpServer server_;  // the last: it is gone before what its answers need
};

}  // namespace hauberk
