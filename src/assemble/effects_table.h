// The reviewed table of maintainer scripts, parsed.
//
// The text is a list of lines: effects_reviewed.cc has the scripts with effects, effects_none.cc those of
// which an image needs nothing. "#" begins a comment line; " \" at a line's end continues it on the next. A
// script with effects is a block:
//
//   script <package> <preinst|postinst>
//   sha256 <64 hex digits> <versions, for the reader>      one line for each reviewed content
//   [dpkg] [when <path>] [unless <path>] <effect> <arguments>
//
// and one without is a line: none <package> <preinst|postinst> <64 hex digits>.
// Of two blocks for one script the later is the newer release's. Conditions: `[dpkg]` only in images that
// go on using dpkg, `[when p]` and `[unless p]` only if the closure has a file p, or has none. Effects:
//
//   ca-bundle                                  CA bundle, .pem and hash links, ca-certificates.conf
//   alternative <name> <link> <target> <priority> [slave <name> <link> <target>]...
//   copy <source> <path> <mode>                unless the path exists already
//   symlink <path> <target>                    replaces a directory, never a file or link
//   file <path> <mode> <text with \n \t \\>    unless the path exists already
//   directory <path> <mode> <uid> <gid>        unless the path exists already
//   shells                                     /etc/shells as update-shells writes it
//   pam-common                                 /etc/pam.d/common-* as pam-auth-update writes them
//   base-passwd                                the masters become the image's first accounts
//   user <name> <uid or -> <group> <home> <shell>          [dpkg] is implied
//   group <name> <gid or ->                                [dpkg] is implied
//
// Paths are relative and in the merged-/usr form, but for an alternative's link and targets, which are
// absolute and spelt as update-alternatives got them. "{triplet}" and "{architecture}" are the platform's.
// Thread rule: values; reviewed_table() parses once and may be called from any thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hauberk {

struct Effect {
  enum class Kind {
    ca_bundle,
    alternative,
    copy,
    symlink,
    file,
    directory,
    shells,
    pam_common,
    base_passwd,
    user,
    group,
  };
  Kind kind = Kind::file;
  std::vector<std::string> arguments;  // `file`: path, mode, text; else the words
  bool only_with_dpkg = false;
  std::vector<std::string> when;
  std::vector<std::string> unless;

  friend bool operator==(const Effect&, const Effect&) = default;
};

struct ScriptName {
  std::string package;
  std::string script;  // "preinst" or "postinst"

  friend auto operator<=>(const ScriptName&, const ScriptName&) = default;
};

struct ReviewedScript {
  std::map<std::string, std::vector<Effect>> by_hash;  // hex digits -> effects; empty: none
  std::vector<Effect> newest;                          // of the last block or line

  friend bool operator==(const ReviewedScript&, const ReviewedScript&) = default;
};

struct EffectsTable {
  std::map<ScriptName, ReviewedScript> scripts;
  std::vector<std::string> sources;  // of all `copy` lines, sorted

  friend bool operator==(const EffectsTable&, const EffectsTable&) = default;
};

// Parses a table's text. invalid_input names the line: an unknown effect, a wrong number of arguments, a
// path that is not relative and normal, a mode or number that is none, one hash twice for one script.
Result<EffectsTable> parse_effects_table(std::string_view text);

// The whole text: the scripts without effects first, so that the newest block of a script is one with
// effects if there is any.
std::string reviewed_table_text();

// The table of this program, parsed once. A text that does not parse is our bug, and a test's failure.
const EffectsTable& reviewed_table();

// The two halves of the text; each in a file of its own.
std::string_view scripts_with_effects();
std::string_view scripts_without_effects();

}  // namespace hauberk
