#include "src/sqlite/align.h"

#include <map>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace autogen::sqlite {
namespace {

// Names by their lower-case form.
class Names {
 public:
  template <typename List>
  explicit Names(const List& list) {
    for (const auto& one : list) names_.emplace(absl::AsciiStrToLower(one.name()), one.name());
  }

  void Align(std::string* name) const {
    auto found = names_.find(absl::AsciiStrToLower(*name));
    if (found != names_.end()) *name = found->second;
  }

 private:
  std::map<std::string, std::string> names_;
};

template <typename List>
auto* Find(List* list, const std::string& name) {
  for (auto& one : *list) {
    if (one.name() == name) return &one;
  }
  return decltype(&*list->begin()){nullptr};
}

// Of what stands in quotes the case counts.
bool SameButCase(const std::string& a, const std::string& b) {
  if (!absl::EqualsIgnoreCase(a, b)) return false;
  bool quoted = false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i] == '\'') quoted = !quoted;
    if (quoted && a[i] != b[i]) return false;
  }
  return true;
}

void AlignText(const std::string& existing, std::string* text) {
  if (SameButCase(existing, *text)) *text = existing;
}

template <typename Relation>
void AlignTriggers(const Relation& existing, Relation* relation) {
  const Names names(existing.trigger());
  for (Trigger& t : *relation->mutable_trigger()) {
    names.Align(t.mutable_name());
    const Trigger* same = Find(&existing.trigger(), t.name());
    if (same == nullptr) continue;
    AlignText(same->body(), t.mutable_body());
    AlignText(same->when(), t.mutable_when());
  }
}

void AlignTable(const Table& existing, Table* table) {
  const Names columns(existing.column());
  for (Column& c : *table->mutable_column()) columns.Align(c.mutable_name());
  auto align = [&](auto* names) {
    for (std::string& name : *names) columns.Align(&name);
  };
  auto align_keys = [&](auto* keys) {
    for (IndexKey& key : *keys) columns.Align(key.mutable_column());
  };
  if (table->has_primary_key()) {
    align(table->mutable_primary_key()->mutable_column());
    align_keys(table->mutable_primary_key()->mutable_key());
  }
  for (Unique& u : *table->mutable_unique()) {
    align(u.mutable_column());
    align_keys(u.mutable_key());
  }
  for (ForeignKey& k : *table->mutable_foreign_key()) align(k.mutable_column());
  const Names indexes(existing.index());
  for (Index& i : *table->mutable_index()) {
    indexes.Align(i.mutable_name());
    align_keys(i.mutable_key());
  }
  AlignTriggers(existing, table);
}

}  // namespace

void AlignCase(const Schema& existing, Schema* schema) {
  const Names tables(existing.table()), views(existing.view());
  for (Table& t : *schema->mutable_table()) {
    tables.Align(t.mutable_name());
    if (const Table* same = Find(&existing.table(), t.name())) AlignTable(*same, &t);
    for (ForeignKey& k : *t.mutable_foreign_key()) {
      tables.Align(k.mutable_references()->mutable_table());
      const Table* target = Find(&existing.table(), k.references().table());
      if (target == nullptr) continue;
      const Names columns(target->column());
      for (std::string& name : *k.mutable_references()->mutable_column()) columns.Align(&name);
    }
  }
  for (View& v : *schema->mutable_view()) {
    views.Align(v.mutable_name());
    const View* same = Find(&existing.view(), v.name());
    if (same == nullptr) continue;
    AlignText(same->definition(), v.mutable_definition());
    AlignTriggers(*same, &v);
  }
}

}  // namespace autogen::sqlite
