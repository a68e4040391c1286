// Numbers in hostile bytes, in either byte order.
//
// A view never reads outside of itself: a number that lies beyond the end is 0, a part that does is empty. So
// a reader checks the size of a record once, and a mistake in that check cannot become a read out of bounds.
// Thread rule: values.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace hauberk {

class ByteView {
 public:
  enum class Order { little, big };

  ByteView() = default;
  ByteView(std::span<const std::byte> bytes, Order order) : bytes_(bytes), order_(order) {}

  std::size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }
  Order order() const { return order_; }
  std::span<const std::byte> bytes() const { return bytes_; }
  std::string_view text() const { return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()}; }

  bool holds(std::uint64_t at, std::uint64_t count) const {
    return at <= bytes_.size() && count <= bytes_.size() - at;
  }

  // The `count` bytes at `at`; empty if they are not all there.
  ByteView part(std::uint64_t at, std::uint64_t count) const {
    return holds(at, count) ? ByteView(bytes_.subspan(at, count), order_) : ByteView({}, order_);
  }

  // Everything from `at` on; empty beyond the end.
  ByteView from(std::uint64_t at) const { return part(at, at <= size() ? size() - at : 0); }

  // An unsigned number of 1 to 8 bytes.
  std::uint64_t number(std::uint64_t at, std::size_t width) const {
    std::uint64_t value = 0;
    const auto record = part(at, width).bytes_;
    for (std::size_t i = 0; i < record.size(); ++i) {
      value = value << 8 |
              std::to_integer<std::uint64_t>(record[order_ == Order::big ? i : record.size() - 1 - i]);
    }
    return value;
  }
  std::uint8_t u8(std::uint64_t at) const { return static_cast<std::uint8_t>(number(at, 1)); }
  std::uint16_t u16(std::uint64_t at) const { return static_cast<std::uint16_t>(number(at, 2)); }
  std::uint32_t u32(std::uint64_t at) const { return static_cast<std::uint32_t>(number(at, 4)); }
  std::uint64_t u64(std::uint64_t at) const { return number(at, 8); }

  // The text from `at` to the next NUL, of at most `limit` bytes; empty if there is no NUL within that.
  std::string_view text_at(std::uint64_t at, std::size_t limit) const {
    if (at >= bytes_.size()) return {};
    const std::string_view rest = text().substr(at, limit + 1);
    const std::size_t end = rest.find('\0');
    return end == std::string_view::npos ? std::string_view{} : rest.substr(0, end);
  }

 private:
  std::span<const std::byte> bytes_ = {};
  Order order_ = Order::little;
};

}  // namespace hauberk
