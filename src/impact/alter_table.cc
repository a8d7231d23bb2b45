// ALTER TABLE and its like: what each subcommand locks and does.

#include <algorithm>
#include <array>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/impact/finder.h"

namespace autogen::impact {
namespace {

bool IsOneOf(absl::string_view type, std::initializer_list<absl::string_view> types) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

bool IsSerial(const json& column) {
  const std::string name = ListName(Get(Get(column, "typeName"), "names")).name;
  return absl::EndsWith(name, "serial") || absl::StartsWith(name, "serial");
}

// AlterTableGetLockLevel() in tablecmds.c; the default there is ACCESS EXCLUSIVE.
LockMode LockOf(absl::string_view type, bool relation_with_rows) {
  if (IsOneOf(type, {"AT_SetStatistics", "AT_SetOptions", "AT_ResetOptions", "AT_ClusterOn",
                     "AT_DropCluster", "AT_ValidateConstraint", "AT_AttachPartition",
                     "AT_DetachPartitionFinalize"})) {
    return LockMode::kShareUpdateExclusive;
  }
  if (IsOneOf(type, {"AT_SetRelOptions", "AT_ResetRelOptions", "AT_ReplaceRelOptions"})) {
    return relation_with_rows ? LockMode::kShareUpdateExclusive : LockMode::kAccessExclusive;
  }
  if (IsOneOf(type,
              {"AT_EnableTrig", "AT_EnableAlwaysTrig", "AT_EnableReplicaTrig", "AT_EnableTrigAll",
               "AT_EnableTrigUser", "AT_DisableTrig", "AT_DisableTrigAll", "AT_DisableTrigUser"})) {
    return LockMode::kShareRowExclusive;
  }
  return LockMode::kAccessExclusive;
}

}  // namespace

void Finder::AlterTable(const json& body) {
  const std::string type = GetString(body, "objtype");
  const SplitName name = RangeName(Get(body, "relation"));
  if (type == "OBJECT_TYPE") {
    for (const json& item : Get(body, "cmds")) {
      const json& command = Get(item, "AlterTableCmd");
      const std::string attribute = GetString(command, "name");
      if (GetString(command, "subtype") == "AT_AlterColumnType") {
        Add(Kind::kRewrites, {},
            absl::StrCat("changes the type of ", Shown(name), ".", sql::Ident(attribute)), "",
            /*unsure=*/true);
      }
      if (GetString(command, "subtype") != "AT_DropColumn") continue;
      Add(Kind::kLoses, {},
          absl::StrCat("drops attribute ", Shown(name), ".", sql::Ident(attribute)),
          "the attribute in every stored value");
    }
    return;
  }
  const bool rows = IsOneOf(type, {"OBJECT_TABLE", "OBJECT_MATVIEW", "OBJECT_FOREIGN_TABLE"});
  // Views, sequences and indexes have no rows of their own to look at.
  if (rows) Add(Kind::kAlters, name, absl::StrCat("alters ", Shown(name)));
  for (const json& item : Get(body, "cmds")) {
    const json& command = Get(item, "AlterTableCmd");
    const std::string subtype = GetString(command, "subtype");
    if (subtype == "AT_SetTableSpace") {
      AlterLock(LockMode::kAccessExclusive);
      MoveFiles(name, type);
    } else if (rows) {
      AlterTableCommand(name, command);
    } else {
      AlterLock(LockOf(subtype, type == "OBJECT_INDEX"));
    }
  }
  // What a part locks beside the table comes after it.
  std::vector<Lock> others = std::move(out_.locks);
  out_.locks.clear();
  AddLock(name, alter_lock_);
  for (const Lock& lock : others) AddLock(lock.relation, lock.mode);
}

void Finder::Unguard(const SplitName& table, const std::string& type, const std::string& trigger) {
  std::string what;
  if (type == "AT_DisableRowSecurity") what = "turns off row security of ";
  if (type == "AT_NoForceRowSecurity") what = "lets its owner pass row security of ";
  if (type == "AT_DisableTrigAll") what = "disables every trigger, foreign keys included, of ";
  if (type == "AT_DisableTrigUser") what = "disables every trigger of ";
  if (type == "AT_DisableTrig")
    what = absl::StrCat("disables trigger ", sql::Ident(trigger), " of ");
  if (!what.empty()) Add(Kind::kUnguards, table, absl::StrCat(what, Shown(table)));
}

void Finder::AlterTableCommand(const SplitName& table, const json& command) {
  const std::string type = GetString(command, "subtype");
  const std::string column = GetString(command, "name");
  const json& def = Get(command, "def");
  Unguard(table, type, column);
  if (type == "AT_AddConstraint") return AddConstraint(table, Get(def, "Constraint"));
  if (type == "AT_AlterConstraint") return AlterConstraint(table, Get(def, "Constraint"));
  if (type == "AT_ValidateConstraint") return ValidateConstraint(table, column);
  if (type == "AT_DropConstraint") return DropConstraint(table, column);
  if (IsOneOf(type, {"AT_AttachPartition", "AT_DetachPartition", "AT_DetachPartitionFinalize"}))
    return Partition(table, type, Get(def, "PartitionCmd"));
  AlterLock(LockOf(type, /*relation_with_rows=*/true));
  if (type == "AT_AddColumn") {
    AddColumn(table, Get(def, "ColumnDef"));
  } else if (type == "AT_DropColumn") {
    DropColumn(table, column);
  } else if (type == "AT_AlterColumnType") {
    AlterColumnType(table, column, Get(def, "ColumnDef"));
  } else if (type == "AT_SetNotNull") {
    SetNotNull(table, column, !newer_.not_valid);
  } else if (type == "AT_DropNotNull") {
    Spares(table, "no scan");
  } else if (type == "AT_ColumnDefault") {
    Spares(table, "existing rows unchanged");
  } else if (type == "AT_DropExpression" || type == "AT_AddIdentity") {
    Spares(table, "no rewrite");
  } else if (type == "AT_SetIdentity") {
    SetIdentity(table, column, Get(Get(def, "List"), "items"));
  } else if (type == "AT_DropIdentity") {
    Add(Kind::kLoses, table,
        absl::StrCat("drops the identity of ", Shown(table), ".", sql::Ident(column)),
        "its last value");
    Spares(table, "no rewrite");
  } else if (IsOneOf(type, {"AT_SetLogged", "AT_SetUnLogged", "AT_SetAccessMethod"})) {
    Add(Kind::kRewrites, table, absl::StrCat("rewrites ", Shown(table)), "rewrites the table");
  }
}

void Finder::AddColumn(const SplitName& table, const json& column) {
  const std::string name =
      absl::StrCat(Shown(table), ".", sql::Ident(GetString(column, "colname")));
  std::string rewrite;
  bool unsure = false, filled = IsSerial(column), not_null = false;
  if (filled) rewrite = "rewrites the table for its default";
  for (const json& item : Get(column, "constraints")) {
    const json& constraint = Get(item, "Constraint");
    const std::string type = GetString(constraint, "contype");
    not_null = not_null || type == "CONSTR_NOTNULL" || type == "CONSTR_PRIMARY";
    filled = filled || IsOneOf(type, {"CONSTR_IDENTITY", "CONSTR_GENERATED", "CONSTR_DEFAULT"});
    if (type == "CONSTR_IDENTITY") {
      rewrite = "rewrites the table for its identity";
    } else if (type == "CONSTR_GENERATED" && !newer_.virtual_column) {
      rewrite = "rewrites the table to compute it";
    } else if (type == "CONSTR_DEFAULT") {
      const std::optional<bool> is = IsVolatile(Get(constraint, "raw_expr"));
      unsure = !is.has_value();
      if (unsure) rewrite = "rewrites the table if the default is volatile";
      if (is.value_or(false)) rewrite = "rewrites the table for its volatile default";
    } else if (type == "CONSTR_FOREIGN") {
      // A column without values refers to nothing: no look at the rows.
      AddLock(RangeName(Get(constraint, "pktable")), LockMode::kShareRowExclusive);
    } else {
      AddConstraint(table, constraint);
    }
  }
  if (rewrite.empty() && catalog_ != nullptr &&
      catalog_->IsConstrainedDomain(ListName(Get(Get(column, "typeName"), "names")))) {
    rewrite = "rewrites the table to check its domain";
  }
  if (rewrite.empty()) {
    Spares(table, "no rewrite");
  } else {
    Add(Kind::kRewrites, table, absl::StrCat("gives each row a value of ", name), rewrite, unsure);
  }
  if (not_null && !filled) {
    Add(Kind::kMayFail, table, absl::StrCat("adds ", name, " NOT NULL without a default"),
        "where rows exist: NOT NULL without a default");
  }
}

void Finder::AlterColumnType(const SplitName& table, const std::string& column,
                             const json& definition) {
  const std::string name = absl::StrCat(Shown(table), ".", sql::Ident(column));
  if (newer_.set_expression) {
    const auto now = catalog_ == nullptr ? std::nullopt : catalog_->FindColumn(table, column);
    if (now.has_value() && now->virtual_column) return Spares(table, "no rewrite");
    Add(Kind::kRewrites, table, absl::StrCat("recomputes ", name), "rewrites the table",
        !now.has_value());
    return;
  }
  const json& expression = Get(definition, "raw_default");
  const json& fields = Get(Get(expression, "ColumnRef"), "fields");
  const bool with_using = !expression.is_null() && fields.is_null();
  std::optional<CatalogView::TypeChange> change;
  if (catalog_ != nullptr) {
    change = catalog_->ChangeOfType(table, column, TypeText(Get(definition, "typeName")),
                                    !Get(definition, "collClause").is_null(), with_using);
  }
  const std::string what = absl::StrCat("changes the type of ", name);
  // USING NULL, or any other value that is not made from a column.
  if (with_using && expression.dump().find("\"ColumnRef\"") == std::string::npos) {
    Add(Kind::kLoses, table,
        absl::StrCat("gives ", name, " a value that is not derived from its old one"),
        "the column's values");
  }
  if (!change.has_value()) {
    return Add(Kind::kRewrites, table, what, "rewrites the table", /*unsure=*/true);
  }
  if (change->rewrites) {
    Add(Kind::kRewrites, table, what, change->work);
  } else if (change->scans) {
    Add(Kind::kScans, table, absl::StrCat("checks every row of ", Shown(table)), change->work);
  } else if (change->builds_indexes) {
    Add(Kind::kBuilds, table, absl::StrCat("rebuilds the indexes of ", name), change->work);
  } else {
    Spares(table, change->work);
  }
  if (!change->loses.empty()) {
    Add(Kind::kLoses, table, absl::StrCat(what, ": ", change->loses), change->loses);
  }
  if (!change->fails.empty()) Add(Kind::kMayFail, table, "", change->fails);
}

void Finder::SetNotNull(const SplitName& table, const std::string& column, bool scans) {
  const auto now = catalog_ == nullptr ? std::nullopt : catalog_->FindColumn(table, column);
  if (!scans || (now.has_value() && now->proved_not_null)) return Spares(table, "no scan");
  Add(Kind::kScans, table,
      absl::StrCat("sets ", Shown(table), ".", sql::Ident(column), " NOT NULL"), "scans the table");
  Add(Kind::kMayFail, table, "", kFailsOnNulls);
}

void Finder::SetIdentity(const SplitName& table, const std::string& column, const json& options) {
  Spares(table, "no rewrite");
  SequenceNumbers(table, column, options);
}

void Finder::DropColumn(const SplitName& table, const std::string& column) {
  const auto relation = Look(table);
  if (relation.has_value() && relation->kind == CatalogView::RelationKind::kForeignTable) return;
  const auto now = catalog_ == nullptr ? std::nullopt : catalog_->FindColumn(table, column);
  if (now.has_value() && now->generated) return;
  Add(Kind::kLoses, table, absl::StrCat("drops column ", Shown(table), ".", sql::Ident(column)),
      "the column's values");
  out_.consequences.back().column = column;
}

void Finder::Partition(const SplitName& table, const std::string& type, const json& command) {
  const SplitName partition = RangeName(Get(command, "name"));
  if (type != "AT_AttachPartition") {
    const bool waits = IsTrue(command, "concurrent") || type == "AT_DetachPartitionFinalize";
    AlterLock(waits ? LockMode::kShareUpdateExclusive : LockMode::kAccessExclusive);
    AddLock(partition, LockMode::kAccessExclusive);
    Add(Kind::kDrops, partition,
        absl::StrCat("takes the rows of ", Shown(partition), " out of ", Shown(table)));
    return;
  }
  AlterLock(LockMode::kShareUpdateExclusive);
  AddLock(partition, LockMode::kAccessExclusive);
  Add(Kind::kScans, partition, absl::StrCat("attaches ", Shown(partition)), "scans it");
  const auto parent = Look(table);
  Add(Kind::kMayFail, partition, "", "where a row is outside the bounds");
  if (parent.has_value() && parent->has_default_partition &&
      !IsTrue(Get(command, "bound"), "is_default")) {
    Add(Kind::kMayFail, table, "", "where the default partition holds a row that belongs in it");
  }
}

void Finder::MoveFiles(const SplitName& relation, const std::string& type) {
  const char* note = type == "OBJECT_INDEX"     ? "copies the index"
                     : type == "OBJECT_MATVIEW" ? "copies the files"
                                                : "copies the table";
  Add(Kind::kRewrites, relation, absl::StrCat("rewrites ", Shown(relation)), note);
}

}  // namespace autogen::impact
