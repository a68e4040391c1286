// SPDX-License-Identifier: Apache-2.0
#include "fetch/indexes.h"

#include <algorithm>

#include "fetch/index_file.h"

namespace hauberk {
namespace {

constexpr std::uint64_t text_limit_bytes = std::uint64_t{1} << 30;

std::string folder_of(const IndexRequest& request) {
  if (request.repository->flat()) return "";
  return fmt::format("{}/binary-{}/", request.component, request.architecture);
}

std::optional<IndexFile> listed(const Release& release, const std::string& folder) {
  return index_file(release, folder, "Packages");
}

// "updates/main" is "main" to who asks: the security suite's names have grown that way.
bool has_component(const Release& release, const std::string& component) {
  return std::ranges::any_of(release.components, [&](const std::string& known) {
    return known == component || known.ends_with("/" + component);
  });
}

std::unexpected<Error> no_component(const Repository& repository, const Release& release,
                                    const std::string& component) {
  return fail(ErrorKind::not_found,
              "cannot find the component {} of {}: there are {}; correct the repository line", component,
              public_url(repository.suite_url()), fmt::join(release.components, ", "));
}

int priority_of(const Release& release) {
  if (!release.not_automatic) return 500;
  return release.but_automatic_upgrades ? 100 : 1;
}

struct Text {
  std::string text;
  Digest digest;
};

// The whole stream; with a known size without growing, so that a large index is in memory once.
Result<std::string> whole_text(ByteSource& stream, const IndexFile& file) {
  if (!file.text) return read_all(stream, text_limit_bytes);
  std::string text(file.text->size_bytes, '\0');
  TRY_STATUS(read_exactly(stream, std::as_writable_bytes(std::span(text))));
  std::byte more{};
  TRY(const std::size_t rest, stream.read(std::span(&more, 1)));
  if (rest != 0)
    return fail(ErrorKind::verification_failed, "longer than the {} bytes that the signed Release says",
                text.size());
  return text;
}

Result<Text> unpacked(const FetchContext& context, const IndexFile& file) {
  const auto refuse = [&](std::string_view why) { return bad_index_file(context, file, why); };
  if (file.text && file.text->size_bytes > text_limit_bytes)
    return fail(ErrorKind::limit_exceeded, "cannot unpack {}: {} bytes are more than we accept", file.path,
                file.text->size_bytes);
  TRY(FileSource source, context.store.vault().open_file(vault_path(file.file.digest)));
  DecompressionLimits limits;
  limits.output_bytes = text_limit_bytes;
  HashingSource packed(source);
  const auto stream = decompress(file.compression, packed, limits);
  auto text = whole_text(*stream, file);
  if (!text) return refuse(text.error().message);
  const Digest digest = Digest::of(*text);
  if (file.text && digest != file.text->digest)
    return refuse("its text is not the one that the Release lists");
  if (packed.finish() != file.file.digest) return refuse("the file in the vault is damaged");
  return Text{*std::move(text), digest};
}

// The digest of the text, where it is known without unpacking.
std::optional<Digest> text_digest(const FetchContext& context, const IndexFile& file) {
  if (file.text) return file.text->digest;
  const auto known =
      context.store.cache().read_file(fmt::format("index/{}.text", file.file.digest.hex()), 128);
  if (!known) return std::nullopt;
  const auto digest = Digest::parse(*known);
  return digest ? std::optional(*digest) : std::nullopt;
}

std::string index_path(const Digest& text) { return fmt::format("index/{}", text.hex()); }

struct Opened {
  PackageIndex packages;
  Digest text;
};

Result<Opened> built_index(const FetchContext& context, const IndexRequest& request, const IndexFile& file) {
  std::optional<Text> read;
  TRY_STATUS(read_index_file(context, *request.repository, request.release->release, file, [&]() -> Status {
    TRY(read, unpacked(context, file));
    return {};
  }));
  const auto& [text, digest] = *read;
  auto packages = PackageIndex::build(text, context.store.cache(), index_path(digest));
  if (!packages) return wrap(packages.error(), fmt::format("cannot read {}", file.path));
  if (!file.text)
    TRY_STATUS(context.store.cache().write_file(fmt::format("index/{}.text", file.file.digest.hex()),
                                                digest.text()));
  return Opened{*std::move(packages), digest};
}

Result<Opened> opened_index(const FetchContext& context, const IndexRequest& request, const IndexFile& file) {
  if (const auto digest = text_digest(context, file)) {
    // What cannot be opened (absent, of another version, damaged) is made anew: it is only a cache.
    auto packages = PackageIndex::open(context.store.cache(), index_path(*digest));
    if (packages) return Opened{*std::move(packages), *digest};
  }
  return built_index(context, request, file);
}

LockedIndex record_of(const IndexRequest& request, const Digest& text) {
  const Release& release = request.release->release;
  return LockedIndex{.url = public_url(request.repository->suite_url()),
                     .suite = release.suite,
                     .codename = release.codename,
                     .component = request.component,
                     .architecture = request.architecture,
                     .origin = release.origin,
                     .date = to_rfc3339(release.date),
                     .valid_until = release.valid_until ? to_rfc3339(*release.valid_until) : "",
                     .signed_by = request.release->signed_by,
                     .release_digest = request.release->digest,
                     .packages_digest = text};
}

}  // namespace

Result<std::vector<IndexRequest>> index_requests(const FetchContext& context, const Repository& repository,
                                                 const VerifiedRelease& release, Platform platform) {
  std::vector<std::string> architectures = {std::string(platform.architecture())};
  if (release.separate_all && !repository.flat()) architectures.emplace_back("all");
  std::vector<IndexRequest> requests;
  for (const std::string& component : repository.components) {
    const std::size_t before = requests.size();
    for (const std::string& architecture : architectures) {
      IndexRequest request{&repository, &release, component, architecture};
      if (listed(release.release, folder_of(request))) requests.push_back(std::move(request));
    }
    if (requests.size() > before) continue;
    if (!repository.flat() && !has_component(release.release, component))
      return no_component(repository, release.release, component);
    context.progress.warn(fmt::format("{} has no packages of component {} for {}; it is left out",
                                      public_url(repository.suite_url()), component, platform.text()));
  }
  return requests;
}

Result<SuiteIndex> verified_index(const FetchContext& context, const IndexRequest& request) {
  const auto file = listed(request.release->release, folder_of(request));
  if (!file)
    return fail(ErrorKind::not_found, "cannot find {}Packages in the Release of {}", folder_of(request),
                public_url(request.repository->suite_url()));
  TRY(Opened opened, opened_index(context, request, *file));
  return SuiteIndex{record_of(request, opened.text), std::move(opened.packages),
                    public_url(request.repository->url), priority_of(request.release->release)};
}

}  // namespace hauberk
