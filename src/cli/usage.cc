// SPDX-License-Identifier: Apache-2.0
#include "cli/usage.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/nearest.h"

namespace hauberk {
namespace {

// "--json" of "--json=yes".
std::string_view flag_of(std::string_view word) { return word.substr(0, word.find('=')); }

const CLI::Option* find_flag(const CLI::App& app, std::string_view flag) {
  return app.get_option_no_throw(std::string(flag));
}

// The words that stand by themselves: no flags, nor the values of the program's own.
std::vector<std::string_view> plain_words(const CLI::App& app, std::span<const std::string_view> words) {
  std::vector<std::string_view> plain;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!words[i].starts_with('-')) {
      plain.push_back(words[i]);
      continue;
    }
    const CLI::Option* option = find_flag(app, words[i]);
    if (option != nullptr && option->get_expected_min() > 0) ++i;
  }
  return plain;
}

std::vector<const CLI::App*> all_verbs(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

const CLI::App* verb_of(const CLI::App& app, std::string_view word) {
  const auto verbs = all_verbs(app);
  const auto found = std::ranges::find(verbs, word, [](const CLI::App* verb) { return verb->get_name(); });
  return found == verbs.end() ? nullptr : *found;
}

std::vector<std::string> verbs_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* verb : all_verbs(app)) names.push_back(verb->get_name());
  return names;
}

void add_flags(const CLI::App& app, std::vector<std::string>& names) {
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;  // hidden
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
}

std::string suggestion(std::string_view word, const std::vector<std::string>& known) {
  const std::vector<std::string_view> views(known.begin(), known.end());
  const auto near = nearest(word, views);
  return near ? fmt::format("; did you mean {}?", *near) : ".";
}

// What was asked for: the program, one of its verbs, or a verb of that ("trust revoke").
struct Asked {
  const CLI::App* app;
  std::string words = {};  // "trust revoke "

  bool has_verbs() const { return !all_verbs(*app).empty(); }
};

std::string about_verb(const Asked& asked, std::string_view word) {
  return fmt::format("cannot do \"{}{}\": there is no such verb{} `hauberk {}--help` lists them", asked.words,
                     word, suggestion(word, verbs_of(*asked.app)), asked.words);
}

std::string about_flag(const CLI::App& app, const Asked& asked, std::string_view flag) {
  std::vector<std::string> known;
  add_flags(*asked.app, known);
  add_flags(app, known);
  const std::string_view words = std::string_view(asked.words).substr(0, asked.words.size() - 1);
  return fmt::format("cannot use {}: `hauberk {}` has no such flag{} `hauberk {} --help` lists them", flag,
                     words, suggestion(flag, known), words);
}

}  // namespace

std::string usage_message(const CLI::App& app, const CLI::ParseError& error,
                          std::span<const std::string_view> words) {
  Asked asked{&app};
  for (const std::string_view word : plain_words(app, words)) {
    if (!asked.has_verbs()) break;
    const CLI::App* verb = verb_of(*asked.app, word);
    if (verb == nullptr) return about_verb(asked, word);
    asked = {verb, asked.words + verb->get_name() + " "};
  }
  const auto unknown = std::ranges::find_if(words, [&](std::string_view word) {
    return word.starts_with("--") && word.size() > 2 && find_flag(app, flag_of(word)) == nullptr &&
           find_flag(*asked.app, flag_of(word)) == nullptr;
  });
  const bool extra = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr;
  if (asked.app != &app && unknown != words.end() && extra) return about_flag(app, asked, flag_of(*unknown));
  return fmt::format("{}; see `hauberk {}--help`", error.what(), asked.words);
}

}  // namespace hauberk
