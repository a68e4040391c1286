// secrets_bench [FOLDER...]: how many of the planted secrets are found, kind by kind; what is found in the
// harmless texts and in each folder (an unpacked image, say), all of which may be false; and how fast content
// without candidates, and each folder's own, is read.
//
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "facts/secrets.h"
#include "facts/secrets_corpus.h"
#include "facts/secrets_harmless.h"

namespace hauberk {
namespace {

constexpr std::uint64_t seed = 1;
constexpr std::size_t each = 20;

// Bytes and the processor time that find_secrets() took for them: others may use the machine too.
class Throughput {
 public:
  std::vector<FoundSecret> find(std::string_view path, std::string_view content) {
    const std::clock_t start = std::clock();
    auto found = find_secrets(path, content);
    seconds_ += static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    bytes_ += content.size();
    ++files_;
    return found;
  }
  std::string text() const {
    const double megabytes = static_cast<double>(bytes_) / 1e6;
    return fmt::format("{} files, {:.1f} MB, {:.2f} s, {:.0f} MB/s", files_, megabytes, seconds_,
                       megabytes / seconds_);
  }

 private:
  std::size_t files_ = 0;
  std::size_t bytes_ = 0;
  double seconds_ = 0;
};

struct Count {
  std::size_t found = 0;
  std::size_t planted = 0;
};

void print_recall() {
  std::map<std::string, Count> counts;
  Count all;
  for (const corpus::Planted& planted : corpus::planted(seed, each)) {
    std::size_t found = 0;
    for (const FoundSecret& secret : find_secrets(planted.path, planted.content))
      found |= secret.kind == planted.kind;
    for (Count* count : {&counts[planted.kind], &all}) {
      count->found += found;
      ++count->planted;
    }
  }
  for (const auto& [kind, count] : counts)
    fmt::print("{:24} {:4} of {:4}\n", kind, count.found, count.planted);
  fmt::print("recall: {} of {} in {} kinds\n", all.found, all.planted, counts.size());
}

void print_harmless() {
  const auto texts = corpus::harmless(seed);
  std::size_t found = 0;
  for (const corpus::Harmless& text : texts) {
    for (const FoundSecret& secret : find_secrets(text.path, text.content)) {
      fmt::print("false: {} in {}\n", secret.kind, text.summary);
      ++found;
    }
  }
  fmt::print("harmless texts: {} found in {}\n", found, texts.size());
}

std::string words(corpus::Random& random, std::size_t size) {
  std::string text;
  while (text.size() < size) text += random.word() + (random.below(12) == 0 ? ".\n" : " ");
  return text;
}

void print_throughput(std::string_view what, std::string_view path, const std::string& content) {
  Throughput throughput;
  for (int i = 0; i < 10; ++i) throughput.find(path, content);
  fmt::print("{:14} {}\n", what, throughput.text());
}

void print_folder(const std::string& folder) {
  namespace fs = std::filesystem;
  Throughput throughput;
  std::size_t found = 0;
  std::error_code error;
  const auto options = fs::directory_options::skip_permission_denied;
  for (fs::recursive_directory_iterator at(folder, options, error), end; at != end; at.increment(error)) {
    if (error || at->is_symlink() || !at->is_regular_file()) continue;
    std::ifstream in(at->path(), std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(in), {}};
    const std::string path = fs::relative(at->path(), folder).string();
    for (const FoundSecret& secret : throughput.find(path, content)) {
      fmt::print("{} {}:{} {}\n", secret.kind, path, secret.line, secret.hint);
      ++found;
    }
  }
  fmt::print("{}: {} found in {}\n", folder, found, throughput.text());
}

}  // namespace
}  // namespace hauberk

int main(int argc, char** argv) {
  constexpr std::size_t size = 64 << 20;
  hauberk::print_recall();
  hauberk::print_harmless();
  hauberk::corpus::Random random(hauberk::seed);
  hauberk::print_throughput("random bytes", "opt/app/data", random.bytes(size));
  hauberk::print_throughput("text", "opt/app/text.yaml", hauberk::words(random, size));
  for (int i = 1; i < argc; ++i) hauberk::print_folder(argv[i]);
  return 0;
}
