// Where a passphrase comes from: a file descriptor, a systemd credential, or the terminal, in this order.
//
// Never from an argument or an environment variable: other processes can read those. The bytes go straight
// into a Secret. Thread rule: while the terminal is asked, no other thread may take signals.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "keys/secret.h"

namespace hauberk {

inline constexpr std::size_t most_passphrase_bytes = 1024;
inline constexpr int most_typed_passphrases = 3;  // as ssh and sudo

struct PassphraseSources {
  std::optional<int> fd;                          // its first line, without the newline; stays open
  std::string credential = "hauberk-passphrase";  // a file below $CREDENTIALS_DIRECTORY (systemd.exec(5))
  std::string terminal = "/dev/tty";
};

// existing: any, also none at all, as cosign allows. chosen: it will seal a new key, so an empty one is
// refused, and at the terminal it is asked for twice.
enum class PassphraseUse { existing, chosen };

// `purpose` ends the question at the terminal: "Passphrase for <purpose>: ". not_found: there is no source
// (says which there are); invalid_input: empty, or the two did not agree; limit_exceeded; io. The terminal's
// echo is off only while it is asked, and back on before a signal takes effect.
Result<Secret> read_passphrase(const PassphraseSources& sources, PassphraseUse use, std::string_view purpose);

// Reads one that exists, and opens with it what it seals: `open` says verification_failed if it is wrong. Who
// typed a wrong one is asked again, three times in all; what comes from elsewhere would be the same again.
// The last error of `open` is the answer, else as read_passphrase().
Status try_passphrase(const PassphraseSources& sources, std::string_view purpose,
                      const std::function<Status(const Secret& passphrase)>& open);

}  // namespace hauberk
