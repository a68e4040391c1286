// hauberk test: the tests of a definition, run on the image that was built from it. (The build takes files
// that end in _test for tests of its own, hence this one's name.)
//
// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <memory>

#include "cli/command.h"
#include "cli/find_image.h"
#include "pipeline/build.h"
#include "pipeline/names.h"
#include "pipeline/source.h"
#include "publish/parts.h"
#include "trial/trial.h"

namespace hauberk {
namespace {

struct TestCommand {
  std::string subject;  // a definition's file, or an image
  std::string image;
  std::vector<std::string> customisations;
  std::string catalog_root;
  TrialOptions options;
};

struct Subject {
  Definition definition;
  FoundImage image;
};

Result<Subject> subject_of_definition(const Store& store, const TestCommand& command) {
  TRY(const DefinitionSource source,
      read_definition(command.subject, command.customisations, command.catalog_root));
  std::string reference = command.image;
  if (reference.empty()) {
    TRY(const ImageNames names, image_names(source.definition));
    reference =
        names.tags.empty() ? names.repository : fmt::format("{}:{}", names.repository, names.tags.front());
  }
  auto image = find_image(store, reference);
  if (!image && image.error().kind == ErrorKind::not_found) {
    return fail(ErrorKind::not_found, "{}; build it first: hauberk build {}", image.error().message,
                command.subject);
  }
  if (!image) return std::unexpected(std::move(image).error());
  return Subject{source.definition, *std::move(image)};
}

// The lock that the image was built from holds its definition.
Result<Subject> subject_of_image(const Store& store, const TestCommand& command) {
  TRY(FoundImage image, find_image(store, command.subject));
  TRY(const Lock lock, lock_of_image(store, image.descriptor.digest));
  TRY(Definition definition, definition_of_document(lock.definition));
  return Subject{std::move(definition), std::move(image)};
}

Status test(Session& session, const TestCommand& command) {
  TRY(const auto store, session.open_store());
  const bool is_file = std::filesystem::is_regular_file(command.subject);
  const bool looks_like_one = command.subject.ends_with(".yaml") || command.subject.ends_with(".yml");
  if (!is_file && (looks_like_one || !command.image.empty())) {
    return fail(ErrorKind::not_found, "cannot read the definition {}: there is no such file",
                command.subject);
  }
  TRY(const Subject subject,
      is_file ? subject_of_definition(*store, command) : subject_of_image(*store, command));
  TRY(const Platform here, Platform::of_this_machine());
  TRY(const Definition definition, for_platform(subject.definition, here));
  TRY(const PlatformImage image, image_for(store->blobs(), subject.image.descriptor, here));
  TRY(const TrialReport report,
      try_image(*store, image.descriptor, definition, command.options, session.progress()));
  const Digest& digest = image.descriptor.digest;
  const std::string& name = subject.image.reference;
  Json object = json_of(report);
  object["reference"] = name;
  object["digest"] = digest.text();
  session.print_json(object);
  session.print(fmt::format("{} {}\n{}", name.empty() ? digest.text() : name, here.text(),
                            print_report(report)));
  if (!report.passed()) session.exit_code = static_cast<int>(Exit::no);
  return {};
}

}  // namespace

void add_test(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("test", "Run the tests of a definition on its image, in a real container");
  auto command = std::make_shared<TestCommand>();
  verb->add_option("DEFINITION", command->subject,
                   "The definition's file; or an image that was built here, with the tests it was built with")
      ->required();
  verb->add_option("IMAGE", command->image, "The image to test (default: the one that the definition names)");
  verb->add_option("--customise", command->customisations, "As the image was built; may be repeated");
  verb->add_option("--catalog", command->catalog_root,
                   "The folder that `source:` paths are relative to (default: found)");
  verb->add_option("--runtime", command->options.runtime,
                   "The OCI runtime to use (default: crun, else runc)");
  verb->add_option("--timeout", command->options.timeout_seconds,
                   "Seconds for a test that says none (default: 60)")
      ->check(CLI::Range(1, 86'400));
  verb->add_option("--work-dir", command->options.work_dir,
                   "Where the image is unpacked for the time of the tests (default: $TMPDIR, else /var/tmp)");
  verb->footer(
      "Example:\n  hauberk test catalog/nginx/debian-13/1.yaml\n  hauberk test hauberk/nginx:1\n"
      "Passed is 0, failed or not run is 1. How tests are written: docs/image-tests.md");
  verb->callback([&session, command] {
    const auto done = test(session, *command);
    session.progress().end();
    if (!done) session.error(done.error());
  });
}

}  // namespace hauberk
