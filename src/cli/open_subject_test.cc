// SPDX-License-Identifier: Apache-2.0
#include "cli/open_subject.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "history/tags.h"
#include "oci/test_layout.h"
#include "store/mirror.h"

namespace hauberk {
namespace {

using testing::HasSubstr;

const std::vector<TestLayerFiles> layers = {{{{"etc/a", "one"}}, Compression::gzip}};

// A store with the image test/site:1, and beside it each form of the same image.
class OpenSubject : public testing::Test {
 protected:
  void SetUp() override {
    session_.home = folder_.path() + "/store";
    const InitAnswers answers{std::string(public_mirror), std::string(public_security_mirror), false};
    const auto store = Store::init(session_.home, answers);
    ASSERT_TRUE(store) << store.error().message;
    TestFiles blobs;
    const Descriptor image = put_test_image(blobs, layers);
    for (const auto& [path, content] : blobs) ASSERT_TRUE(put_blob((*store)->blobs(), content));
    auto tags = TagStore::open(**store);
    ASSERT_TRUE(tags) << tags.error().message;
    const TaggedImage tagged{.repository = "",
                             .tag = "",
                             .media_type = image.media_type,
                             .digest = image.digest,
                             .size_bytes = image.size_bytes,
                             .moved_at = ""};
    ASSERT_TRUE(tags->set("test/site", {"1"}, tagged, Time{}, "made for a test"));
    TestFiles layout = blobs;
    put_test_index(layout, {{"1", image}, {"2", image}});
    write_test_files(path("layout"), layout);
    write_test_file(path("oci.tar"), test_tar(layout));
    write_test_file(path("docker.tar"), test_tar(test_docker_files(layers, "site:3")));
    write_test_files(path("root"), {{"etc/a", "one"}});
    write_test_file(path("text"), "nothing of ours");
  }

  std::string path(const std::string& name) const { return folder_.path() + "/" + name; }

  TestFolder folder_;
  Session session_;
};

TEST_F(OpenSubject, EveryWayToNameAnImage) {
  struct Row {
    std::string text, name;  // how the image calls itself
  };
  const Row rows[] = {{"test/site:1", "test/site:1"},
                      {"test/site", "test/site:1"},
                      {"oci:" + path("layout") + ":2", "2"},
                      {"oci-archive:" + path("oci.tar") + ":1", "1"},
                      {"docker-archive:" + path("docker.tar"), "site:3"},
                      {"docker-archive:" + path("docker.tar") + ":site:3", "site:3"},
                      {"dir:" + path("root"), path("root")},
                      {path("layout") + ":1", "1"},
                      {path("oci.tar") + ":2", "2"},
                      {path("docker.tar"), "site:3"},
                      {path("root"), path("root")}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.text);
    const auto subject = open_subject(session_, row.text);
    ASSERT_TRUE(subject) << subject.error().message;
    EXPECT_EQ(subject->image->name(), row.name);
    EXPECT_NE(subject->store, nullptr);
    const auto layer = subject->image->open_layer(0);
    EXPECT_TRUE(layer) << layer.error().message;
  }
}

TEST_F(OpenSubject, SaysWhatWouldWork) {
  struct Row {
    std::string text;
    ErrorKind kind;
    std::string message;
  };
  const Row rows[] = {
      {"", ErrorKind::invalid_input, "without a name"},
      {"none", ErrorKind::not_found, "write a name of the store, oci:DIR"},
      {"No Name", ErrorKind::not_found, "write a name of the store, oci:DIR"},
      {"./none", ErrorKind::not_found, "there is no file or folder ./none"},
      {"oci:none", ErrorKind::not_found, "there is no none"},
      {"dir:" + path("none"), ErrorKind::not_found, "cannot open the folder"},
      {"oci:" + path("layout"), ErrorKind::not_found, "name one after a colon: 1, 2"},
      {path("layout") + ":3", ErrorKind::not_found, "it holds: 1, 2"},
      {path("text"), ErrorKind::invalid_input, "cannot read the archive"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.text);
    const auto subject = open_subject(session_, row.text);
    ASSERT_FALSE(subject);
    EXPECT_EQ(subject.error().kind, row.kind) << subject.error().message;
    EXPECT_THAT(subject.error().message, HasSubstr(row.message));
  }
  const auto platform = open_subject(session_, "test/site:1", Platform::arm64());
  ASSERT_FALSE(platform);
  EXPECT_THAT(platform.error().message, HasSubstr("is not there for linux/arm64; it is for: linux/amd64"));
}

TEST_F(OpenSubject, NeedsNoStoreForPaths) {
  Session session;
  session.home = path("no-store");
  const auto subject = open_subject(session, path("root"));
  ASSERT_TRUE(subject) << subject.error().message;
  EXPECT_EQ(subject->store, nullptr);
  const auto none = open_subject(session, "test/site:1");
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message, HasSubstr("hauberk init"));
}

}  // namespace
}  // namespace hauberk
