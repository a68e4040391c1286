// Facts for tests, made in memory: a small image that passes every check, and what spoils it.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "check/check.h"

namespace hauberk::test {

inline constexpr std::int64_t image_time = 1'780'000'000;  // 2026-05-28T20:26:40Z
inline constexpr std::int64_t now = 1'790'000'000;         // 2026-09-21T14:13:20Z

// Adds or replaces; files stay sorted.
inline File& put(Facts& facts, TarEntry entry) {
  const auto at =
      std::ranges::lower_bound(facts.files, entry.path, {}, [](const File& file) { return file.entry.path; });
  if (at != facts.files.end() && at->entry.path == entry.path) {
    at->entry = std::move(entry);
    return *at;
  }
  return *facts.files.insert(at, File{.entry = std::move(entry)});
}

inline File& folder(Facts& facts, std::string path, std::uint32_t mode = 0755, std::uint32_t id = 0) {
  return put(facts, {.type = TarEntry::Type::directory,
                     .path = std::move(path),
                     .mode = mode,
                     .uid = id,
                     .gid = id,
                     .mtime_seconds = image_time});
}

inline File& file(Facts& facts, std::string path, std::uint32_t mode = 0644, std::uint32_t id = 0) {
  File& added = put(facts, {.path = std::move(path),
                            .mode = mode,
                            .uid = id,
                            .gid = id,
                            .size_bytes = 10,
                            .mtime_seconds = image_time});
  added.sha256 = Digest::of(added.entry.path);
  return added;
}

inline File& symlink(Facts& facts, std::string path, std::string target) {
  return put(facts, {.type = TarEntry::Type::symlink,
                     .path = std::move(path),
                     .link_target = std::move(target),
                     .mode = 0777,
                     .mtime_seconds = image_time});
}

inline File& text_file(Facts& facts, const std::string& path, std::string text) {
  facts.texts[path] = std::move(text);
  return file(facts, path);
}

// A file that the package "app" lists, so that FS-10 is content.
inline File& owned_file(Facts& facts, const std::string& path, std::uint32_t mode = 0644) {
  File& added = file(facts, path, mode);
  added.md5 = "0123456789abcdef0123456789abcdef";
  added.owners = {0};
  facts.listed[0].push_back({path, added.md5});
  return added;
}

inline ElfFacts hardened(ElfFacts::Kind kind) {
  return {.kind = kind,
          .machine = 62,
          .is_position_independent = true,
          .has_stack_header = true,
          .has_relro = true,
          .binds_now = true,
          .uses_stack_protector = true,
          .uses_fortify = true,
          .could_fortify = true};
}

inline File& program(Facts& facts, const std::string& path) {
  File& added = owned_file(facts, path, 0755);
  added.elf = hardened(ElfFacts::Kind::program);
  added.elf->interpreter = "/lib64/ld-linux-x86-64.so.2";
  added.elf->needed = {"libc.so.6"};
  return added;
}

inline File& library(Facts& facts, const std::string& path) {
  File& added = owned_file(facts, path);
  added.elf = hardened(ElfFacts::Kind::library);
  added.elf->needed = {"libc.so.6"};
  return added;
}

inline void hide(Facts& facts, std::string path, std::uint32_t mode = 0644) {
  facts.hidden.push_back({.entry = {.path = std::move(path), .mode = mode, .size_bytes = 10},
                          .hidden_by = 1});
}

inline void certificate(Facts& facts, std::string path, std::string_view subject,
                        std::int64_t not_after = now + 1) {
  facts.certificates.push_back({.file = std::move(path),
                                .subject = std::string(subject),
                                .sha256 = Digest::of(subject),
                                .not_after = not_after});
}

inline void good_config(ImageConfig& config) {
  config.created = "2026-05-28T20:26:40Z";
  config.user = "65532:65532";
  config.environment = {"PATH=/usr/local/bin:/usr/bin"};
  config.entrypoint = {"/usr/bin/app"};
  config.exposed_ports = {"8080/tcp"};
  config.volumes = {"/data"};
  config.stop_signal = "SIGTERM";
  for (const std::string name : {"title", "description", "version", "licenses"}) {
    config.labels["org.opencontainers.image." + name] = "x";
  }
}

// One program with its library on Debian 13, as hardened as it can be.
inline Facts good_image() {
  Facts facts;
  facts.name = "example/app:1";
  facts.tags = {"example/app:1"};
  good_config(facts.config);
  facts.config_text = R"({"config":{"Healthcheck":{"Test":["CMD","/usr/bin/app","--health"]}}})";
  facts.layers.resize(2);
  facts.os = {"debian", "13", "trixie", "Debian GNU/Linux 13 (trixie)"};
  facts.has_package_record = true;
  facts.packages = {{.kind = Package::Kind::deb,
                     .name = "app",
                     .version = "1.0-1",
                     .architecture = "amd64",
                     .record = "var/lib/dpkg/status"}};
  for (const char* path : {"data", "etc", "home", "usr", "usr/bin", "usr/lib", "var"}) folder(facts, path);
  folder(facts, "home/app", 0755, 65532);
  folder(facts, "tmp", 01777);
  text_file(facts, "etc/passwd", "app:x:65532:65532::/home/app:/usr/sbin/nologin\n");
  text_file(facts, "etc/group", "app:x:65532:\n");
  text_file(facts, "etc/shadow", "app:*:20000::::::\n");
  symlink(facts, "lib64", "usr/lib64");
  symlink(facts, "lib", "usr/lib");
  library(facts, "usr/lib64/ld-linux-x86-64.so.2").elf->needed.clear();
  library(facts, "usr/lib/x86_64-linux-gnu/libc.so.6").elf->needed = {"ld-linux-x86-64.so.2"};
  library(facts, "usr/lib/x86_64-linux-gnu/libgood.so.1");
  program(facts, "usr/bin/app").elf->needed.push_back("libgood.so.1");
  facts.listed[0].push_back({"/lib", ""});
  facts.listed[0].push_back({"/lib64", ""});
  owned_file(facts, "usr/share/ca-certificates/mozilla/Root.crt");
  certificate(facts, "usr/share/ca-certificates/mozilla/Root.crt", "CN=Root");
  text_file(facts, "etc/ssl/certs/ca-certificates.crt", "");
  certificate(facts, "etc/ssl/certs/ca-certificates.crt", "CN=Root");
  hide(facts, "usr/bin/old");
  return facts;
}

}  // namespace hauberk::test
