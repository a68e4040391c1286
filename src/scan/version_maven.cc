// Maven's order.
//
// Spec: Maven's POM reference, "Version Order Specification", as ComparableVersion of Maven 3.9 has it: a
// list of numbers and qualifiers; each hyphen, and each change between digits and letters, begins a list
// within.
//
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <memory>
#include <vector>

#include "scan/version_order.h"
#include "scan/version_text.h"

namespace hauberk {
namespace {

struct Item {
  enum class Kind { number, word, list } kind = Kind::list;
  std::string text = {};             // number, or word in its normal spelling
  std::vector<Item> items = {};
};

// The qualifiers that Maven knows, in their order; "" is the release itself.
constexpr std::array<std::string_view, 7> qualifiers = {"alpha",    "beta", "milestone", "rc",
                                                        "snapshot", "",     "sp"};
constexpr std::size_t release_rank = 5;

std::size_t rank_of(std::string_view word) {
  return static_cast<std::size_t>(std::ranges::find(qualifiers, word) - qualifiers.begin());
}

std::string normal_word(std::string_view word, bool followed_by_digit) {
  if (followed_by_digit && word == "a") return "alpha";
  if (followed_by_digit && word == "b") return "beta";
  if (followed_by_digit && word == "m") return "milestone";
  if (word == "ga" || word == "final" || word == "release") return "";
  return std::string(word == "cr" ? "rc" : word);
}

bool is_null(const Item& item) {
  switch (item.kind) {
    case Item::Kind::number: return compare_numbers(item.text, "") == 0;
    case Item::Kind::word: return item.text.empty();
    case Item::Kind::list: return item.items.empty();
  }
  return true;
}

void trim(Item& list) {
  for (std::size_t i = list.items.size(); i-- > 0;) {
    Item& item = list.items[i];
    if (is_null(item)) {
      list.items.erase(list.items.begin() + static_cast<std::ptrdiff_t>(i));
    } else if (item.kind != Item::Kind::list) {
      break;
    }
  }
}

// Builds the nested lists from the left; only the innermost one is ever added to. Lists are kept side by side
// and put into one another at the end, so that a long version needs no recursion.
class Builder {
 public:
  void add(std::string_view token, bool is_digits, bool followed_by_digit) {
    if (is_digits) {
      lists_.back().items.push_back({Item::Kind::number, std::string(token), {}});
      return;
    }
    if (!lists_.back().items.empty()) open();  // ".x" is "-x"
    lists_.back().items.push_back({Item::Kind::word, normal_word(token, followed_by_digit), {}});
  }
  void add_zero() { lists_.back().items.push_back({Item::Kind::number, "0", {}}); }
  void open() { lists_.emplace_back(); }

  Item finish() {
    while (lists_.size() > 1) {
      Item inner = std::move(lists_.back());
      lists_.pop_back();
      trim(inner);
      lists_.back().items.push_back(std::move(inner));
    }
    trim(lists_.front());
    return std::move(lists_.front());
  }

 private:
  std::vector<Item> lists_ = std::vector<Item>(1);
};

Item parsed_of(std::string_view version) {
  const std::string text = lowered(version);
  Builder builder;
  bool digits = false;
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view token = std::string_view(text).substr(start, i - start);
    if (text[i] == '.' || text[i] == '-') {
      token.empty() ? builder.add_zero() : builder.add(token, digits, false);
      if (text[i] == '-') builder.open();
      start = i + 1;
    } else if (is_digit(text[i]) != digits) {
      if (!token.empty()) {
        builder.add(token, digits, !digits);
        builder.open();
        start = i;
      }
      digits = !digits;
    }
  }
  if (start < text.size()) builder.add(std::string_view(text).substr(start), digits, false);
  return builder.finish();
}

std::strong_ordering compare_words(std::string_view a, std::string_view b) {
  const std::size_t rank_a = rank_of(a);
  const std::size_t rank_b = rank_of(b);
  if (rank_a != rank_b || rank_a < qualifiers.size()) return rank_a <=> rank_b;
  return a <=> b;
}

std::strong_ordering compare_to_nothing(const Item& item) {
  switch (item.kind) {
    case Item::Kind::number: return compare_numbers(item.text, "");
    case Item::Kind::word: return rank_of(item.text) <=> release_rank;
    case Item::Kind::list: break;
  }
  for (const Item& inner : item.items) {
    if (const auto order = compare_to_nothing(inner); order != 0) return order;
  }
  return std::strong_ordering::equal;
}

std::strong_ordering compare_items(const Item& a, const Item& b);

std::strong_ordering compare_lists(const Item& a, const Item& b) {
  for (std::size_t i = 0; i < std::max(a.items.size(), b.items.size()); ++i) {
    const auto order = i >= b.items.size()   ? compare_to_nothing(a.items[i])
                       : i >= a.items.size() ? 0 <=> compare_to_nothing(b.items[i])
                                             : compare_items(a.items[i], b.items[i]);
    if (order != 0) return order;
  }
  return std::strong_ordering::equal;
}

// Of different kinds: words before lists before numbers.
std::strong_ordering compare_items(const Item& a, const Item& b) {
  const auto rank = [](const Item& item) {
    return item.kind == Item::Kind::word ? 0 : item.kind == Item::Kind::list ? 1 : 2;
  };
  if (a.kind != b.kind) return rank(a) <=> rank(b);
  if (a.kind == Item::Kind::number) return compare_numbers(a.text, b.text);
  return a.kind == Item::Kind::word ? compare_words(a.text, b.text) : compare_lists(a, b);
}

bool is_version(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

}  // namespace

MaybeOrdering compare_maven(std::string_view a, std::string_view b) {
  if (!is_version(a) || !is_version(b)) return std::nullopt;
  return compare_lists(parsed_of(a), parsed_of(b));
}

}  // namespace hauberk
