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

std::unexpected<Error> no_source(const PassphraseSources& sources, std::string_view purpose) {
  return fail(
      ErrorKind::not_found,
      "cannot ask for the passphrase for {}: there is no terminal; give it with --passphrase-fd N, or as "
      "the systemd credential {}",
      purpose, sources.credential);
}

Result<Terminal> terminal_of(const PassphraseSources& sources, std::string_view purpose) {
  TRY(auto terminal, Terminal::open(sources.terminal));
  if (!terminal) return no_source(sources, purpose);
  return *std::move(terminal);
}

Result<Secret> typed_twice(Terminal& terminal, std::string_view purpose) {
  TRY(Secret first, terminal.ask(fmt::format("Passphrase for {}: ", purpose), most_passphrase_bytes));
  TRY(const Secret second, terminal.ask("The same again: ", most_passphrase_bytes));
  if (first.size() != second.size() ||
      sodium_memcmp(first.view().data(), second.view().data(), first.size()) != 0) {
    return fail(ErrorKind::invalid_input, "cannot take the passphrase: the two are not the same");
  }
  return first;
}

// None: a person has to be asked.
Result<std::optional<Secret>> without_a_person(const PassphraseSources& sources) {
  if (!sources.fd) return from_credential(sources.credential);
  TRY(Secret line, first_line(*sources.fd, fmt::format("file descriptor {}", *sources.fd)));
  return line;
}

Result<Secret> from_anywhere(const PassphraseSources& sources, PassphraseUse use, std::string_view purpose) {
  TRY(auto given, without_a_person(sources));
  if (given) return *std::move(given);
  TRY(Terminal terminal, terminal_of(sources, purpose));
  if (use == PassphraseUse::chosen) return typed_twice(terminal, purpose);
  return terminal.ask(fmt::format("Passphrase for {}: ", purpose), most_passphrase_bytes);
}

}  // namespace

Result<Secret> read_passphrase(const PassphraseSources& sources, PassphraseUse use,
                               std::string_view purpose) {
  TRY(Secret passphrase, from_anywhere(sources, use, purpose));
  if (use == PassphraseUse::chosen && passphrase.size() == 0) {
    return fail(ErrorKind::invalid_input, "cannot take the passphrase: it is empty, and would seal nothing");
  }
  return passphrase;
}

Status try_passphrase(const PassphraseSources& sources, std::string_view purpose,
                      const std::function<Status(const Secret& passphrase)>& open) {
  TRY(const auto given, without_a_person(sources));
  if (given) return open(*given);
  TRY(Terminal terminal, terminal_of(sources, purpose));
  std::string question = fmt::format("Passphrase for {}: ", purpose);
  for (int typed = 1;; ++typed) {
    TRY(const Secret passphrase, terminal.ask(question, most_passphrase_bytes));
    Status opened = open(passphrase);
    const bool is_wrong = !opened && opened.error().kind == ErrorKind::verification_failed;
    if (!is_wrong || typed == most_typed_passphrases) return opened;
    question = fmt::format("That is not it. Passphrase for {}: ", purpose);
  }
}

}  // namespace hauberk
