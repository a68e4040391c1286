// hauberk sbom: everything that is in an image, as a document for other programs.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <memory>

#include "cli/command.h"
#include "cli/find_image.h"
#include "cli/open_subject.h"
#include "cli/sbom_extras.h"
#include "oci/platform_image.h"
#include "pipeline/build.h"
#include "publish/output_file.h"

namespace hauberk {
namespace {

struct SbomCommand {
  std::string image;
  std::string format = "spdx";
  std::string output;
  std::string platform;
};

struct Written {
  Facts facts;
  std::string text;
};

// The lock of an image that was built here; nothing for all others. Only the image that was read counts: what
// the store has under the same word may be another.
Result<SbomExtras> extras_for(const Subject& subject, const std::string& text, const Facts& facts) {
  if (!subject.store || !facts.descriptor) return SbomExtras{};
  const auto found = find_image(*subject.store, text);
  if (!found) return SbomExtras{};
  const auto manifests = manifests_of(subject.store->blobs(), found->descriptor);
  const bool is_it = manifests && std::ranges::any_of(*manifests, [&](const Descriptor& manifest) {
                       return manifest.digest == facts.descriptor->digest;
                     });
  const auto platform = Platform::parse(fmt::format("{}/{}", facts.config.os, facts.config.architecture));
  if (!is_it || !platform) return SbomExtras{};
  const auto lock = lock_of_image(*subject.store, found->descriptor.digest);
  if (!lock && lock.error().kind == ErrorKind::not_found) return SbomExtras{};
  if (!lock) return std::unexpected(lock.error());
  return extras_of(*lock, *platform);
}

Result<Written> make(const Session& session, const SbomCommand& command) {
  TRY(const SbomFormat format, parse_sbom_format(command.format));
  std::optional<Platform> platform;
  if (!command.platform.empty()) {
    TRY(platform, Platform::parse(command.platform));
  }
  TRY(const Subject subject, open_subject(session, command.image, platform));
  TRY(Facts facts, facts_of(*subject.image, subject.store.get()));
  TRY(const SbomExtras extras, extras_for(subject, command.image, facts));
  std::string text = text_of_sbom(facts, format, extras);
  return Written{std::move(facts), std::move(text)};
}

Status write_to(const std::string& path, std::string_view text) {
  TRY(const auto output, create_output_at(path));
  TRY_STATUS(write_text(*output->file, text));
  return output->file->commit();
}

void run(Session& session, const SbomCommand& command) {
  const auto written = make(session, command);
  if (!written) return session.error(written.error());
  for (const std::string& problem : written->facts.problems) session.warn(problem);
  if (command.output.empty()) {
    std::fputs(written->text.c_str(), stdout);  // ASCII alone: safe for a terminal as it is
    return;
  }
  if (const Status done = write_to(command.output, written->text); !done) return session.error(done.error());
  const std::size_t packages = written->facts.packages.size();
  session.print(fmt::format("{}: {} packages of {}\n", command.output, packages, written->facts.name));
  session.print_json({{"output", command.output},
                      {"format", command.format},
                      {"image", written->facts.name},
                      {"packages", packages},
                      {"size_bytes", written->text.size()}});
}

}  // namespace

void add_sbom(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("sbom", "Write what an image is made of (a software bill of materials)");
  auto command = std::make_shared<SbomCommand>();
  verb->add_option("IMAGE", command->image, subject_help)->required();
  verb->add_option("--format", command->format,
                   "spdx (SPDX 2.3 JSON, the default) or cyclonedx (CycloneDX 1.6 JSON)");
  verb->add_option("-o,--output", command->output, "A file to write; else standard output");
  verb->add_option("--platform", command->platform, "Of an image for several: linux/amd64 or linux/arm64");
  verb->footer(
      "Example:\n  hauberk sbom nginx > nginx.spdx.json\n"
      "  hauberk sbom docker-archive:site.tar --format cyclonedx --output site.cdx.json\n\n"
      "The document holds every package with its source package, supplier, licences and dependencies, and\n"
      "the files that no package owns. The same image always gives the same bytes.");
  verb->callback([&session, command] { run(session, *command); });
}

}  // namespace hauberk
