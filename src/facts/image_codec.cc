// SPDX-License-Identifier: Apache-2.0
#include "facts/image_codec.h"

#include <optional>

#include "facts/fact_codec.h"

namespace hauberk {
namespace {

constexpr std::string_view magic = "hauberk image facts 1\n";

std::string inventory_bytes(const Facts& facts) {
  FactWriter writer;
  for (const std::string* text :
       {&facts.os.id, &facts.os.version_id, &facts.os.codename, &facts.os.pretty_name}) {
    writer.out().text(*text);
  }
  writer.list(facts.packages);
  writer.list(facts.problems);
  return writer.take();
}

void write_content(FactWriter& writer, const Facts& facts) {
  ByteWriter& out = writer.out();
  out.number(facts.has_package_record ? 1 : 0);
  writer.list(facts.files, [&](const File& file) {
    writer.write(file.entry);
    writer.sha256(file.sha256);
    writer.md5(file.md5);
    writer.write(file.elf);
    out.number(file.layer);
    writer.list(file.owners, [&](std::size_t owner) { out.number(owner); });
  });
  writer.list(facts.hidden, [&](const HiddenFile& file) {
    writer.write(file.entry);
    writer.sha256(file.sha256);
    out.number(file.layer);
    out.number(file.hidden_by);
  });
  out.number(facts.listed.size());
  for (const auto& [package, files] : facts.listed) {
    out.number(package);
    writer.list(files, [&](const ListedFile& file) {
      writer.path(file.path);
      writer.md5(file.md5);
    });
  }
  out.number(facts.texts.size());
  for (const auto& [path, text] : facts.texts) {
    out.text(path);
    out.text(text);
  }
  writer.list(facts.secrets);
  writer.list(facts.certificates);
}

// A file's bytes, cut where their sums are.
struct Parts {
  std::string_view inventory, content;
};

std::optional<std::string_view> inventory_part(std::string_view bytes) {
  if (!bytes.starts_with(magic)) return std::nullopt;
  ByteReader in(bytes.substr(magic.size()));
  const std::string_view inventory = in.text();
  const std::string_view sum = in.raw(fact_sum_bytes);
  if (in.is_broken()) return std::nullopt;
  const auto summed = static_cast<std::size_t>(sum.data() - bytes.data());
  return fact_sum(bytes.substr(0, summed)) == sum ? std::optional(inventory) : std::nullopt;
}

std::optional<Parts> parts_of(std::string_view bytes) {
  if (!bytes.starts_with(magic) || bytes.size() < magic.size() + 2 * fact_sum_bytes) return std::nullopt;
  const std::string_view summed = bytes.substr(0, bytes.size() - fact_sum_bytes);
  if (fact_sum(summed) != bytes.substr(summed.size())) return std::nullopt;
  ByteReader in(summed.substr(magic.size()));
  const std::string_view inventory = in.text();
  const std::string_view sum = in.raw(fact_sum_bytes);
  if (in.is_broken()) return std::nullopt;
  const auto begin = static_cast<std::size_t>(sum.data() - bytes.data()) + fact_sum_bytes;
  return Parts{inventory, summed.substr(begin)};
}

std::optional<ImageInventory> read_inventory(FactReader reader) {
  ImageInventory all;
  OsRelease& os = all.inventory.os;
  for (std::string* text : {&os.id, &os.version_id, &os.codename, &os.pretty_name}) {
    *text = reader.in().text();
  }
  reader.list(all.inventory.packages, [&] { return reader.package(); });
  all.problems = reader.texts();
  if (!reader.is_whole()) return std::nullopt;
  return all;
}

// An index into `count` items.
std::size_t index_below(FactReader& reader, std::size_t count) {
  const std::uint64_t index = reader.in().number();
  return index < count ? index : reader.in().broken();
}

File read_file(FactReader& reader, std::size_t packages) {
  File file{reader.entry()};
  file.sha256 = reader.sha256();
  file.md5 = reader.md5();
  file.elf = reader.elf();
  file.layer = reader.in().number();
  reader.list(file.owners, [&] { return index_below(reader, packages); });
  return file;
}

HiddenFile read_hidden(FactReader& reader) {
  HiddenFile file{reader.entry()};
  file.sha256 = reader.sha256();
  file.layer = reader.in().number();
  file.hidden_by = reader.in().number();
  return file;
}

ListedFile read_listed(FactReader& reader) {
  std::string path = reader.path();
  return {std::move(path), reader.md5()};
}

bool read_content(FactReader reader, Facts& facts) {
  ByteReader& in = reader.in();
  facts.has_package_record = reader.flag();
  reader.list(facts.files, [&] { return read_file(reader, facts.packages.size()); });
  reader.list(facts.hidden, [&] { return read_hidden(reader); });
  for (std::uint64_t n = in.count(); n > 0 && !in.is_broken(); --n) {
    auto& files = facts.listed[index_below(reader, facts.packages.size())];
    reader.list(files, [&] { return read_listed(reader); });
  }
  for (std::uint64_t n = in.count(); n > 0 && !in.is_broken(); --n) {
    std::string path(in.text());
    facts.texts[std::move(path)] = in.text();
  }
  reader.list(facts.secrets, [&] { return reader.secret(); });
  reader.list(facts.certificates, [&] { return reader.certificate(); });
  return reader.is_whole();
}

}  // namespace

std::string image_bytes_of(const Facts& facts) {
  FactWriter writer;
  writer.out().raw(magic);
  writer.out().text(inventory_bytes(facts));
  writer.end();
  write_content(writer, facts);
  writer.end();
  return writer.take();
}

Result<Facts> parse_image_facts(std::string_view bytes, Facts facts) {
  const auto parts = parts_of(bytes);
  auto read = parts ? read_inventory(FactReader(parts->inventory)) : std::nullopt;
  if (!read) return fail(ErrorKind::invalid_input, "the image's facts are damaged");
  facts.os = std::move(read->inventory.os);
  facts.packages = std::move(read->inventory.packages);
  facts.problems = std::move(read->problems);
  if (!read_content(FactReader(parts->content), facts)) {
    return fail(ErrorKind::invalid_input, "the image's facts contradict themselves");
  }
  return facts;
}

Result<ImageInventory> parse_image_inventory(std::string_view bytes) {
  const auto part = inventory_part(bytes);
  auto read = part ? read_inventory(FactReader(*part)) : std::nullopt;
  if (!read) return fail(ErrorKind::invalid_input, "the image's inventory is damaged");
  return *std::move(read);
}

}  // namespace hauberk
