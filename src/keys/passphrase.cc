// SPDX-License-Identifier: Apache-2.0
#include "keys/passphrase.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "io/dir.h"
#include "keys/terminal.h"

namespace hauberk {
namespace {

std::unexpected<Error> cannot_read(std::string_view source, int error) {
  return fail(ErrorKind::io, "cannot read the passphrase from {}: {}", source, os_reason(error));
}

// Byte by byte, so that what follows the line is still there for the next reader of a pipe.
Result<Secret> first_line(int fd, std::string_view source) {
  TRY(Secret line, Secret::of_size(most_passphrase_bytes + 1));
  std::size_t size = 0;
  for (;;) {
    std::byte& next = line.bytes()[size];
    const ssize_t count = ::read(fd, &next, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return cannot_read(source, errno);
    if (count == 0 || next == std::byte{'\n'}) break;
    if (++size > most_passphrase_bytes) {
      return fail(ErrorKind::limit_exceeded, "cannot read the passphrase from {}: it has more than {} bytes",
                  source, most_passphrase_bytes);
    }
  }
  line.shorten(size);
  return line;
}

// None: systemd gave us no such credential.
Result<std::optional<Secret>> from_credential(const std::string& name) {
  const char* const folder = std::getenv("CREDENTIALS_DIRECTORY");
  if (folder == nullptr || *folder != '/') return std::nullopt;
  const std::string path = fmt::format("{}/{}", folder, name);
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (file.get() < 0 && errno == ENOENT) return std::nullopt;
  if (file.get() < 0) return cannot_read(path, errno);
  TRY(Secret line, first_line(file.get(), path));
  return line;
}

Result<std::optional<Secret>> from_terminal(const PassphraseSources& sources, PassphraseUse use,
                                            std::string_view purpose) {
  TRY(auto terminal, Terminal::open(sources.terminal));
  if (!terminal) return std::nullopt;
  TRY(Secret first, terminal->ask(fmt::format("Passphrase for {}: ", purpose), most_passphrase_bytes));
  if (use == PassphraseUse::existing) return first;
  TRY(const Secret second, terminal->ask("The same again: ", most_passphrase_bytes));
  if (first.size() != second.size() ||
      sodium_memcmp(first.view().data(), second.view().data(), first.size()) != 0) {
    return fail(ErrorKind::invalid_input, "cannot take the passphrase: the two are not the same");
  }
  return first;
}

Result<std::optional<Secret>> from_anywhere(const PassphraseSources& sources, PassphraseUse use,
                                            std::string_view purpose) {
  if (sources.fd) {
    TRY(Secret line, first_line(*sources.fd, fmt::format("file descriptor {}", *sources.fd)));
    return line;
  }
  TRY(auto credential, from_credential(sources.credential));
  if (credential) return credential;
  return from_terminal(sources, use, purpose);
}

}  // namespace

Result<Secret> read_passphrase(const PassphraseSources& sources, PassphraseUse use,
                               std::string_view purpose) {
  TRY(auto passphrase, from_anywhere(sources, use, purpose));
  if (!passphrase) {
    return fail(
        ErrorKind::not_found,
        "cannot ask for the passphrase for {}: there is no terminal; give it with --passphrase-fd N, or as "
        "the systemd credential {}",
        purpose, sources.credential);
  }
  if (use == PassphraseUse::chosen && passphrase->size() == 0) {
    return fail(ErrorKind::invalid_input, "cannot take the passphrase: it is empty, and would seal nothing");
  }
  return *std::move(passphrase);
}

}  // namespace hauberk
