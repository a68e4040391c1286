// SPDX-License-Identifier: Apache-2.0
#include "oci/open_image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <functional>

#include "oci/test_layout.h"

namespace hauberk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

const std::vector<TestLayerFiles> layers = {{{{"etc/a", "one"}}, Compression::gzip},
                                            {{{"etc/b", "two"}}, Compression::zstd},
                                            {{{"etc/c", "three"}}, Compression::none}};

Result<std::unique_ptr<ImageSource>> open_bytes(std::string_view bytes, const ImageChoice& choice = {}) {
  Fd file(::memfd_create("archive", MFD_CLOEXEC));
  if (::write(file.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) std::abort();
  return open_archive(std::move(file), "test.tar", choice);
}

Result<std::unique_ptr<ImageSource>> open_files(const TestFiles& files, const ImageChoice& choice = {}) {
  return open_bytes(test_tar(files), choice);
}

// The tar of each layer, or the error.
std::vector<std::string> read_layers(const ImageSource& image) {
  std::vector<std::string> tars;
  for (std::size_t i = 0; i < image.layers().size(); ++i) {
    const auto layer = image.open_layer(i);
    auto tar = layer ? read_all(**layer, 1 << 20) : std::unexpected(layer.error());
    tars.push_back(tar ? *tar : tar.error().message);
  }
  return tars;
}

std::vector<std::string> tars() {
  std::vector<std::string> all;
  for (const auto& layer : layers) all.push_back(test_tar(layer.files));
  return all;
}

TestFiles layout(const std::string& name = "1.0") {
  TestFiles files;
  const Descriptor image = put_test_image(files, layers);
  put_test_index(files, {{name, image}});
  return files;
}

TEST(OpenImage, EveryFormGivesTheSame) {
  const TestFolder folder;
  write_test_files(folder.path() + "/layout", layout());
  write_test_file(folder.path() + "/oci.tar", test_tar(layout()));
  write_test_file(folder.path() + "/oci.tar.gz", test_compressed(Compression::gzip, test_tar(layout())));
  write_test_file(folder.path() + "/docker.tar", test_tar(test_docker_files(layers, "site:1.0")));
  struct Row {
    std::string path;
    ImageForm form;
    std::string name, tag;
    bool has_manifest;
  };
  const Row rows[] = {{"layout", ImageForm::layout, "1.0", "1.0", true},
                      {"oci.tar", ImageForm::oci_archive, "1.0", "1.0", true},
                      {"oci.tar.gz", ImageForm::oci_archive, "1.0", "1.0", true},
                      {"docker.tar", ImageForm::docker_archive, "site:1.0", "site:1.0", false}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.path);
    const std::string path = folder.path() + "/" + row.path;
    const auto form = image_form(path);
    ASSERT_TRUE(form) << form.error().message;
    EXPECT_EQ(*form, row.form);
    const auto image = open_image(path, *form);
    ASSERT_TRUE(image) << image.error().message;
    EXPECT_EQ(read_layers(**image), tars());
    EXPECT_EQ((*image)->config(), test_config(layers));
    EXPECT_EQ((*image)->config_text(), text_of(test_config(layers)));
    EXPECT_EQ((*image)->name(), row.name);
    EXPECT_THAT((*image)->tags(), ElementsAre(row.tag));
    EXPECT_EQ((*image)->manifest().has_value(), row.has_manifest);
    EXPECT_EQ((*image)->descriptor().has_value(), row.has_manifest);
    EXPECT_EQ((*image)->layers()[0].digest.has_value(), row.has_manifest);
    const auto listed = list_images(path, *form);
    ASSERT_TRUE(listed) << listed.error().message;
    ASSERT_THAT(*listed, SizeIs(1));
    EXPECT_THAT((*listed)[0].names, ElementsAre(row.tag));
  }
}

TEST(OpenImage, ChoosesByNameAndPlatform) {
  TestFiles files;
  const Descriptor amd64 = put_test_image(files, layers);
  const Descriptor arm64 = put_test_image(files, layers, "arm64");
  const Descriptor riscv = put_test_image(files, layers, "riscv64");
  const Descriptor both = put_test_platforms(files, {arm64, amd64});
  const Descriptor nested = put_test_platforms(files, {both, riscv});
  put_test_index(files, {{"example.org/team/site:1", both}, {"other", riscv}, {"nested", nested}});
  struct Row {
    std::string name;
    std::optional<Platform> platform;
    std::string architecture;  // or the error's text
  };
  const Row rows[] = {
      {"site:1", Platform::arm64(), "arm64"},
      {"example.org/team/site:1", Platform::amd64(), "amd64"},
      {"team/site:1", Platform::amd64(), "amd64"},
      {"nested", Platform::amd64(), "amd64"},
      {"other", {}, "riscv64"},  // not this machine's: the only one there is
      {riscv.digest.text(), {}, "riscv64"},
      {"other", Platform::amd64(), "not there for linux/amd64; it is for: linux/riscv64"},
      {"", {}, "holds several images; name one after a colon: example.org/team/site:1, other, nested"},
      {"ite:1", {}, "there is no image ite:1"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto image = open_files(files, {.name = row.name, .platform = row.platform});
    if (image) {
      EXPECT_EQ((*image)->config().architecture, row.architecture);
    } else {
      EXPECT_EQ(image.error().kind, ErrorKind::not_found);
      EXPECT_THAT(image.error().message, HasSubstr(row.architecture));
    }
  }
}

TEST(OpenImage, PlatformsThatAreListedWithoutAnIndexAreOneImage) {
  TestFiles files;
  const Descriptor amd64 = put_test_image(files, layers);
  const Descriptor arm64 = put_test_image(files, layers, "arm64");
  put_test_index(files, {{"", arm64}, {"", amd64}});
  const auto image = open_files(files, {.platform = Platform::arm64()});
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_EQ((*image)->config().architecture, "arm64");
}

TEST(OpenImage, AttestationsAreNoImages) {
  TestFiles files;
  Descriptor attestation = put_test_image(files, {layers[0]}, "unknown");
  attestation.annotations["vnd.docker.reference.type"] = "attestation-manifest";
  const Descriptor image = put_test_platforms(files, {attestation, put_test_image(files, layers)});
  put_test_index(files, {{"x", image}});
  const auto opened = open_files(files);
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ((*opened)->config().architecture, "amd64");
}

TEST(OpenImage, AnArchiveOfBothFormsIsReadAsTheLayout) {
  TestFiles files = layout("1.0");
  files.merge(test_docker_files(layers, "site:1.0"));
  const auto image = open_files(files);
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_TRUE((*image)->manifest());
}

TEST(OpenImage, DockerArchivesWithSeveralImagesAndLinks) {
  TestFiles files = test_docker_files({layers[0], layers[0]}, "site:1");
  const std::string second = fmt::format("{:064x}/layer.tar", 1);
  files[second] = fmt::format("-> ../{:064x}/layer.tar", 0);
  const TestFiles other = test_docker_files({layers[1]}, "example.org/other:latest");
  Json list = Json::parse(files["manifest.json"]);
  Json entry = Json::parse(other.at("manifest.json"))[0];
  for (const auto& [path, content] : other) files["b/" + path] = content;
  entry["Config"] = "b/" + entry["Config"].get<std::string>();
  entry["Layers"][0] = "b/" + entry["Layers"][0].get<std::string>();
  list.push_back(entry);
  files["manifest.json"] = canonical_json(list);

  const auto first = open_files(files, {.name = "site:1"});
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_THAT(read_layers(**first), ElementsAre(tars()[0], tars()[0]));
  const auto named = open_files(files, {.name = "other"});
  ASSERT_TRUE(named) << named.error().message;
  EXPECT_THAT(read_layers(**named), ElementsAre(tars()[1]));
  const auto none = open_files(files);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::not_found);
  EXPECT_THAT(none.error().message, HasSubstr("site:1, example.org/other:latest"));
}

TEST(OpenImage, BytesThatAreNotTheirDigestsAreSaid) {
  TestFiles files = layout();
  for (auto& [path, content] : files) {
    if (content == test_compressed(Compression::zstd, tars()[1])) content[content.size() / 2] ^= 1;
  }
  const auto image = open_files(files);
  ASSERT_TRUE(image) << image.error().message;
  const auto texts = read_layers(**image);
  EXPECT_EQ(texts[0], tars()[0]);
  EXPECT_THAT(texts[1], HasSubstr("its bytes are not those of its digest"));

  // In a Docker archive, the diff_id is all there is.
  TestFiles docker = test_docker_files(layers, "site:1");
  docker[fmt::format("{:064x}/layer.tar", 2)] = test_tar({{"etc/c", "other"}});
  const auto other = open_files(docker);
  ASSERT_TRUE(other) << other.error().message;
  EXPECT_THAT(read_layers(**other)[2], HasSubstr("unpacked it is not what the config says"));
}

TEST(OpenImage, ManyLayers) {
  const std::vector<TestLayerFiles> many(500, layers[0]);
  TestFiles files;
  const Descriptor image = put_test_image(files, many);
  put_test_index(files, {{"x", image}});
  const auto opened = open_files(files);
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_THAT((*opened)->layers(), SizeIs(500));
}

TEST(OpenImage, RefusesHostileLayouts) {
  using Change = std::function<void(TestFiles&)>;
  struct Row {
    std::string summary;
    Change change;
    ErrorKind kind;
    std::string message;
  };
  const auto bad = ErrorKind::invalid_input;
  const Row rows[] = {
      {"no layout file", [](TestFiles& f) { f.erase("oci-layout"); }, ErrorKind::unsupported,
       "no image archive"},
      {"a root's files", [](TestFiles& f) { f = {{"etc/passwd", "x"}}; }, ErrorKind::unsupported,
       "unpack it into a folder"},
      {"another version", [](TestFiles& f) { f["oci-layout"] = R"({"imageLayoutVersion":"2.0.0"})"; },
       ErrorKind::unsupported, "2.0.0"},
      {"an index that is none", [](TestFiles& f) { f["index.json"] = "{"; }, bad, "JSON"},
      {"an empty index", [](TestFiles& f) { put_test_index(f, {}); }, bad, "lists no image"},
      {"an index of 5 MB", [](TestFiles& f) { f["index.json"] = std::string(5 << 20, ' '); },
       ErrorKind::limit_exceeded, "at most"},
      {"a manifest of 100 MB",
       [](TestFiles& f) {
         const Descriptor d = put_test_blob(f, media_type::manifest, std::string(100 << 20, ' '));
         put_test_index(f, {{"x", d}});
       },
       ErrorKind::limit_exceeded, "more than the 4194304 allowed"},
      {"a missing manifest",
       [](TestFiles& f) { put_test_index(f, {{"x", describe(media_type::manifest, "gone")}}); },
       ErrorKind::not_found, "is not in it"},
      {"a size that lies",
       [](TestFiles& f) {
         Descriptor d = put_test_image(f, layers);
         d.size_bytes += 1;
         put_test_index(f, {{"x", d}});
       },
       ErrorKind::verification_failed, "were promised"},
      {"a blob that is a link out of the archive",
       [](TestFiles& f) {
         const Descriptor d = describe(media_type::manifest, "x");
         f[blob_path(d.digest)] = "-> ../../../../etc/passwd";
         put_test_index(f, {{"x", d}});
       },
       bad, "not a file"},
      {"indexes within indexes",
       [](TestFiles& f) {
         Descriptor d = put_test_image(f, layers);
         for (int i = 0; i < 8; ++i) d = put_test_platforms(f, {d});
         put_test_index(f, {{"x", d}});
       },
       ErrorKind::limit_exceeded, "indexes within each other"},
      {"another number of layers",
       [](TestFiles& f) {
         ImageConfig config = test_config(layers);
         config.diff_ids.pop_back();
         Manifest manifest{.media_type = std::string(media_type::manifest),
                           .artifact_type = "",
                           .config = put_test_blob(f, media_type::config, text_of(config))};
         for (const auto& layer : layers) {
           manifest.layers.push_back(put_test_blob(f, media_type::layer, test_tar(layer.files)));
         }
         put_test_index(f, {{"x", put_test_blob(f, media_type::manifest, text_of(manifest))}});
       },
       bad, "its manifest has 3 layers, and its config 2"},
      {"a layer of another kind",
       [](TestFiles& f) {
         Manifest manifest{.media_type = std::string(media_type::manifest),
                           .artifact_type = "",
                           .config = put_test_blob(f, media_type::config, text_of(test_config({layers[0]})))};
         manifest.layers.push_back(put_test_blob(f, "application/vnd.example.chart", "x"));
         put_test_index(f, {{"x", put_test_blob(f, media_type::manifest, text_of(manifest))}});
       },
       ErrorKind::unsupported, "application/vnd.example.chart"},
      {"only an artifact",
       [](TestFiles& f) {
         Descriptor d = put_test_image(f, layers);
         d.artifact_type = "application/vnd.example";
         put_test_index(f, {{"x", d}});
       },
       ErrorKind::not_found, "there is no image"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    TestFiles files = layout("x");
    row.change(files);
    const auto image = open_files(files);
    ASSERT_FALSE(image);
    EXPECT_EQ(image.error().kind, row.kind) << image.error().message;
    EXPECT_THAT(image.error().message, HasSubstr(row.message));
  }
}

TEST(OpenImage, RefusesHostileDockerArchives) {
  struct Row {
    std::string summary, path, content;
    ErrorKind kind;
    std::string message;
  };
  const std::string config = Digest::of(text_of(test_config(layers))).hex() + ".json";
  const std::string layer = fmt::format("{:064x}/layer.tar", 0);
  const auto bad = ErrorKind::invalid_input;
  const Row rows[] = {
      {"no list", "manifest.json", "{}", bad, "not a list"},
      {"an empty list", "manifest.json", "[]", bad, "not a list"},
      {"a number", "manifest.json", "[1]", bad, "no object"},
      {"no config", "manifest.json", "[{}]", bad, "Config"},
      {"a config outside", "manifest.json", R"([{"Config":"../../etc/passwd","Layers":[]}])", bad, "\"..\""},
      {"a config that is not there", "manifest.json", R"([{"Config":"x.json","Layers":[]}])",
       ErrorKind::not_found, "x.json"},
      {"a manifest of 5 MB", "manifest.json", std::string(5 << 20, ' '), ErrorKind::limit_exceeded,
       "at most"},
      {"another config than its name says", config, "{}", ErrorKind::verification_failed, "its name says"},
      {"a layer that is a link to nowhere", layer, "-> ../../x", bad, "not a file"},
      {"a layer that is a link to itself", layer, "-> layer.tar", bad, "more than 8 times"},
      {"a layer that is a link to what is missing", layer, "-> gone", bad, "is not in it"},
      {"one layer less", "manifest.json",
       fmt::format(R"([{{"Config":"{}","Layers":["{}"]}}])", config, layer), bad,
       "1 layers, and its config 3"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    TestFiles files = test_docker_files(layers, "site:1");
    files[row.path] = row.content;
    const auto image = open_files(files);
    ASSERT_FALSE(image);
    EXPECT_EQ(image.error().kind, row.kind) << image.error().message;
    EXPECT_THAT(image.error().message, HasSubstr(row.message));
  }
}

TEST(OpenImage, RefusesArchivesThatMeanTwoThings) {
  // A member twice: some programs take the first, others the last.
  std::string tar = test_tar(test_docker_files(layers, "site:1"));
  tar.resize(tar.size() - 1024);
  tar += test_tar({{"manifest.json", "[]"}});
  const auto twice = open_bytes(tar);
  ASSERT_FALSE(twice);
  EXPECT_THAT(twice.error().message, HasSubstr("in it twice"));

  const auto cut = open_bytes(std::string_view(tar).substr(0, 560));
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().kind, ErrorKind::invalid_input);
  EXPECT_THAT(cut.error().message, HasSubstr("the archive ends before"));

  const auto text = open_bytes("this is no archive");
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().kind, ErrorKind::invalid_input);
}

TEST(OpenImage, SaysWhatIsThereWhereNothingIs) {
  const TestFolder folder;
  const auto none = image_form(folder.path() + "/none");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::not_found);
  const auto empty = image_form(folder.path());
  ASSERT_FALSE(empty);
  EXPECT_EQ(empty.error().kind, ErrorKind::unsupported);
}

// A layout's folder may be anybody's: no link in it leads out.
TEST(OpenImage, LinksInALayoutsFolderAreNotFollowed) {
  const TestFolder folder;
  TestFiles files = layout();
  write_test_files(folder.path() + "/real", files);
  const std::string inside = folder.path() + "/layout";
  std::filesystem::create_directories(inside);
  for (const char* name : {"oci-layout", "index.json"}) {
    std::filesystem::copy_file(folder.path() + "/real/" + name, inside + "/" + name);
  }
  std::filesystem::create_symlink("../real/blobs", inside + "/blobs");
  const auto image = open_image(inside, ImageForm::layout);
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().kind, ErrorKind::invalid_input);
}

}  // namespace
}  // namespace hauberk
