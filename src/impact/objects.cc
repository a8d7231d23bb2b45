// What is created, dropped, renamed, built or refreshed as a whole.

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "src/impact/finder.h"

namespace autogen::impact {
namespace {

using RelationKind = CatalogView::RelationKind;

bool HasOption(const json& options, absl::string_view name) {
  return std::any_of(options.begin(), options.end(), [&](const json& option) {
    return absl::string_view(GetString(Get(option, "DefElem"), "defname")) == name;
  });
}

// The number of a DefElem; one beyond 32 bits is a Float in the tree.
std::optional<int64_t> Number(const json& element) {
  const json& arg = Get(element, "arg");
  if (const json& integer = Get(arg, "Integer"); integer.is_object()) {
    const json& value = Get(integer, "ival");
    return value.is_number() ? value.get<int64_t>() : 0;
  }
  int64_t value = 0;
  if (absl::SimpleAtoi(GetString(Get(arg, "Float"), "fval"), &value)) return value;
  return std::nullopt;
}

// What programs name, but for tables and what else holds values of its own.
bool IsUsedByName(absl::string_view type) {
  static constexpr absl::string_view kTypes[] = {
      "OBJECT_VIEW",      "OBJECT_INDEX",   "OBJECT_FUNCTION",
      "OBJECT_PROCEDURE", "OBJECT_ROUTINE", "OBJECT_AGGREGATE",
      "OBJECT_TYPE",      "OBJECT_DOMAIN",  "OBJECT_FOREIGN_SERVER"};
  return std::find(std::begin(kTypes), std::end(kTypes), type) != std::end(kTypes);
}

}  // namespace

void Finder::LockTables(const json& body) {
  const json& number = Get(body, "mode");
  const auto mode = static_cast<LockMode>(number.is_number() ? number.get<int>() : 0);
  for (const json& item : Get(body, "relations")) {
    const SplitName table = RangeName(Get(item, "RangeVar"));
    AddLock(table, mode);
    if (!BlocksWriters(mode)) continue;
    Add(Kind::kHolds, table,
        absl::StrCat("locks ", Shown(table), " (", LockModeName(mode), ") until the step commits"));
  }
}

// REVOKE.
void Finder::Grant(const json& body) {
  if (IsTrue(body, "is_grant")) return;
  for (const json& item : Get(body, "objects")) {
    const SplitName table = RangeName(Get(item, "RangeVar"));
    const json& routine = Get(Get(item, "ObjectWithArgs"), "objname");
    const SplitName name = !table.name.empty() ? table
                           : routine.is_array()
                               ? ListName(routine)
                               : SplitName{"", GetString(Get(item, "String"), "sval")};
    Add(Kind::kDrops, name, absl::StrCat("revokes privileges on ", Shown(name)));
  }
}

void Finder::RenameLabel(const json& body) {
  const std::string old = GetString(body, "oldVal");
  if (old.empty()) return;
  const SplitName type = ListName(Get(body, "typeName"));
  Add(Kind::kRenames, type,
      absl::StrCat("renames label ", sql::Literal(old), " of ", Shown(type), " to ",
                   sql::Literal(GetString(body, "newVal"))));
}

void Finder::CreateTable(const json& body) {
  // CREATE FOREIGN TABLE has its parts one level deeper, CREATE TABLE AS a name alone.
  const json& base = Get(body, "base").is_object() ? Get(body, "base") : body;
  const json& into = Get(body, "into");
  const SplitName name = RangeName(into.is_object() ? Get(into, "rel") : Get(base, "relation"));
  Add(Kind::kCreates, name, absl::StrCat("creates ", Shown(name)));
  auto references = [&](const json& constraint) {
    if (GetString(constraint, "contype") == "CONSTR_FOREIGN") {
      AddLock(RangeName(Get(constraint, "pktable")), LockMode::kShareRowExclusive);
    }
  };
  for (const json& item : Get(base, "tableElts")) {
    references(Get(item, "Constraint"));
    for (const json& constraint : Get(Get(item, "ColumnDef"), "constraints")) {
      references(Get(constraint, "Constraint"));
    }
  }
  for (const json& parent : Get(base, "inhRelations")) {
    const bool partition = Get(base, "partbound").is_object();
    AddLock(RangeName(Get(parent, "RangeVar")),
            partition ? LockMode::kAccessExclusive : LockMode::kShareUpdateExclusive);
  }
}

void Finder::Index(const json& body) {
  const SplitName table = RangeName(Get(body, "relation"));
  const bool concurrently = IsTrue(body, "concurrent");
  AddLock(table, concurrently ? LockMode::kShareUpdateExclusive : LockMode::kShare);
  Add(Kind::kAlters, table, absl::StrCat("indexes ", Shown(table)));
  const auto now = Look(table);
  const bool whole = IsTrue(Get(body, "relation"), "inh");
  if (!whole && now.has_value() && now->kind == RelationKind::kPartitionedTable) {
    return Spares(table, "builds nothing yet");
  }
  Add(Kind::kBuilds, table, absl::StrCat("builds an index of ", Shown(table)), "builds the index");
  if (IsTrue(body, "unique")) Add(Kind::kMayFail, table, "", "where values are duplicated");
}

void Finder::Drop(const json& body) {
  const std::string type = GetString(body, "removeType");
  const bool cascade = GetString(body, "behavior") == "DROP_CASCADE";
  for (const json& object : Get(body, "objects")) {
    const json& list = Get(Get(object, "List"), "items");
    if (type == "OBJECT_TRIGGER" || type == "OBJECT_POLICY" || type == "OBJECT_RULE") {
      json relation = list;
      if (!relation.empty()) relation.erase(relation.size() - 1);
      const SplitName table = ListName(relation);
      AddLock(table, LockMode::kAccessExclusive);
      if (type != "OBJECT_RULE") {
        Add(Kind::kUnguards, table,
            absl::StrCat("drops ", type == "OBJECT_POLICY" ? "policy " : "trigger ",
                         sql::Ident(ListName(list).name), " of ", Shown(table)));
      }
      continue;
    }
    SplitName name = ListName(list);
    if (list.is_null()) {
      name.name = GetString(Get(object, "String"), "sval");
      if (name.name.empty()) name = ListName(Get(Get(object, "TypeName"), "names"));
      if (name.name.empty()) name = ListName(Get(Get(object, "ObjectWithArgs"), "objname"));
    }
    DropRelation(name, type, cascade, IsTrue(body, "concurrent"));
    const bool holder = type == "OBJECT_SCHEMA" || type == "OBJECT_EXTENSION";
    if (cascade) {
      // Columns of a type, tables of a schema or an extension, any dependents.
      Add(Kind::kLoses, {}, absl::StrCat("drops ", Shown(name), " and what depends on it"),
          "what depends on it", /*unsure=*/true);
    } else if (holder) {
      Add(Kind::kLoses, {}, absl::StrCat("drops ", Shown(name)), "", /*unsure=*/true);
    } else if (!name.name.empty() && IsUsedByName(type)) {
      Add(Kind::kDrops, name, absl::StrCat("drops ", Shown(name)));
    }
  }
}

void Finder::DropRelation(const SplitName& name, const std::string& type, bool cascade,
                          bool concurrently) {
  const auto now = Look(name);
  if (type == "OBJECT_INDEX") {
    AddLock(now.has_value() && !now->parent.name.empty() ? now->parent : name,
            concurrently ? LockMode::kShareUpdateExclusive : LockMode::kAccessExclusive);
    return;
  }
  const bool foreign = type == "OBJECT_FOREIGN_TABLE";
  const bool table = type == "OBJECT_TABLE" || foreign;
  if (!table && type != "OBJECT_SEQUENCE" && type != "OBJECT_MATVIEW" && type != "OBJECT_VIEW") {
    return;
  }
  AddLock(name, LockMode::kAccessExclusive);
  if (table) Add(Kind::kAlters, name, absl::StrCat("drops ", Shown(name)));
  if (now.has_value() && table) AddLock(now->parent, LockMode::kAccessExclusive);
  const bool kept = foreign || type == "OBJECT_VIEW" ||
                    (now.has_value() && (now->kind == RelationKind::kPartitionedTable ||
                                         now->kind == RelationKind::kForeignTable));
  if (cascade || (kept && (catalog_ != nullptr || type == "OBJECT_VIEW"))) return;
  Add(Kind::kLoses, name, absl::StrCat("drops ", Shown(name)),
      type == "OBJECT_SEQUENCE"  ? "its last value"
      : type == "OBJECT_MATVIEW" ? ""
                                 : "the table's rows");
}

// Of a relation, or of what the statement names otherwise.
std::string Finder::NameOfRenamed(const SplitName& relation, const json& object) {
  if (!relation.name.empty()) return Shown(relation);
  SplitName name = ListName(Get(Get(object, "ObjectWithArgs"), "objname"));
  if (name.name.empty()) name = ListName(Get(Get(object, "List"), "items"));
  if (name.name.empty()) name = ListName(Get(Get(object, "TypeName"), "names"));
  if (name.name.empty()) name.name = GetString(Get(object, "String"), "sval");
  return name.name.empty() ? "an object" : Shown(name);
}

void Finder::Rename(const json& body) {
  const std::string type = GetString(body, "renameType");
  const SplitName name = RangeName(Get(body, "relation"));
  auto is = [&](std::initializer_list<absl::string_view> types) {
    return std::find(types.begin(), types.end(), absl::string_view(type)) != types.end();
  };
  if (type == "OBJECT_INDEX") {
    AddLock(name, LockMode::kShareUpdateExclusive);
    return;
  }
  AddLock(name, LockMode::kAccessExclusive);
  // Nothing that runs knows these by name.
  if (is({"OBJECT_TABCONSTRAINT", "OBJECT_TRIGGER", "OBJECT_POLICY", "OBJECT_RULE",
          "OBJECT_DOMCONSTRAINT"})) {
    return;
  }
  const std::string old = GetString(body, "subname");
  Add(Kind::kRenames, name,
      absl::StrCat("renames ", NameOfRenamed(name, Get(body, "object")),
                   old.empty() ? "" : absl::StrCat(".", sql::Ident(old)), " to ",
                   sql::Ident(GetString(body, "newname"))));
}

void Finder::SetSchema(const json& body) {
  const SplitName name = RangeName(Get(body, "relation"));
  AddLock(name, LockMode::kAccessExclusive);
  Add(Kind::kRenames, name,
      absl::StrCat("moves ", NameOfRenamed(name, Get(body, "object")), " to schema ",
                   sql::Ident(GetString(body, "newschema"))));
}

void Finder::View(const json& body) {
  const SplitName name = RangeName(Get(body, "view"));
  if (IsTrue(body, "replace") && (catalog_ == nullptr || Look(name).has_value())) {
    AddLock(name, LockMode::kAccessExclusive);
  }
}

void Finder::Refresh(const json& body) {
  const SplitName name = RangeName(Get(body, "relation"));
  const bool concurrently = IsTrue(body, "concurrent"), empties = IsTrue(body, "skipData");
  AddLock(name, concurrently ? LockMode::kExclusive : LockMode::kAccessExclusive);
  Add(Kind::kAlters, name, absl::StrCat("refreshes ", Shown(name)));
  if (concurrently) return;
  Add(Kind::kRewrites, name, absl::StrCat("rewrites ", Shown(name)),
      empties ? "" : "runs the query");
}

void Finder::Sequence(const json& body) {
  SequenceNumbers(RangeName(Get(body, "sequence")), "", Get(body, "options"));
}

void Finder::SequenceNumbers(const SplitName& relation, const std::string& column,
                             const json& options) {
  const std::string name =
      column.empty() ? Shown(relation) : absl::StrCat(Shown(relation), ".", sql::Ident(column));
  if (HasOption(options, "restart")) {
    Add(Kind::kLoses, relation, absl::StrCat("restarts ", name), "its last value");
    return;
  }
  std::optional<CatalogView::Range> found;
  if (catalog_ != nullptr) found = catalog_->FindSequence(relation, column);
  const bool known = found.has_value();
  const CatalogView::Range range = found.value_or(CatalogView::Range{});
  bool narrows = false;
  for (const json& option : options) {
    const json& element = Get(option, "DefElem");
    const std::string what = GetString(element, "defname");
    if (what != "minvalue" && what != "maxvalue" && what != "as") continue;
    std::optional<int64_t> number = Number(element);
    // NO MINVALUE, NO MAXVALUE.
    if (known && Get(element, "arg").is_null()) {
      number = what == "minvalue" ? range.default_min : range.default_max;
    }
    if (!known) {
      narrows = narrows || number.has_value();
    } else if (what == "as") {
      const SplitName type = ListName(Get(Get(Get(element, "arg"), "TypeName"), "names"));
      const int64_t greatest = type.name == "int2"   ? INT16_MAX
                               : type.name == "int4" ? INT32_MAX
                                                     : INT64_MAX;
      narrows = narrows || range.max > greatest || range.min < -greatest - 1;
    } else if (number.has_value()) {
      narrows = narrows || (what == "minvalue" ? *number > range.min : *number < range.max);
    }
  }
  if (narrows) {
    Add(Kind::kMayFail, relation, "", "where its last value is outside the new bounds",
        /*unsure=*/!known);
  }
}

void Finder::Vacuum(const json& body) {
  if (!HasOption(Get(body, "options"), "full")) return;
  for (const json& item : Get(body, "rels")) {
    const SplitName name = RangeName(Get(Get(item, "VacuumRelation"), "relation"));
    AddLock(name, LockMode::kAccessExclusive);
    Add(Kind::kRewrites, name, absl::StrCat("rewrites ", Shown(name)), "rewrites the table");
  }
  if (Get(body, "rels").is_null()) Add(Kind::kRewrites, {}, "rewrites tables");
}

void Finder::Reindex(const json& body) {
  const bool concurrently = HasOption(Get(body, "params"), "concurrently");
  SplitName name = RangeName(Get(body, "relation"));
  if (const auto now = Look(name); now.has_value() && now->kind == RelationKind::kIndex) {
    name = now->parent;
  }
  AddLock(name, concurrently ? LockMode::kShareUpdateExclusive : LockMode::kShare);
  Add(Kind::kBuilds, name, absl::StrCat("rebuilds ", name.name.empty() ? "indexes" : Shown(name)),
      "rebuilds its indexes", /*unsure=*/false);
}

}  // namespace autogen::impact
