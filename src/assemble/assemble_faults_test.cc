// A disk that fails at every call: afterwards no blob lies, and the next build makes the same image.
//
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "assemble/test_image.h"
#include "io/faulty_os.h"

namespace hauberk {
namespace {

using testing::StartsWith;

Lock small_lock(TestImages& images) {
  return TestImages::lock({images.add({.name = "p", .entries = {test_file("etc/a", "1")}}),
                           images.add({.name = "q",
                                       .entries = {test_file("etc/b", "2"),
                                                   test_file("usr/share/man/b", "3")}})});
}

Definition small_definition() {
  Definition definition;
  PathEntry owner;
  owner.type = PathEntry::Type::directory;
  owner.path = "/etc";
  owner.uid = 7;
  owner.recursive = true;
  definition.paths = {owner};
  return definition;
}

// Every file below blobs/ is what its name says.
void expect_honest_blobs(const std::string& store, const std::string& when) {
  if (!std::filesystem::exists(store + "/blobs/sha256")) return;
  for (const auto& file : std::filesystem::directory_iterator(store + "/blobs/sha256")) {
    std::ifstream in(file.path(), std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(in), {});
    EXPECT_EQ(Digest::of(bytes).hex(), file.path().filename().string()) << when;
  }
}

void expect_no_harm(FaultyOs::Fault fault, const std::string& output) {
  std::string expected;
  long calls = 0;
  {
    TestImages whole;
    Lock lock = small_lock(whole);
    lock.output = output;
    expected = whole.built(lock, small_definition(), 1);
    ASSERT_THAT(expected, StartsWith("sha256:"));
  }
  for (long nth = 0; nth == 0 || nth <= calls; ++nth) {
    TestImages images;
    Lock lock = small_lock(images);
    lock.output = output;
    const std::string when = fmt::format("call {}, {}", nth, output);
    FaultyOs os(nth, fault, ENOSPC);
    auto store = Store::open(images.store().path(), os);
    if (store) {
      SilentProgress progress;
      const auto image = assemble(**store, lock, small_definition(), Platform::amd64(), 1, progress);
      if (image) {
        EXPECT_EQ(image->manifest.digest.text(), expected) << when;
      }
    }
    calls = std::max(calls, os.calls());
    expect_honest_blobs(images.store().path(), when);
    EXPECT_EQ(images.built(lock, small_definition(), 1), expected) << when;
    expect_honest_blobs(images.store().path(), when + ", second build");
    if (nth >= os.calls()) break;
  }
}

TEST(AssembleFaults, Errors) { expect_no_harm(FaultyOs::Fault::error, "layered"); }
TEST(AssembleFaults, ErrorsSquashed) { expect_no_harm(FaultyOs::Fault::error, "squashed"); }
TEST(AssembleFaults, ShortWrites) { expect_no_harm(FaultyOs::Fault::short_write, "layered"); }
TEST(AssembleFaults, LateErrors) { expect_no_harm(FaultyOs::Fault::late_error, "layered"); }
TEST(AssembleFaults, KilledAtAnyCall) { expect_no_harm(FaultyOs::Fault::stop, "layered"); }

}  // namespace
}  // namespace hauberk
