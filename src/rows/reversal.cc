#include "src/rows/reversal.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/diff/diff.h"
#include "src/model/inheritance.h"
#include "src/model/type_change.h"
#include "src/sql/quote.h"

namespace autogen::rows {
namespace {

using diff::Action;
using diff::Operation;
using model::ObjectId;

// Nothing can fill it again: its drop is not reversible where rows exist.
bool NeedsValues(const Column& column) {
  return column.not_null() && column.default_().empty() && !column.has_identity() &&
         !column.has_generated();
}

bool IsTable(const model::Catalog& catalog, const ObjectId& id) {
  int i = catalog.FindRelation(id.schema, id.parent.empty() ? id.name : id.parent);
  return i >= 0 && catalog.at(i).id.kind == TABLE;
}

// Tables of `catalog` that the operation concerns: its own, or those with columns of its type.
std::vector<ObjectId> TablesOf(const model::Catalog& catalog, const Operation& op) {
  ObjectId id = op.action == Action::kRename ? op.old_id : op.id;
  std::vector<ObjectId> tables;
  if (id.kind == TABLE || (!id.parent.empty() && id.kind != DOMAIN_CHECK)) {
    ObjectId table{TABLE, id.schema, "", id.parent.empty() ? id.name : id.parent};
    if (catalog.Find(table) >= 0) tables.push_back(std::move(table));
    return tables;
  }
  if (id.kind != ENUM && id.kind != DOMAIN && id.kind != DOMAIN_CHECK &&
      id.kind != COMPOSITE_TYPE && id.kind != RANGE_TYPE) {
    return tables;
  }
  std::string type = sql::Qualified(id.schema, id.kind == DOMAIN_CHECK ? id.parent : id.name);
  for (const Table& table : catalog.schema().table()) {
    for (const Column& column : table.column()) {
      if (column.type() != type && column.type() != absl::StrCat(type, "[]")) continue;
      tables.push_back({TABLE, model::SchemaOrPublic(table.schema()), "", table.name()});
      break;
    }
  }
  return tables;
}

// The catalog that the plan's rename operations start from.
const model::Catalog& Start(const diff::Plan& plan) {
  return plan.renamed != nullptr ? *plan.renamed : *plan.before;
}

// The table whose rows a partition's are.
ObjectId RootOf(const model::Catalog& catalog, ObjectId id) {
  for (int i = catalog.Find(id); i >= 0; i = catalog.Find(id)) {
    const auto& of = static_cast<const Table*>(catalog.at(i).message)->partition_of();
    if (of.table().empty()) break;
    id = {TABLE, model::SchemaOrPublic(of.schema()), "", of.table()};
  }
  return id;
}

// The tables as they are called before the upgrade.
std::vector<ObjectId> StartTables(const diff::Plan& plan, const Operation& op) {
  if (op.action == Action::kRename) return TablesOf(Start(plan), op);
  std::vector<ObjectId> tables;
  for (const ObjectId& id : TablesOf(*plan.before, op)) {
    ObjectId before = diff::BeforeRenames(plan, id);
    if (IsTable(Start(plan), before)) tables.push_back(std::move(before));
  }
  // A foreign key may find its orphans' parents missing: both tables.
  if (op.id.kind == FOREIGN_KEY && op.after != nullptr) {
    const auto& target = static_cast<const ForeignKey&>(*op.after).references();
    ObjectId before = diff::BeforeRenames(
        plan, {TABLE, model::SchemaOrPublic(target.schema()), "", target.table()});
    if (Start(plan).Find(before) >= 0) tables.push_back(std::move(before));
  }
  return tables;
}

Reversal OfOperation(const diff::Plan& plan, const Operation& op) {
  Reversal reversal;
  std::string name = model::DisplayName(op.id);
  switch (op.action) {
    case Action::kDrop: {
      if (op.id.kind == TABLE && !static_cast<const Table*>(op.before)->has_foreign()) {
        reversal.kind = Reversal::kLossy;
        reversal.losses.push_back(absl::StrCat(name, ": the table's rows"));
      }
      if (op.id.kind != COLUMN) return reversal;
      const auto& column = static_cast<const Column&>(*op.before);
      if (column.has_generated() || column.inherited()) return reversal;
      reversal.kind = NeedsValues(column) ? Reversal::kNotReversible : Reversal::kLossy;
      reversal.losses.push_back(absl::StrCat(
          name, NeedsValues(column) ? ": NOT NULL without a default cannot be added over rows"
                                    : ": the column's values"));
      return reversal;
    }
    case Action::kAlter: {
      if (op.id.kind == COMPOSITE_TYPE) {
        const auto& before = static_cast<const CompositeType&>(*op.before);
        const auto& after = static_cast<const CompositeType&>(*op.after);
        for (const CompositeType::Attribute& a : before.attribute()) {
          bool stays = std::any_of(after.attribute().begin(), after.attribute().end(),
                                   [&](const auto& b) { return a.name() == b.name(); });
          if (stays) continue;
          reversal.kind = Reversal::kLossy;
          reversal.losses.push_back(absl::StrCat(name, ": attribute ", a.name()));
        }
      }
      if (op.id.kind != COLUMN) return reversal;
      const auto& before = static_cast<const Column&>(*op.before);
      const auto& after = static_cast<const Column&>(*op.after);
      if (before.type().empty() || after.type().empty() || before.type() == after.type()) {
        return reversal;
      }
      std::string loses = model::DescribeTypeChange(before.type(), after.type(), false,
                                                    plan.before.get(), plan.after.get())
                              .loses;
      if (loses.empty()) return reversal;
      reversal.kind = Reversal::kLossy;
      reversal.losses.push_back(absl::StrCat(name, ": ", loses));
      return reversal;
    }
    case Action::kCreate:
    case Action::kRename:
      return reversal;
  }
  return reversal;
}

// The operation that a loss of the trial comes from: the column's own, its table's, that of its
// type, else the first one on the table.
int Cause(const diff::Plan& plan, const ObjectId& table, const std::string& column) {
  int best = -1, rank = 0;
  for (size_t i = 0; i < plan.operations.size(); ++i) {
    const Operation& op = plan.operations[i];
    if (op.action == Action::kRename) continue;
    ObjectId id = diff::BeforeRenames(plan, op.id);
    bool touches = false;
    for (const ObjectId& t : StartTables(plan, op)) touches |= RootOf(Start(plan), t) == table;
    bool drops = op.id.kind == TABLE && op.action == Action::kDrop && touches;
    int found = 0;
    if (!column.empty() && id == ObjectId{COLUMN, table.schema, table.name, column}) {
      found = op.action == Action::kCreate ? 3 : 4;
    } else if (drops) {
      found = 3;
    } else if (touches && id.parent.empty()) {
      found = 2;
    } else if (touches) {
      found = 1;
    }
    if (found > rank) {
      rank = found;
      best = static_cast<int>(i);
    }
  }
  return best;
}

// The operation of the plan that operation `index` of the downgrade reverses.
int Inverse(const Migration& c, int index) {
  if (index < 0) return -1;
  const Operation& back = c.back.operations[static_cast<size_t>(index)];
  int near = -1;
  for (size_t i = 0; i < c.plan.operations.size(); ++i) {
    const Operation& op = c.plan.operations[i];
    if (op.id == back.id) return static_cast<int>(i);
    if (!back.id.parent.empty() && op.id.schema == back.id.schema &&
        op.id.parent == back.id.parent && near < 0) {
      near = static_cast<int>(i);
    }
  }
  return near;
}

// A table that is dropped and created in one script.
bool IsRecreated(const diff::Plan& plan, const Operation& op) {
  const Action other = op.action == Action::kDrop ? Action::kCreate : Action::kDrop;
  return op.id.kind == TABLE &&
         std::any_of(plan.operations.begin(), plan.operations.end(),
                     [&](const Operation& o) { return o.action == other && o.id == op.id; });
}

void AddNote(std::vector<render::Statement>* statements, int operation, const std::string& line) {
  render::Statement* place = nullptr;
  for (render::Statement& s : *statements) {
    if (s.operation != operation) continue;
    if (place == nullptr || (s.impact.MayFail() && !place->impact.MayFail())) place = &s;
  }
  if (place == nullptr) return;
  place->remarks.push_back(line);
}

}  // namespace

const char* Name(Reversal::Kind kind) {
  switch (kind) {
    case Reversal::kLossless:
      return "lossless";
    case Reversal::kLossy:
      return "lossy";
    case Reversal::kNotReversible:
      return "not reversible";
  }
  return "";
}

std::string Describe(const Reversal& reversal) {
  return absl::StrCat(Name(reversal.kind), reversal.losses.empty() ? "" : " (",
                      absl::StrJoin(reversal.losses, "; "), reversal.losses.empty() ? "" : ")");
}

std::vector<Reversal> FindReversals(const diff::Plan& plan) {
  std::vector<Reversal> reversals;
  for (const Operation& op : plan.operations) reversals.push_back(OfOperation(plan, op));
  return reversals;
}

RowPlan PlanRows(const Migration& c) {
  RowPlan plan;
  std::vector<std::vector<ObjectId>> tables, back_tables;
  for (const Operation& op : c.plan.operations) {
    tables.push_back(StartTables(c.plan, op));
    // A new table has no rows; what it references may have.
    plan.tables.insert(tables.back().begin(), tables.back().end());
  }
  for (const render::Statement& s : c.upgrade) {
    plan.upgrade_tables.push_back(s.operation < 0 ? std::vector<ObjectId>()
                                                  : tables[static_cast<size_t>(s.operation)]);
  }
  for (const Operation& op : c.back.operations) {
    // A recreated table has no rows yet, but what references it may have.
    std::vector<ObjectId> found;
    for (const ObjectId& id : TablesOf(*c.back.before, op)) {
      ObjectId before = diff::BeforeRenames(c.plan, id);
      if (Start(c.plan).Find(before) >= 0) found.push_back(std::move(before));
    }
    back_tables.push_back(std::move(found));
  }
  for (const render::Statement& s : c.downgrade) {
    plan.downgrade_tables.push_back(
        s.operation < 0 ? std::vector<ObjectId>() : back_tables[static_cast<size_t>(s.operation)]);
  }
  for (const ViolatingRows& o : c.violating) plan.checks.push_back({o.relation, o.count, o.rows});
  return plan;
}

void AddTrial(const RowTrial& trial, Migration* c) {
  std::set<size_t> tried;
  for (size_t i = 0; i < c->plan.operations.size(); ++i) {
    for (const ObjectId& id : StartTables(c->plan, c->plan.operations[i])) {
      if (trial.tried.count(RootOf(Start(c->plan), id)) > 0) tried.insert(i);
    }
  }
  for (const RowFailure& f : trial.failures) {
    const auto& statements = f.downgrade ? c->downgrade : c->upgrade;
    int operation = statements[f.statement].operation;
    std::string message = f.message.substr(0, f.message.find('\n'));
    if (!f.downgrade) {
      AddNote(&c->upgrade, operation,
              absl::StrCat("FAILS on rows that the old schema allows: ", message));
      continue;
    }
    int cause = Inverse(*c, operation);
    if (cause < 0) continue;
    tried.insert(static_cast<size_t>(cause));
    Reversal& reversal = c->reversals[static_cast<size_t>(cause)];
    if (reversal.kind != Reversal::kNotReversible) reversal.losses.clear();
    reversal.kind = Reversal::kNotReversible;
    if (reversal.losses.empty())
      reversal.losses.push_back(absl::StrCat("where rows exist: ", message));
  }
  // Rows that a drop seems to lose may have come back with the table.
  for (size_t i = 0; i < c->plan.operations.size(); ++i) {
    const Operation& op = c->plan.operations[i];
    Reversal& reversal = c->reversals[i];
    if (op.action == Action::kDrop && reversal.kind == Reversal::kLossy && tried.count(i) > 0 &&
        IsRecreated(c->plan, op)) {
      reversal = {};
    }
  }
  std::set<size_t> observed;
  for (const RowLoss& loss : trial.losses) {
    int cause = Cause(c->plan, loss.table, loss.column);
    if (cause < 0) continue;
    size_t at = static_cast<size_t>(cause);
    Reversal& reversal = c->reversals[at];
    if (reversal.kind == Reversal::kNotReversible) continue;
    // The measurement replaces the prediction.
    if (observed.insert(at).second) reversal.losses.clear();
    reversal.kind = Reversal::kLossy;
    ObjectId id = loss.table;
    if (!loss.column.empty()) id = {COLUMN, loss.table.schema, loss.table.name, loss.column};
    reversal.losses.push_back(absl::StrCat(model::DisplayName(id), ": ", loss.how));
  }
  for (size_t i = 0; i < c->reversals.size(); ++i) {
    Reversal& reversal = c->reversals[i];
    reversal.tried = tried.count(i) > 0;
    const Operation& op = c->plan.operations[i];
    const bool reported = op.action == Action::kCreate && IsRecreated(c->plan, op);
    if (reversal.kind == Reversal::kLossless &&
        (!reversal.tried || op.action == Action::kRename || reported)) {
      continue;
    }
    AddNote(&c->upgrade, static_cast<int>(i), absl::StrCat("downgrade: ", Describe(reversal)));
  }
}

}  // namespace autogen::rows
