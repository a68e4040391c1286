// SPDX-License-Identifier: Apache-2.0
#include "facts/fact_codec.h"

#include <array>

namespace hauberk {
namespace {

constexpr std::size_t sha256_bytes = 32, md5_bytes = 16;

std::string raw_of_hex(std::string_view hex) {
  const auto value = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes(hex.size() / 2, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<char>(value(hex[2 * i]) << 4 | value(hex[2 * i + 1]));
  }
  return bytes;
}

std::string hex_of_raw(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex(bytes.size() * 2, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<std::uint8_t>(bytes[i]);
    hex[2 * i] = digits[byte >> 4];
    hex[2 * i + 1] = digits[byte & 15];
  }
  return hex;
}

// The bits of ElfFacts, in the order in which they are written.
constexpr bool ElfFacts::* elf_bits[] = {&ElfFacts::is_position_independent,
                                         &ElfFacts::is_static,
                                         &ElfFacts::has_stack_header,
                                         &ElfFacts::has_executable_stack,
                                         &ElfFacts::has_relro,
                                         &ElfFacts::binds_now,
                                         &ElfFacts::has_text_relocations,
                                         &ElfFacts::has_writable_executable_segment,
                                         &ElfFacts::uses_stack_protector,
                                         &ElfFacts::uses_fortify,
                                         &ElfFacts::could_fortify,
                                         &ElfFacts::is_stripped,
                                         &ElfFacts::is_go};

// The texts of a Package, in the order in which they are written.
constexpr std::string Package::* package_texts[] = {
    &Package::name,           &Package::version,  &Package::architecture, &Package::source,
    &Package::source_version, &Package::supplier, &Package::homepage,     &Package::record,
    &Package::purl,           &Package::origin,   &Package::owner};

}  // namespace

std::string fact_sum(std::string_view bytes) { return raw_of_hex(Digest::of(bytes).hex()); }

void FactWriter::list(const std::vector<std::string>& items) {
  list(items, [this](const std::string& text) { out_.text(text); });
}

void FactWriter::path(const std::string& path) {
  const auto [mine, before] = std::ranges::mismatch(path, path_);
  const auto shared = static_cast<std::size_t>(mine - path.begin());
  out_.number(shared);
  out_.text(std::string_view(path).substr(shared));
  path_ = path;
}

void FactWriter::sha256(const std::optional<Digest>& digest) {
  out_.number(digest ? 1 : 0);
  if (digest) out_.raw(raw_of_hex(digest->hex()));
}

void FactWriter::md5(const std::string& hex) {
  out_.number(hex.empty() ? 0 : 1);
  out_.raw(raw_of_hex(hex));
}

void FactWriter::write(const TarEntry& e) {
  out_.number(static_cast<std::uint64_t>(e.type));
  path(e.path);
  out_.text(e.link_target);
  for (const std::uint64_t value :
       {std::uint64_t{e.mode}, std::uint64_t{e.uid}, std::uint64_t{e.gid}, e.size_bytes,
        std::uint64_t{e.device_major}, std::uint64_t{e.device_minor}}) {
    out_.number(value);
  }
  out_.signed_number(e.mtime_seconds);
  out_.number(e.xattrs.size());
  for (const auto& [name, value] : e.xattrs) {
    out_.text(name);
    out_.text(value);
  }
}

void FactWriter::write(const std::optional<ElfFacts>& elf) {
  out_.number(elf ? 1 : 0);
  if (!elf) return;
  out_.number(static_cast<std::uint64_t>(elf->kind));
  out_.number(elf->machine);
  out_.number(elf->word_bits);
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < std::size(elf_bits); ++i) bits |= std::uint64_t{(*elf).*elf_bits[i]} << i;
  out_.number(bits);
  out_.text(elf->interpreter);
  out_.text(elf->soname);
  out_.text(elf->build_id);
  list(elf->needed);
  list(elf->rpath);
  list(elf->runpath);
}

void FactWriter::write(const Package& p) {
  out_.number(static_cast<std::uint64_t>(p.kind));
  out_.number(static_cast<std::uint64_t>(p.state));
  for (const auto text : package_texts) out_.text(p.*text);
  list(p.depends);
  list(p.provides);
  list(p.built_using);
  list(p.licences);
}

void FactWriter::write(const Licence& licence) {
  out_.text(licence.expression);
  out_.text(licence.file);
}

void FactWriter::write(const Certificate& c) {
  out_.text(c.file);
  out_.text(c.subject);
  out_.raw(raw_of_hex(c.sha256.hex()));
  out_.signed_number(c.not_after);
}

void FactWriter::write(const FoundSecret& s) {
  out_.text(s.kind);
  out_.number(static_cast<std::uint64_t>(s.place));
  out_.text(s.path);
  out_.number(s.layer);
  out_.number(s.is_hidden ? 1 : 0);
  out_.number(s.line);
  out_.text(s.hint);
}

std::vector<std::string> FactReader::texts() {
  std::vector<std::string> items;
  list(items, [this] { return std::string(in_.text()); });
  return items;
}

std::string FactReader::path() {
  const std::uint64_t shared = below(path_.size());
  path_.resize(shared);
  path_ += in_.text();
  return path_;
}

Digest FactReader::sure_sha256() {
  const auto raw = in_.raw(sha256_bytes);
  return *Digest::of_hex(Digest::Algorithm::sha256,
                         raw.empty() ? std::string(2 * sha256_bytes, '0') : hex_of_raw(raw));
}

std::optional<Digest> FactReader::sha256() {
  if (!flag()) return std::nullopt;
  return sure_sha256();
}

std::string FactReader::md5() { return flag() ? hex_of_raw(in_.raw(md5_bytes)) : std::string(); }

TarEntry FactReader::entry() {
  TarEntry e;
  e.type = static_cast<TarEntry::Type>(below(static_cast<std::uint64_t>(TarEntry::Type::fifo)));
  e.path = path();
  e.link_target = in_.text();
  e.mode = word();
  e.uid = word();
  e.gid = word();
  e.size_bytes = in_.number();
  e.device_major = word();
  e.device_minor = word();
  e.mtime_seconds = in_.signed_number();
  for (std::uint64_t n = in_.count(); n > 0 && !in_.is_broken(); --n) {
    std::string name(in_.text());
    e.xattrs[std::move(name)] = in_.text();
  }
  return e;
}

std::optional<ElfFacts> FactReader::elf() {
  if (!flag()) return std::nullopt;
  ElfFacts elf;
  elf.kind = static_cast<ElfFacts::Kind>(below(static_cast<std::uint64_t>(ElfFacts::Kind::other)));
  elf.machine = static_cast<std::uint16_t>(below(UINT16_MAX));
  elf.word_bits = static_cast<std::uint8_t>(below(UINT8_MAX));
  const std::uint64_t bits = below((std::uint64_t{1} << std::size(elf_bits)) - 1);
  for (std::size_t i = 0; i < std::size(elf_bits); ++i) elf.*elf_bits[i] = (bits >> i & 1) != 0;
  elf.interpreter = in_.text();
  elf.soname = in_.text();
  elf.build_id = in_.text();
  elf.needed = texts();
  elf.rpath = texts();
  elf.runpath = texts();
  return elf;
}

Package FactReader::package() {
  Package p;
  p.kind = static_cast<Package::Kind>(below(static_cast<std::uint64_t>(Package::Kind::other)));
  p.state = static_cast<Package::State>(below(static_cast<std::uint64_t>(Package::State::unknown)));
  for (const auto text : package_texts) p.*text = in_.text();
  p.depends = texts();
  p.provides = texts();
  p.built_using = texts();
  list(p.licences, [this] { return licence(); });
  return p;
}

Licence FactReader::licence() {
  Licence licence;
  licence.expression = in_.text();
  licence.file = in_.text();
  return licence;
}

Certificate FactReader::certificate() {
  std::string file(in_.text());
  std::string subject(in_.text());
  Digest digest = sure_sha256();
  return {std::move(file), std::move(subject), std::move(digest), in_.signed_number()};
}

FoundSecret FactReader::secret() {
  FoundSecret s;
  s.kind = in_.text();
  s.place = static_cast<FoundSecret::Place>(below(static_cast<std::uint64_t>(FoundSecret::Place::config)));
  s.path = in_.text();
  s.layer = in_.number();
  s.is_hidden = flag();
  s.line = in_.number();
  s.hint = in_.text();
  return s;
}

}  // namespace hauberk
