// hauberk copy: an image out of the store, in a form that other programs load.
//
// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/command.h"
#include "cli/find_image.h"
#include "history/evidence.h"
#include "publish/copy.h"
#include "trial/words.h"

namespace hauberk {
namespace {

struct CopyCommand {
  std::string image;
  std::string destination;
  std::string platform;
  bool without_evidence = false;
};

struct Copied {
  FoundImage image;
  Destination destination;
  CopyReport report;
};

Result<Copied> copy(Session& session, const CopyCommand& command) {
  TRY(Destination destination, Destination::parse(command.destination));
  CopyOptions options;
  if (!command.platform.empty()) {
    TRY(options.platform, Platform::parse(command.platform));
  }
  TRY(const auto store, session.open_store());
  TRY(FoundImage image, find_image(*store, command.image));
  options.reference = image.reference;
  TRY(EvidenceTable table, EvidenceTable::open(*store));
  const StoredEvidence evidence(table, store->blobs());
  if (!command.without_evidence) options.evidence = &evidence;
  TRY(CopyReport report, copy_image(*store, image.descriptor, destination, options, session.progress()));
  return Copied{std::move(image), std::move(destination), std::move(report)};
}

// A command that takes what was written.
std::string next_command(const Copied& copied) {
  const std::string path = quote_word(copied.destination.path);
  switch (copied.destination.kind) {
    case Destination::Kind::oci: {
      const auto colon = copied.image.reference.rfind(':');
      const bool tagged = colon != std::string::npos;
      return fmt::format("skopeo inspect oci:{}{}", path,
                         tagged ? copied.image.reference.substr(colon) : std::string());
    }
    case Destination::Kind::oci_archive: return fmt::format("podman load -i {}", path);
    case Destination::Kind::docker_archive: return fmt::format("docker load -i {}", path);
  }
  return {};
}

std::string evidence_text(const CopyReport& report) {
  if (report.evidence == 0) return {};
  return fmt::format(" with {} piece{} of evidence", report.evidence, report.evidence == 1 ? "" : "s");
}

std::string tag_of(const FoundImage& image) { return image.reference.substr(image.reference.rfind(':') + 1); }

}  // namespace

void add_copy(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("copy", "Copy an image out of the store, for docker, podman and others");
  auto command = std::make_shared<CopyCommand>();
  verb->add_option("IMAGE", command->image, "Name, name:tag, name@digest or digest")->required();
  verb->add_option("DEST", command->destination,
                   "oci:DIR (a folder, an OCI layout), oci-archive:FILE (the same in one file; podman, newer "
                   "Docker) or docker-archive:FILE (every Docker; one platform)")
      ->required();
  verb->add_option("--platform", command->platform,
                   "Only this platform, as linux/arm64 (default: all; for docker-archive this machine's)");
  verb->add_flag("--without-evidence", command->without_evidence,
                 "Leave signatures, SBOMs and all other evidence behind (a docker-archive: never has any)");
  verb->footer(
      "Example:\n  hauberk copy nginx docker-archive:nginx.tar && docker load -i nginx.tar\n"
      "  hauberk copy nginx:1.26 oci:images --platform linux/arm64");
  verb->callback([&session, command] {
    const auto copied = copy(session, *command);
    if (!copied) return session.error(copied.error());
    if (!copied->report.unnamed.empty()) {
      session.warn(fmt::format("the tag {} in {} named another image, which stays there without a name: {}",
                               tag_of(copied->image), copied->destination.path, copied->report.unnamed));
    }
    for (const std::string& why : copied->report.left_out) session.warn(why);
    session.print_json({{"reference", copied->image.reference},
                        {"digest", copied->image.descriptor.digest.text()},
                        {"destination", command->destination},
                        {"evidence", copied->report.evidence},
                        {"unnamed", copied->report.unnamed}});
    session.print(fmt::format("copied {}{} to {}\nnext: {}\n",
                              copied->image.reference.empty() ? copied->image.descriptor.digest.text()
                                                              : copied->image.reference,
                              evidence_text(copied->report), command->destination, next_command(*copied)));
  });
}

}  // namespace hauberk
