#include "src/diff/foreign_keys.h"

#include <algorithm>
#include <set>
#include <string>

#include "src/diff/inherited.h"
#include "src/diff/type_steps.h"
#include "src/model/inheritance.h"

namespace autogen::diff {
namespace {

const ForeignKey& KeyAt(const model::Catalog& catalog, int i) {
  return static_cast<const ForeignKey&>(*catalog.at(i).message);
}

int Target(const model::Catalog& catalog, const ForeignKey& key) {
  return catalog.Find(
      {TABLE, model::SchemaOrPublic(key.references().schema()), "", key.references().table()});
}

// Whether values of the two types are compared whichever of them stands first: types of one btree
// operator family.
bool Comparable(const std::string& a, const std::string& b) {
  static const auto* families = new std::vector<std::set<std::string>>{
      {"smallint", "integer", "bigint"},
      {"text", "character varying"},
      {"real", "double precision"},
      {"date", "timestamp without time zone", "timestamp with time zone"}};
  return std::any_of(families->begin(), families->end(), [&](const std::set<std::string>& family) {
    return family.count(a) > 0 && family.count(b) > 0;
  });
}

// Tables that become logged or unlogged.
bool ChangesPersistence(const Draft& d, int table) {
  return d.fate[static_cast<size_t>(table)] == Fate::kAlter && d.Changes(table, "unlogged");
}

// A table with all of its partitions: foreign keys bind each of them.
std::vector<int> WithPartitions(const model::Catalog& catalog, int table) {
  std::vector<int> tables = {table};
  for (size_t i = 0; i < tables.size(); ++i) {
    for (int below : TablesBelow(catalog, tables[i])) {
      const auto& t = static_cast<const Table&>(*catalog.at(below).message);
      if (t.has_partition_of()) tables.push_back(below);
    }
  }
  return tables;
}

// The tables that change their persistence and that a foreign key of the before side binds, which
// is there all along: the referencing one, the referenced one.
std::vector<std::pair<int, int>> Bound(const Draft& d, int foreign_key) {
  std::vector<std::pair<int, int>> bound;
  if (d.fate[static_cast<size_t>(foreign_key)] == Fate::kDrop ||
      d.fate[static_cast<size_t>(foreign_key)] == Fate::kRebuild) {
    return bound;
  }
  const int target = Target(d.before, KeyAt(d.before, foreign_key));
  if (target < 0) return bound;
  for (int from : WithPartitions(d.before, d.before.at(foreign_key).parent)) {
    if (!ChangesPersistence(d, from)) continue;
    for (int to : WithPartitions(d.before, target)) {
      if (from != to && ChangesPersistence(d, to)) bound.emplace_back(from, to);
    }
  }
  return bound;
}

// Of all foreign keys.
std::set<std::pair<int, int>> AllBound(const Draft& d) {
  std::set<std::pair<int, int>> all;
  for (size_t i = 0; i < d.before.objects().size(); ++i) {
    if (d.before.objects()[i].id.kind != FOREIGN_KEY) continue;
    for (const auto& pair : Bound(d, static_cast<int>(i))) all.insert(pair);
  }
  return all;
}

bool Reaches(const std::set<std::pair<int, int>>& pairs, int from, int to) {
  std::vector<int> reached = {from};
  for (size_t i = 0; i < reached.size(); ++i) {
    if (reached[i] == to) return true;
    for (const auto& [first, second] : pairs) {
      if (first == reached[i] &&
          std::find(reached.begin(), reached.end(), second) == reached.end()) {
        reached.push_back(second);
      }
    }
  }
  return false;
}

int DisplacingColumn(const Draft& d, int foreign_key) {
  const ForeignKey& key = KeyAt(d.before, foreign_key);
  const int target = Target(d.before, key);
  if (target < 0) return -1;
  for (int i = 0; i < std::min(key.column_size(), key.references().column_size()); ++i) {
    const TypeStep from = TypeStepOf(d, d.before.at(foreign_key).parent, key.column(i));
    const TypeStep to = TypeStepOf(d, target, key.references().column(i));
    if (!from.changes || !to.changes) continue;
    // No operator class of GiST compares two types.
    auto comparable = [&](const std::string& a, const std::string& b) {
      return a == b || (!key.period() && Comparable(a, b));
    };
    if (from.other || to.other || !comparable(from.before, to.after) ||
        !comparable(from.after, to.before)) {
      return to.column;
    }
  }
  return -1;
}

int DisplacingTable(const Draft& d, int foreign_key) {
  const std::vector<std::pair<int, int>> bound = Bound(d, foreign_key);
  if (bound.empty()) return -1;
  const std::set<std::pair<int, int>> all = AllBound(d);
  for (const auto& [from, to] : bound) {
    if (Reaches(all, to, from)) return to;
  }
  return -1;
}

// A partition of the referenced table that leaves it and joins it again: meanwhile its rows, to
// which others may refer, are elsewhere.
int DisplacingPartition(const Draft& d, int foreign_key) {
  const int target = Target(d.before, KeyAt(d.before, foreign_key));
  const int after = target < 0 ? -1 : d.to_after[static_cast<size_t>(target)];
  if (after < 0) return -1;
  const std::vector<int> then = WithPartitions(d.after, after);
  for (int partition : WithPartitions(d.before, target)) {
    const int a = d.to_after[static_cast<size_t>(partition)];
    if (partition == target || std::find(then.begin(), then.end(), a) == then.end()) continue;
    if (d.Changes(partition, "partition_of") || d.detached.count({partition, "partition_of"}) > 0) {
      return partition;
    }
  }
  return -1;
}

}  // namespace

int WhatDisplaces(const Draft& d, int foreign_key) {
  for (auto cause : {DisplacingColumn, DisplacingTable, DisplacingPartition}) {
    const int found = cause(d, foreign_key);
    if (found >= 0) return found;
  }
  return -1;
}

std::vector<std::pair<int, int>> PersistenceOrder(const Draft& d) {
  std::vector<std::pair<int, int>> order;
  for (const auto& [from, to] : AllBound(d)) {
    const auto& table = static_cast<const Table&>(d.After(d.to_after[static_cast<size_t>(from)]));
    order.push_back(table.unlogged() ? std::pair(from, to) : std::pair(to, from));
  }
  return order;
}

}  // namespace autogen::diff
