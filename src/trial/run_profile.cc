// What an image asks of those who run it, read from its config and annotations. See run_profile.h; the
// printed forms are in print_profile.cc.
//
// SPDX-License-Identifier: Apache-2.0
#include "trial/run_profile.h"

#include <algorithm>
#include <charconv>

#include "tar/entry.h"
#include "trial/words.h"

namespace hauberk {
namespace {

// ASCII only, in any locale.
bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("._-+@/").find(c) != std::string_view::npos;
}

Result<std::string> plain_path(std::string_view path, std::string_view origin) {
  const auto normal = normal_path(path, true);
  if (!path.starts_with('/') || !normal || normal->empty() || !std::ranges::all_of(*normal, is_plain)) {
    return fail(
        ErrorKind::invalid_input,
        "cannot use the path '{}' of {}: it has to be absolute, below the root, and of letters, digits "
        "and . _ - + @",
        path, origin);
  }
  return "/" + *normal;
}

void sort_unique(std::vector<std::string>& values) {
  std::ranges::sort(values);
  const auto repeated = std::ranges::unique(values);
  values.erase(repeated.begin(), repeated.end());
}

Result<std::string> checked_port(std::string_view port) {
  const auto slash = port.find('/');
  const std::string_view digits = port.substr(0, slash);
  const std::string_view protocol = slash == std::string_view::npos ? "tcp" : port.substr(slash + 1);
  unsigned value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || value < 1 || value > 65'535 ||
      (protocol != "tcp" && protocol != "udp" && protocol != "sctp")) {
    return fail(ErrorKind::invalid_input, "cannot use the port '{}': it is written like 8080/tcp", port);
  }
  return fmt::format("{}/{}", value, protocol);
}

Result<std::string> checked_user(std::string_view user) {
  if (user.empty()) return std::string("0:0");
  const bool plain = user.find('/') == std::string_view::npos &&
                     std::ranges::all_of(user, [](char c) { return is_plain(c) || c == ':'; });
  if (!plain) {
    return fail(ErrorKind::invalid_input, "cannot use the user '{}': it is written like 65532:65532", user);
  }
  return std::string(user);
}

Result<std::string> checked_signal(std::string_view signal) {
  if (!std::ranges::all_of(signal, [](char c) { return is_plain(c) && c != '/'; })) {
    return fail(ErrorKind::invalid_input, "cannot use the stop signal '{}': it is written like SIGTERM",
                signal);
  }
  return std::string(signal);
}

}  // namespace

Result<std::vector<std::string>> writable_paths(const Annotations& annotations) {
  std::vector<std::string> paths;
  const auto found = annotations.find(std::string(writable_annotation));
  if (found == annotations.end()) return paths;
  TRY(const auto words, split_words(found->second));
  for (const auto& word : words) {
    TRY(std::string path, plain_path(word, fmt::format("the annotation {}", writable_annotation)));
    paths.push_back(std::move(path));
  }
  sort_unique(paths);
  return paths;
}

Result<RunProfile> run_profile(const std::string& image, const ImageConfig& config,
                               const Annotations& annotations) {
  RunProfile profile;
  profile.image = image;
  TRY(profile.user, checked_user(config.user));
  TRY(profile.stop_signal, checked_signal(config.stop_signal));
  for (const auto& declared : config.volumes) {
    TRY(std::string volume, plain_path(declared, "the image's volumes"));
    profile.volumes.push_back(std::move(volume));
  }
  sort_unique(profile.volumes);
  TRY(profile.writable, writable_paths(annotations));
  std::erase_if(profile.writable,
                [&](const auto& path) { return std::ranges::binary_search(profile.volumes, path); });
  for (const auto& declared : config.exposed_ports) {
    TRY(std::string port, checked_port(declared));
    profile.ports.push_back(std::move(port));
  }
  return profile;
}

Json json_of(const RunProfile& profile) {
  return Json{{"image", profile.image},
              {"user", profile.user},
              {"read_only", true},
              {"writable", profile.writable},
              {"volumes", profile.volumes},
              {"ports", profile.ports},
              {"capabilities", Json::array()},
              {"no_new_privileges", true},
              {"stop_signal", profile.stop_signal.empty() ? "SIGTERM" : profile.stop_signal}};
}

}  // namespace hauberk
