// facts_dump [--store STORE] [--platform PLATFORM] [--times N] PATH|DIGEST: the facts of an image as JSON,
// for tests that hold them against other programs' word. With --times, how long each reading took, in
// milliseconds.
//
// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cstdio>
#include <filesystem>

#include "facts/facts.h"
#include "facts/root_folder.h"
#include "oci/open_image.h"

namespace hauberk {
namespace {

struct Arguments {
  std::string store, platform, subject;
  int times = 1;
};

std::optional<Arguments> arguments_of(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const bool has_value = i + 1 < argc;
    if (word == "--store" && has_value) {
      arguments.store = argv[++i];
    } else if (word == "--platform" && has_value) {
      arguments.platform = argv[++i];
    } else if (word == "--times" && has_value) {
      arguments.times = std::atoi(argv[++i]);
    } else {
      arguments.subject = word;
    }
  }
  if (arguments.subject.empty()) return std::nullopt;
  return arguments;
}

Result<std::unique_ptr<ImageSource>> open(const Arguments& arguments, const Store* store) {
  std::optional<Platform> platform;
  if (!arguments.platform.empty()) {
    TRY(platform, Platform::parse(arguments.platform));
  }
  if (const auto digest = Digest::parse(arguments.subject); digest && store != nullptr) {
    TRY(const std::string text, read_verified(store->blobs(), *digest, manifest_limit_bytes));
    TRY(const auto document, parse_manifest_or_index(text));
    const auto type = std::visit([](const auto& value) { return value.media_type; }, document);
    const Descriptor root{.media_type = type, .digest = *digest, .size_bytes = text.size()};
    return open_stored_image(store->blobs(), root, arguments.subject, {}, platform);
  }
  const auto form = image_form(arguments.subject);
  if (!form && std::filesystem::is_directory(arguments.subject)) {
    return open_root_folder(arguments.subject, platform);
  }
  if (!form) return std::unexpected(form.error());
  return open_image(arguments.subject, *form, {.name = {}, .platform = platform});
}

Json json_of(const Facts& facts) {
  Json packages = Json::array(), files = Json::array(), secrets = Json::array(), hidden = Json::array();
  for (const Package& p : facts.packages) {
    Json licences = Json::array();
    for (const Licence& licence : p.licences) licences.push_back(licence.expression);
    packages.push_back({{"type", purl_type(p.kind)},
                        {"state", static_cast<int>(p.state)},
                        {"name", p.name},
                        {"version", p.version},
                        {"architecture", p.architecture},
                        {"source", p.source},
                        {"source_version", p.source_version},
                        {"licences", licences},
                        {"record", p.record}});
  }
  for (const File& file : facts.files) {
    Json owners = Json::array();
    for (const std::size_t owner : file.owners) owners.push_back(facts.packages[owner].name);
    files.push_back({{"path", file.entry.path},
                     {"type", name_of(file.entry.type)},
                     {"md5", file.md5},
                     {"sha256", file.sha256 ? file.sha256->hex() : ""},
                     {"elf", file.elf.has_value()},
                     {"owners", owners}});
  }
  for (const FoundSecret& s : facts.secrets)
    secrets.push_back({{"kind", s.kind}, {"path", s.path}, {"hint", s.hint}});
  for (const HiddenFile& file : facts.hidden) hidden.push_back(file.entry.path);
  return {{"name", facts.name},         {"os", {{"id", facts.os.id}, {"codename", facts.os.codename}}},
          {"packages", packages},       {"files", files},
          {"secrets", secrets},         {"hidden", hidden},
          {"problems", facts.problems}, {"certificates", facts.certificates.size()}};
}

Status dump(const Arguments& arguments) {
  std::unique_ptr<Store> store;
  if (!arguments.store.empty()) {
    TRY(store, Store::open(arguments.store));
  }
  std::optional<Facts> facts;
  for (int i = 0; i < arguments.times; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    TRY(const auto image, open(arguments, store.get()));
    TRY(facts, facts_of(*image, store.get()));
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    if (arguments.times > 1) std::fprintf(stderr, "%.1f\n", took.count());
  }
  if (!facts) return fail(ErrorKind::invalid_input, "--times has to be at least 1");
  // Paths are bytes, and JSON's strings are not.
  const std::string text = json_of(*facts).dump(-1, ' ', false, Json::error_handler_t::replace);
  std::fputs((text + "\n").c_str(), stdout);
  return {};
}

}  // namespace
}  // namespace hauberk

int main(int argc, char** argv) {
  const auto arguments = hauberk::arguments_of(argc, argv);
  if (!arguments) return 2;
  const auto status = hauberk::dump(*arguments);
  if (!status) std::fprintf(stderr, "%s\n", status.error().message.c_str());
  return status ? 0 : 1;
}
