// clients_image STORE PROGRAM: a store with one tagged image for both platforms that runs PROGRAM, made
// without building, so that tests of other people's clients need no network.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "history/tags.h"
#include "io/clock.h"
#include "publish/test_image.h"

namespace hauberk {
namespace {

Status make(const std::string& store_path, const std::string& program) {
  TRY(const Dir root, Dir::open("/"));
  TRY(const std::string bytes, root.read_file(program.substr(1), 64 << 20));
  const auto store = make_test_store(store_path);
  ImageConfig config;
  config.user = "65532:65532";
  config.entrypoint = {"/hello"};
  config.environment = {"PATH=/"};
  config.exposed_ports = {"8080/tcp"};
  config.labels = {{"org.opencontainers.image.title", "hello"}};
  std::vector<Descriptor> manifests;
  for (const Platform platform : Platform::all()) {
    manifests.push_back(put_image(store->blobs(), platform,
                                  {{"hello", bytes}, {"etc/zstd", "second layer", Compression::zstd}},
                                  config));
  }
  const Descriptor index = put_index(store->blobs(), manifests);
  TRY(TagStore tags, TagStore::open(*store));
  const TaggedImage image{.repository = "",
                          .tag = "",
                          .media_type = index.media_type,
                          .digest = index.digest,
                          .size_bytes = index.size_bytes,
                          .moved_at = ""};
  const Time now = system_clock().now();
  TRY_STATUS(tags.set("test.example/hello", {"1", "latest"}, image, now, "made for a test"));
  // umoci 0.4 knows neither zstd nor an index below index.json.
  TaggedImage plain = image;
  const Descriptor manifest =
      put_image(store->blobs(), Platform::amd64(), {{"hello", bytes}, {"etc/gzip", "second layer"}}, config);
  plain.media_type = manifest.media_type;
  plain.digest = manifest.digest;
  plain.size_bytes = manifest.size_bytes;
  TRY_STATUS(tags.set("test.example/hello", {"gzip"}, plain, now, "made for a test"));
  return {};
}

}  // namespace
}  // namespace hauberk

int main(int argc, char** argv) {
  if (argc != 3 || argv[2][0] != '/') return 2;
  const auto status = hauberk::make(argv[1], argv[2]);
  if (!status) std::fprintf(stderr, "%s\n", status.error().message.c_str());
  return status ? 0 : 1;
}
