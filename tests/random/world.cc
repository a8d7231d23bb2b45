#include "tests/random/world.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/sql/quote.h"

namespace autogen::testing {

std::string QualifiedName(const Statement& object) {
  return sql::Qualified(object.schema, object.name);
}

std::string RelationName(const Statement& hung) {
  return sql::Qualified(hung.schema, hung.relation);
}

bool IsNumber(const std::string& type) {
  return type == "integer" || type == "bigint" || type == "smallint" ||
         absl::StartsWith(type, "numeric");
}

bool IsText(const std::string& type) {
  return type == "text" || (absl::StartsWith(type, "varchar") && !absl::EndsWith(type, "]"));
}

bool Sortable(const std::string& type) {
  return IsNumber(type) || IsText(type) || type == "date" || type == "uuid" ||
         type == "timestamptz";
}

const Statement* World::Any(const std::vector<Part>& parts) {
  std::vector<const Statement*> found;
  for (const Statement& s : statements_) {
    for (Part p : parts) {
      if (s.part == p) found.push_back(&s);
    }
  }
  return found.empty() ? nullptr : r.Pick(found);
}

const Statement* World::AnyRelation() {
  return Any({Part::kTable, Part::kTable, Part::kView, Part::kMaterializedView});
}

const Statement* World::Find(const std::string& qualified) const {
  for (const Statement& s : statements_) {
    bool relation =
        s.part == Part::kTable || s.part == Part::kView || s.part == Part::kMaterializedView;
    if (relation && QualifiedName(s) == qualified) return &s;
  }
  return nullptr;
}

std::vector<ColumnInfo> World::Columns(const Statement& relation) const {
  std::vector<ColumnInfo> columns = relation.columns;
  if (relation.part != Part::kTable) return columns;
  if (const Statement* up = relation.parent.empty() ? nullptr : Find(relation.parent);
      up != nullptr && up != &relation) {
    columns = Columns(*up);
  }
  for (const Statement& s : statements_) {
    if (s.part == Part::kColumn && s.schema == relation.schema && s.relation == relation.name) {
      columns.push_back({s.name, s.type});
    }
  }
  return columns;
}

ColumnInfo World::AnyColumn(const Statement& relation) {
  std::vector<ColumnInfo> columns = Columns(relation);
  return columns.empty() ? ColumnInfo{} : r.Pick(columns);
}

ColumnInfo World::AnyColumn(const Statement& relation, const std::string& type) {
  std::vector<ColumnInfo> fitting;
  for (ColumnInfo& c : Columns(relation)) {
    if (c.type == type) fitting.push_back(std::move(c));
  }
  return fitting.empty() ? ColumnInfo{} : r.Pick(fitting);
}

std::string World::Schema() {
  const Statement* schema = r.Chance(25) ? Any({Part::kSchema}) : nullptr;
  return schema == nullptr ? "public" : schema->name;
}

std::string World::Name(const std::string& prefix) {
  static const auto* const kHard = new std::vector<std::string>{
      "select", "Odd Name", "quo\"te", "a.b", "größe", "it's", "back\\slash", "user"};
  if (r.Chance(3)) return r.Pick(*kHard);
  if (r.Chance(4)) return absl::StrCat("shared", 1 + r.Below(3));
  return absl::StrCat(prefix, 1 + r.Below(5));
}

std::string World::Type() {
  static const auto* const kTypes = new std::vector<std::string>{
      "integer", "integer",  "integer", "bigint",        "smallint",   "text",     "text",
      "date",    "boolean",  "uuid",    "varchar(20)",   "varchar(9)", "jsonb",    "timestamptz",
      "text[]",  "bigint[]", "bytea",   "numeric(10,2)", "numeric",    "int4range"};
  if (r.Chance(25)) {
    const Statement* type = Any({Part::kEnum, Part::kEnum, Part::kDomain, Part::kComposite,
                                 Part::kComposite, Part::kRange, Part::kExtension});
    if (type != nullptr && type->part == Part::kExtension)
      return type->type.empty() ? "text" : type->type;
    if (type != nullptr) return absl::StrCat(QualifiedName(*type), r.Chance(15) ? "[]" : "");
  }
  return r.Pick(*kTypes);
}

std::string World::Value(const std::string& type) {
  if (IsNumber(type)) return absl::StrCat(1 + r.Below(3));
  if (IsText(type)) return r.Pick<std::string>({"'x'", "''", "'it''s'", "upper('y')"});
  if (type == "boolean") return r.Pick<std::string>({"true", "false"});
  if (type == "date") return r.Pick<std::string>({"CURRENT_DATE", "'2020-02-02'"});
  if (type == "timestamptz") return "now()";
  if (type == "jsonb") return "'{}'";
  if (absl::EndsWith(type, "[]")) return "'{}'";
  for (const Statement& s : statements_) {
    if (s.part == Part::kEnum && QualifiedName(s) == type) {
      return absl::StrCat(sql::Literal(r.Pick(s.columns).name), "::", type);
    }
    if (s.part == Part::kDomain && QualifiedName(s) == type && s.type != type) {
      return Value(s.type);
    }
  }
  return "";
}

std::string World::Condition(const ColumnInfo& column, const std::string& prefix) {
  std::string name = absl::StrCat(prefix, sql::Ident(column.name));
  if (r.Chance(15)) {
    if (const Statement* f = FunctionOf(column.type, "boolean"); f != nullptr) {
      return absl::StrCat(QualifiedName(*f), "(", name, ")");
    }
  }
  std::string value = r.Chance(30) ? "" : Value(column.type);
  if (value.empty() || column.type == "jsonb" || value == "now()" || value == "CURRENT_DATE") {
    return absl::StrCat(name, r.Chance(50) ? " IS NOT NULL" : " IS NULL");
  }
  if (IsNumber(column.type) && r.Chance(30)) {
    return absl::StrCat(name, " IN (", value, ", 7)");
  }
  return absl::StrCat(name, r.Pick<std::string>({" = ", " <> ", " > "}), value);
}

std::string World::Expression(const ColumnInfo& column, const std::string& prefix) {
  std::string name = absl::StrCat(prefix, sql::Ident(column.name));
  if (r.Chance(20)) {
    for (const char* returns : {"integer", "text", "boolean"}) {
      const Statement* f = FunctionOf(column.type, returns);
      if (f != nullptr) return absl::StrCat(QualifiedName(*f), "(", name, ")");
    }
  }
  if (IsNumber(column.type)) return absl::StrCat("(", name, " + ", 1 + r.Below(3), ")");
  if (IsText(column.type)) return absl::StrCat(r.Chance(50) ? "lower(" : "upper(", name, ")");
  return absl::StrCat("(", name, r.Chance(50) ? " IS NULL" : " IS NOT NULL", ")");
}

const Statement* World::FunctionOf(const std::string& type, const std::string& returns) {
  std::vector<const Statement*> found;
  for (const Statement& s : statements_) {
    if (s.part == Part::kFunction && s.type == returns && s.columns.size() == 1 &&
        s.columns[0].type == type) {
      found.push_back(&s);
    }
  }
  return found.empty() ? nullptr : r.Pick(found);
}

}  // namespace autogen::testing
