#include "src/diff/disturbed.h"

#include <algorithm>

#include "src/diff/draft.h"
#include "src/diff/foreign_keys.h"
#include "src/diff/inherited.h"
#include "src/diff/type_steps.h"
#include "src/diff/typed_tables.h"

namespace autogen::diff {
namespace {

bool StandsInTheWay(const Draft& d, const model::Edge& e) {
  const model::Object& o = d.before.at(e.to);
  switch (o.id.kind) {
    case VIEW:
    case MATERIALIZED_VIEW:
    case RULE:
    case TRIGGER:
    case POLICY:
    case FUNCTION:
    case PUBLICATION:
      return true;
    case COLUMN:
      return e.field.empty() && static_cast<const Column&>(*o.message).has_generated();
    case INDEX:
    case PRIMARY_KEY:
    case UNIQUE:
    case EXCLUSION:
      return HasNamedAttached(d.before, e.to);
    default:  // PostgreSQL rebuilds other constraints and statistics itself
      return false;
  }
}

bool IsIndex(Kind kind) {
  return kind == INDEX || kind == PRIMARY_KEY || kind == UNIQUE || kind == EXCLUSION;
}

bool Needs(const Draft& d, int i, int on) {
  const std::vector<model::Edge>& needs = d.before.Needs(i);
  return std::any_of(needs.begin(), needs.end(), [&](const model::Edge& e) { return e.to == on; });
}

}  // namespace

// PostgreSQL recreates the indexes of the column, and the dependents of the column with them. A
// dependent of such an index alone (a foreign key, where the column is an INCLUDE one) would keep
// it from that (ATPostAlterTypeCleanup in tablecmds.c).
std::vector<int> InTheWay(const Draft& d, const model::Edge& e, int altered) {
  if (StandsInTheWay(d, e)) return {e.to};
  std::vector<int> found;
  if (d.before.at(altered).id.kind != COLUMN || !IsIndex(d.before.at(e.to).id.kind)) return found;
  for (const model::Edge& on_index : d.before.NeededBy(e.to)) {
    if (on_index.field.empty() && !Needs(d, on_index.to, altered)) found.push_back(on_index.to);
  }
  return found;
}

// Foreign keys; partitioned tables: without their partitions, which are detached meanwhile, these
// have no rows; tables OF a type; indexes ON ONLY a table that partitions join.
int DisplacedBy(const Draft& d, int object) {
  switch (d.before.at(object).id.kind) {
    case FOREIGN_KEY: {
      int cause = WhatDisplaces(d, object);
      if (cause < 0) cause = TableOfNewTwin(d, object);
      return cause >= 0 ? cause : TableOfNamesake(d, object);
    }
    case INDEX:
      return TableOfJoining(d, object);
    case TABLE: {
      const int cause = ChangedKeyColumn(d, object);
      return cause >= 0 ? cause : TypeOfOtherOrder(d, object);
    }
    default:
      return -1;
  }
}

}  // namespace autogen::diff
