// Checks, foreign keys and triggers that a table has beside those that come down from its parents.
#include <algorithm>
#include <vector>

#include "src/diff/graph.h"
#include "src/diff/inherited.h"
#include "src/model/inheritance.h"

namespace autogen::diff {
namespace {

using google::protobuf::Message;

// Whether one on a parent is, or takes the name of, one on its children.
bool ComesDown(Kind kind) { return kind == CHECK || kind == FOREIGN_KEY || kind == TRIGGER; }

// Foreign keys are merged whatever their names are.
bool IsTwin(const model::Object& above, const model::Object& below) {
  return above.id.kind == below.id.kind &&
         (below.id.kind == FOREIGN_KEY || above.id.name == below.id.name);
}

// A partition gets copies of its parents' foreign keys, under their names, unless those are taken.
bool TakesNameOf(const model::Object& above, const model::Object& below) {
  return below.id.kind == FOREIGN_KEY && above.id.name == below.id.name;
}

// On the tables above that one of `object`, the nearest first.
std::vector<int> TwinsAbove(const model::Catalog& catalog, const model::Object& object, int table) {
  std::vector<int> found;
  for (int above : TablesAbove(catalog, table)) {
    for (int child : catalog.at(above).children) {
      const model::Object& o = catalog.at(child);
      if (IsTwin(o, object) && !FollowsParent(o.id.kind, *o.message)) found.push_back(child);
    }
  }
  return found;
}

// Of a partition's own foreign key: those of the tables above, wanted and not there yet, that
// PostgreSQL would take it for a copy of (tryAttachPartitionForeignKey in tablecmds.c).
template <typename IsNew>
int MergesInto(const Draft& d, int foreign_key, IsNew is_new) {
  const model::Object& o = d.before.at(foreign_key);
  const auto& own = static_cast<const ForeignKey&>(*o.message);
  const auto& table = static_cast<const Table&>(d.Before(o.parent));
  if (!table.has_partition_of() || !ParentsStay(d, o.parent) || own.not_valid()) return -1;
  for (int twin : TwinsAbove(d.after, o, d.to_after[static_cast<size_t>(o.parent)])) {
    ForeignKey same = own;
    const auto& key = static_cast<const ForeignKey&>(d.After(twin));
    same.set_name(key.name());
    same.set_comment(key.comment());
    if (is_new(twin) && model::ChangedFields(same, key, d.options.compare).empty()) return twin;
  }
  return -1;
}

}  // namespace

std::vector<int> TablesAbove(const model::Catalog& catalog, int table) {
  std::vector<int> above = model::ParentTables(catalog, table);
  for (size_t i = 0; i < above.size(); ++i) {
    for (int parent : model::ParentTables(catalog, above[i])) {
      if (std::find(above.begin(), above.end(), parent) == above.end()) above.push_back(parent);
    }
  }
  return above;
}

bool BecomesCopy(const Draft& d, int foreign_key) {
  return MergesInto(d, foreign_key,
                    [&](int twin) { return d.before.Find(d.after.at(twin).id) < 0; }) >= 0;
}

int TableOfNewTwin(const Draft& d, int foreign_key) {
  const int twin = MergesInto(d, foreign_key, [&](int key) {
    const int b = d.to_before[static_cast<size_t>(key)];
    return b < 0 || d.fate[static_cast<size_t>(b)] == Fate::kRebuild;
  });
  return twin < 0 ? -1 : d.to_before[static_cast<size_t>(d.after.at(twin).parent)];
}

int TableOfNamesake(const Draft& d, int foreign_key) {
  const int a = d.to_after[static_cast<size_t>(foreign_key)];
  if (a < 0) return -1;
  for (const model::ObjectId& copy : CopiesOnPartitions(d.after, a)) {
    const int table = d.before.Find({TABLE, copy.schema, "", copy.parent});
    if (d.after.Find(copy) >= 0 && d.before.Find(copy) < 0 && ParentsStay(d, table)) return table;
  }
  return -1;
}

std::vector<int> ChecksToDropAbove(const Draft& d, int check) {
  const model::Object& o = d.before.at(check);
  const int a = d.to_after[static_cast<size_t>(check)];
  if (o.id.kind != CHECK || a < 0 || FollowsParent(CHECK, *o.message) ||
      !FollowsParent(CHECK, d.After(a)) || !ParentsStay(d, o.parent)) {
    return {};
  }
  return TwinsAbove(d.before, o, o.parent);
}

// One that is inherited is not dropped from a child; a child's own one that differs, or has the
// name of a trigger, makes room for the parent's.
void Graph::AddOrderBelowParents() {
  for (const auto& [b, node] : drop_) {
    const model::Object& o = d_.before.at(b);
    if (!ComesDown(o.id.kind) || !ParentsStay(d_, o.parent)) continue;
    for (int twin : TwinsAbove(d_.before, o, o.parent)) {
      if (o.id.kind == CHECK) Edge(RemoverOf(twin), node);
    }
    for (int twin : TwinsAbove(d_.after, o, d_.to_after[static_cast<size_t>(o.parent)])) {
      Edge(node, MakerOf(twin));
    }
  }
  for (const auto& [a, node] : create_) {
    const model::Object& o = d_.after.at(a);
    if (!ComesDown(o.id.kind)) continue;
    const int table = d_.to_before[static_cast<size_t>(o.parent)];
    if (!ParentsStay(d_, table)) continue;
    for (int twin : TwinsAbove(d_.before, o, table)) Edge(RemoverOf(twin), node);
    for (int twin : TwinsAbove(d_.after, o, o.parent)) {
      if (TakesNameOf(d_.after.at(twin), o)) {
        Edge(node, MakerOf(twin));
      } else {
        Edge(MakerOf(twin), node);
      }
    }
  }
}

}  // namespace autogen::diff
