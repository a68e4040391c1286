// hauberk copy: an image with its evidence from one place to another: store, layouts, archives, registries.
//
// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/command.h"
#include "cli/copy_source.h"
#include "oci/platform_image.h"
#include "publish/copy.h"
#include "publish/push.h"
#include "trial/words.h"

namespace hauberk {
namespace {

struct CopyCommand {
  std::string image;
  std::string destination;
  std::string platform;
  bool without_evidence = false;
  RegistryFlags registry;
};

struct Copied {
  std::string reference;  // of what was copied; "" where nobody named it
  Digest digest;
  std::string next;  // a command that takes what was written
  CopyReport report;

  std::string name() const { return reference.empty() ? digest.text() : reference; }
  std::string tag() const { return reference.substr(reference.rfind(':') + 1); }
};

std::string next_command(const std::string& reference, const Destination& destination) {
  const std::string path = quote_word(destination.path);
  switch (destination.kind) {
    case Destination::Kind::oci: {
      const auto colon = reference.rfind(':');
      const bool tagged = colon != std::string::npos;
      return fmt::format("skopeo inspect oci:{}{}", path, tagged ? reference.substr(colon) : std::string());
    }
    case Destination::Kind::oci_archive: return fmt::format("podman load -i {}", path);
    case Destination::Kind::docker_archive: return fmt::format("docker load -i {}", path);
  }
  return {};
}

Result<Copied> copy_to_file(Session& session, const CopyCommand& command, const CopySource& source,
                            const std::optional<Platform>& platform) {
  TRY(const Destination destination, Destination::parse(command.destination));
  CopyOptions options{.reference = source.reference, .platform = platform};
  if (!command.without_evidence) options.evidence = source.evidence;
  TRY(CopyReport report, copy_image(*source.blobs, source.image, destination, options, session.progress()));
  return Copied{source.reference, source.image.digest, next_command(source.reference, destination),
                std::move(report)};
}

// The image, or the manifest of one platform of it.
Result<Descriptor> image_for_platform(const CopySource& source, const std::optional<Platform>& platform) {
  if (!platform) return source.image;
  TRY(const auto manifests, manifests_of(*source.blobs, source.image));
  return choose_platform(manifests, platform, source.reference);
}

Result<Copied> copy_to_registry(Session& session, const CopyCommand& command, const CopySource& source,
                                const std::optional<Platform>& platform) {
  TRY(const Reference destination, registry_reference(command.destination));
  TRY(const RegistryAddress address, RegistryAddress::of(destination));
  const auto store = session.open_store();
  RegistryOptions options = registry_options(store ? store->get() : nullptr, command.registry);
  options.may_write = true;
  TRY(const auto registry, RegistryClient::open(address, std::move(options)));
  TRY(const Descriptor image, image_for_platform(source, platform));
  PushRequest request{.image = image, .tags = {}};
  const std::string tag = destination.tag().empty() && source.reference.contains(':')
                              ? source.reference.substr(source.reference.rfind(':') + 1)
                              : destination.tag();
  if (!tag.empty()) request.tags = {tag};
  if (!command.without_evidence) request.evidence = source.evidence;
  TRY(const PushReport pushed, push_image(*source.blobs, *registry, request, session.progress()));
  CopyReport report;
  report.evidence = pushed.evidence;
  const std::string name = tag.empty() ? fmt::format("{}@{}", destination.name(), image.digest.text())
                                       : fmt::format("{}:{}", destination.name(), tag);
  return Copied{source.reference, image.digest, "hauberk pull " + name, std::move(report)};
}

Result<Copied> copy(Session& session, const CopyCommand& command) {
  const bool to_registry = names_registry(command.destination);
  // What is wrong with it is said before anything is fetched.
  if (to_registry) {
    TRY_STATUS(registry_reference(command.destination));
  } else {
    TRY_STATUS(Destination::parse(command.destination));
  }
  std::optional<Platform> platform;
  if (!command.platform.empty()) {
    TRY(platform, Platform::parse(command.platform));
  }
  TRY(const CopySource source, open_copy_source(session, command.image, command.registry, platform));
  return to_registry ? copy_to_registry(session, command, source, platform)
                     : copy_to_file(session, command, source, platform);
}

std::string evidence_text(const CopyReport& report) {
  if (report.evidence == 0) return {};
  return fmt::format(" with {} piece{} of evidence", report.evidence, report.evidence == 1 ? "" : "s");
}

}  // namespace

void add_copy(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("copy", "Copy an image between the store, files and registries");
  auto command = std::make_shared<CopyCommand>();
  verb->add_option("IMAGE", command->image,
                   "Name, name:tag, name@digest or digest; or oci:DIR[:NAME], oci-archive:FILE[:NAME], "
                   "registry:HOST/NAME:TAG")
      ->required();
  verb->add_option("DEST", command->destination,
                   "oci:DIR (a folder, an OCI layout), oci-archive:FILE (the same in one file; podman, newer "
                   "Docker), docker-archive:FILE (every Docker; one platform) or registry:HOST/NAME[:TAG]")
      ->required();
  verb->add_option("--platform", command->platform,
                   "Only this platform, as linux/arm64 (default: all; for docker-archive this machine's)");
  verb->add_flag("--without-evidence", command->without_evidence,
                 "Leave signatures, SBOMs and all other evidence behind (a docker-archive: never has any)");
  add_registry_flags(*verb, command->registry);
  verb->footer(
      "Example:\n  hauberk copy nginx docker-archive:nginx.tar && docker load -i nginx.tar\n"
      "  hauberk copy nginx:1.26 oci:images --platform linux/arm64\n"
      "  hauberk copy registry:registry.example/team/nginx:1 registry:localhost:5000/nginx");
  verb->callback([&session, command] {
    const auto copied = copy(session, *command);
    if (!copied) return session.error(copied.error());
    if (!copied->report.unnamed.empty()) {
      session.warn(fmt::format("the tag {} in {} named another image, which stays there without a name: {}",
                               copied->tag(), command->destination.substr(command->destination.find(':') + 1),
                               copied->report.unnamed));
    }
    for (const std::string& why : copied->report.left_out) session.warn(why);
    session.print_json({{"reference", copied->reference},
                        {"digest", copied->digest.text()},
                        {"destination", command->destination},
                        {"evidence", copied->report.evidence},
                        {"unnamed", copied->report.unnamed}});
    session.print(fmt::format("copied {}{} to {}\nnext: {}\n", copied->name(), evidence_text(copied->report),
                              command->destination, copied->next));
  });
}

}  // namespace hauberk
