// A mirror of our own for tests: signed suites with real gpg keys, served on loopback.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "fetch/fetch.h"
#include "io/test_folder.h"
#include "io/test_http_server.h"

namespace hauberk {

// A key made by gpg, once in each test program.
class SigningKey {
 public:
  static const SigningKey& trusted();
  static const SigningKey& stranger();
  // Whether gpg is there to make keys; tests are skipped without.
  static bool available();

  std::string clear_signed(std::string_view text) const;
  // Signed by this key and another one.
  std::string clear_signed_with(const SigningKey& other, std::string_view text) const;
  std::string armoured() const;
  const std::string& fingerprint() const { return fingerprint_; }
  // The binary public key, as a file.
  const std::string& keyring_path() const { return keyring_path_; }

 private:
  explicit SigningKey(const std::string& name);
  std::string fingerprint_;
  std::string keyring_path_;
};

// The fields of a Release, as a healthy trixie has them at the tests' time.
struct FakeRelease {
  std::string origin = "Debian";
  std::string suite = "stable";
  std::string codename = "trixie";
  Time date;
  std::optional<Time> valid_until;
  std::string architectures = "all amd64 arm64";
  std::string components = "main";
  bool by_hash = true;
  std::string more = "No-Support-for-Architecture-all: Packages\n";
  std::map<std::string, std::string> files;  // below the suite, by path

  // Adds "<folder><name>" and its packed form; `suffix` is ".xz", ".gz", ".zst" or "".
  void add_index(const std::string& folder, const std::string& text, const std::string& suffix = ".xz",
                 const std::string& name = "Packages");
  std::string text() const;
};

// The time that tests take place at.
Time test_now();

// A fresh trixie of yesterday with bash and libc6.
FakeRelease healthy_release();

// A store whose default repositories lie on a fake mirror, and everything to fetch with.
class FakeMirror {
 public:
  FakeMirror();

  std::string url() const { return server_.url("/debian"); }
  std::string suite_url(std::string_view suite = "trixie") const;
  TestHttpServer& server() { return server_; }
  Store& store() { return *store_; }
  const std::string& store_path() const { return store_path_; }

  // Serves `release` as dists/<folder>, signed by `key`.
  void publish(const FakeRelease& release, const std::string& folder = "trixie",
               const SigningKey& key = SigningKey::trusted());
  // Serves dists/<folder>/InRelease with exactly these bytes.
  void publish_inrelease(const std::string& bytes, const std::string& folder = "trixie");
  // A file anywhere on the server.
  void put(const std::string& path, const std::string& body);

  // Opens the store anew with this text below "upstreams:".
  void configure(const std::string& upstreams_yaml);

 private:
  TestHttpServer server_;
  TestFolder folder_;
  std::string store_path_;
  std::unique_ptr<Store> store_;
};

// "deb URL suite component" and the like, of Debian 13.
Definition definition_with(std::vector<std::string> repositories, std::vector<std::string> keyring = {});

// Keeps the warnings.
class KeepingProgress final : public Progress {
 public:
  void begin(std::string_view, std::uint64_t, std::string_view) override {}
  void advance(std::uint64_t amount) override { advanced += amount; }
  void end() override {}
  void warn(std::string_view message) override {
    const std::lock_guard lock(mutex_);
    warnings.emplace_back(message);
  }

  std::vector<std::string> warnings;
  std::atomic<std::uint64_t> advanced = 0;

 private:
  std::mutex mutex_;
};

// What every test of this folder begins with.
class FetchTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!SigningKey::available()) GTEST_SKIP() << "skipped: gpg and gpgv are not installed";
    mirror = std::make_unique<FakeMirror>();
  }

  // A client that may reach loopback and does not wait long.
  static HttpOptions client_options();

  // indexes() for trixie from the fake mirror, each time by a new Fetcher.
  Result<std::vector<SuiteIndex>> indexes(const Definition& definition, FetchOptions options = {},
                                          Time now = test_now());
  Result<std::vector<SuiteIndex>> indexes(FetchOptions options = {}, Time now = test_now()) {
    return indexes(definition_with({}), options, now);
  }

  std::unique_ptr<FakeMirror> mirror;
  HttpClient client{client_options()};
  KeepingProgress progress;
};

// The stanza of one package, for Packages files.
std::string package_stanza(std::string_view name, std::string_view version = "1.0-1",
                           std::string_view architecture = "amd64");

}  // namespace hauberk
