// Partitions that are attached and detached, tables that begin or cease to inherit, and what else
// must be detached while other objects change.
#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "src/diff/graph.h"
#include "src/diff/inherited.h"
#include "src/diff/typed_tables.h"
#include "src/model/inheritance.h"

namespace autogen::diff {

namespace {

// What is checked against the rows of a table, or filled from them: foreign keys to it, and
// materialized views.
void AddReaders(const model::Catalog& catalog, int i, std::set<int>* seen,
                std::vector<int>* readers) {
  for (const model::Edge& e : catalog.NeededBy(i)) {
    const model::Object& o = catalog.at(e.to);
    if (!seen->insert(e.to).second) continue;
    const bool own = o.parent >= 0 && o.parent == i;
    if (o.id.kind == MATERIALIZED_VIEW || (o.id.kind == FOREIGN_KEY && !own)) {
      readers->push_back(e.to);
    }
    if (own || o.id.kind == VIEW || o.id.kind == VIEW_COLUMN)
      AddReaders(catalog, e.to, seen, readers);
  }
}

bool IsAttached(const model::Object& o) {
  const google::protobuf::FieldDescriptor* f =
      o.message->GetDescriptor()->FindFieldByName("attached_to");
  return f != nullptr && !o.message->GetReflection()->GetString(*o.message, f).empty();
}

}  // namespace

// A recreated partitioned table has its rows again when it has its partitions.
void Graph::AddRowsOrder() {
  for (const auto& [a, node] : create_) {
    const int b = d_.to_before[static_cast<size_t>(a)];
    if (b < 0 || d_.after.at(a).id.kind != TABLE || drop_.count(b) == 0 ||
        !static_cast<const Table&>(d_.After(a)).has_partition_by()) {
      continue;
    }
    std::set<int> seen;
    std::vector<int> readers;
    AddReaders(d_.after, a, &seen, &readers);
    std::vector<int> below = {a};
    for (size_t i = 0; i < below.size(); ++i) {
      for (int part : TablesBelow(d_.after, below[i])) below.push_back(part);
    }
    for (int part : below) {
      const int was = d_.to_before[static_cast<size_t>(part)];
      auto steps = detached_.find({was, "partition_of"});
      const int joins = steps != detached_.end() ? steps->second.second : MakerOf(part);
      if (part == a || joins < 0) continue;
      for (int reader : readers) {
        const bool within =
            std::find(below.begin(), below.end(), d_.after.at(reader).parent) != below.end();
        if (!within) Edge(joins, MakerOf(reader));
      }
    }
  }
}

// What a table has from its parents alone gets another type with theirs, as long as it is below
// them.
void Graph::AfterRetyped(int table, int leaves) {
  for (const auto& [b, node] : alter_) {
    if (d_.retyped.count(b) == 0) continue;
    const model::Object& column = d_.before.at(b);
    const std::vector<int> below = TablesBelow(d_.before, column.parent);
    const model::ObjectId& id = d_.before.at(table).id;
    const bool listed = d_.before.Find({COLUMN, id.schema, id.name, column.id.name}) >= 0;
    if (!listed && std::find(below.begin(), below.end(), table) != below.end()) Edge(node, leaves);
  }
}

// What is done to the columns, constraints and indexes of a table that is on both sides.
std::vector<int> Graph::NodesBelow(int table) {
  std::vector<int> found;
  for (int child : d_.before.at(table).children) {
    for (const std::map<int, int>* side : {&drop_, &alter_}) {
      auto it = side->find(child);
      if (it != side->end()) found.push_back(it->second);
    }
  }
  const std::vector<int>& children = d_.after.at(d_.to_after[static_cast<size_t>(table)]).children;
  const bool any = std::any_of(children.begin(), children.end(),
                               [&](int child) { return IsAttached(d_.after.at(child)); });
  for (int child : children) {
    auto it = create_.find(child);
    if (it == create_.end()) continue;
    const model::Object& o = d_.after.at(child);
    // ATTACH PARTITION takes any index that fits, a key's too: one that stands alone beside such
    // comes later.
    const bool index = o.id.kind == INDEX || o.id.kind == PRIMARY_KEY || o.id.kind == UNIQUE;
    if (any && index && !IsAttached(o)) {
      auto set = detached_.find({table, "partition_of"});
      if (set != detached_.end() && set->second.second >= 0) {
        Edge(set->second.second, it->second);
        continue;
      }
    }
    found.push_back(it->second);
  }
  return found;
}

// A column that comes from a parent that is left as well has a type that the other cannot change.
void Graph::BeforeTypesAbove(int table, int leaves) {
  for (int parent : TablesAbove(d_.before, table)) {
    for (int column : d_.before.at(parent).children) {
      auto altered = alter_.find(column);
      if (altered == alter_.end() || d_.before.at(column).id.kind != COLUMN) continue;
      if (d_.Changes(column, "type")) Edge(leaves, altered->second, true);
    }
  }
}

// What a parent gets comes down to the tables below it, and stays there when they leave. A column
// that it loses is the table's own by then, and is dropped there if it is not wanted.
void Graph::BeforeParentsChange(int table, bool partition, int leaves) {
  for (int parent : TablesAbove(d_.before, table)) {
    for (int child : d_.before.at(parent).children) {
      const bool with_parent = drop_.count(parent) > 0;
      if (d_.before.at(child).id.kind == COLUMN && !with_parent) Edge(leaves, RemoverOf(child));
    }
    const int after = d_.to_after[static_cast<size_t>(parent)];
    if (after < 0) continue;
    for (int child : d_.after.at(after).children) {
      const Kind kind = d_.after.at(child).id.kind;
      auto created = create_.find(child);
      if (created == create_.end() || (!partition && kind != COLUMN && kind != CHECK)) continue;
      Edge(leaves, created->second);
    }
  }
}

// A partition leaves before anything else is done to it and joins when all is done; likewise a
// table that starts to inherit.
void Graph::BetweenLeavingAndJoining() {
  for (const auto& [key, steps] : detached_) {
    if (key.second != "partition_of" && key.second != "inherits") continue;
    for (int node : NodesBelow(key.first)) {
      // A table that inherits no more loses what it had from the parent alone, and with a column
      // its dependents: what is the table's own is dropped before.
      const Node& n = nodes_[static_cast<size_t>(node)];
      const bool from_parent =
          n.op.id.kind == COLUMN
              ? !ColumnsAbove(d_.before, key.first, n.op.id.name).empty()
              : n.op.before != nullptr && FollowsParent(n.op.id.kind, *n.op.before);
      if (key.second == "inherits" && n.op.action == Action::kDrop && !from_parent) {
        Edge(node, steps.first);
      } else {
        Edge(steps.first, node, true);
      }
      Edge(node, steps.second);
    }
  }
}

// A partition that is attached gets every index of the parent.
void Graph::AfterAttached() {
  for (const auto& [a, node] : create_) {
    if (!IsOnOnly(d_.after, a)) continue;
    for (int below : TablesBelow(d_.after, d_.after.at(a).parent)) {
      Edge(MakerOf(below), node);
      auto steps = detached_.find({d_.to_before[static_cast<size_t>(below)], "partition_of"});
      if (steps != detached_.end()) Edge(steps->second.second, node);
    }
  }
}

// A partition takes the bounds of one that goes.
void Graph::BetweenPartitions() {
  auto parent_of = [](const model::Catalog& catalog, int table) {
    const auto& t = static_cast<const Table&>(*catalog.at(table).message);
    const std::vector<int> parents = model::ParentTables(catalog, table);
    return t.has_partition_of() && !parents.empty() ? parents.front() : -1;
  };
  std::map<int, std::vector<int>> leave;  // by the parent before
  for (const auto& [b, node] : drop_) {
    if (d_.before.at(b).id.kind == TABLE) leave[parent_of(d_.before, b)].push_back(node);
  }
  for (const auto& [key, steps] : detached_) {
    if (key.second != "partition_of" || steps.first < 0) continue;
    leave[parent_of(d_.before, key.first)].push_back(steps.first);
  }
  auto joins = [&](int a, int node) {
    const int parent = parent_of(d_.after, a);
    const int before = parent < 0 ? -1 : d_.to_before[static_cast<size_t>(parent)];
    if (before < 0) return;
    for (int other : leave[before]) Edge(other, node, true);
  };
  for (const auto& [a, node] : create_) {
    if (d_.after.at(a).id.kind == TABLE) joins(a, node);
  }
  for (const auto& [key, steps] : detached_) {
    if (key.second != "partition_of" || steps.second < 0) continue;
    joins(d_.to_after[static_cast<size_t>(key.first)], steps.second);
  }
}

void Graph::AroundReplicaIdentity() {
  for (const auto& [key, steps] : detached_) {
    if (key.second != "replica_identity") continue;
    for (int column : d_.before.at(key.first).children) {
      auto altered = alter_.find(column);
      if (altered == alter_.end()) continue;
      Edge(steps.first, altered->second);
      Edge(altered->second, steps.second);
    }
  }
}

void Graph::AroundTypeOfTable() {
  for (const auto& [key, steps] : detached_) {
    if (key.second != "of_type") continue;
    auto between = [&, &around = steps](int node) {
      Edge(around.first, node);
      Edge(node, around.second);
    };
    for (const model::Edge& e : d_.before.Needs(key.first)) {
      auto altered = alter_.find(e.to);
      if (altered == alter_.end() || !IsOfType(d_.before, key.first, e.to)) continue;
      Edge(steps.first, altered->second);
      if (!d_.Changes(key.first, "of_type")) Edge(altered->second, steps.second);
    }
    for (int column : d_.before.at(key.first).children) {
      if (d_.before.at(column).id.kind != COLUMN) continue;
      between(RemoverOf(column));
      if (auto altered = alter_.find(column); altered != alter_.end()) between(altered->second);
    }
    // In the order of the type's attributes.
    int last = -1;
    for (int column : d_.after.at(d_.to_after[static_cast<size_t>(key.first)]).children) {
      auto created = create_.find(column);
      if (d_.after.at(column).id.kind != COLUMN || created == create_.end()) continue;
      between(created->second);
      Edge(last, created->second);
      last = created->second;
    }
  }
}

// Whoever joins a parent finds it as it will be: its columns and constraints are all there. (Not
// its foreign keys: those come down to its partitions whenever they are made.) `table` is of the
// after side.
void Graph::AfterParents(int table, int joins) {
  for (const model::Edge& e : d_.after.Needs(table)) {
    if (d_.after.at(e.to).id.kind != TABLE) continue;
    for (int child : d_.after.at(e.to).children) {
      if (d_.after.at(child).id.kind != FOREIGN_KEY) Edge(MakerOf(child), joins, true);
    }
    int before = d_.to_before[static_cast<size_t>(e.to)];
    if (before < 0) continue;
    for (int child : d_.before.at(before).children) Edge(RemoverOf(child), joins, true);
  }
}

void Graph::AddAttachOrder() {
  BetweenLeavingAndJoining();
  AfterAttached();
  BetweenPartitions();
  for (const auto& [key, steps] : detached_) {
    if (key.second == "partition_of" || key.second == "inherits") {
      AfterRetyped(key.first, steps.first);
      BeforeParentsChange(key.first, key.second == "partition_of", steps.first);
    }
    if (key.second == "partition_of") AroundKeysToParents(key.first, steps);
    if (key.second == "inherits") BeforeTypesAbove(key.first, steps.first);
  }
  AroundReplicaIdentity();
  AroundTypeOfTable();
  for (const auto& [a, node] : create_) {
    if (d_.after.at(a).id.kind == TABLE) AfterParents(a, node);
  }
  for (const auto& [key, steps] : detached_) {
    if (key.second != "partition_of") continue;
    AfterParents(d_.to_after[static_cast<size_t>(key.first)], steps.second);
  }
  for (const auto& [b, node] : alter_) {
    if (d_.before.at(b).id.kind != TABLE || !d_.Changes(b, "inherits")) continue;
    auto steps = detached_.find({b, "inherits"});
    int joins = steps == detached_.end() ? node : steps->second.second;
    if (joins < 0) continue;
    AfterParents(d_.to_after[static_cast<size_t>(b)], joins);
    for (int child : NodesBelow(b)) Edge(child, joins, true);
  }
}

// No partition is detached to whose rows a foreign key refers, and none is added while those rows
// are elsewhere.
void Graph::AroundKeysToParents(int partition, const std::pair<int, int>& steps) {
  auto keys_to = [](const model::Catalog& catalog, int table) {
    std::vector<int> keys;
    for (int above : TablesAbove(catalog, table)) {
      for (const model::Edge& e : catalog.NeededBy(above)) {
        const model::Object& o = catalog.at(e.to);
        if (o.id.kind == FOREIGN_KEY && o.parent != table) keys.push_back(e.to);
      }
    }
    return keys;
  };
  for (int key : keys_to(d_.before, partition)) Edge(RemoverOf(key), steps.first);
  for (int key : keys_to(d_.after, d_.to_after[static_cast<size_t>(partition)])) {
    Edge(steps.second, MakerOf(key));
  }
}

}  // namespace autogen::diff
