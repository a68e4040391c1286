// The sources of a lock: signed and by hash, and what is not to be had is said.
//
// SPDX-License-Identifier: Apache-2.0
#include "fetch/sources.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "fetch/fake_mirror_test.h"

namespace hauberk {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class SourcesTest : public FetchTest {
 protected:
  // A source package of two files that the mirror has, and its stanza.
  std::string offer(const std::string& name, const std::string& version) {
    std::string lines;
    for (const std::string ending : {".dsc", ".tar.xz"}) {
      const std::string file = fmt::format("{}_{}{}", name, version, ending), body = "the bytes of " + file;
      mirror->put(fmt::format("/debian/pool/{}/{}", name, file), body);
      lines += fmt::format(" {} {} {}\n", Digest::of(body).hex(), body.size(), file);
    }
    return fmt::format("Package: {}\nVersion: {}\nDirectory: pool/{}\nChecksums-Sha256:\n{}\n", name, version,
                       name, lines);
  }

  // Returns the packed index.
  std::string publish(const std::string& sources) {
    FakeRelease release = healthy_release();
    release.add_index("main/source/", sources, ".xz", "Sources");
    mirror->publish(release);
    return release.files["main/source/Sources.xz"];
  }

  static Lock lock_of(const std::vector<SourceId>& sources) {
    Lock lock;
    lock.platforms = {Platform::amd64()};
    for (const auto& [name, version] : sources) {
      lock.packages.push_back(LockedPackage{.name = "lib" + name,
                                            .version = version + "+b1",
                                            .architecture = "amd64",
                                            .source = name,
                                            .source_version = version,
                                            .digest = Digest::of(name),
                                            .url = "",
                                            .platforms = {Platform::amd64()},
                                            .reason = "listed",
                                            .replaces = ""});
    }
    return lock;
  }

  Result<SourcesOfLock> fetch(const std::vector<SourceId>& sources, FetchOptions options = {}) {
    const FixedClock clock(test_now());
    return Fetcher(mirror->store(), client, clock, progress, options)
        .sources(definition_with({}), lock_of(sources));
  }
};

TEST_F(SourcesTest, EveryFileIsInTheVaultAfterwards) {
  publish(offer("bash", "5.2-1") + offer("glibc", "2.41-12") + offer("glibc", "2.41-11") + offer("x", "1"));
  const auto sources = fetch({{"glibc", "2.41-12"}, {"bash", "5.2-1"}, {"glibc", "2.41-12"}});
  ASSERT_TRUE(sources) << sources.error().message;
  EXPECT_THAT(sources->missing, IsEmpty());
  ASSERT_THAT(sources->found, SizeIs(2));
  EXPECT_EQ(sources->found[0].id, SourceId("bash", "5.2-1"));
  EXPECT_EQ(sources->found[1].id, SourceId("glibc", "2.41-12"));
  const SourceFile& file = sources->found[1].files.front();
  EXPECT_EQ(file.name, "glibc_2.41-12.dsc");
  EXPECT_EQ(file.url, mirror->server().url("/debian/pool/glibc/glibc_2.41-12.dsc"));
  for (const FetchedSource& source : sources->found) {
    for (const SourceFile& each : source.files) {
      const auto bytes = mirror->store().vault().read_file(vault_path(each.digest), 1 << 20);
      ASSERT_TRUE(bytes) << each.name;
      EXPECT_EQ(*bytes, "the bytes of " + each.name);
    }
  }
}

TEST_F(SourcesTest, WhatWasFetchedIsThereOffline) {
  publish(offer("bash", "5.2-1"));
  EXPECT_FALSE(fetch({{"bash", "5.2-1"}}, {.offline = true}));
  ASSERT_TRUE(fetch({{"bash", "5.2-1"}}));
  const auto sources = fetch({{"bash", "5.2-1"}}, {.offline = true});
  ASSERT_TRUE(sources) << sources.error().message;
  EXPECT_THAT(sources->found, SizeIs(1));
}

TEST_F(SourcesTest, WhatNobodyHasIsSaid) {
  publish(offer("bash", "5.2-2"));
  auto sources = fetch({{"bash", "5.2-1"}});
  ASSERT_TRUE(sources) << sources.error().message;
  EXPECT_THAT(sources->found, IsEmpty());
  ASSERT_THAT(sources->missing, SizeIs(1));
  EXPECT_EQ(sources->missing[0].id, SourceId("bash", "5.2-1"));
  EXPECT_EQ(sources->missing[0].why, fmt::format("the sources of {} do not have it", mirror->suite_url()));
}

TEST_F(SourcesTest, ARepositoryWithoutSourcesIsNamed) {
  mirror->publish(healthy_release());
  const auto sources = fetch({{"bash", "5.2-1"}});
  ASSERT_TRUE(sources) << sources.error().message;
  ASSERT_THAT(sources->missing, SizeIs(1));
  EXPECT_EQ(sources->missing[0].why, mirror->suite_url() + " publishes no sources");
}

TEST_F(SourcesTest, AFileThatIsGoneTakesItsSourceAlong) {
  const std::string both = offer("bash", "5.2-1") + offer("glibc", "2.41-12");
  mirror->server().on("/debian/pool/bash/bash_5.2-1.tar.xz", {.status = 404});
  publish(both);
  const auto sources = fetch({{"bash", "5.2-1"}, {"glibc", "2.41-12"}});
  ASSERT_TRUE(sources) << sources.error().message;
  ASSERT_THAT(sources->found, SizeIs(1));
  EXPECT_EQ(sources->found[0].id.first, "glibc");
  ASSERT_THAT(sources->missing, SizeIs(1));
  EXPECT_THAT(sources->missing[0].why, HasSubstr("bash_5.2-1.tar.xz"));
}

TEST_F(SourcesTest, OtherBytesAreRefused) {
  const std::string stanza = offer("bash", "5.2-1");
  mirror->put("/debian/pool/bash/bash_5.2-1.dsc", "the bytes of bash_5.2-1.dsX");
  publish(stanza);
  const auto sources = fetch({{"bash", "5.2-1"}});
  ASSERT_FALSE(sources);
  EXPECT_EQ(sources.error().kind, ErrorKind::verification_failed);
  EXPECT_THAT(sources.error().message, HasSubstr("bash_5.2-1.dsc"));
}

TEST_F(SourcesTest, APathOutOfTheRepositoryIsRefused) {
  std::string stanza = offer("bash", "5.2-1");
  stanza.replace(stanza.find("pool/bash"), 9, "../../etc");
  publish(stanza);
  const auto sources = fetch({{"bash", "5.2-1"}});
  ASSERT_FALSE(sources);
  EXPECT_THAT(sources.error().message, AllOf(HasSubstr("main/source/Sources"), HasSubstr("../../etc")));
}

TEST_F(SourcesTest, AnIndexThatWentBadIsFetchedAgain) {
  const std::string packed = publish(offer("bash", "5.2-1"));
  ASSERT_TRUE(fetch({{"bash", "5.2-1"}}));
  const std::string path = vault_path(Digest::of(packed));
  ASSERT_TRUE(mirror->store().vault().write_file(path, std::string(packed.size(), 'x')));
  const auto sources = fetch({{"bash", "5.2-1"}});
  ASSERT_TRUE(sources) << sources.error().message;
  EXPECT_THAT(sources->found, SizeIs(1));
  EXPECT_THAT(progress.warnings, ElementsAre(HasSubstr("Sources.xz was damaged in the vault")));
}

}  // namespace
}  // namespace hauberk
