// hauberk build: from a definition, or a lock, to an image in the store.
//
// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <map>
#include <memory>

#include "cli/accepted_findings.h"
#include "cli/build_flags.h"
#include "cli/command.h"
#include "cli/definition_commit.h"
#include "cli/progress_bar.h"
#include "cli/prove_build.h"
#include "io/named_file.h"
#include "pipeline/build.h"
#include "pipeline/inputs.h"
#include "publish/output_file.h"

namespace hauberk {
namespace {

constexpr std::uint64_t most_lock_bytes = 64 << 20;

struct BuildCommand {
  BuildFlags flags;
  std::string locked;
  std::string write_lock;
  std::size_t threads = 0;
  bool explain = false;
  bool no_cache = false;
  bool test = false;
  bool no_evidence = false;
  bool with_inputs = false;
  int passphrase_fd = -1;
};

struct Built {
  BuildResult result;
  std::optional<StoredInputs> inputs;  // none: not asked for, or nothing was tagged
  std::optional<ProofOfBuild> proof;  // none: not asked for, or no key to sign with
};

Json json_of(const Layer& layer) {
  return {{"digest", layer.digest.text()},
          {"diff_id", layer.diff_id.text()},
          {"size_bytes", layer.size_bytes},
          {"cached", layer.cached},
          {"name", layer.name},
          {"packages", layer.packages}};
}

Json json_of(const BuiltPlatform& built) {
  Json layers = Json::array();
  for (const Layer& layer : built.image.layers) layers.push_back(json_of(layer));
  Json left_out = Json::object();
  for (const auto& [guard, sum] : built.image.left_out) {
    left_out[guard] = {{"files", sum.files}, {"size_bytes", sum.size_bytes}};
  }
  return {{"platform", built.platform.text()}, {"digest", built.image.manifest.digest.text()},
          {"packages", built.image.packages},  {"size_bytes", built.image.size_bytes},
          {"created", built.image.created},    {"layers", layers},
          {"effects", built.image.effects},    {"left_out", left_out}};
}

// What --explain adds: each platform says what it left out, and what stands in for scripts, anyway.
Json explanation_json(const Lock& lock) {
  Json packages = Json::array(), dropped = Json::array();
  for (const LockedPackage& package : lock.packages) {
    packages.push_back({{"name", package.name},
                        {"version", package.version},
                        {"architecture", package.architecture},
                        {"reason", package.reason}});
  }
  for (const DroppedDependency& gone : lock.dropped) {
    dropped.push_back({{"package", gone.package}, {"field", gone.field}, {"relation", gone.relation}});
  }
  return {{"packages", packages},
          {"dropped", dropped},
          {"relaxed_pins", lock.relaxed_pins},
          {"guards", lock.guards}};
}

Json evidence_json(const std::optional<ProofOfBuild>& proof) {
  if (!proof) return nullptr;
  Json missing = Json::array();
  for (const CoverageRow& row : proof->coverage) {
    if (!row.is_there) missing.push_back({{"what", row.what}, {"why", row.why}});
  }
  return {{"added", proof->attached.added}, {"kept", proof->attached.kept}, {"missing", missing}};
}

Json inputs_json(const StoredInputs& inputs) {
  return {{"digest", inputs.artifact.digest.text()},
          {"packages", inputs.packages},
          {"sources", inputs.sources},
          {"missing", inputs.contents.at("missing")},
          {"size_bytes", inputs.size_bytes}};
}

Json json_of(const Built& built_image, const BuildCommand& command, std::uint64_t duration_ms) {
  const BuildResult& result = built_image.result;
  Json platforms = Json::array(), moved = Json::array();
  for (const BuiltPlatform& built : result.platforms) platforms.push_back(json_of(built));
  for (const TagMove& move : result.moved) moved.push_back({{"tag", move.tag}, {"from", move.from}});
  Json report = {
      {"reference", fmt::format("{}:{}", result.repository, result.tags.empty() ? "" : result.tags.back())},
      {"digest", result.index.digest.text()},
      {"tags", result.tags},
      {"moved", moved},
      {"platforms", platforms},
      {"evidence", evidence_json(built_image.proof)},
      {"duration_ms", duration_ms}};
  if (built_image.inputs) report["inputs"] = inputs_json(*built_image.inputs);
  if (result.trial) report["tests"] = json_of(*result.trial);
  if (command.explain) report["explanation"] = explanation_json(result.lock);
  return report;
}

// "moved 1, 1.26 (was sha256:...)": one line for each image that lost tags to this one.
std::string moves_text(const std::vector<TagMove>& moved) {
  std::map<std::string, std::vector<std::string>> by_image;
  for (const TagMove& move : moved) by_image[move.from].push_back(move.tag);
  std::string text;
  for (const auto& [from, tags] : by_image) {
    text += fmt::format("  moved     {} (was {})\n", fmt::join(tags, ", "), from);
  }
  return text;
}

// What was proved, and what has no evidence and why.
std::string evidence_text(const std::optional<ProofOfBuild>& proof) {
  if (!proof) return {};
  std::string text =
      fmt::format("  evidence  {} statements signed, {} kept\n", proof->attached.added, proof->attached.kept);
  for (const CoverageRow& row : proof->coverage) {
    if (!row.is_there) text += fmt::format("            no {}: {}\n", row.what, row.why);
  }
  return text;
}

// What was kept to build it again, and of which packages nobody has the source.
std::string inputs_text(const std::optional<StoredInputs>& inputs) {
  if (!inputs) return {};
  std::string text = fmt::format("  inputs    {} packages and {} sources kept, {}\n", inputs->packages,
                                 inputs->sources, human_size(inputs->size_bytes));
  for (const MissingSource& source : inputs->missing) {
    text +=
        fmt::format("            no source of {} {}: {}\n", source.id.first, source.id.second, source.why);
  }
  return text;
}

std::string summary(const BuildResult& result, std::uint64_t duration_ms) {
  std::string text;
  if (result.tags.empty()) {
    text += fmt::format("built, but not tagged: {}\n", result.index.digest.text());
  } else {
    text += fmt::format("{}:{}\n  digest    {}\n  tags      {}\n", result.repository, result.tags.back(),
                        result.index.digest.text(), fmt::join(result.tags, ", "));
    text += moves_text(result.moved);
  }
  for (const BuiltPlatform& built : result.platforms) {
    std::size_t cached = 0;
    for (const Layer& layer : built.image.layers) cached += layer.cached ? 1 : 0;
    text += fmt::format("  {}  {} compressed, {} packages, {} layers ({} from the cache)\n",
                        built.platform.text(), human_size(built.image.size_bytes), built.image.packages,
                        built.image.layers.size(), cached);
  }
  return text + fmt::format("  time      {:.2f} s\n", static_cast<double>(duration_ms) / 1000);
}

// Why each thing is in the image, and what is not.
std::string explanation(const BuildResult& result) {
  std::string text = "\nPackages, and why each is there:\n";
  for (const LockedPackage& package : result.lock.packages) {
    text += fmt::format("  {} {} ({}): {}\n", package.name, package.version, package.architecture,
                        package.reason);
  }
  text += "\nDependencies dropped, because only banned packages have them:\n";
  for (const DroppedDependency& dropped : result.lock.dropped) {
    text += fmt::format("  {} {}: {}\n", dropped.package, dropped.field, dropped.relation);
  }
  if (result.lock.dropped.empty()) text += "  none\n";
  if (!result.lock.relaxed_pins.empty()) text += "\nPins relaxed:\n";
  for (const std::string& pin : result.lock.relaxed_pins) text += fmt::format("  {}\n", pin);
  text += "\nGuards:\n";
  for (const auto& [guard, is_on] : result.lock.guards)
    text += fmt::format("  {} {}\n", is_on ? "on " : "OFF", guard);
  for (const BuiltPlatform& built : result.platforms) {
    text += fmt::format("\n{}: left out\n", built.platform.text());
    for (const auto& [guard, sum] : built.image.left_out) {
      text += fmt::format("  {}: {} files, {}\n", guard, sum.files, human_size(sum.size_bytes));
    }
    text += fmt::format("{}: in place of maintainer scripts\n", built.platform.text());
    for (const std::string& effect : built.image.effects) text += fmt::format("  {}\n", effect);
  }
  return text;
}

// Who builds, from what.
BuildRun run_of(const BuildCommand& command, Time started) {
  BuildRun run{.builder_id = "urn:x-hauberk:builder:local",
               .program_version = HAUBERK_VERSION,
               .started = started,
               .finished = system_clock().now()};
  if (command.flags.definition.empty()) return run;
  DefinitionCommit in_git = commit_of_definition(command.flags.definition);
  run.commit = std::move(in_git.commit);
  run.definition_path = std::move(in_git.path);
  return run;
}

// The file of --write-lock, null where none is asked for. Until it is whole it is hidden.
Result<std::unique_ptr<OutputAt>> begin_lock(const BuildCommand& command) {
  if (command.write_lock.empty()) return nullptr;
  auto output = create_output_at(command.write_lock);
  if (output) return output;
  return wrap(std::move(output).error(), fmt::format("cannot use --write-lock {}", command.write_lock));
}

// What is not tagged is nobody's image yet: it has neither inputs nor evidence.
Result<std::optional<StoredInputs>> keep_inputs(Session& session, const BuildCommand& command, Store& store,
                                                HttpClient& http, const BuildResult& result) {
  if (!command.with_inputs || result.tags.empty()) return std::nullopt;
  auto inputs = store_inputs(store, http, system_clock(), result.lock, result.index, command.flags.offline,
                             session.progress());
  session.progress().end();
  if (!inputs) return wrap(inputs.error(), "the image is built and tagged, but its inputs are not kept");
  return *std::move(inputs);
}

Result<std::optional<ProofOfBuild>> prove(Session& session, const BuildCommand& command, Store& store,
                                          const BuildResult& result, Time started) {
  TRY(const bool has_key, can_prove(store));
  if (command.no_evidence || !has_key || result.tags.empty()) return std::nullopt;
  ProofRequest request{.run = run_of(command, started)};
  if (command.passphrase_fd >= 0) request.passphrase_fd = command.passphrase_fd;
  auto proof = prove_build(session, store, result, request);
  if (!proof) return wrap(proof.error(), "the image is built and tagged, but its evidence is not complete");
  return *std::move(proof);
}

Result<Built> build(Session& session, const BuildCommand& command) {
  const Time started = system_clock().now();
  TRY(BuildRequest request, command.flags.request());
  request.threads = command.threads;
  request.no_cache = command.no_cache;
  request.run_tests = command.test;
  TRY(const auto store, session.open_store());
  TRY(const auto output, begin_lock(command));  // what cannot be written is better known before the work
  if (!command.locked.empty()) {
    TRY(const std::string text, read_named_file(command.locked, most_lock_bytes));
    TRY(request.lock, parse_lock(text));
  }
  std::string accepted;
  if (!request.definition.empty()) {
    TRY(accepted, acceptances_of_definition(request.definition));
  }
  HttpClient http(http_options(store->config().upstreams));
  auto result = build_image(*store, http, system_clock(), request, session.progress());
  session.progress().end();
  if (!result) return std::unexpected(result.error());
  if (output) {
    TRY_STATUS(write_text(*output->file, text_of(result->lock)));
    TRY_STATUS(output->file->commit());
  }
  if (!request.definition.empty()) {
    TRY_STATUS(keep_acceptances(*store, result->index.digest, accepted));
  }
  TRY(auto inputs, keep_inputs(session, command, *store, http, *result));
  TRY(auto proof, prove(session, command, *store, *result, started));
  return Built{*std::move(result), std::move(inputs), std::move(proof)};
}

void print(Session& session, const BuildCommand& command, const Built& built, std::uint64_t duration_ms) {
  const BuildResult& result = built.result;
  for (const std::string& warning : result.warnings) session.warn(warning);
  session.print_json(json_of(built, command, duration_ms));
  session.print(summary(result, duration_ms) + inputs_text(built.inputs) + evidence_text(built.proof));
  if (result.trial) session.print(print_report(*result.trial));
  if (command.explain) session.print(explanation(result));
  if (result.trial && !result.trial->passed()) session.exit_code = static_cast<int>(Exit::no);
}

}  // namespace

void add_build(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("build", "Build an image from a definition");
  auto command = std::make_shared<BuildCommand>();
  command->flags.add_to(*verb);
  auto* locked = verb->add_option("--locked", command->locked,
                                  "Build exactly what this lock says, from the vault if it has it");
  // A lock says all of these; one that was silently ignored would be believed.
  for (const char* flag : {"definition", "--customise", "--platform", "--allow", "--compression"}) {
    locked->excludes(flag);
  }
  verb->add_option("--write-lock", command->write_lock, "Write the lock of what was built to this file");
  verb->add_option("--threads", command->threads, "Threads to use (default: one for each processor)")
      ->check(CLI::Range(1, 1024));
  verb->add_flag(
      "--no-cache", command->no_cache,
      "Make every layer anew from its packages; a damaged image in the store is put right by that");
  verb->add_flag("--explain", command->explain, "Say what was added, what was left out, and why");
  verb->add_flag("--test", command->test, "Run the definition's tests; tag the image only if none fails");
  verb->add_flag("--no-evidence", command->no_evidence,
                 "Sign and state nothing of the image; `hauberk keygen` makes the keys for it");
  verb->add_flag("--with-inputs", command->with_inputs,
                 "Also keep all packages and their Debian sources beside the image, so that it can be built "
                 "again without any archive; takes as much disk as they have bytes");
  verb->add_option("--passphrase-fd", command->passphrase_fd,
                   "Read the build key's passphrase from this descriptor; else a running `hauberk signer`, a "
                   "systemd credential or the terminal gives it");
  verb->footer(
      "Example:\n  hauberk build catalog/nginx/debian-13/1.yaml --test\n"
      "  hauberk build catalog/python/debian-13/3.yaml --customise my-app.yaml");
  verb->callback([&session, command] {
    if (command->locked.empty() && command->flags.definition.empty()) {
      throw CLI::RequiredError("a definition, or a lock with --locked,");
    }
    const auto start = std::chrono::steady_clock::now();
    const auto result = build(session, *command);
    const auto duration = std::chrono::steady_clock::now() - start;
    if (!result) return session.error(result.error());
    print(session, *command, *result,
          static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(duration)
                                         .count()));
  });
}

}  // namespace hauberk
