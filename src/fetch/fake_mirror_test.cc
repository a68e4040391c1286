// SPDX-License-Identifier: Apache-2.0
#include "fetch/fake_mirror_test.h"

#include <gtest/gtest.h>
#include <lzma.h>

#include "io/compression.h"

namespace hauberk {
namespace {

// As Release writes it.
std::string rfc2822(Time time) {
  const std::time_t seconds = static_cast<std::time_t>(to_unix(time));
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[64];
  const std::size_t size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S UTC", &parts);
  return {text, size};
}

std::string packed_as(Compression compression, std::string_view text) {
  MemorySink sink;
  const auto compressor = compress(compression, 1, sink);
  EXPECT_TRUE(write_text(*compressor, text) && compressor->finish());
  return sink.take();
}

std::string packed_xz(std::string_view text) {
  std::string bytes(lzma_stream_buffer_bound(text.size()), '\0');
  std::size_t size = 0;
  const auto result =
      lzma_easy_buffer_encode(0, LZMA_CHECK_CRC64, nullptr,
                              reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
                              reinterpret_cast<std::uint8_t*>(bytes.data()), &size, bytes.size());
  EXPECT_EQ(result, LZMA_OK);
  bytes.resize(size);
  return bytes;
}

std::string packed(const std::string& suffix, const std::string& text) {
  if (suffix == ".xz") return packed_xz(text);
  if (suffix == ".gz") return packed_as(Compression::gzip, text);
  if (suffix == ".zst") return packed_as(Compression::zstd, text);
  return text;
}

}  // namespace

Time test_now() { return parse_rfc3339("2026-11-24T12:00:00Z").value(); }

FakeRelease healthy_release() {
  FakeRelease release;
  release.date = test_now() - std::chrono::hours(24);
  release.valid_until = test_now() + std::chrono::days(6);
  release.add_index("main/binary-amd64/", package_stanza("bash") + "\n" + package_stanza("libc6"));
  release.add_index("main/binary-arm64/", package_stanza("bash", "1.0-1", "arm64"));
  return release;
}

void FakeRelease::add_index(const std::string& folder, const std::string& text, const std::string& suffix,
                            const std::string& name) {
  files[folder + name] = text;
  files[folder + name + suffix] = packed(suffix, text);
}

std::string FakeRelease::text() const {
  std::string text;
  const auto field = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) text += fmt::format("{}: {}\n", name, value);
  };
  field("Origin", origin);
  field("Suite", suite);
  field("Codename", codename);
  field("Date", rfc2822(date));
  if (valid_until) field("Valid-Until", rfc2822(*valid_until));
  if (by_hash) field("Acquire-By-Hash", "yes");
  field("Architectures", architectures);
  field("Components", components);
  text += more + "SHA256:\n";
  for (const auto& [path, body] : files)
    text += fmt::format(" {} {} {}\n", Digest::of(body).hex(), body.size(), path);
  return text;
}

std::string package_stanza(std::string_view name, std::string_view version, std::string_view architecture) {
  return fmt::format(
      "Package: {0}\nVersion: {1}\nArchitecture: {2}\nFilename: pool/{0}_{1}_{2}.deb\nSize: 4\nSHA256: {3}\n",
      name, version, architecture, Digest::of("deb\n").hex());
}

Definition definition_with(std::vector<std::string> repositories, std::vector<std::string> keyring) {
  Definition definition;
  definition.name = "Example";
  definition.syntax.distribution = "debian13";
  definition.platforms = {Platform::amd64()};
  definition.repositories = std::move(repositories);
  definition.keyring = std::move(keyring);
  return definition;
}

FakeMirror::FakeMirror() : store_path_(folder_.path() + "/store") {
  const std::string mirror = url();
  EXPECT_TRUE(Store::init(store_path_, {.mirror = mirror, .security_mirror = mirror}));
  configure("");
}

std::string FakeMirror::suite_url(std::string_view suite) const {
  return fmt::format("{}/dists/{}", url(), suite);
}

void FakeMirror::configure(const std::string& upstreams_yaml) {
  const std::string text = fmt::format(
      "version: 1\nparallel_downloads: 4\nupstreams:\n  repositories:\n    trixie:\n      - \"deb {} trixie "
      "main\"\n"
      "  keyrings:\n    default: {}\n{}",
      url(), SigningKey::trusted().keyring_path(), upstreams_yaml);
  const auto dir = Dir::open(store_path_);
  ASSERT_TRUE(dir && dir->write_file("config.yaml", text));
  auto store = Store::open(store_path_);
  ASSERT_TRUE(store) << store.error().message;
  store_ = *std::move(store);
}

void FakeMirror::publish(const FakeRelease& release, const std::string& folder, const SigningKey& key) {
  for (const auto& [path, body] : release.files) {
    put(fmt::format("/debian/dists/{}/{}", folder, path), body);
    const std::string place = path.substr(0, path.rfind('/'));
    if (release.by_hash)
      put(fmt::format("/debian/dists/{}/{}/by-hash/SHA256/{}", folder, place, Digest::of(body).hex()), body);
  }
  publish_inrelease(key.clear_signed(release.text()), folder);
}

void FakeMirror::publish_inrelease(const std::string& bytes, const std::string& folder) {
  put(fmt::format("/debian/dists/{}/InRelease", folder), bytes);
}

void FakeMirror::put(const std::string& path, const std::string& body) {
  server_.on(path, TestAnswer{.body = body});
}

HttpOptions FetchTest::client_options() {
  HttpOptions options;
  options.egress.allow_private_addresses = true;
  options.attempts = 2;
  options.retry_delay = std::chrono::milliseconds(1);
  return options;
}

Result<std::vector<SuiteIndex>> FetchTest::indexes(const Definition& definition, FetchOptions options,
                                                   Time now) {
  const FixedClock clock(now);
  Fetcher fetcher(mirror->store(), client, clock, progress, options);
  return fetcher.indexes(definition, Platform::amd64());
}

}  // namespace hauberk
