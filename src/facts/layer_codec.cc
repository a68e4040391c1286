// SPDX-License-Identifier: Apache-2.0
#include "facts/layer_codec.h"

#include <algorithm>

#include "facts/byte_codec.h"

namespace hauberk {
namespace {

constexpr std::string_view magic = "hauberk layer facts 1\n";
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

class Writer {
 public:
  std::string write(const LayerFacts& facts) {
    out_.raw(magic);
    list(facts.files, [this](const LayerFile& f) { write(f); });
    out_.number(facts.texts.size());
    for (const auto& [path, content] : facts.texts) {
      out_.text(path);
      out_.text(content);
    }
    list(facts.packages, [this](const Package& p) { write(p); });
    list(facts.licences, [this](const Licence& l) { write(l); });
    list(facts.certificates, [this](const Certificate& c) { write(c); });
    list(facts.secrets, [this](const Secret& s) { write(s); });
    texts(facts.problems);
    const Digest sum = Digest::of(out_.bytes());
    out_.raw(raw_of_hex(sum.hex()));
    return out_.take();
  }

 private:
  template <class T, class Write>
  void list(const std::vector<T>& items, Write write_one) {
    out_.number(items.size());
    for (const T& item : items) write_one(item);
  }
  void texts(const std::vector<std::string>& items) {
    list(items, [this](const std::string& text) { out_.text(text); });
  }

  void path(const std::string& path) {
    const auto [mine, before] = std::ranges::mismatch(path, path_);
    const auto shared = static_cast<std::size_t>(mine - path.begin());
    out_.number(shared);
    out_.text(std::string_view(path).substr(shared));
    path_ = path;
  }

  void hex(bool is_there, std::string_view hex) {
    out_.number(is_there ? 1 : 0);
    if (is_there) out_.raw(raw_of_hex(hex));
  }

  void write(const TarEntry& e) {
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

  void write(const LayerFile& file) {
    write(file.entry);
    hex(file.sha256.has_value(), file.sha256 ? file.sha256->hex() : std::string());
    hex(!file.md5.empty(), file.md5);
    out_.number(file.elf ? 1 : 0);
    if (file.elf) write(*file.elf);
  }

  void write(const ElfFacts& elf) {
    out_.number(static_cast<std::uint64_t>(elf.kind));
    out_.number(elf.machine);
    out_.number(elf.word_bits);
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < std::size(elf_bits); ++i) bits |= std::uint64_t{elf.*elf_bits[i]} << i;
    out_.number(bits);
    out_.text(elf.interpreter);
    out_.text(elf.soname);
    out_.text(elf.build_id);
    texts(elf.needed);
    texts(elf.rpath);
    texts(elf.runpath);
  }

  void write(const Package& p) {
    out_.number(static_cast<std::uint64_t>(p.kind));
    out_.number(static_cast<std::uint64_t>(p.state));
    for (const std::string* text : {&p.name, &p.version, &p.architecture, &p.source, &p.source_version,
                                    &p.supplier, &p.homepage, &p.record, &p.purl, &p.origin, &p.owner}) {
      out_.text(*text);
    }
    texts(p.depends);
    texts(p.provides);
    texts(p.built_using);
    list(p.licences, [this](const Licence& l) { write(l); });
  }

  void write(const Licence& licence) {
    out_.text(licence.expression);
    out_.text(licence.file);
  }

  void write(const Certificate& c) {
    out_.text(c.file);
    out_.text(c.subject);
    out_.raw(raw_of_hex(c.sha256.hex()));
    out_.signed_number(c.not_after);
  }

  void write(const Secret& s) {
    out_.text(s.kind);
    out_.number(static_cast<std::uint64_t>(s.place));
    out_.text(s.path);
    out_.number(s.layer);
    out_.number(s.is_hidden ? 1 : 0);
    out_.number(s.line);
    out_.text(s.hint);
  }

  ByteWriter out_;
  std::string path_;  // the path before
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : in_(bytes) {}

  std::optional<LayerFacts> read() {
    LayerFacts facts;
    list(facts.files, [this] { return file(); });
    for (std::uint64_t n = in_.count(); n > 0 && !in_.is_broken(); --n) {
      std::string path(in_.text());
      facts.texts[std::move(path)] = in_.text();
    }
    list(facts.packages, [this] { return package(); });
    list(facts.licences, [this] { return licence(); });
    list(facts.certificates, [this] { return certificate(); });
    list(facts.secrets, [this] { return secret(); });
    facts.problems = texts();
    if (!in_.is_whole()) return std::nullopt;
    return facts;
  }

 private:
  // Items are not reserved by a count that may lie: the list grows as they are read.
  template <class T, class Read>
  void list(std::vector<T>& items, Read read_one) {
    for (std::uint64_t n = in_.count(); n > 0 && !in_.is_broken(); --n) items.push_back(read_one());
  }
  std::vector<std::string> texts() {
    std::vector<std::string> items;
    list(items, [this] { return std::string(in_.text()); });
    return items;
  }

  // A number that has to be at most `most`: an enumerator, or a field of 32 bits.
  std::uint64_t below(std::uint64_t most) {
    const std::uint64_t value = in_.number();
    return value <= most ? value : in_.broken();
  }
  std::uint32_t word() { return static_cast<std::uint32_t>(below(UINT32_MAX)); }
  bool flag() { return below(1) == 1; }

  std::string path() {
    const std::uint64_t shared = below(path_.size());
    path_.resize(shared);
    path_ += in_.text();
    return path_;
  }

  Digest sha256() {
    const auto raw = in_.raw(sha256_bytes);
    return *Digest::of_hex(Digest::Algorithm::sha256,
                           raw.empty() ? std::string(2 * sha256_bytes, '0') : hex_of_raw(raw));
  }

  TarEntry entry() {
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

  LayerFile file() {
    LayerFile file{entry()};
    if (flag()) file.sha256 = sha256();
    if (flag()) file.md5 = hex_of_raw(in_.raw(md5_bytes));
    if (flag()) file.elf = elf();
    return file;
  }

  ElfFacts elf() {
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

  Package package() {
    Package p;
    p.kind = static_cast<Package::Kind>(below(static_cast<std::uint64_t>(Package::Kind::other)));
    p.state = static_cast<Package::State>(below(static_cast<std::uint64_t>(Package::State::unknown)));
    for (std::string* text : {&p.name, &p.version, &p.architecture, &p.source, &p.source_version, &p.supplier,
                              &p.homepage, &p.record, &p.purl, &p.origin, &p.owner}) {
      *text = in_.text();
    }
    p.depends = texts();
    p.provides = texts();
    p.built_using = texts();
    list(p.licences, [this] { return licence(); });
    return p;
  }

  Licence licence() {
    Licence licence;
    licence.expression = in_.text();
    licence.file = in_.text();
    return licence;
  }

  Certificate certificate() {
    std::string file(in_.text());
    std::string subject(in_.text());
    Digest digest = sha256();
    return {std::move(file), std::move(subject), std::move(digest), in_.signed_number()};
  }

  Secret secret() {
    Secret s;
    s.kind = in_.text();
    s.place = static_cast<Secret::Place>(below(static_cast<std::uint64_t>(Secret::Place::config)));
    s.path = in_.text();
    s.layer = in_.number();
    s.is_hidden = flag();
    s.line = in_.number();
    s.hint = in_.text();
    return s;
  }

  ByteReader in_;
  std::string path_;
};

}  // namespace

std::string bytes_of(const LayerFacts& facts) { return Writer().write(facts); }

Result<LayerFacts> parse_layer_facts(std::string_view bytes) {
  if (!bytes.starts_with(magic) || bytes.size() < magic.size() + sha256_bytes) {
    return fail(ErrorKind::invalid_input, "these are no layer facts of this version");
  }
  const std::string_view body = bytes.substr(0, bytes.size() - sha256_bytes);
  if (raw_of_hex(Digest::of(body).hex()) != bytes.substr(body.size())) {
    return fail(ErrorKind::invalid_input, "the layer facts are damaged");
  }
  auto facts = Reader(body.substr(magic.size())).read();
  if (!facts) return fail(ErrorKind::invalid_input, "the layer facts contradict themselves");
  return *std::move(facts);
}

}  // namespace hauberk
