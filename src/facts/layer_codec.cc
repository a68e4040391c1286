// SPDX-License-Identifier: Apache-2.0
#include "facts/layer_codec.h"

#include "facts/fact_codec.h"

namespace hauberk {
namespace {

constexpr std::string_view magic = "hauberk layer facts 1\n";

LayerFile read_file(FactReader& reader) {
  LayerFile file{reader.entry()};
  file.sha256 = reader.sha256();
  file.md5 = reader.md5();
  file.elf = reader.elf();
  return file;
}

std::optional<LayerFacts> read(FactReader reader) {
  LayerFacts facts;
  ByteReader& in = reader.in();
  reader.list(facts.files, [&] { return read_file(reader); });
  for (std::uint64_t n = in.count(); n > 0 && !in.is_broken(); --n) {
    std::string path(in.text());
    facts.texts[std::move(path)] = in.text();
  }
  reader.list(facts.packages, [&] { return reader.package(); });
  reader.list(facts.licences, [&] { return reader.licence(); });
  reader.list(facts.certificates, [&] { return reader.certificate(); });
  reader.list(facts.secrets, [&] { return reader.secret(); });
  facts.problems = reader.texts();
  if (!reader.is_whole()) return std::nullopt;
  return facts;
}

}  // namespace

std::string bytes_of(const LayerFacts& facts) {
  FactWriter writer;
  writer.out().raw(magic);
  writer.list(facts.files, [&](const LayerFile& file) {
    writer.write(file.entry);
    writer.sha256(file.sha256);
    writer.md5(file.md5);
    writer.write(file.elf);
  });
  writer.out().number(facts.texts.size());
  for (const auto& [path, content] : facts.texts) {
    writer.out().text(path);
    writer.out().text(content);
  }
  writer.list(facts.packages);
  writer.list(facts.licences);
  writer.list(facts.certificates);
  writer.list(facts.secrets);
  writer.list(facts.problems);
  writer.end();
  return writer.take();
}

Result<LayerFacts> parse_layer_facts(std::string_view bytes) {
  if (!bytes.starts_with(magic) || bytes.size() < magic.size() + fact_sum_bytes) {
    return fail(ErrorKind::invalid_input, "these are no layer facts of this version");
  }
  const std::string_view body = bytes.substr(0, bytes.size() - fact_sum_bytes);
  if (fact_sum(body) != bytes.substr(body.size())) {
    return fail(ErrorKind::invalid_input, "the layer facts are damaged");
  }
  auto facts = read(FactReader(body.substr(magic.size())));
  if (!facts) return fail(ErrorKind::invalid_input, "the layer facts contradict themselves");
  return *std::move(facts);
}

}  // namespace hauberk
