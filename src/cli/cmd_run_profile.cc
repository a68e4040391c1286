// hauberk run-profile: how to run an image with the least it needs.
//
// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/command.h"
#include "cli/find_image.h"
#include "publish/parts.h"
#include "trial/run_profile.h"

namespace hauberk {
namespace {

struct RunProfileCommand {
  std::string image;
  bool docker = false, compose = false, kubernetes = false;
};

Status print_profile(Session& session, const RunProfileCommand& command) {
  TRY(const auto store, session.open_store());
  TRY(const FoundImage found, find_image(*store, command.image));
  TRY(const PlatformImage image, image_for(store->blobs(), found.descriptor, {}));
  const std::string name = found.reference.empty() ? command.image : found.reference;
  TRY(const RunProfile profile, run_profile(name, image.config, image.manifest.annotations));
  const auto format = command.kubernetes ? ProfileFormat::kubernetes
                      : command.compose  ? ProfileFormat::compose
                                         : ProfileFormat::docker;
  session.print_json(json_of(profile));
  session.print(print_run_profile(profile, format));
  return {};
}

}  // namespace

void add_run_profile(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("run-profile", "Print how to run an image with the least it needs");
  auto command = std::make_shared<RunProfileCommand>();
  verb->add_option("IMAGE", command->image, "An image of the store, as hauberk/nginx:1")->required();
  auto* docker = verb->add_flag("--docker", command->docker, "A docker or podman command (the default)");
  auto* compose = verb->add_flag("--compose", command->compose, "A compose.yaml");
  auto* kubernetes = verb->add_flag("--kubernetes", command->kubernetes, "A Kubernetes Deployment");
  compose->excludes(docker)->excludes(kubernetes);
  kubernetes->excludes(docker);
  verb->footer(
      "Example:\n  hauberk run-profile hauberk/nginx:1\n"
      "  hauberk run-profile hauberk/nginx:1 --compose > compose.yaml");
  verb->callback([&session, command] {
    if (const auto done = print_profile(session, *command); !done) session.error(done.error());
  });
}

}  // namespace hauberk
