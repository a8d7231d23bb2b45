#include "src/rows/backfill_place.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/model/names.h"
#include "src/model/type_change.h"
#include "src/rows/violating.h"
#include "src/sql/quote.h"

namespace autogen::rows {
namespace {

using diff::Action;
using diff::Operation;

struct Steps {
  std::string add;
  std::string backfill;
  std::string constrain;
};

using Lines = std::vector<std::string>;

Lines Text(const Steps& steps) {
  return {"backfill: on a large table, use three scripts", absl::StrCat("  1. ", steps.add),
          absl::StrCat("  2. ", steps.backfill), absl::StrCat("  3. ", steps.constrain)};
}

// Between the double quotes of a shell's word.
std::string Quoted(const std::string& text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\' || c == '$' || c == '`') out.push_back('\\');
    out.push_back(c);
  }
  return out + "\"";
}

std::string Backfill(const std::string& table, const std::string& set, const std::string& where) {
  return absl::StrCat("autogen backfill ", Quoted(table), " --set ", Quoted(set),
                      where.empty() ? "" : absl::StrCat(" --where ", Quoted(where)));
}

Lines NotNullSteps(const Operation& op, const std::string& table, const Column& column) {
  std::string name = sql::Ident(op.id.name);
  std::string check = sql::Ident(model::ObjectName(op.id.parent, op.id.name, "filled"));
  Steps steps;
  steps.add = op.action == Action::kCreate
                  ? absl::StrCat("ALTER TABLE ", table, " ADD COLUMN ", name, " ", column.type())
                  : absl::StrCat("ALTER TABLE ", table, " ADD CONSTRAINT ", check, " CHECK (", name,
                                 " IS NOT NULL) NOT VALID");
  steps.backfill = Backfill(table, absl::StrCat(name, " = …"), absl::StrCat(name, " IS NULL"));
  std::string added =
      op.action == Action::kCreate
          ? absl::StrCat("ADD CONSTRAINT ", check, " CHECK (", name, " IS NOT NULL) NOT VALID; ")
          : "";
  steps.constrain = absl::StrCat(added, "VALIDATE CONSTRAINT ", check, "; ALTER COLUMN ", name,
                                 " SET NOT NULL; DROP CONSTRAINT ", check);
  return Text(steps);
}

// Where rows are looked at in a step of their own.
Lines FillFirst(const Operation& op) {
  const std::string name = sql::Ident(op.id.name);
  return {absl::StrCat("backfill: fill in missing values before this script: ",
                       Backfill(sql::Qualified(op.id.schema, op.id.parent),
                                absl::StrCat(name, " = …"), absl::StrCat(name, " IS NULL")))};
}

Lines TypeSteps(const Operation& op, const std::string& table, const Column& after,
                const std::string& cast) {
  std::string name = sql::Ident(op.id.name);
  std::string fresh = sql::Ident(model::ObjectName(op.id.name, "", "new"));
  Steps steps;
  steps.add = absl::StrCat("ALTER TABLE ", table, " ADD COLUMN ", fresh, " ", after.type(),
                           ", and a trigger that keeps it as ", name);
  steps.backfill = Backfill(table, absl::StrCat(fresh, " = ", name, cast), "");
  steps.constrain = absl::StrCat("DROP COLUMN ", name, "; RENAME COLUMN ", fresh, " TO ", name);
  return Text(steps);
}

// The new table that has a column of the name and type of the dropped one.
const Operation* Successor(const diff::Plan& plan, const Operation& dropped) {
  const auto& column = static_cast<const Column&>(*dropped.before);
  for (const Operation& op : plan.operations) {
    if (op.action != Action::kCreate || op.id.kind != TABLE) continue;
    for (const Column& other : static_cast<const Table&>(*op.after).column()) {
      if (other.name() == column.name() && other.type() == column.type()) return &op;
    }
  }
  return nullptr;
}

Lines SplitSteps(const Operation& op, const Operation& successor, const std::string& table) {
  std::string target = sql::Qualified(successor.id.schema, successor.id.name);
  std::string name = sql::Ident(op.id.name);
  return Text({absl::StrCat("create ", target),
               absl::StrCat("INSERT INTO ", target, " (…, ", name, ") SELECT …, ", name, " FROM ",
                            table, " by ranges of its key"),
               absl::StrCat("constrain ", target, "; ALTER TABLE ", table, " DROP COLUMN ", name)});
}

Lines PlaceFor(const diff::Plan& plan, const Operation& op) {
  if (op.id.kind != COLUMN) return {};
  int i = plan.before->FindRelation(op.id.schema, op.id.parent);
  if (i < 0) return {};
  std::string table = sql::Qualified(op.id.schema, op.id.parent);
  if (op.action == Action::kDrop) {
    const Operation* successor = Successor(plan, op);
    return successor == nullptr ? Lines() : SplitSteps(op, *successor, table);
  }
  if (op.action == Action::kRename) return {};
  const auto& after = static_cast<const Column&>(*op.after);
  if (op.action == Action::kCreate) {
    bool filled = !after.default_().empty() || after.has_identity() || after.has_generated();
    return after.not_null() && !filled && !after.inherited() ? NotNullSteps(op, table, after)
                                                             : Lines();
  }
  const auto& before = static_cast<const Column&>(*op.before);
  if (!before.type().empty() && !after.type().empty() && before.type() != after.type()) {
    model::TypeChange change = model::DescribeTypeChange(before.type(), after.type(), false,
                                                         plan.before.get(), plan.after.get());
    if (!change.cast.empty()) return TypeSteps(op, table, after, change.cast);
  }
  return after.not_null() && !before.not_null() ? NotNullSteps(op, table, after) : Lines();
}

}  // namespace

void AddBackfillPlaces(Migration* migration) {
  for (size_t i = 0; i < migration->plan.operations.size(); ++i) {
    Lines place = PlaceFor(migration->plan, migration->plan.operations[i]);
    if (place.empty()) continue;
    for (render::Statement& s : migration->upgrade) {
      if (s.operation != static_cast<int>(i)) continue;
      if (s.place == render::Place::kFirst) place = FillFirst(migration->plan.operations[i]);
      s.remarks.insert(s.remarks.end(), place.begin(), place.end());
      break;
    }
  }
}

}  // namespace autogen::rows
