// SPDX-License-Identifier: Apache-2.0
#include "store/store.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <filesystem>

namespace hauberk {
namespace {

constexpr int current_version = 1;
constexpr std::string_view version_file = "VERSION";
constexpr std::string_view config_file = "config.yaml";
constexpr const char* service_path = "/var/lib/hauberk";
constexpr std::uint64_t config_limit_bytes = 1 << 20;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

// Absolute, because other programs are started with paths below it, in other folders.
std::string absolute(const std::string& path) {
  std::error_code error;
  const auto result = std::filesystem::absolute(path, error).lexically_normal();
  return error ? path : result.string();
}

Result<int> parse_version(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  int version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error != std::errc() || end != text.data() + text.size() || version < 1) {
    return fail(ErrorKind::invalid_input, "its VERSION file is damaged; it should read \"{}\"",
                current_version);
  }
  return version;
}

// The store's version, or 0 where the folder is none.
Result<int> version_of(const Dir& dir) {
  auto text = dir.read_file(version_file, 64);
  if (!text && text.error().kind == ErrorKind::not_found) return 0;
  if (!text) return std::unexpected(std::move(text).error());
  auto version = parse_version(*text);
  if (!version) return wrap(std::move(version).error(), fmt::format("cannot open the store {}", dir.path()));
  return version;
}

// Refuses to move into a folder that is in use for something else; what an interrupted init left is fine.
Status check_ours(const Dir& dir) {
  constexpr std::array<std::string_view, 6> ours = {"config.yaml", "tmp",   "vault",
                                                    "blobs",       "cache", "VERSION"};
  TRY(const auto names, dir.list());
  for (const std::string& name : names) {
    if (std::ranges::find(ours, name) != ours.end()) continue;
    return fail(ErrorKind::conflict,
                "cannot make a store in {}: the folder has other files ({}); name an empty or a new one",
                dir.path(), name);
  }
  return {};
}

Status make_private(const Dir& dir) {
  if (::fchmod(dir.fd(), 0700) == 0) return {};
  return fail(ErrorKind::io, "cannot make {} private (mode 0700): {}", dir.path(), os_reason(errno));
}

}  // namespace

std::string vault_path(const Digest& digest) {
  return fmt::format("{}/{}", digest.algorithm_name(), digest.hex());
}

std::string Store::default_path() {
  if (const std::string home = environment("HAUBERK_HOME"); !home.empty()) return absolute(home);
  const std::string marker = fmt::format("{}/{}", service_path, version_file);
  if (::geteuid() == 0 || ::access(marker.c_str(), R_OK) == 0) return service_path;
  // The base directory specification says to ignore a relative one.
  if (const std::string data = environment("XDG_DATA_HOME"); data.starts_with('/')) return data + "/hauberk";
  std::string home = environment("HOME");
  if (home.empty()) {
    const passwd* user = ::getpwuid(::geteuid());
    home = user != nullptr ? user->pw_dir : "/nonexistent";
  }
  return absolute(home + "/.local/share/hauberk");
}

Store::Store(Dir dir, Dir vault, Dir cache, Config config)
    : dir_(std::move(dir)),
      vault_(std::move(vault)),
      cache_(std::move(cache)),
      config_(std::move(config)),
      blobs_(dir_) {}

Result<std::unique_ptr<Store>> Store::open(const std::string& given_path, Os& os) {
  const std::string path = absolute(given_path);
  auto dir = Dir::open(path, false, os);
  if (!dir && dir.error().kind != ErrorKind::not_found) return std::unexpected(std::move(dir).error());
  int version = 0;
  if (dir) {
    TRY(version, version_of(*dir));
  }
  if (version == 0) {
    return fail(ErrorKind::not_found, "there is no store at {}; make one with `hauberk init`", path);
  }
  if (version > current_version) {
    return fail(ErrorKind::unsupported,
                "cannot open the store {}: it has version {}, made by a newer Hauberk; this one ({}) knows "
                "version {}: use the newer program",
                path, version, HAUBERK_VERSION, current_version);
  }
  auto text = dir->read_file(config_file, config_limit_bytes);
  if (!text && text.error().kind == ErrorKind::not_found) {
    return fail(ErrorKind::not_found,
                "cannot open the store {}: config.yaml is missing; `hauberk init` writes "
                "a new one",
                path);
  }
  if (!text) return std::unexpected(std::move(text).error());
  TRY(Config config, parse_config_yaml(*text, fmt::format("{}/{}", path, config_file)));
  TRY(Dir vault, dir->subdir("vault", true));
  TRY(Dir cache, dir->subdir("cache", true));
  return std::unique_ptr<Store>(new Store(*std::move(dir), std::move(vault), std::move(cache),
                                          std::move(config)));
}

Result<std::unique_ptr<Store>> Store::init(const std::string& given_path, const InitAnswers& answers,
                                           Os& os) {
  const std::string path = absolute(given_path);
  TRY(const Dir dir, Dir::open(path, true, os));
  TRY(const int version, version_of(dir));
  if (version == 0) {
    TRY_STATUS(check_ours(dir));
    TRY_STATUS(make_private(dir));
  }
  TRY(const bool configured, dir.exists(config_file));
  if (!configured) {
    const std::string text = initial_config_yaml(answers);
    // A mirror that cannot be written down so that it reads back is refused before anything is made.
    TRY_STATUS(parse_config_yaml(text, "the new config.yaml"));
    TRY_STATUS(dir.write_file(config_file, text));
  }
  // Last: a folder without it is no store, so an interrupted init is simply run again.
  if (version == 0) TRY_STATUS(dir.write_file(version_file, fmt::format("{}\n", current_version)));
  return open(path, os);
}

Status Store::remove_abandoned() const {
  for (const Dir* dir : {&dir_, &vault_, &cache_}) {
    TRY_STATUS(dir->remove_abandoned());
  }
  return {};
}

}  // namespace hauberk
