// A definition: what an image shall contain and how it shall run, in the Docker Hardened Images format.
//
// parse_definition() checks everything that can be checked without a network: every rejection of user
// input happens in this folder, with file, line, column and the nearest right thing. A Definition keeps
// the document as written (canonical_definition() prints it back); for_platform() substitutes variables,
// evaluates `if` and `#{ }` and drops what another platform gets, and its result is what the later stages
// read. Thread rule: values.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/platform.h"
#include "base/result.h"

namespace hauberk {

// The first line: "# syntax=dhi.io/build:2-debian13".
struct Syntax {
  std::string name;          // "dhi.io/build"
  int version = 2;
  std::string distribution;  // "debian13", "alpine3.22", "helm3"
  std::string digest;        // "sha256:..." where the line pins one; else empty

  std::string text() const;  // "dhi.io/build:2-debian13", with "@sha256:..." if pinned
  friend bool operator==(const Syntax&, const Syntax&) = default;
};

// An entry of `packages`.
struct PackageRequest {
  std::string name;
  std::string version;  // "name=version"; empty if not pinned
  bool banned = false;  // "!name"

  friend auto operator<=>(const PackageRequest&, const PackageRequest&) = default;
};

// An entry of `repositories` of the deb family: "deb [signed-by=...] URL suite component...".
struct DebRepository {
  std::map<std::string, std::string> options;  // signed-by, arch, ...
  std::string url;
  std::string suite;
  std::vector<std::string> components;

  friend bool operator==(const DebRepository&, const DebRepository&) = default;
};

// An entry of `contents.files`: something to be fetched by URL.
struct RemoteFile {
  std::string url;
  std::string checksum;  // "sha256:...", a bare hex, a git commit, or a URL
  std::string path;      // where it goes in the image; a folder for archives
  std::vector<std::string> includes;
  std::vector<std::string> excludes;
  std::vector<Platform> platforms;  // empty: all
  Json spdx;                        // object as written, or null
  std::optional<std::uint32_t> uid, gid, mode;
  std::string secret_id;

  friend bool operator==(const RemoteFile&, const RemoteFile&) = default;
};

// An entry of `contents.artifacts`: files from another image (validated; not built yet).
struct ArtifactCopy {
  std::string name;
  std::vector<std::string> includes;
  std::vector<std::string> excludes;
  std::optional<std::uint32_t> uid, gid;

  friend bool operator==(const ArtifactCopy&, const ArtifactCopy&) = default;
};

// An entry of `paths`.
struct PathEntry {
  enum class Type { symlink, directory, file, remove, emptyfile };  // remove is spelled "delete"
  Type type = Type::file;
  std::string path;                    // absolute, normalised: "/etc/redis"
  std::optional<std::string> content;  // file
  std::string source;                  // symlink: its target; file, directory: below the catalogue root
  bool recursive = false;              // owner and mode (delete: removal) go for everything below
  std::optional<std::uint32_t> uid, gid, mode;
  std::vector<Platform> platforms;     // empty: all

  friend bool operator==(const PathEntry&, const PathEntry&) = default;
};

struct User {
  std::string name;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::optional<std::uint32_t> home_mode;

  friend bool operator==(const User&, const User&) = default;
};

struct Group {
  std::string name;
  std::uint32_t gid = 0;
  std::vector<std::string> members;

  friend bool operator==(const Group&, const Group&) = default;
};

struct Accounts {
  bool root = false;   // keep a root entry
  std::string run_as;  // a name or a number; empty: not said
  std::vector<User> users;
  std::vector<Group> groups;

  friend bool operator==(const Accounts&, const Accounts&) = default;
};

struct ImageTest {
  std::string name;
  std::string directory;
  std::vector<std::string> commands;
  int exit_code = 0;
  int timeout_seconds = 0;  // 0: not said
  std::string output;       // a text that the output must contain; empty: not said

  friend bool operator==(const ImageTest&, const ImageTest&) = default;
};

enum class Variant { runtime, dev, helm };
enum class Output { layered, squashed };

// A definition with everything resolved for one platform (or, `platform` absent, as written).
struct Definition {
  Syntax syntax;
  std::string name;
  std::string image;  // "dhi.io/nginx"
  Variant variant = Variant::runtime;
  std::string flavor;
  std::string suffix;
  std::vector<std::string> tags;
  std::vector<Platform> platforms;  // never empty: both if not said
  std::string compression;          // "gzip", "zstd"; empty: not said
  Output output = Output::layered;
  std::map<std::string, std::string> vars;

  std::vector<std::string> repositories;  // as written; deb_repository() reads one
  std::vector<std::string> keyring;
  std::vector<PackageRequest> packages;   // sorted, no duplicates; plain and pinned merged
  std::vector<RemoteFile> files;
  std::vector<ArtifactCopy> artifacts;
  std::vector<std::string> build_names;   // contents.builds: what we cannot build yet
  std::map<std::string, std::string> mappings;

  Accounts accounts;
  std::map<std::string, std::string> os_release;  // os-release keys: "NAME", "ID", "VERSION_ID", ...
  std::string work_dir;
  std::string stop_signal;
  std::map<std::string, std::string> environment;
  std::vector<PathEntry> paths;
  std::map<std::string, std::string> annotations;
  std::map<std::string, std::string> labels;
  std::vector<std::string> entrypoint;
  std::vector<std::string> cmd;
  std::vector<std::string> ports;    // "8080/tcp"
  std::vector<std::string> volumes;
  std::vector<ImageTest> tests;

  // The whole document in canonical form (includes merged, nothing substituted): what a lock embeds and
  // what its digest names.
  Json document;

  friend bool operator==(const Definition&, const Definition&) = default;
};

// Reads files that a definition includes, by path relative to the catalogue root. not_found: none there.
using ReadInclude = std::function<Result<std::string>(std::string_view path)>;

struct ParsedDefinition {
  Definition definition;              // as written: strings may still hold ${...}
  std::vector<std::string> warnings;  // accepted, but worth saying; same form as errors
};

// Parses and checks a whole definition of any family (image, package, helm chart). `file` is its name in
// messages. All problems are reported at once, one line each, in the order of the text, at most 50.
Result<ParsedDefinition> parse_definition(std::string_view text, std::string_view file,
                                          const ReadInclude& read_include);

// From the canonical document, as a lock embeds it.
Result<Definition> definition_of_document(const Json& document);

// Substitutes, evaluates and filters for one platform. invalid_input: a variable that is not there, an
// expression or regular expression that fails; not_found: the definition is not for this platform.
Result<Definition> for_platform(const Definition& definition, Platform platform);

// The canonical YAML text; parse(print(d)).document == d.document.
std::string print_definition(const Definition& definition);

// Lays a customisation (DESIGN: definition overlays) on a definition: appends packages, paths, accounts,
// entrypoint and cmd; overrides environment, labels, annotations, compression; sets the name and targets.
Result<ParsedDefinition> customise(const Definition& base, std::string_view text, std::string_view file,
                                   const ReadInclude& read_include);

// A customisation as written: its canonical document and what is worth saying about it.
struct ParsedCustomisation {
  Json document;
  std::vector<std::string> warnings;
};

// Whether `text` is a customisation rather than a definition: it has no syntax line and names its target.
bool is_customisation(std::string_view text);

// Parses and checks a customisation alone, without the definition that it lies on.
Result<ParsedCustomisation> parse_customisation(std::string_view text, std::string_view file);

// The canonical YAML text; parse_customisation(print(d)).document == d.
std::string print_customisation(const Json& document);

// Reads one `repositories` line of the deb family.
Result<DebRepository> deb_repository(std::string_view line);

// The Debian release's codename ("trixie") and version ("13") that the definition builds on: from
// os-release and repositories first, the syntax line last. unsupported: not of Debian's family, or unknown.
struct Distribution {
  std::string codename;
  std::string version;  // "13"
  friend bool operator==(const Distribution&, const Distribution&) = default;
};
Result<Distribution> debian_distribution(const Definition& definition);

}  // namespace hauberk
