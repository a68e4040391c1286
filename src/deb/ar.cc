// SPDX-License-Identifier: Apache-2.0
#include "deb/ar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace hauberk {
namespace {

constexpr std::string_view magic = "!<arch>\n";
constexpr std::size_t header_bytes = 60;

std::string_view without_blanks_after(std::string_view field) {
  const std::size_t last = field.find_last_not_of(' ');
  return last == std::string_view::npos ? std::string_view() : field.substr(0, last + 1);
}

Result<ArMember> member_of(std::string_view header) {
  const auto wrong = [](std::string_view why) {
    return fail(ErrorKind::invalid_input, "a header in the ar archive is damaged: {}", why);
  };
  if (header.substr(58) != "`\n") return wrong("it does not end as one");
  ArMember member;
  std::string_view name = without_blanks_after(header.substr(0, 16));
  if (name.ends_with('/')) name.remove_suffix(1);
  const bool printable = std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 127; });
  if (name.empty() || !printable) return wrong("its name is not printable");
  member.name = name;
  const std::string_view size = without_blanks_after(header.substr(48, 10));
  const auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), member.size_bytes);
  if (size.empty() || error != std::errc{} || end != size.data() + size.size()) {
    return wrong("its size is no number");
  }
  return member;
}

}  // namespace

Result<std::optional<ArMember>> ArReader::next() {
  if (!begun_) {
    std::array<char, magic.size()> start{};
    TRY(const std::size_t n, fill(std::as_writable_bytes(std::span(start))));
    if (std::string_view(start.data(), n) != magic) {
      return fail(ErrorKind::invalid_input, "it does not begin as an ar archive");
    }
    begun_ = true;
  }
  TRY_STATUS(skip_content());
  std::array<char, header_bytes> header{};
  TRY(const std::size_t n, fill(std::as_writable_bytes(std::span(header))));
  if (n == 0) return std::nullopt;
  if (n < header_bytes) return fail(ErrorKind::invalid_input, "it ends within a header of the ar archive");
  TRY(ArMember member, member_of({header.data(), header.size()}));
  name_ = member.name;
  remaining_ = member.size_bytes;
  odd_ = member.size_bytes % 2 != 0;
  return std::optional(std::move(member));
}

Result<std::size_t> ArReader::read(std::span<std::byte> buffer) {
  const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, buffer.size()));
  if (want == 0) return std::size_t{0};
  TRY(const std::size_t n, source_.read(buffer.first(want)));
  if (n == 0) {
    return fail(ErrorKind::invalid_input, "it ends {} bytes before its member {} does", remaining_, name_);
  }
  remaining_ -= n;
  return n;
}

Status ArReader::skip_content() {
  std::array<std::byte, 16384> buffer;
  while (remaining_ > 0) TRY_STATUS(read(buffer));
  if (!std::exchange(odd_, false)) return {};
  TRY(const std::size_t n, fill(std::span(buffer).first(1)));
  if (n == 1 && buffer[0] == std::byte{'\n'}) return {};
  return fail(ErrorKind::invalid_input, "the newline after its member {} of odd size is missing", name_);
}

// As much of the buffer as the stream still has.
Result<std::size_t> ArReader::fill(std::span<std::byte> buffer) {
  std::size_t have = 0;
  while (have < buffer.size()) {
    TRY(const std::size_t n, source_.read(buffer.subspan(have)));
    if (n == 0) break;
    have += n;
  }
  return have;
}

}  // namespace hauberk
