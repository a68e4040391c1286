// SPDX-License-Identifier: Apache-2.0
#include "assemble/image.h"

#include <algorithm>

#include "assemble/accounts.h"
#include "oci/media_type.h"

namespace hauberk {
namespace {

std::string_view layer_media_type(Compression compression) {
  switch (compression) {
    case Compression::gzip: return media_type::layer_gzip;
    case Compression::zstd: return media_type::layer_zstd;
    default: return media_type::layer;
  }
}

ImageConfig::History history(const Layer& layer, const std::string& created) {
  const std::string packages =
      layer.packages.empty() ? "" : fmt::format(" {}", fmt::join(layer.packages, " "));
  return {created, fmt::format("hauberk: {}:{}", layer.name, packages), "", false};
}

}  // namespace

Result<ImageConfig> image_config(const Definition& definition, Platform platform,
                                 const std::vector<Layer>& layers, const std::string& created) {
  ImageConfig config;
  config.created = created;
  config.os = "linux";
  config.architecture = platform.architecture();
  TRY(const UserIds user, run_as(definition));
  config.user = fmt::format("{}:{}", user.uid, user.gid);
  auto environment = definition.environment;
  environment.emplace("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
  for (const auto& [name, value] : environment)
    config.environment.push_back(fmt::format("{}={}", name, value));
  config.entrypoint = definition.entrypoint;
  config.cmd = definition.cmd;
  config.exposed_ports = definition.ports;
  std::sort(config.exposed_ports.begin(), config.exposed_ports.end());
  config.volumes = definition.volumes;
  std::sort(config.volumes.begin(), config.volumes.end());
  config.working_dir = definition.work_dir;
  config.stop_signal = definition.stop_signal;
  config.labels = definition.labels;
  for (const Layer& layer : layers) {
    config.diff_ids.push_back(layer.diff_id);
    config.history.push_back(history(layer, created));
  }
  return config;
}

Manifest image_manifest(const Definition& definition, const Descriptor& config,
                        const std::vector<Layer>& layers, Compression compression,
                        const std::string& created) {
  Manifest manifest{.media_type = std::string(media_type::manifest),
                    .artifact_type = {},
                    .config = config,
                    .layers = {},
                    .subject = {},
                    .annotations = definition.annotations};
  manifest.annotations.emplace("org.opencontainers.image.created", created);
  if (!definition.name.empty())
    manifest.annotations.emplace("org.opencontainers.image.title", definition.name);
  for (const Layer& layer : layers) {
    Descriptor descriptor{.media_type = std::string(layer_media_type(compression)),
                          .digest = layer.digest,
                          .size_bytes = layer.size_bytes,
                          .annotations = {},
                          .artifact_type = {},
                          .os = {},
                          .architecture = {}};
    if (!layer.packages.empty()) {
      descriptor.annotations["hauberk.packages"] = fmt::format("{}", fmt::join(layer.packages, ","));
    }
    manifest.layers.push_back(std::move(descriptor));
  }
  return manifest;
}

}  // namespace hauberk
