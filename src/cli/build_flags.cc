// SPDX-License-Identifier: Apache-2.0
#include "cli/build_flags.h"

namespace hauberk {

void BuildFlags::add_to(CLI::App& verb) {
  verb.add_option("definition", definition, "The definition file (YAML)");
  // One value for each flag, so that the definition may stand after it.
  const auto add_repeated = [&](const char* flag, std::vector<std::string>& values, const char* help) {
    verb.add_option(flag, values, help)->expected(1)->take_all()->allow_extra_args(false);
  };
  add_repeated("--customise", customisations,
               "Lay this customisation file on the definition; may be repeated");
  add_repeated("--platform", platforms, "Only this platform: linux/amd64 or linux/arm64; may be repeated");
  add_repeated("--allow", allow, "Switch a guard off by name; may be repeated (docs/guards.md)");
  verb.add_option("--catalog", catalog_root,
                  "The folder that `source:` paths are relative to (default: found)");
  verb.add_option("--compression", compression,
                  "gzip or zstd (default: the definition's, else config.yaml's)")
      ->check(CLI::IsMember({"gzip", "zstd"}));
  verb.add_flag("--offline", offline, "Use only what was fetched before");
}

Result<BuildRequest> BuildFlags::request() const {
  BuildRequest request;
  request.definition = definition;
  request.customisations = customisations;
  request.catalog_root = catalog_root;
  request.offline = offline;
  request.lock_request.compression = compression;
  request.lock_request.allow = fmt::format("{}", fmt::join(allow, " "));
  for (const std::string& text : platforms) {
    TRY(const Platform platform, Platform::parse(text));
    request.lock_request.platforms.push_back(platform);
  }
  return request;
}

}  // namespace hauberk
