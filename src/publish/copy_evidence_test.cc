// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "io/test_folder.h"
#include "oci/layout_evidence.h"
#include "oci/test_evidence.h"
#include "publish/copy.h"
#include "publish/test_image.h"

namespace hauberk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view artifact_type = "application/vnd.dev.sigstore.bundle.v0.3+json";

class CopyOfEvidence : public testing::TestWithParam<std::string_view> {
 protected:
  CopyOfEvidence() {
    refer(image, "of the index");
    const auto manifests = manifests_of(store->blobs(), image).value();
    for (const Descriptor& manifest : manifests) {
      refer(manifest, "of " + manifest.architecture);
    }
    Manifest old = manifest_of("an older signature");
    old.artifact_type.clear();
    evidence.tags.emplace(signature_tag(), put(store->blobs(), media_type::manifest, text_of(old)));
  }

  std::string signature_tag() const { return referrers_tag(image.digest) + ".sig"; }
  Manifest manifest_of(std::string_view content) {
    return {.media_type = std::string(media_type::manifest),
            .artifact_type = std::string(artifact_type),
            .config = put(store->blobs(), "application/vnd.oci.empty.v1+json", "{}"),
            .layers = {put(store->blobs(), artifact_type, content)}};
  }
  Descriptor refer(const Descriptor& subject, std::string_view content, Annotations annotations = {}) {
    Manifest manifest = manifest_of(content);
    manifest.subject = Descriptor{
        .media_type = subject.media_type, .digest = subject.digest, .size_bytes = subject.size_bytes};
    manifest.annotations = std::move(annotations);
    Descriptor descriptor = put(store->blobs(), media_type::manifest, text_of(manifest));
    evidence.listed[subject.digest].push_back(descriptor);
    return descriptor;
  }

  std::string path() const { return folder.path() + "/copy"; }
  CopyReport copy(const CopyOptions& options) {
    const auto to = fmt::format("{}:{}", GetParam(), path());
    auto report = copy_image(*store, image, Destination::parse(to).value(), options, silent);
    EXPECT_TRUE(report) << report.error().message;
    return report.value_or(CopyReport());
  }
  CopyReport copy() { return copy({.reference = "a:1", .platform = {}, .evidence = &evidence}); }
  ImageForm form() const { return GetParam() == "oci" ? ImageForm::layout : ImageForm::oci_archive; }
  std::unique_ptr<EvidenceSource> copied() const {
    auto source = open_evidence(path(), form());
    EXPECT_TRUE(source) << source.error().message;
    return *std::move(source);
  }

  const TestFolder folder;
  const std::unique_ptr<Store> store = make_test_store(folder.path() + "/store");
  const Descriptor image = put_test_image(store->blobs());
  ListedBlobs evidence{store->blobs()};
  SilentProgress silent;
};

TEST_P(CopyOfEvidence, OfTheIndexAndOfEachManifestGoesAlong) {
  const CopyReport report = copy();
  EXPECT_EQ(report.evidence, 4U);
  EXPECT_THAT(report.left_out, IsEmpty());
  const auto source = copied();
  std::vector<Descriptor> subjects = manifests_of(store->blobs(), image).value();
  subjects.push_back(image);
  for (const Descriptor& subject : subjects) {
    const auto found = source->referrers(subject.digest);
    ASSERT_TRUE(found) << found.error().message;
    ASSERT_THAT(*found, SizeIs(1));
    EXPECT_EQ(found->front().digest, evidence.listed.at(subject.digest).front().digest);
    EXPECT_EQ(found->front().artifact_type, artifact_type);
    const auto manifest = parse_manifest(source->read(found->front(), manifest_limit_bytes).value());
    ASSERT_TRUE(manifest);
    EXPECT_TRUE(source->read(manifest->layers.front(), 1'000)) << "with its blobs";
    EXPECT_TRUE(source->read(manifest->config, 1'000));
  }
  EXPECT_EQ((*source->tagged(signature_tag()))->digest, evidence.tags.begin()->second.digest);
}

TEST_P(CopyOfEvidence, TheImageIsStillTheOneInIt) {
  copy();
  const auto images = list_images(path(), form());
  ASSERT_TRUE(images) << images.error().message;
  ASSERT_THAT(*images, SizeIs(1));
  const auto opened = open_image(path(), form());
  EXPECT_TRUE(opened) << opened.error().message;
}

TEST_P(CopyOfEvidence, OfOnePlatformIsThatOfItsManifest) {
  const CopyReport report = copy({.reference = "a:1", .platform = Platform::arm64(), .evidence = &evidence});
  EXPECT_EQ(report.evidence, 1U);
  EXPECT_THAT(copied()->referrers(image.digest).value(), IsEmpty());
}

TEST_P(CopyOfEvidence, StaysWhereNoneIsAskedFor) {
  EXPECT_EQ(copy({.reference = "a:1", .platform = {}}).evidence, 0U);
  EXPECT_THAT(copied()->referrers(image.digest).value(), IsEmpty());
}

TEST_P(CopyOfEvidence, APieceThatCannotBeUsedIsLeftOutAndSaid) {
  Manifest missing = manifest_of("there");
  missing.subject = image;
  missing.layers = {describe(artifact_type, "not there")};
  evidence.listed[image.digest].push_back(put(store->blobs(), media_type::manifest, text_of(missing)));
  const Descriptor damaged = refer(image, "damaged");
  std::ofstream(store->path() + "/" + blob_path(Digest::of("damaged")), std::ios::trunc) << "damage!";
  evidence.listed[image.digest].push_back(describe(media_type::manifest, "no manifest"));
  evidence.listed[image.digest].push_back(evidence.tags.begin()->second);  // refers to nothing
  const CopyReport report = copy();
  EXPECT_EQ(report.evidence, 4U);
  EXPECT_THAT(report.left_out, SizeIs(4));
  for (const std::string& why : report.left_out) EXPECT_THAT(why, HasSubstr(" is left out: "));
  EXPECT_THAT(copied()->referrers(image.digest).value(), SizeIs(1));
}

TEST_P(CopyOfEvidence, AnnotationsOfEvidenceCannotTakeTheImagesName) {
  const Descriptor thief = refer(image, "thief",
                                 {{"org.opencontainers.image.ref.name", "1"},
                                  {"io.containerd.image.name", "a:1"},
                                  {"org.opencontainers.image.created", "2026-11-24T12:00:00Z"}});
  copy();
  const auto opened = open_image(path(), form(), {.name = "1", .platform = {}});
  ASSERT_TRUE(opened) << opened.error().message;
  const auto source = copied();
  EXPECT_EQ((*source->tagged("1"))->digest, image.digest);
  const auto referrers = source->referrers(image.digest).value();
  for (const Descriptor& listed : referrers) {
    if (listed.digest != thief.digest) continue;
    EXPECT_EQ(listed.annotations,
              (Annotations{{"org.opencontainers.image.created", "2026-11-24T12:00:00Z"}}));
  }
}

INSTANTIATE_TEST_SUITE_P(Forms, CopyOfEvidence, testing::Values("oci", "oci-archive"),
                         [](const auto& form) { return form.param == "oci" ? "folder" : "archive"; });

TEST_P(CopyOfEvidence, AgainIsTheSameAndAReplacedSignatureIsNot) {
  copy();
  const std::uintmax_t before = form() == ImageForm::layout
                                    ? std::filesystem::file_size(path() + "/index.json")
                                    : std::filesystem::file_size(path());
  copy();
  EXPECT_EQ(form() == ImageForm::layout ? std::filesystem::file_size(path() + "/index.json")
                                        : std::filesystem::file_size(path()),
            before);
  Manifest newer = manifest_of("a newer signature");
  newer.artifact_type.clear();
  const Descriptor replaced = put(store->blobs(), media_type::manifest, text_of(newer));
  evidence.tags.insert_or_assign(signature_tag(), replaced);
  EXPECT_EQ(copy().unnamed, "") << "no image lost its name";
  EXPECT_EQ((*copied()->tagged(signature_tag()))->digest, replaced.digest);
}

TEST_P(CopyOfEvidence, AnArchiveHasOneEntryForProgramsThatAreGivenNoTag) {
  if (form() == ImageForm::layout) return;
  copy();
  const auto archive = TarArchive::open(path());
  const auto index = parse_index((*archive)->read_member("index.json", manifest_limit_bytes).value());
  ASSERT_TRUE(index);
  ASSERT_THAT(index->manifests, SizeIs(1));
  EXPECT_EQ(index->manifests.front().digest, image.digest);
  EXPECT_TRUE(index->annotations.contains("hauberk.evidence"));
}

}  // namespace
}  // namespace hauberk
