// SPDX-License-Identifier: Apache-2.0
#include "trust/trust_file.h"

#include <algorithm>

namespace hauberk {
namespace {

constexpr std::string_view file = "keys/trust.json", mark_file = "keys/trust.newest",
                           lock_file = "keys/trust.lock";
constexpr int lock_timeout_ms = 10'000;

// None: there is no such file.
Result<std::optional<std::string>> text_in(const Dir& dir, std::string_view path) {
  auto text = dir.read_file(path, most_trust_file_bytes);
  if (text) return *std::move(text);
  if (text.error().kind == ErrorKind::not_found) return std::nullopt;
  return std::unexpected(std::move(text).error());
}

bool is_among(const std::vector<PublicKey>& roots, std::string_view fingerprint) {
  return std::ranges::any_of(roots, [&](const PublicKey& root) { return root.fingerprint() == fingerprint; });
}

Result<Trust> the_first(std::string_view text, const AcceptOptions& options) {
  if (!options.root_fingerprint.empty()) return Trust::first(text, options.root_fingerprint);
  return fail(ErrorKind::verification_failed,
              "cannot take trust.json: nothing here says whose it is; ask its owner for the fingerprint of "
              "the root (`hauberk trust export` prints it), by another way than the file came, and give it "
              "with --root");
}

Result<Trust> the_next(const TrustMark& mark, std::string_view text, const AcceptOptions& options) {
  auto next = Trust::after(mark, text);
  if (!next || options.root_fingerprint.empty()) return next;
  return Trust::first(text, options.root_fingerprint);
}

// Only another root starts anew: an older document of the same is refused as ever.
Result<Trust> the_replacing(const TrustMark& mark, std::string_view text, const AcceptOptions& options) {
  if (is_among(mark.roots, options.root_fingerprint)) return the_next(mark, text, options);
  return the_first(text, options);
}

Status write(const Dir& dir, const Trust& trust, bool mark_first) {
  if (mark_first) TRY_STATUS(dir.write_file(mark_file, text_of(trust.mark())));
  TRY_STATUS(dir.write_file(file, trust.text()));
  return mark_first ? Status() : dir.write_file(mark_file, text_of(trust.mark()));
}

}  // namespace

std::string TrustFile::path() const { return fmt::format("{}/{}", dir_.path(), file); }

Result<std::optional<TrustMark>> TrustFile::mark() const {
  TRY(const auto text, text_in(dir_, mark_file));
  if (!text) return std::nullopt;
  auto mark = parse_trust_mark(*text);
  if (!mark) return wrap(std::move(mark).error(), fmt::format("{}/{}", dir_.path(), mark_file));
  return *std::move(mark);
}

Result<std::optional<Trust>> TrustFile::load() const {
  TRY(const auto mark, this->mark());
  TRY(const auto text, text_in(dir_, file));
  if (!mark && !text) return std::nullopt;
  if (!mark) {
    return fail(
        ErrorKind::verification_failed,
        "cannot use {}: {} beside it, which says that it is the newest, is missing; take it again with "
        "`hauberk trust add {} --root FINGERPRINT`",
        path(), mark_file, path());
  }
  if (!text) {
    return fail(
        ErrorKind::verification_failed,
        "cannot use {}: it is missing, and number {} was accepted here; take that one again, or a newer "
        "one, with `hauberk trust add FILE`",
        path(), mark->number);
  }
  auto trust = Trust::after(*mark, *text);
  if (!trust) {
    return fail(
        trust.error().kind == ErrorKind::conflict ? ErrorKind::verification_failed : trust.error().kind,
        "cannot use {}: it is not what was accepted here, number {} ({}); somebody put an old or another "
        "file in its place, or a backup did: take the newest again with `hauberk trust add FILE`",
        path(), mark->number, trust.error().message);
  }
  // Believed from now on: so the one before is not.
  if (trust->mark() != *mark) TRY_STATUS(accept(trust->text()));
  return *std::move(trust);
}

Result<Trust> TrustFile::need() const {
  TRY(auto trust, load());
  if (trust) return *std::move(trust);
  return fail(
      ErrorKind::not_found,
      "there is no trust.json in {}/keys; `hauberk keygen` makes one with the keys, `hauberk trust add` "
      "takes somebody else's",
      dir_.path());
}

Result<Trust> TrustFile::accept(std::string_view envelope_text, const AcceptOptions& options) const {
  TRY_STATUS(dir_.make_dirs("keys"));
  TRY(const FileLock lock, FileLock::acquire(dir_, lock_file, true, lock_timeout_ms));
  TRY(const auto mark, this->mark());
  if (!mark) {
    TRY(Trust trust, the_first(envelope_text, options));
    TRY_STATUS(write(dir_, trust, true));
    return trust;
  }
  TRY(Trust trust, options.replace ? the_replacing(*mark, envelope_text, options)
                                   : the_next(*mark, envelope_text, options));
  // What follows proves itself, so it may lie there before its mark; nothing else may.
  TRY_STATUS(write(dir_, trust, !Trust::after(*mark, envelope_text)));
  return trust;
}

Result<std::uint64_t> TrustFile::next_number() const {
  TRY(const auto mark, this->mark());
  return mark ? mark->number + 1 : 1;
}

}  // namespace hauberk
