#include <algorithm>
#include <deque>

#include "absl/strings/str_cat.h"
#include "src/diff/draft.h"
#include "src/diff/foreign_keys.h"
#include "src/diff/inherited.h"
#include "src/diff/type_steps.h"
#include "src/model/inheritance.h"

namespace autogen::diff {
namespace {

class Spreader {
 public:
  explicit Spreader(Draft& draft) : d_(draft) {}

  void Run() {
    for (size_t i = 0; i < d_.fate.size(); ++i) {
      if (d_.fate[i] == Fate::kDrop) {
        queue_.push_back(static_cast<int>(i));
        continue;
      }
      if (CannotTighten(d_, static_cast<int>(i))) {
        d_.fate[i] = Fate::kReplace;
      } else if (d_.changed[i].empty()) {
        continue;
      } else {
        d_.fate[i] = FateOf(d_, static_cast<int>(i));
      }
      if (d_.fate[i] != Fate::kAlter || Disturbs(d_, static_cast<int>(i))) {
        queue_.push_back(static_cast<int>(i));
      }
    }
    do {
      while (!queue_.empty()) {
        int i = queue_.front();
        queue_.pop_front();
        Spread(i);
      }
      DisplaceForeignKeys();
      RecreatePartitioned();
    } while (!queue_.empty());
  }

 private:
  // Without its partitions, which are detached meanwhile, such a table has no rows.
  void RecreatePartitioned() {
    for (size_t i = 0; i < d_.fate.size(); ++i) {
      const int table = static_cast<int>(i);
      if (d_.before.at(table).id.kind != TABLE || Gone(table)) continue;
      const int cause = ChangedKeyColumn(d_, table);
      if (cause >= 0) Rebuild(table, cause);
    }
  }

  void DisplaceForeignKeys() {
    for (size_t i = 0; i < d_.fate.size(); ++i) {
      const int key = static_cast<int>(i);
      if (d_.before.at(key).id.kind != FOREIGN_KEY || Gone(key)) continue;
      int cause = WhatDisplaces(d_, key);
      if (cause < 0) cause = TableOfNewTwin(d_, key);
      if (cause >= 0) Rebuild(key, cause);
    }
  }

  void Spread(int i) {
    Fate fate = d_.fate[static_cast<size_t>(i)];
    if (fate == Fate::kDrop || fate == Fate::kRebuild) WithParentsIndex(i);
    if (fate == Fate::kRebuild) {
      for (int check : ChecksToDropAbove(d_, i)) Rebuild(check, i);
    }
    for (const model::Edge& e : d_.before.NeededBy(i)) {
      if (d_.before.at(e.to).parent == i) {
        // Children are dropped and created with the object around them; those of a replaced type
        // stay on the old one.
        if (fate == Fate::kRebuild) RebuildChild(e.to, i);
      } else if (fate == Fate::kRebuild) {
        OnRebuild(e, i);
      } else if (fate == Fate::kDrop) {
        OnDrop(e, i);
      } else if (fate == Fate::kReplace) {
        OnReplace(e, i);
      } else {  // altered, and disturbing
        OnDisturbed(e, i);
      }
    }
  }

  // PostgreSQL recreates the indexes of the column, and the dependents of the column with them. A
  // dependent of such an index alone (a foreign key, where the column is an INCLUDE one) would keep
  // it from that (ATPostAlterTypeCleanup in tablecmds.c).
  void OnDisturbed(const model::Edge& e, int column) {
    if (StandsInTheWay(d_, e)) {
      Rebuild(e.to, column);
      return;
    }
    if (d_.before.at(column).id.kind != COLUMN || !IsIndex(d_.before.at(e.to).id.kind)) return;
    for (const model::Edge& on_index : d_.before.NeededBy(e.to)) {
      if (!on_index.field.empty() || Needs(on_index.to, column)) continue;
      Rebuild(on_index.to, column);
      d_.around.insert({on_index.to, column});
    }
  }

  static bool IsIndex(Kind kind) {
    return kind == INDEX || kind == PRIMARY_KEY || kind == UNIQUE || kind == EXCLUSION;
  }

  bool Needs(int i, int on) const {
    const std::vector<model::Edge>& needs = d_.before.Needs(i);
    return std::any_of(needs.begin(), needs.end(),
                       [&](const model::Edge& e) { return e.to == on; });
  }

  // An index that is attached to a parent's is dropped with that one only.
  void WithParentsIndex(int i) {
    for (const model::Edge& e : d_.before.Needs(i)) {
      if (e.field == "attached_to" && ParentsStay(d_, d_.before.at(i).parent)) Rebuild(e.to, i);
    }
  }

  void RebuildChild(int child, int i) {
    Rebuild(child, i);
    // A column that the other side has from a parent, unlisted, comes back with the table; so does
    // its dependents.
    if (d_.to_after[static_cast<size_t>(child)] >= 0 ||
        d_.fate[static_cast<size_t>(child)] == Fate::kDrop) {
      return;
    }
    for (const model::Edge& e : d_.before.NeededBy(child)) OnRebuild(e, child);
  }

  void OnRebuild(const model::Edge& e, int i) {
    if (Gone(e.to)) return;
    // Its rows may be another partition's then.
    if (e.field == "partition_of" && d_.Changes(i, "partition_by") && StaysBelow(e.to, i)) {
      return Rebuild(e.to, i);
    }
    // Unset and set again, rather than rebuilt: a default, an owner of a sequence, a partition. An
    // index that is attached to its parent's cannot be detached.
    if (!e.field.empty() && e.field != "attached_to") {
      d_.detached.insert({e.to, e.field});
    } else {
      Rebuild(e.to, i);
    }
  }

  bool StaysBelow(int partition, int parent) const {
    const int a = d_.to_after[static_cast<size_t>(partition)];
    const std::vector<int> parents = model::ParentTables(d_.after, a);
    return parents == std::vector<int>{d_.to_after[static_cast<size_t>(parent)]};
  }

  // An unchanged dependent of a dropped object depends on another one of that name now.
  void OnDrop(const model::Edge& e, int i) {
    if (Gone(e.to)) return;
    size_t at = static_cast<size_t>(e.to);
    for (const google::protobuf::FieldDescriptor* f : d_.changed[at]) {
      const FieldRule& rule = model::RuleOf(f);
      if (!e.field.empty() ? f->name() == e.field
                           : rule.sql() != NOT_SQL || rule.reference_size() > 0 || rule.rebuild() ||
                                 f->message_type() != nullptr) {
        return;
      }
    }
    OnRebuild(e, i);
  }

  void OnReplace(const model::Edge& e, int i) {
    if (Gone(e.to)) return;
    const model::Object& o = d_.before.at(e.to);
    if (o.id.kind == TABLE && InheritsColumnOf(d_.before, e.to, i)) return;
    bool plain_column =
        o.id.kind == COLUMN && !static_cast<const Column&>(*o.message).has_generated();
    if (!plain_column) {
      Rebuild(e.to, i);
      return;
    }
    if (!d_.retyped.insert(e.to).second) return;
    size_t at = static_cast<size_t>(e.to);
    if (d_.fate[at] == Fate::kKeep) d_.fate[at] = Fate::kAlter;
    for (const model::Edge& on_column : d_.before.NeededBy(e.to)) {
      OnDisturbed(on_column, e.to);
    }
  }

  bool Gone(int i) const {
    return d_.fate[static_cast<size_t>(i)] == Fate::kDrop ||
           d_.to_after[static_cast<size_t>(i)] < 0;
  }

  void Rebuild(int i, int cause) {
    size_t at = static_cast<size_t>(i);
    if (Gone(i) || d_.fate[at] == Fate::kRebuild || d_.fate[at] == Fate::kReplace) return;
    if (d_.options.unmanaged.contains(d_.before.at(i).id.kind)) return;
    // What a type consists of is dropped before it: the type cannot be renamed aside then.
    d_.fate[at] = IsDataType(d_.before.at(cause).id.kind) ? RebuiltAs(d_, i) : Fate::kRebuild;
    d_.because[at] = absl::StrCat("recreated after ", model::Describe(d_.before.at(cause).id));
    d_.retyped.erase(i);
    queue_.push_back(i);
  }

  Draft& d_;
  std::deque<int> queue_;
};

}  // namespace

void SpreadRebuilds(Draft& draft) { Spreader(draft).Run(); }

}  // namespace autogen::diff
