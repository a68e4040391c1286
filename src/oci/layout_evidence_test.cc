// SPDX-License-Identifier: Apache-2.0
#include "oci/layout_evidence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "oci/test_layout.h"

namespace hauberk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class LayoutEvidenceOf : public testing::TestWithParam<ImageForm> {
 protected:
  std::string write() const {
    const std::string path = folder.path() + "/image";
    if (GetParam() == ImageForm::layout) {
      write_test_files(path, files);
    } else {
      write_test_file(path, test_tar(files));
    }
    return path;
  }
  std::unique_ptr<EvidenceSource> open() const {
    auto source = open_evidence(write(), GetParam());
    EXPECT_TRUE(source) << source.error().message;
    return *std::move(source);
  }
  std::vector<Digest> referrers(const EvidenceSource& source, const Digest& subject) const {
    const auto found = source.referrers(subject);
    EXPECT_TRUE(found) << found.error().message;
    std::vector<Digest> digests;
    for (const Descriptor& descriptor : *found) digests.push_back(descriptor.digest);
    return digests;
  }
  Descriptor referrer(const Descriptor& subject, std::string_view artifact_type,
                      std::string_view content = "{}") {
    const Descriptor blob = put_test_blob(files, "application/example", std::string(content));
    const Manifest manifest{.media_type = std::string(media_type::manifest),
                            .artifact_type = std::string(artifact_type),
                            .config = blob,
                            .layers = {blob},
                            .subject = describe(subject.media_type, "not used")};
    Manifest named = manifest;
    named.subject = Descriptor{
        .media_type = subject.media_type, .digest = subject.digest, .size_bytes = subject.size_bytes};
    Descriptor descriptor = put_test_blob(files, media_type::manifest, text_of(named));
    descriptor.artifact_type = artifact_type;
    return descriptor;
  }

  TestFolder folder;
  TestFiles files;
  const Descriptor image = put_test_image(files, {{{{"etc/a", "b"}}}});
};

TEST_P(LayoutEvidenceOf, ReferrersAreFoundByTheirManifests) {
  const Descriptor one = referrer(image, "application/example", "1");
  Descriptor unsaid = referrer(image, "application/example", "2");
  unsaid.artifact_type.clear();  // the listing does not say what it is
  const Descriptor of_other = referrer(one, "application/example", "3");
  put_test_index(files, {{"1.0", image}, {"", one}, {"", unsaid}, {"", of_other}});
  const auto source = open();
  auto both = std::vector{one.digest, unsaid.digest};
  std::ranges::sort(both);
  EXPECT_EQ(referrers(*source, image.digest), both);
  EXPECT_THAT(referrers(*source, one.digest), ElementsAre(of_other.digest));
  EXPECT_THAT(referrers(*source, Digest::of("another")), IsEmpty());
  const auto text = source->read(one, manifest_limit_bytes);
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ(Digest::of(*text), one.digest);
}

TEST_P(LayoutEvidenceOf, TagsOfADigestAreFoundAndAreNoImages) {
  const Descriptor one = referrer(image, "application/example", "1");
  const Descriptor fallback = put_test_platforms(files, {one});
  const Descriptor old = put_test_image(files, {});
  put_test_index(files, {{"1.0", image},
                         {referrers_tag(image.digest), fallback},
                         {referrers_tag(image.digest) + ".sig", old}});
  const auto source = open();
  EXPECT_THAT(referrers(*source, image.digest), ElementsAre(one.digest));
  EXPECT_EQ((*source->tagged(referrers_tag(image.digest) + ".sig"))->digest, old.digest);
  EXPECT_FALSE(*source->tagged(referrers_tag(image.digest) + ".att"));
  const auto opened = open_image(folder.path() + "/image", GetParam());
  ASSERT_TRUE(opened) << opened.error().message << ": there is one image";
  EXPECT_EQ((*opened)->descriptor()->digest, image.digest);
}

TEST_P(LayoutEvidenceOf, ASecondIndexCanListIt) {
  const Descriptor one = referrer(image, "application/example", "1");
  Descriptor old = put_test_image(files, {});
  old.annotations["org.opencontainers.image.ref.name"] = referrers_tag(image.digest) + ".att";
  const Descriptor second = put_test_platforms(files, {one, old});
  put_test_index(files, {{"1.0", image}});
  auto index = parse_index(files["index.json"]).value();
  index.annotations[std::string(evidence_annotation)] = second.digest.text();
  files["index.json"] = text_of(index);
  const auto source = open();
  EXPECT_THAT(referrers(*source, image.digest), ElementsAre(one.digest));
  EXPECT_EQ((*source->tagged(referrers_tag(image.digest) + ".att"))->digest, old.digest);

  for (const std::string& wrong : {Digest::of("missing").text(), image.digest.text(), std::string("x")}) {
    index.annotations[std::string(evidence_annotation)] = wrong;
    files["index.json"] = text_of(index);
    const auto unread = open_evidence(write(), GetParam());
    ASSERT_FALSE(unread) << wrong;
    EXPECT_THAT(unread.error().message, HasSubstr("cannot read the evidence in ")) << wrong;
    EXPECT_TRUE(open_image(folder.path() + "/image", GetParam())) << "the image is read all the same";
  }
}

TEST_P(LayoutEvidenceOf, AnEntryThatCannotBeReadIsNobodysEvidence) {
  const Descriptor one = referrer(image, "application/example", "1");
  Descriptor missing = describe(media_type::manifest, "missing");
  missing.artifact_type = "application/example";
  Descriptor shorter = referrer(image, "application/example", "2");
  shorter.size_bytes -= 1;
  Descriptor damaged = referrer(image, "application/example", "3");
  files[blob_path(damaged.digest)].back() = ' ';
  const Descriptor no_manifest = put_test_blob(files, "application/example", "text");
  const Descriptor no_index = put_test_blob(files, media_type::index, "{");
  put_test_index(files, {{"1.0", image},
                         {"", one},
                         {"", missing},
                         {"", shorter},
                         {"", damaged},
                         {"", no_manifest},
                         {referrers_tag(image.digest), no_index}});
  const auto source = open();
  EXPECT_THAT(referrers(*source, image.digest), ElementsAre(one.digest));
  EXPECT_EQ(source->read(shorter, manifest_limit_bytes).error().kind, ErrorKind::verification_failed);
  EXPECT_EQ(source->read(damaged, manifest_limit_bytes).error().kind, ErrorKind::verification_failed);
  EXPECT_EQ(source->read(one, 10).error().kind, ErrorKind::limit_exceeded);
}

INSTANTIATE_TEST_SUITE_P(Layouts, LayoutEvidenceOf,
                         testing::Values(ImageForm::layout, ImageForm::oci_archive), [](const auto& form) {
                           return form.param == ImageForm::layout ? "folder" : "archive";
                         });

TEST(LayoutEvidence, DockersArchivesHaveNone) {
  const TestFolder folder;
  write_test_file(folder.path() + "/a.tar", test_tar(test_docker_files({{{{"a", "b"}}}}, "a:1")));
  const auto source = open_evidence(folder.path() + "/a.tar", ImageForm::docker_archive);
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().kind, ErrorKind::unsupported);
}

TEST(ReferrersTag, NamesADigest) {
  const Digest digest = Digest::of("x");
  EXPECT_EQ(referrers_tag(digest), "sha256-" + digest.hex());
  EXPECT_TRUE(is_referrers_tag(referrers_tag(digest)));
  EXPECT_TRUE(is_referrers_tag(referrers_tag(digest) + ".sig"));
  EXPECT_TRUE(is_referrers_tag(referrers_tag(Digest::of("x", Digest::Algorithm::sha512)) + ".att"));
  for (const char* tag : {"", "latest", "sha256-", "sha256-abc", "1.26-debian13", ".sig", "sha256"}) {
    EXPECT_FALSE(is_referrers_tag(tag)) << tag;
  }
}

}  // namespace
}  // namespace hauberk
