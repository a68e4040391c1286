// Reads config.yaml: each key has one line in a table, and one function that checks its value.
//
// SPDX-License-Identifier: Apache-2.0
#include "store/config.h"

#include <algorithm>
#include <charconv>
#include <span>

#include "base/nearest.h"
#include "base/yaml.h"

namespace hauberk {
namespace {

constexpr int current_version = 1;

// Where a value stands, for messages.
struct Place {
  std::string_view file;
  const YamlNode& node;

  [[nodiscard]] std::unexpected<Error> wrong(std::string_view message,
                                             ErrorKind kind = ErrorKind::invalid_input) const {
    return fail_at(file, node.at, message, kind);
  }
};

template <class T>
struct Key {
  std::string_view name;
  Status (*read)(const Place& place, T& into);
};

// Reads a mapping whose keys are known. An empty value leaves the default.
template <class T>
Status read_mapping(const Place& place, std::string_view what, std::span<const Key<T>> keys, T& into) {
  if (place.node.kind == YamlNode::Kind::null) return {};
  if (place.node.kind != YamlNode::Kind::mapping) {
    return place.wrong(fmt::format("{} is a {}, and must be a mapping", what, place.node.type_name()));
  }
  for (const YamlNode::Member& member : place.node.members) {
    const auto key = std::ranges::find(keys, member.key, &Key<T>::name);
    if (key == keys.end()) {
      std::vector<std::string_view> names;
      for (const Key<T>& known : keys) names.push_back(known.name);
      const auto near = nearest(member.key, names);
      return fail_at(place.file, member.key_at,
                     fmt::format("there is no key \"{}\" in {}; {}", member.key, what,
                                 near ? fmt::format("did you mean \"{}\"?", *near)
                                      : fmt::format("there are: {}", fmt::join(names, ", "))));
    }
    if (member.value.kind == YamlNode::Kind::null) continue;
    TRY_STATUS(key->read({place.file, member.value}, into));
  }
  return {};
}

Result<std::string> string_at(const Place& place) {
  if (place.node.kind != YamlNode::Kind::scalar) {
    return place.wrong(fmt::format("expected a string, and found a {}", place.node.type_name()));
  }
  if (place.node.scalar.empty()) return place.wrong("expected a string, and found an empty one");
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (std::ranges::any_of(place.node.scalar, is_control)) {
    return place.wrong("control characters have no place here");
  }
  return place.node.scalar;
}

Result<bool> bool_at(const Place& place) {
  const YamlNode& node = place.node;
  if (node.kind == YamlNode::Kind::scalar && !node.quoted) {
    if (node.scalar == "true") return true;
    if (node.scalar == "false") return false;
  }
  return place.wrong("expected true or false");
}

Result<int> int_at(const Place& place, int smallest, int largest) {
  const std::string& text = place.node.scalar;
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (place.node.kind != YamlNode::Kind::scalar || place.node.quoted || error != std::errc() ||
      end != text.data() + text.size() || value < smallest || value > largest) {
    return place.wrong(fmt::format("expected a whole number from {} to {}", smallest, largest));
  }
  return value;
}

Result<std::string> url_at(const Place& place) {
  TRY(std::string url, string_at(place));
  const auto host = url.starts_with("http://") ? 7U : url.starts_with("https://") ? 8U : 0U;
  if (host == 0 || host == url.size() || url[host] == '/' || url.contains(' ')) {
    return place.wrong(fmt::format("\"{}\" is no URL that begins with http:// or https://", url));
  }
  return url;
}

// One line in the format of sources.list; what its suites hold is for the fetching to judge.
Result<std::string> repository_at(const Place& place) {
  TRY(std::string line, string_at(place));
  if (!line.starts_with("deb ") || !(line.contains(" http://") || line.contains(" https://"))) {
    return place.wrong(fmt::format(
        "\"{}\" is no repository; write it like \"deb http://ftp.debian.org/debian trixie main\"", line));
  }
  if (line.contains("trusted=") || line.contains("allow-insecure=")) {
    return place.wrong(
        "signatures are always checked: remove the option, and name the repository's keyring "
        "under \"keyrings\"");
  }
  return line;
}

template <class T>
using ItemReader = Result<T> (*)(const Place& place);

template <class T>
Result<std::vector<T>> list_at(const Place& place, ItemReader<T> read_item) {
  if (place.node.kind != YamlNode::Kind::sequence) {
    return place.wrong(fmt::format("expected a list, and found a {}", place.node.type_name()));
  }
  std::vector<T> list;
  for (const YamlNode& item : place.node.items) {
    TRY(T value, read_item({place.file, item}));
    list.push_back(std::move(value));
  }
  return list;
}

template <class T>
Result<std::map<std::string, T>> map_at(const Place& place, ItemReader<T> read_item) {
  if (place.node.kind != YamlNode::Kind::mapping) {
    return place.wrong(fmt::format("expected a mapping, and found a {}", place.node.type_name()));
  }
  std::map<std::string, T> map;
  for (const YamlNode::Member& member : place.node.members) {
    TRY(map[member.key], read_item({place.file, member.value}));
  }
  return map;
}

Result<std::string> keyring_at(const Place& place) {
  TRY(std::string path, string_at(place));
  if (path.front() != '/') {
    return place.wrong(fmt::format("\"{}\" is no absolute path, so it would mean another file in each folder",
                                   path));
  }
  return path;
}

Result<std::vector<std::string>> repositories_at(const Place& place) {
  return list_at<std::string>(place, repository_at);
}

Status read_rewrite_url(const Place& place, std::string& into) {
  TRY(into, url_at(place));
  return {};
}

Result<Upstreams::Rewrite> rewrite_at(const Place& place) {
  static constexpr Key<Upstreams::Rewrite> keys[] = {
      {"from", [](const Place& at, Upstreams::Rewrite& into) { return read_rewrite_url(at, into.from); }},
      {"to", [](const Place& at, Upstreams::Rewrite& into) { return read_rewrite_url(at, into.to); }},
  };
  Upstreams::Rewrite rewrite;
  TRY_STATUS(read_mapping<Upstreams::Rewrite>(place, "a rewrite", keys, rewrite));
  if (rewrite.from.empty() || rewrite.to.empty()) return place.wrong("a rewrite has a \"from\" and a \"to\"");
  return rewrite;
}

constexpr std::string_view default_keyring_key = "default";

Status read_keyrings(const Place& place, Upstreams& into) {
  TRY(into.keyrings, map_at<std::string>(place, keyring_at));
  if (auto node = into.keyrings.extract(std::string(default_keyring_key))) {
    node.key() = "";
    into.keyrings.insert(std::move(node));
  }
  return {};
}

constexpr Key<Upstreams> upstream_keys[] = {
    {"repositories",
     [](const Place& place, Upstreams& into) -> Status {
       TRY(into.repositories, map_at<std::vector<std::string>>(place, repositories_at));
       return {};
     }},
    {"keyrings", read_keyrings},
    {"rewrites",
     [](const Place& place, Upstreams& into) -> Status {
       TRY(into.rewrites, list_at<Upstreams::Rewrite>(place, rewrite_at));
       return {};
     }},
    {"vendor_prefixes",
     [](const Place& place, Upstreams& into) -> Status {
       TRY(into.vendor_prefixes, list_at<std::string>(place, url_at));
       return {};
     }},
    {"aliases",
     [](const Place& place, Upstreams& into) -> Status {
       TRY(into.aliases, map_at<std::string>(place, string_at));
       return {};
     }},
    {"relax_vendor_pins",
     [](const Place& place, Upstreams& into) -> Status {
       TRY(into.relax_vendor_pins, bool_at(place));
       return {};
     }},
    {"maximum_age_days",
     [](const Place& place, Upstreams& into) -> Status {
       TRY(into.maximum_age_days, int_at(place, 0, 36'500));
       return {};
     }},
    {"allow_private_addresses",
     [](const Place& place, Upstreams& into) -> Status {
       TRY(into.allow_private_addresses, bool_at(place));
       return {};
     }},
    {"allow_private_hosts",
     [](const Place& place, Upstreams& into) -> Status {
       TRY(into.allow_private_hosts, list_at<std::string>(place, string_at));
       return {};
     }},
};

constexpr Key<Config> config_keys[] = {
    {"version",
     [](const Place& place, Config& into) -> Status {
       TRY(into.version, int_at(place, 1, 1'000'000));
       return {};
     }},
    {"upstreams",
     [](const Place& place, Config& into) {
       return read_mapping<Upstreams>(place, "\"upstreams\"", upstream_keys, into.upstreams);
     }},
    {"compression",
     [](const Place& place, Config& into) -> Status {
       TRY(into.compression, string_at(place));
       if (into.compression == "gzip" || into.compression == "zstd") return {};
       return place.wrong(fmt::format("\"{}\" is no compression for layers: write gzip or zstd",
                                      into.compression));
     }},
    {"parallel_downloads",
     [](const Place& place, Config& into) -> Status {
       TRY(into.parallel_downloads, int_at(place, 1, 64));
       return {};
     }},
    // What they mean is for `hauberk check` to judge (check/acceptances.h).
    {"accepted_findings", [](const Place&, Config&) -> Status { return {}; }},
};

// Asked first, so that a newer file's unknown keys are not blamed on the user.
Status check_version(const YamlNode& root, std::string_view file) {
  if (root.kind != YamlNode::Kind::mapping) return {};
  const YamlNode* version = root.find("version");
  if (version == nullptr)
    return fail_at(file, root.at, "the key \"version\" is missing; write \"version: 1\"");
  TRY(const int value, int_at({file, *version}, 1, 1'000'000));
  if (value == current_version) return {};
  return fail_at(file, version->at,
                 fmt::format("this is configuration version {}, made by a newer Hauberk; this one ({}) knows "
                             "version {}: use the newer program",
                             value, HAUBERK_VERSION, current_version),
                 ErrorKind::unsupported);
}

}  // namespace

Result<Config> parse_config_yaml(std::string_view text, std::string_view file) {
  TRY(const YamlNode root, parse_yaml(text, file));
  TRY_STATUS(check_version(root, file));
  if (root.kind == YamlNode::Kind::null) {
    return fail(ErrorKind::invalid_input, "cannot read {}: it is empty; remove it and run `hauberk init`",
                file);
  }
  Config config;
  TRY_STATUS(read_mapping<Config>({file, root}, "config.yaml", config_keys, config));
  return config;
}

}  // namespace hauberk
