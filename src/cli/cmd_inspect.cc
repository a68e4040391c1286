// hauberk inspect: what an image of the store is made of, and how it runs.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>
#include <numeric>

#include "base/terminal_text.h"
#include "cli/command.h"
#include "cli/find_image.h"
#include "cli/progress_bar.h"
#include "oci/media_type.h"
#include "publish/layers.h"
#include "trial/words.h"

namespace hauberk {
namespace {

struct InspectCommand {
  std::string image;
  bool unpacked = false;
};

struct InspectedPlatform {
  PlatformImage image;
  std::vector<std::uint64_t> unpacked;  // of each layer; empty where it was not measured
};

struct Inspected {
  FoundImage found;
  std::vector<InspectedPlatform> platforms;
};

Result<Inspected> inspect(const Session& session, const InspectCommand& command) {
  TRY(const auto store, session.open_store());
  TRY(FoundImage found, find_image(*store, command.image));
  Inspected inspected{std::move(found), {}};
  TRY(const auto manifests, manifests_of(store->blobs(), inspected.found.descriptor));
  for (const Descriptor& manifest : manifests) {
    TRY(PlatformImage image, read_platform_image(store->blobs(), manifest));
    InspectedPlatform platform{std::move(image), {}};
    if (command.unpacked) {
      TRY(platform.unpacked, unpacked_sizes(store->blobs(), platform.image));
    }
    inspected.platforms.push_back(std::move(platform));
  }
  return inspected;
}

// The annotation's list, "libc6=2.41-12,libssl3t64=3.5.1-1".
std::vector<std::string> packages_of(const Descriptor& layer) {
  std::vector<std::string> packages;
  const auto annotation = layer.annotations.find("hauberk.packages");
  if (annotation == layer.annotations.end()) return packages;
  std::string_view rest = annotation->second;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(','), rest.size());
    if (end > 0) packages.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return packages;
}

std::uint64_t stored_size(const PlatformImage& image) {
  std::uint64_t sum = image.manifest.config.size_bytes;
  for (const Descriptor& layer : image.manifest.layers) sum += layer.size_bytes;
  return sum;
}

std::uint64_t sum_of(const std::vector<std::uint64_t>& sizes) {
  return std::accumulate(sizes.begin(), sizes.end(), std::uint64_t{0});
}

std::string platform_name(const PlatformImage& image) {
  return image.config.os + "/" + image.config.architecture;
}

Json json_of(const InspectedPlatform& platform) {
  const PlatformImage& image = platform.image;
  Json layers = Json::array();
  std::size_t packages = 0;
  for (std::size_t i = 0; i < image.manifest.layers.size(); ++i) {
    const Descriptor& layer = image.manifest.layers[i];
    const auto names = packages_of(layer);
    packages += names.size();
    layers.push_back({{"digest", layer.digest.text()},
                      {"diff_id", image.config.diff_ids[i].text()},
                      {"media_type", layer.media_type},
                      {"size_bytes", layer.size_bytes},
                      {"packages", names}});
    if (!platform.unpacked.empty()) layers.back()["unpacked_bytes"] = platform.unpacked[i];
  }
  Json json = {{"platform", platform_name(image)},
               {"digest", image.descriptor.digest.text()},
               {"config_digest", image.manifest.config.digest.text()},
               {"size_bytes", stored_size(image)},
               {"packages", packages},
               {"created", image.config.created},
               {"layers", std::move(layers)},
               {"annotations", image.manifest.annotations},
               {"config",
                {{"user", image.config.user},
                 {"entrypoint", image.config.entrypoint},
                 {"cmd", image.config.cmd},
                 {"environment", image.config.environment},
                 {"ports", image.config.exposed_ports},
                 {"volumes", image.config.volumes},
                 {"working_dir", image.config.working_dir},
                 {"stop_signal", image.config.stop_signal},
                 {"labels", image.config.labels}}}};
  if (!platform.unpacked.empty()) json["unpacked_bytes"] = sum_of(platform.unpacked);
  return json;
}

Json json_of(const Inspected& inspected) {
  Json platforms = Json::array();
  for (const InspectedPlatform& platform : inspected.platforms) platforms.push_back(json_of(platform));
  return {{"reference", inspected.found.reference},
          {"digest", inspected.found.descriptor.digest.text()},
          {"media_type", inspected.found.descriptor.media_type},
          {"tags", inspected.found.tags},
          {"platforms", std::move(platforms)}};
}

void line(std::string& text, std::string_view name, std::string_view value) {
  if (!value.empty()) text += fmt::format("  {:<13}{}\n", name, terminal_line(value));
}

// A value for each line, the name before the first.
void lines(std::string& text, std::string_view name, const std::vector<std::string>& values) {
  for (const std::string& value : values) {
    line(text, name, value);
    name = "";
  }
}

// Words as a shell would have to be given them, so that one with blanks shows as one.
std::string words(const std::vector<std::string>& values) {
  std::vector<std::string> quoted;
  for (const std::string& value : values) quoted.push_back(quote_word(value));
  return fmt::format("{}", fmt::join(quoted, " "));
}

std::string size_text(std::uint64_t stored, std::optional<std::uint64_t> unpacked) {
  std::string text = fmt::format("{} compressed", human_size(stored));
  if (unpacked) text += fmt::format(", {} unpacked", human_size(*unpacked));
  return text;
}

std::string layers_text(const InspectedPlatform& platform) {
  std::string text;
  const auto& layers = platform.image.manifest.layers;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const auto unpacked =
        platform.unpacked.empty() ? std::nullopt : std::optional<std::uint64_t>(platform.unpacked[i]);
    line(text, fmt::format("layer {}", i + 1),
         fmt::format("{}  {}", layers[i].digest.text(), size_text(layers[i].size_bytes, unpacked)));
    const auto packages = packages_of(layers[i]);
    line(text, "",
         packages.empty() ? "what the definition adds" : fmt::format("{}", fmt::join(packages, " ")));
  }
  return text;
}

std::string text_of(const InspectedPlatform& platform) {
  const ImageConfig& config = platform.image.config;
  std::string text = fmt::format("\n{}\n", platform_name(platform.image));
  line(text, "digest", platform.image.descriptor.digest.text());
  const auto unpacked =
      platform.unpacked.empty() ? std::nullopt : std::optional<std::uint64_t>(sum_of(platform.unpacked));
  line(text, "size", size_text(stored_size(platform.image), unpacked));
  line(text, "created", config.created);
  line(text, "user", config.user.empty() ? "root (none is set)" : config.user);
  line(text, "entrypoint", words(config.entrypoint));
  line(text, "cmd", words(config.cmd));
  line(text, "working dir", config.working_dir);
  line(text, "stop signal", config.stop_signal);
  line(text, "ports", fmt::format("{}", fmt::join(config.exposed_ports, ", ")));
  line(text, "volumes", fmt::format("{}", fmt::join(config.volumes, ", ")));
  lines(text, "environment", config.environment);
  std::vector<std::string> labels;
  for (const auto& [name, value] : config.labels) labels.push_back(fmt::format("{}={}", name, value));
  lines(text, "labels", labels);
  return text + layers_text(platform);
}

std::string text_of(const Inspected& inspected) {
  const FoundImage& found = inspected.found;
  std::string text = fmt::format("{}\n", found.reference.empty() ? "an image without tag" : found.reference);
  line(text, "digest", found.descriptor.digest.text());
  const bool is_index = found.descriptor.media_type == media_type::index ||
                        found.descriptor.media_type == media_type::docker_manifest_list;
  line(text, "kind",
       is_index ? "one image for several platforms (image index)" : "image of one platform (manifest)");
  lines(text, "tags", found.tags);
  for (const InspectedPlatform& platform : inspected.platforms) text += text_of(platform);
  return text;
}

}  // namespace

void add_inspect(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("inspect", "Show what an image is made of, and how it runs");
  auto command = std::make_shared<InspectCommand>();
  verb->add_option("IMAGE", command->image, "Name, name:tag, name@digest or digest")->required();
  verb->add_flag("--unpacked", command->unpacked,
                 "Also measure the size on disk, by unpacking (and so checking) it");
  verb->footer("Example:\n  hauberk inspect nginx\n  hauberk inspect nginx:1.26 --unpacked --json");
  verb->callback([&session, command] {
    const auto inspected = inspect(session, *command);
    if (!inspected) return session.error(inspected.error());
    session.print(text_of(*inspected));
    session.print_json(json_of(*inspected));
  });
}

}  // namespace hauberk
