// Config and manifest of an image, against golden files: HAUBERK_REWRITE_GOLDEN=1 writes them anew.
//
// SPDX-License-Identifier: Apache-2.0
#include "assemble/image.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

namespace hauberk {
namespace {

void expect_golden(const std::string& name, const std::string& text) {
  const auto path = std::filesystem::path(__FILE__).parent_path() / "../../tests/golden" / name;
  if (getenv("HAUBERK_REWRITE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  std::ifstream in(path);
  EXPECT_EQ(text, std::string(std::istreambuf_iterator<char>(in), {}))
      << "HAUBERK_REWRITE_GOLDEN=1 rewrites " << path;
}

Definition full_definition() {
  Definition definition;
  definition.name = "nginx 1.26";
  definition.accounts.run_as = "app";
  definition.accounts.users = {{"app", 1000, 1001, std::nullopt}};
  definition.environment = {{"Z", "1"}, {"A", "two words"}};
  definition.entrypoint = {"/usr/sbin/nginx"};
  definition.cmd = {"-g", "daemon off;"};
  definition.ports = {"8443/tcp", "8080/tcp"};
  definition.volumes = {"/var/b", "/var/a"};
  definition.work_dir = "/srv";
  definition.stop_signal = "SIGQUIT";
  definition.labels = {{"team", "web"}};
  definition.annotations = {{"org.example.note", "\"quoted\" \xc3\xa9"}};
  return definition;
}

std::vector<Layer> two_layers() {
  return {{Digest::of("1"),
           Digest::of("1 unpacked"),
           11,
           true,
           "glibc",
           {"libc-bin=2.41-1", "libc6=2.41-1"},
           {"key"}},
          {Digest::of("2"), Digest::of("2 unpacked"), 22, false, "definition", {}, {}}};
}

void expect_image(const std::string& name, const Definition& definition, const std::vector<Layer>& layers,
                  Compression compression, Platform platform) {
  const std::string created = "2026-01-31T12:00:00Z";
  const auto config = image_config(definition, platform, layers, created);
  ASSERT_TRUE(config) << config.error().message;
  expect_golden(name + "_config.json", pretty_json(parse_json(text_of(*config)).value()));
  const Manifest manifest =
      image_manifest(definition, describe("application/x", text_of(*config)), layers, compression, created);
  expect_golden(name + "_manifest.json", pretty_json(parse_json(text_of(manifest)).value()));
  EXPECT_EQ(parse_config(text_of(*config)).value(), *config);
  EXPECT_EQ(parse_manifest(text_of(manifest)).value(), manifest);
}

TEST(Image, Full) {
  expect_image("image_full", full_definition(), two_layers(), Compression::gzip, Platform::amd64());
}

TEST(Image, Empty) { expect_image("image_empty", {}, {}, Compression::zstd, Platform::arm64()); }

TEST(Image, TheDefinitionsOwnWins) {
  Definition definition = full_definition();
  definition.environment["PATH"] = "/app";
  definition.annotations["org.opencontainers.image.created"] = "long ago";
  const auto config = image_config(definition, Platform::amd64(), {}, "now");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->environment, (std::vector<std::string>{"A=two words", "PATH=/app", "Z=1"}));
  const Manifest manifest = image_manifest(definition, describe("x", ""), {}, Compression::gzip, "now");
  EXPECT_EQ(manifest.annotations.at("org.opencontainers.image.created"), "long ago");
}

}  // namespace
}  // namespace hauberk
