// SPDX-License-Identifier: Apache-2.0
#include "publish/push_evidence.h"

#include <map>
#include <set>

#include "io/parallel.h"
#include "oci/media_type.h"
#include "publish/referrers_answer.h"
#include "publish/registry_evidence.h"

namespace hauberk {
namespace {

constexpr int writes_limit = 4;  // of one list, before we give up against others who write it too

std::vector<Digest> subjects_of(const std::vector<EvidenceItem>& items) {
  std::set<Digest> subjects;
  for (const EvidenceItem& item : items) {
    if (item.tag.empty()) subjects.insert(item.subject);
  }
  return {subjects.begin(), subjects.end()};
}

Result<std::set<Digest>> listed_of(const RegistryEvidence& evidence, const std::vector<Digest>& subjects,
                                   std::size_t connections) {
  std::vector<std::vector<Descriptor>> of_each(subjects.size());
  TRY_STATUS(parallel_for(subjects.size(), connections, [&](std::size_t i) -> Status {
    TRY(of_each[i], evidence.referrers(subjects[i]));
    return {};
  }));
  std::set<Digest> listed;
  for (const auto& some : of_each) {
    for (const Descriptor& entry : some) listed.insert(entry.digest);
  }
  return listed;
}

// The list below the tag, with the entries in it. False: the tag names the subject whatever is written to it.
Result<bool> keep_list(RegistryClient& registry, const Digest& subject,
                       const std::vector<Descriptor>& entries) {
  const std::string tag = referrers_tag(subject);
  for (int writes = 0; writes <= writes_limit; ++writes) {
    TRY(const auto there, registry.find_manifest(tag));
    const bool is_subject = there && is_subject_itself(*there, subject);
    if (is_subject && writes > 0) return false;
    const std::string before = there && !is_subject ? there->text : std::string();
    auto text = with_referrers(before, entries);
    if (!text) {
      return wrap(std::move(text).error(),
                  fmt::format("cannot list evidence in {}:{}", registry.address().name(), tag));
    }
    if (*text == before) return true;
    const Descriptor descriptor = describe(media_type::index, *text);
    const auto put = registry.put_manifest(tag, {descriptor, *std::move(text)});
    if (put) continue;
    // As a digest, it is not that of a list.
    if (is_subject && put.error().kind == ErrorKind::verification_failed) return false;
    return std::unexpected(put.error());
  }
  return fail(ErrorKind::conflict,
              "cannot list evidence in {}:{}: somebody else writes this list at the same time; run it again",
              registry.address().name(), tag);
}

Result<bool> put_item(RegistryClient& registry, const EvidenceItem& item) {
  const std::string name = item.tag.empty() ? item.document.descriptor.digest.text() : item.tag;
  return registry.put_manifest(name, item.document);
}

}  // namespace

Result<std::vector<EvidenceItem>> missing_evidence(RegistryClient& registry, std::vector<EvidenceItem> items,
                                                   std::size_t connections) {
  const RegistryEvidence evidence(registry);
  TRY(const auto listed, listed_of(evidence, subjects_of(items), connections));
  std::vector<char> is_missing(items.size(), 1);
  TRY_STATUS(parallel_for(items.size(), connections, [&](std::size_t i) -> Status {
    const Digest& digest = items[i].document.descriptor.digest;
    if (items[i].tag.empty()) {
      is_missing[i] = !listed.contains(digest);
      return {};
    }
    TRY(const auto named, registry.digest_of(items[i].tag));
    is_missing[i] = named != digest;
    return {};
  }));
  std::vector<EvidenceItem> missing;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (is_missing[i] != 0) missing.push_back(std::move(items[i]));
  }
  return missing;
}

Result<WrittenLists> put_evidence(RegistryClient& registry, const std::vector<EvidenceItem>& items,
                                  std::size_t connections) {
  std::vector<char> is_listed(items.size(), 0);
  TRY_STATUS(parallel_for(items.size(), connections, [&](std::size_t i) -> Status {
    TRY(is_listed[i], put_item(registry, items[i]));
    return {};
  }));
  std::map<Digest, std::vector<Descriptor>> unlisted;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (is_listed[i] != 0 || !items[i].tag.empty()) continue;
    unlisted[items[i].subject].push_back(referrer_entry(items[i].document.descriptor, items[i].manifest));
  }
  const std::vector<std::pair<Digest, std::vector<Descriptor>>> lists(unlisted.begin(), unlisted.end());
  std::vector<char> is_kept(lists.size(), 0);
  TRY_STATUS(parallel_for(lists.size(), connections, [&](std::size_t i) -> Status {
    TRY(is_kept[i], keep_list(registry, lists[i].first, lists[i].second));
    return {};
  }));
  WrittenLists written;
  for (std::size_t i = 0; i < lists.size(); ++i) {
    if (is_kept[i] == 0) written.without.push_back(lists[i].first);
    written.by_tag = written.by_tag || is_kept[i] != 0;
  }
  return written;
}

}  // namespace hauberk
