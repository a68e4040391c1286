// Which evidence the store has of an image: its referrers, and what cosign's older tags name.
//
// The bytes are blobs like any other; the table in hauberk.db lists them by their subject, so that nothing
// has to be searched. Every change is one transaction, durable before the call returns: put the blobs first,
// then the rows. The table is a listing, and proves nothing (attest/verified.h). Thread rule: one thread per
// EvidenceTable; a StoredEvidence may be asked from several threads, if nobody else uses its table meanwhile.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "attest/evidence.h"
#include "oci/blob_store.h"
#include "oci/referrers.h"
#include "store/store.h"

namespace hauberk {

struct EvidenceRow {
  EvidenceForm form = EvidenceForm::bundle;  // bundle: whatever refers to the subject, also others' artifacts
  std::string predicate_type = {};  // of our own artifacts without a statement their type; empty: not known
  std::string key = {};  // the signer's fingerprint; empty: not known here
  Descriptor manifest;  // with artifact type and annotations, as a listing has it
  std::string inputs_key = {};  // names what it was made from: equal inputs need not be stated again
  std::string content_key = {};  // names what it says, without times
  std::string made_at = {};  // RFC 3339

  friend bool operator==(const EvidenceRow&, const EvidenceRow&) = default;
};

class EvidenceTable {
 public:
  static Result<EvidenceTable> open(const Store& store);
  EvidenceTable(EvidenceTable&&) noexcept;
  ~EvidenceTable();

  // By form, predicate type, key, and digest of the manifest. Empty: none, or no such subject.
  Result<std::vector<EvidenceRow>> of(const Digest& subject);

  // The rows take the place of all earlier ones of the same subject, form, predicate type and key. A row
  // that names the same manifest as before keeps its `made_at`. Equal rows again change nothing, and write
  // nothing. Of a manifest that add() listed without key and type these rows tell more, and stay alone.
  // limit_exceeded: more than most_referrers rows for one subject; nothing is changed then.
  Status put(const Digest& subject, const std::vector<EvidenceRow>& rows);
  // For several subjects, all or none; and the rows that are not to be listed any more.
  Status put(const std::map<Digest, std::vector<EvidenceRow>>& rows_by_subject,
             const std::map<Digest, std::vector<EvidenceRow>>& withdrawn = {});

  // Puts the rows beside those that are there and takes none away: for what comes from elsewhere, whose keys
  // and types are a stranger's word, and must not displace our own; leave both empty. A manifest that is
  // listed already under the same form (and the same type, if there is one) is not listed twice.
  Status add(const Digest& subject, const std::vector<EvidenceRow>& rows);

 private:
  struct State;
  explicit EvidenceTable(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// The evidence in the store. The table and the blobs must outlive it.
class StoredEvidence final : public EvidenceSource {
 public:
  StoredEvidence(EvidenceTable& table, const BlobStore& blobs) : table_(table), blobs_(blobs) {}

  Result<std::vector<Descriptor>> referrers(const Digest& subject) const override;

  // "sha256-<hex>.sig" and ".att": the newest manifest of that form whose signer is known, else the newest.
  Result<std::optional<Descriptor>> tagged(std::string_view tag) const override;

  Result<std::string> read(const Descriptor& blob, std::uint64_t limit_bytes) const override;

  std::size_t threads() const override;

 private:
  Result<std::vector<EvidenceRow>> rows_of(const Digest& subject) const;

  EvidenceTable& table_;
  const BlobStore& blobs_;
  mutable std::mutex mutex_;  // the table's one connection
};

}  // namespace hauberk
