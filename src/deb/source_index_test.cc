// SPDX-License-Identifier: Apache-2.0
#include "deb/source_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace hauberk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

const std::string hash_a(64, 'a');
const std::string hash_b(64, 'b');

std::string stanza(const std::string& name, const std::string& version,
                   const std::string& directory = "pool/main",
                   const std::string& lines = " " + hash_a + " 12 x.dsc\n") {
  return fmt::format("Package: {}\nBinary: x,\n y\nVersion: {}\nDirectory: {}\nChecksums-Sha256:\n{}\n", name,
                     version, directory, lines);
}

Result<std::vector<SourcePackage>> find(std::string_view text, const std::set<SourceId>& wanted) {
  MemorySource source(text);
  return find_sources(source, wanted);
}

HashedFile file(const std::string& hash, std::uint64_t size_bytes) {
  return {Digest::of_hex(Digest::Algorithm::sha256, hash).value(), size_bytes};
}

TEST(SourceIndex, FindsWhatIsWanted) {
  const std::string text =
      stanza("nginx", "1.26.3-3", "pool/main/n/nginx",
             " " + hash_a + " 3000 nginx_1.26.3-3.dsc\n " + hash_b + " 1200000 nginx_1.26.3.orig.tar.gz\n") +
      stanza("nginx", "1.26.3-2") + stanza("zlib", "1:1.3.1-1", ".") + stanza("other", "1");
  const auto found = find(text, {{"nginx", "1.26.3-3"}, {"zlib", "1:1.3.1-1"}, {"absent", "1"}});
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->size(), 2u);
  EXPECT_EQ(found->front().id, SourceId("nginx", "1.26.3-3"));
  EXPECT_EQ(found->front().directory, "pool/main/n/nginx");
  EXPECT_THAT(found->front().files, ElementsAre(Pair("nginx_1.26.3-3.dsc", file(hash_a, 3000)),
                                                Pair("nginx_1.26.3.orig.tar.gz", file(hash_b, 1200000))));
  EXPECT_EQ(found->back().directory, ".");
}

TEST(SourceIndex, AnEmptyTextHasNone) { EXPECT_THAT(*find("", {{"a", "1"}}), IsEmpty()); }

TEST(SourceIndex, TheFirstOfTwoCounts) {
  const auto found = find(stanza("a", "1", "first") + stanza("a", "1", "second"), {{"a", "1"}});
  ASSERT_EQ(found->size(), 1u);
  EXPECT_EQ(found->front().directory, "first");
}

TEST(SourceIndex, SaysWhatIsWrong) {
  const struct {
    const char* summary;
    std::string text;
    const char* message;
  } rows[] = {
      {"no package", stanza("ok", "1") + "Version: 1\n", "stanza 2 of the source index: it has no Package"},
      {"no version", "Package: a\n", "stanza 1 of the source index: it has no Version"},
      {"no stanza", "nothing\n", "stanza 1"},
      {"no files", stanza("a", "1", "d", ""), "it lists no file"},
      {"upwards", stanza("a", "1", "../d"), "Directory \"../d\" does not stay below"},
      {"absolute", stanza("a", "1", "/d"), "Directory \"/d\" does not stay below"},
      {"a query", stanza("a", "1", "d?x"), "does not stay below"},
      {"a file elsewhere", stanza("a", "1", "d", " " + hash_a + " 1 d/x\n"), "the file \"d/x\" has a path"},
      {"a file upwards", stanza("a", "1", "d", " " + hash_a + " 1 ..\n"), "the path does not stay below"},
      {"no size", stanza("a", "1", "d", " " + hash_a + " x\n"), "expected a hash, a size and a path"},
      {"no hash", stanza("a", "1", "d", " 00 1 x\n"), "Checksums-Sha256"},
  };
  for (const auto& row : rows) {
    const auto found = find(row.text, {{"a", "1"}});
    ASSERT_FALSE(found) << row.summary;
    EXPECT_EQ(found.error().kind, ErrorKind::invalid_input) << row.summary;
    EXPECT_THAT(found.error().message, HasSubstr(row.message)) << row.summary;
  }
}

TEST(SourceIndex, AStanzaHasALimit) {
  const auto found = find("Package: a\nVersion: 1\nBinary: " + std::string(5 << 20, 'x'), {{"a", "1"}});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::limit_exceeded);
}

// Wherever the pieces end that a decompressor hands out.
class PiecesSource final : public ByteSource {
 public:
  PiecesSource(std::string_view text, std::size_t most) : inner_(text), most_(most) {}
  Result<std::size_t> read(std::span<std::byte> buffer) override {
    return inner_.read(buffer.first(std::min(buffer.size(), most_)));
  }

 private:
  MemorySource inner_;
  std::size_t most_;
};

RC_GTEST_PROP(SourceIndex, PiecesGiveTheSame, ()) {
  std::string text;
  std::set<SourceId> wanted;
  const int count = *rc::gen::inRange(0, 20);
  for (int i = 0; i < count; ++i) {
    const std::string name = fmt::format("p{}", *rc::gen::inRange(0, 10));
    text += stanza(name, std::to_string(i)) + std::string(*rc::gen::inRange<std::size_t>(0, 3), '\n');
    if (*rc::gen::arbitrary<bool>()) wanted.emplace(name, std::to_string(i));
  }
  PiecesSource pieces(text, *rc::gen::inRange<std::size_t>(1, 100));
  const auto found = find_sources(pieces, wanted);
  RC_ASSERT(found.has_value());
  RC_ASSERT(found->size() == wanted.size());
  RC_ASSERT(*found == *find(text, wanted));
}

}  // namespace
}  // namespace hauberk
