#include <algorithm>
#include <deque>

#include "absl/strings/str_cat.h"
#include "src/diff/draft.h"
#include "src/diff/inherited.h"
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
      d_.fate[i] = d_.rules().fate(d_, static_cast<int>(i));
      if (d_.fate[i] == Fate::kKeep) continue;
      if (d_.fate[i] != Fate::kAlter || d_.rules().disturbs(d_, static_cast<int>(i))) {
        queue_.push_back(static_cast<int>(i));
      }
    }
    do {
      while (!queue_.empty()) {
        int i = queue_.front();
        queue_.pop_front();
        Spread(i);
      }
      for (size_t i = 0; i < d_.fate.size(); ++i) {
        const int object = static_cast<int>(i);
        if (Gone(object)) continue;
        const int cause = d_.rules().displaced_by(d_, object);
        if (cause >= 0) Rebuild(object, cause);
      }
    } while (!queue_.empty());
  }

 private:
  void Spread(int i) {
    Fate fate = d_.fate[static_cast<size_t>(i)];
    if (fate == Fate::kDrop || fate == Fate::kRebuild) WithParentsIndex(i);
    if (fate == Fate::kRebuild) {
      for (int check : ChecksToDropAbove(d_, i)) Rebuild(check, i);
      const model::Object& o = d_.before.at(i);
      if (o.id.kind == COLUMN) WithColumnsBelow(o.parent, o.id.name, i);
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

  void OnDisturbed(const model::Edge& e, int altered) {
    for (int i : d_.rules().in_the_way(d_, e, altered)) {
      Rebuild(i, altered);
      if (!Needs(i, altered)) d_.around.insert({i, altered});
    }
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

  // What tables below have of their own on a column that comes from this one goes with it.
  void WithColumnsBelow(int table, const std::string& name, int cause) {
    for (int below : TablesBelow(d_.before, table)) {
      const model::ObjectId& id = d_.before.at(below).id;
      const int column = d_.before.Find({COLUMN, id.schema, id.name, name});
      if (column < 0) {
        WithColumnsBelow(below, name, cause);
      } else if (static_cast<const Column&>(d_.Before(column)).inherited()) {
        Rebuild(column, cause);
      }
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

  // Whether a table uses a type for a column of its parents, unlisted: what is done to theirs comes
  // down to it.
  bool ByParentsColumn(const model::Edge& e, int type) const {
    return e.field.empty() && d_.before.at(e.to).id.kind == TABLE &&
           InheritsColumnOf(d_.before, e.to, type);
  }

  // An unchanged dependent of a dropped object depends on another one of that name now.
  void OnDrop(const model::Edge& e, int i) {
    if (Gone(e.to)) return;
    if (ByParentsColumn(e, i)) return;
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
    if (ByParentsColumn(e, i)) return;
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
    d_.fate[at] = d_.rules().rebuilt_as(d_, i, cause);
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
