// Small packages made by the tests that need one, well formed or broken in a chosen way.
//
// For tests of this folder and of those above. Thread rule: functions without state.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "io/compression.h"
#include "io/stream.h"
#include "tar/writer.h"

namespace hauberk {

struct TestEntry {
  TarEntry entry;
  std::string content;
};

inline TestEntry test_file(std::string path, std::string content, std::uint32_t mode = 0644) {
  TestEntry file;
  file.entry.path = std::move(path);
  file.entry.mode = mode;
  file.entry.mtime_seconds = 1'700'000'000;
  file.content = std::move(content);
  return file;
}

inline TestEntry test_directory(std::string path, std::uint32_t mode = 0755) {
  TestEntry directory = test_file(std::move(path), "", mode);
  directory.entry.type = TarEntry::Type::directory;
  return directory;
}

inline TestEntry test_symlink(std::string path, std::string target) {
  TestEntry link = test_file(std::move(path), "", 0777);
  link.entry.type = TarEntry::Type::symlink;
  link.entry.link_target = std::move(target);
  return link;
}

inline TestEntry test_hard_link(std::string path, std::string target) {
  TestEntry link = test_symlink(std::move(path), std::move(target));
  link.entry.type = TarEntry::Type::hard_link;
  link.entry.mode = 0644;
  return link;
}

// A control file: the fields given, and those that every package must have.
struct TestControl {
  std::string package = "example";
  std::string version = "1.0-1";
  std::string architecture = "amd64";
  std::vector<std::pair<std::string, std::string>> fields = {};  // "Depends", "libc6 (>= 2.36)"
};

inline std::string make_control(const TestControl& control) {
  std::string text = "Package: " + control.package + "\nVersion: " + control.version +
                     "\nArchitecture: " + control.architecture +
                     "\nMaintainer: Nobody <nobody@example.org>\n";
  for (const auto& [name, value] : control.fields) text += name + ": " + value + "\n";
  return text + "Description: a package made for a test\n";
}

struct TestPackageOptions {
  Compression control = Compression::gzip;
  Compression data = Compression::gzip;
  std::map<std::string, std::string> control_files = {};  // "postinst", "#!/bin/sh\n"
  // The ar members in their order. "control.tar" and "data.tar" get the ending of their compression; any
  // other name but debian-binary has itself as its content.
  std::vector<std::string> members = {"debian-binary", "control.tar", "data.tar"};
  std::string format = "2.0\n";
  std::function<void(std::string&)> break_control = nullptr;  // the control member's bytes, compressed
  std::function<void(std::string&)> break_data = nullptr;     // the data member's bytes, compressed
  std::function<void(std::string&)> break_package = nullptr;  // the whole .deb
};

// For what a test itself makes, failing is a mistake in the test.
template <class T>
T test_must(Result<T> result) {
  return std::move(result).value();
}

inline std::string make_ar_member(std::string_view name, std::string_view content) {
  std::string member =
      fmt::format("{:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n", name, 0, 0, 0, 100644, content.size());
  member += content;
  if (content.size() % 2 != 0) member += '\n';
  return member;
}

inline std::string make_tar(const std::vector<TestEntry>& entries) {
  MemorySink sink;
  TarWriter tar(sink);
  for (const auto& [entry, content] : entries) {
    const bool file = entry.type == TarEntry::Type::file;
    test_must(file ? tar.add_file(entry, content) : tar.add(entry));
  }
  test_must(tar.finish());
  return sink.take();
}

inline std::string test_compressed(Compression compression, std::string_view bytes) {
  MemorySink sink;
  const auto compressor = compress(compression, compression == Compression::zstd ? 3 : 6, sink);
  test_must(write_text(*compressor, bytes));
  test_must(compressor->finish());
  return sink.take();
}

inline std::string make_deb(const std::string& control_text, const std::vector<TestEntry>& entries,
                            const TestPackageOptions& options = {}) {
  const auto ending = [](Compression compression) -> std::string {
    return compression == Compression::gzip ? ".gz" : compression == Compression::zstd ? ".zst" : "";
  };
  std::vector<TestEntry> control_entries{test_directory(""), test_file("control", control_text)};
  for (const auto& [name, text] : options.control_files) {
    control_entries.push_back(test_file(name, text, 0755));
  }
  std::string deb = "!<arch>\n";
  for (const std::string& member : options.members) {
    if (member == "debian-binary") {
      deb += make_ar_member(member, options.format);
    } else if (member == "control.tar") {
      std::string bytes = test_compressed(options.control, make_tar(control_entries));
      if (options.break_control) options.break_control(bytes);
      deb += make_ar_member(member + ending(options.control), bytes);
    } else if (member == "data.tar") {
      std::string bytes = test_compressed(options.data, make_tar(entries));
      if (options.break_data) options.break_data(bytes);
      deb += make_ar_member(member + ending(options.data), bytes);
    } else {
      deb += make_ar_member(member, member);
    }
  }
  if (options.break_package) options.break_package(deb);
  return deb;
}

// What a Packages file says of a .deb, with the empty line after it.
inline std::string make_packages_stanza(const std::string& control_text, std::string_view filename,
                                        std::string_view deb) {
  return fmt::format("{}Filename: {}\nSize: {}\nSHA256: {}\n\n", control_text, filename, deb.size(),
                     Digest::of(deb).hex());
}

}  // namespace hauberk
