// SPDX-License-Identifier: Apache-2.0
#include "history/evidence.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/json.h"
#include "history/database.h"
#include "io/parallel.h"

namespace hauberk {
namespace {

// A row as the database has it.
struct TextRow {
  std::string form, predicate_type, key, digest, media_type, artifact_type, annotations, inputs_key,
      content_key, made_at;
  long long size_bytes = 0;
};

// What a row takes the place of.
auto place_of(const EvidenceRow& row) { return std::tie(row.form, row.predicate_type, row.key); }

auto order_of(const EvidenceRow& row) {
  return std::tuple(name_of(row.form), std::string_view(row.predicate_type), std::string_view(row.key),
                    row.manifest.digest.text());
}

std::unexpected<Error> damaged(const Digest& subject) {
  return fail(ErrorKind::io, "cannot read the evidence of {}: its rows in hauberk.db are damaged",
              subject.text());
}

Result<Annotations> annotations_of(const std::string& text, const Digest& subject) {
  const auto json = parse_json(text);
  if (!json || !json->is_object()) return damaged(subject);
  Annotations annotations;
  for (const auto& [key, value] : json->items()) {
    if (!value.is_string()) return damaged(subject);
    annotations[key] = value.get<std::string>();
  }
  return annotations;
}

Result<EvidenceRow> row_of(const TextRow& text, const Digest& subject) {
  const auto form = parse_evidence_form(text.form);
  auto digest = Digest::parse(text.digest);
  if (!form || !digest || text.size_bytes < 0) return damaged(subject);
  Descriptor manifest{.media_type = text.media_type,
                      .digest = *std::move(digest),
                      .size_bytes = static_cast<std::uint64_t>(text.size_bytes)};
  TRY(manifest.annotations, annotations_of(text.annotations, subject));
  manifest.artifact_type = text.artifact_type;
  return EvidenceRow{.form = *form,
                     .predicate_type = text.predicate_type,
                     .key = text.key,
                     .manifest = std::move(manifest),
                     .inputs_key = text.inputs_key,
                     .content_key = text.content_key,
                     .made_at = text.made_at};
}

TextRow text_of(const EvidenceRow& row) {
  return {.form = std::string(name_of(row.form)),
          .predicate_type = row.predicate_type,
          .key = row.key,
          .digest = row.manifest.digest.text(),
          .media_type = row.manifest.media_type,
          .artifact_type = row.manifest.artifact_type,
          .annotations = canonical_json(row.manifest.annotations),
          .inputs_key = row.inputs_key,
          .content_key = row.content_key,
          .made_at = row.made_at,
          .size_bytes = static_cast<long long>(row.manifest.size_bytes)};
}

// Sorted, each once: the last of those that name one manifest in one place.
void set_in_order(std::vector<EvidenceRow>& rows) {
  std::ranges::reverse(rows);
  std::ranges::stable_sort(rows, {}, order_of);
  const auto rest = std::ranges::unique(rows, {}, order_of);
  rows.erase(rest.begin(), rest.end());
}

// Whether the row, of which nothing was known but its manifest, is told of by the other.
bool is_told_by(const EvidenceRow& unknown, const EvidenceRow& row) {
  return unknown.key.empty() && unknown.predicate_type.empty() && unknown.form == row.form &&
         unknown.manifest.digest == row.manifest.digest;
}

// What is to be there after put(): `rows`, and those of `old` whose place they do not take.
std::vector<EvidenceRow> replaced(const std::vector<EvidenceRow>& old, std::vector<EvidenceRow> rows) {
  set_in_order(rows);
  const std::size_t count = rows.size();
  for (const EvidenceRow& before : old) {
    bool is_gone = false;
    for (std::size_t i = 0; i < count; ++i) {
      is_gone = is_gone || is_told_by(before, rows[i]);
      if (place_of(rows[i]) != place_of(before)) continue;
      is_gone = true;
      if (rows[i].manifest.digest == before.manifest.digest) rows[i].made_at = before.made_at;
    }
    if (!is_gone) rows.push_back(before);
  }
  set_in_order(rows);
  return rows;
}

// What is to be there after add().
std::vector<EvidenceRow> joined(std::vector<EvidenceRow> rows, const std::vector<EvidenceRow>& more) {
  for (const EvidenceRow& row : more) {
    const bool is_there = std::ranges::any_of(rows, [&](const EvidenceRow& other) {
      return is_told_by(row, other) ||
             (other.form == row.form && other.predicate_type == row.predicate_type &&
              other.manifest.digest == row.manifest.digest);
    });
    if (!is_there) rows.push_back(row);
  }
  set_in_order(rows);
  return rows;
}

Status check_count(const Digest& subject, const std::vector<EvidenceRow>& rows) {
  if (rows.size() <= most_referrers) return {};
  return fail(ErrorKind::limit_exceeded,
              "cannot store the evidence of {}: there would be {} pieces, more than the {} allowed",
              subject.text(), rows.size(), most_referrers);
}

}  // namespace

struct EvidenceTable::State {
  soci::session sql;
  bool has_table = true;  // a store that may only be read can be of an older version

  Result<std::vector<EvidenceRow>> rows_of(const Digest& subject);
  void insert(const Digest& subject, const EvidenceRow& row);
  void remove(const Digest& subject, const EvidenceRow& row);
  void change(const Digest& subject, const std::vector<EvidenceRow>& from,
              const std::vector<EvidenceRow>& to);
};

Result<std::vector<EvidenceRow>> EvidenceTable::State::rows_of(const Digest& subject) {
  std::vector<EvidenceRow> rows;
  if (!has_table) return rows;
  const std::string digest = subject.text();
  TextRow row;
  soci::statement statement =
      (sql.prepare << "SELECT form, predicate_type, key, digest, media_type, size_bytes, artifact_type, "
                      "annotations, inputs_key, content_key, made_at FROM evidence WHERE subject = :subject",
       soci::into(row.form), soci::into(row.predicate_type), soci::into(row.key), soci::into(row.digest),
       soci::into(row.media_type), soci::into(row.size_bytes), soci::into(row.artifact_type),
       soci::into(row.annotations), soci::into(row.inputs_key), soci::into(row.content_key),
       soci::into(row.made_at), soci::use(digest));
  statement.execute();
  while (statement.fetch()) {
    TRY(auto parsed, row_of(row, subject));
    rows.push_back(std::move(parsed));
  }
  set_in_order(rows);
  return rows;
}

void EvidenceTable::State::insert(const Digest& subject, const EvidenceRow& row) {
  const TextRow text = text_of(row);
  const std::string digest = subject.text();
  sql << "INSERT INTO evidence (subject, form, predicate_type, key, digest, media_type, size_bytes, "
         "artifact_type, annotations, inputs_key, content_key, made_at) VALUES (:subject, :form, :type, "
         ":key, "
         ":digest, :media, :size, :artifact, :annotations, :inputs, :content, :at)",
      soci::use(digest), soci::use(text.form), soci::use(text.predicate_type), soci::use(text.key),
      soci::use(text.digest), soci::use(text.media_type), soci::use(text.size_bytes),
      soci::use(text.artifact_type), soci::use(text.annotations), soci::use(text.inputs_key),
      soci::use(text.content_key), soci::use(text.made_at);
}

void EvidenceTable::State::remove(const Digest& subject, const EvidenceRow& row) {
  const TextRow text = text_of(row);
  const std::string digest = subject.text();
  sql << "DELETE FROM evidence WHERE subject = :subject AND form = :form AND predicate_type = :type AND "
         "key = :key AND digest = :digest",
      soci::use(digest), soci::use(text.form), soci::use(text.predicate_type), soci::use(text.key),
      soci::use(text.digest);
}

void EvidenceTable::State::change(const Digest& subject, const std::vector<EvidenceRow>& from,
                                  const std::vector<EvidenceRow>& to) {
  const auto is_in = [](const std::vector<EvidenceRow>& rows, const EvidenceRow& row) {
    const auto at = std::ranges::lower_bound(rows, order_of(row), {}, order_of);
    return at != rows.end() && *at == row;
  };
  for (const EvidenceRow& row : from) {
    if (!is_in(to, row)) remove(subject, row);
  }
  for (const EvidenceRow& row : to) {
    if (!is_in(from, row)) insert(subject, row);
  }
}

EvidenceTable::EvidenceTable(std::unique_ptr<State> state) : state_(std::move(state)) {}
EvidenceTable::EvidenceTable(EvidenceTable&&) noexcept = default;
EvidenceTable::~EvidenceTable() = default;

Result<EvidenceTable> EvidenceTable::open(const Store& store) {
  auto state = std::make_unique<State>();
  TRY_STATUS(open_database(store, state->sql));
  return guarded("open the table of evidence", [&]() -> Result<EvidenceTable> {
    int tables = 0;
    state->sql << "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'evidence'",
        soci::into(tables);
    state->has_table = tables > 0;
    return EvidenceTable(std::move(state));
  });
}

Result<std::vector<EvidenceRow>> EvidenceTable::of(const Digest& subject) {
  return guarded(fmt::format("read the evidence of {}", subject.text()),
                 [&] { return state_->rows_of(subject); });
}

Status EvidenceTable::put(const Digest& subject, const std::vector<EvidenceRow>& rows) {
  return put({{subject, rows}});
}

Status EvidenceTable::put(const std::map<Digest, std::vector<EvidenceRow>>& rows_by_subject,
                          const std::map<Digest, std::vector<EvidenceRow>>& withdrawn) {
  const auto after = [&](const Digest& subject, const std::vector<EvidenceRow>& old,
                         const std::vector<EvidenceRow>& rows) {
    std::vector<EvidenceRow> to = replaced(old, rows);
    if (const auto gone = withdrawn.find(subject); gone != withdrawn.end()) {
      std::erase_if(to, [&](const EvidenceRow& row) {
        return std::ranges::find(gone->second, row) != gone->second.end();
      });
    }
    return to;
  };
  return guarded("store evidence", [&]() -> Status {
    // Looked at before the write lock is taken: mostly there is nothing new, and nothing is to be written.
    bool is_new = false;
    for (const auto& [subject, rows] : rows_by_subject) {
      TRY(const auto old, state_->rows_of(subject));
      is_new = is_new || after(subject, old, rows) != old;
    }
    if (!is_new) return {};
    WriteTransaction transaction(state_->sql);
    for (const auto& [subject, rows] : rows_by_subject) {
      TRY(const auto old, state_->rows_of(subject));
      const auto to = after(subject, old, rows);
      TRY_STATUS(check_count(subject, to));
      state_->change(subject, old, to);
    }
    transaction.commit();
    return {};
  });
}

Status EvidenceTable::add(const Digest& subject, const std::vector<EvidenceRow>& rows) {
  return guarded(fmt::format("store the evidence of {}", subject.text()), [&]() -> Status {
    WriteTransaction transaction(state_->sql);
    TRY(const auto old, state_->rows_of(subject));
    const auto to = joined(old, rows);
    TRY_STATUS(check_count(subject, to));
    state_->change(subject, old, to);
    transaction.commit();
    return {};
  });
}

Result<std::vector<EvidenceRow>> StoredEvidence::rows_of(const Digest& subject) const {
  const std::lock_guard lock(mutex_);
  return table_.of(subject);
}

Result<std::vector<Descriptor>> StoredEvidence::referrers(const Digest& subject) const {
  TRY(const auto rows, rows_of(subject));
  std::vector<Descriptor> descriptors;
  for (const EvidenceRow& row : rows) {
    if (row.form == EvidenceForm::bundle) descriptors.push_back(row.manifest);
  }
  std::ranges::sort(descriptors, {}, &Descriptor::digest);
  const auto rest = std::ranges::unique(descriptors, {}, &Descriptor::digest);
  descriptors.erase(rest.begin(), rest.end());
  return descriptors;
}

Result<std::optional<Descriptor>> StoredEvidence::tagged(std::string_view tag) const {
  const bool is_signature = tag.ends_with(".sig");
  if (!is_signature && !tag.ends_with(".att")) return std::nullopt;
  std::string name(tag.substr(0, tag.size() - 4));
  if (const auto dash = name.find('-'); dash != std::string::npos) name[dash] = ':';
  const auto subject = Digest::parse(name);
  if (!subject) return std::nullopt;
  TRY(const auto rows, rows_of(*subject));
  // A stranger's manifest, which may have come later, does not hide ours.
  const auto rank = [](const EvidenceRow& row) { return std::pair(!row.key.empty(), row.made_at); };
  const EvidenceRow* newest = nullptr;
  for (const EvidenceRow& row : rows) {
    if (row.form != (is_signature ? EvidenceForm::signature : EvidenceForm::attestation)) continue;
    if (newest == nullptr || rank(row) >= rank(*newest)) newest = &row;
  }
  if (newest == nullptr) return std::nullopt;
  return newest->manifest;
}

std::size_t StoredEvidence::threads() const { return processor_count(); }

Result<std::string> StoredEvidence::read(const Descriptor& blob, std::uint64_t limit_bytes) const {
  if (blob.size_bytes > limit_bytes) {
    return fail(ErrorKind::limit_exceeded,
                "cannot read the blob {}: it has {} bytes, more than the {} allowed", blob.digest.text(),
                blob.size_bytes, limit_bytes);
  }
  TRY(auto source, open_verified(blobs_, blob.digest, blob.size_bytes));
  return read_all(*source, blob.size_bytes);
}

}  // namespace hauberk
