#include "src/lint/rules/known.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace autogen::lint {
namespace {

std::string StoredType(const std::string& type) {
  if (type == "serial" || type == "serial4") return "int4";
  if (type == "bigserial" || type == "serial8") return "int8";
  if (type == "smallserial" || type == "serial2") return "int2";
  return type;
}

}  // namespace

void Known::Follow(const json& tree) {
  const std::string node = sql::NodeName(tree);
  const json& body = sql::NodeBody(tree);
  if (node == "CreateStmt") {
    Create(body);
  } else if (node == "CreateForeignTableStmt") {
    Create(Get(body, "base"));
  } else if (node == "AlterTableStmt") {
    Alter(body);
  } else if (node == "IndexStmt") {
    AddIndex(body);
  } else if (node == "DropStmt") {
    Drop(body);
  } else if (node == "RenameStmt") {
    Rename(body);
  } else if (node == "AlterObjectSchemaStmt") {
    const SplitName name = RangeName(Get(body, "relation"));
    auto moved = tables_.extract(KeyOf(name));
    if (moved.empty()) return;
    moved.key() = {GetString(body, "newschema"), name.name};
    tables_.insert(std::move(moved));
  }
}

const Known::Table* Known::Find(const SplitName& name) const {
  const auto found = tables_.find(KeyOf(name));
  return found == tables_.end() ? nullptr : &found->second;
}

std::pair<SplitName, const Known::Index*> Known::FindIndex(const SplitName& name) const {
  const std::string schema = name.schema.empty() ? "public" : name.schema;
  for (const auto& [key, table] : tables_) {
    if (key.first != schema) continue;
    for (const Index& index : table.indexes) {
      if (index.name == name.name) return {{key.first, key.second}, &index};
    }
  }
  return {{}, nullptr};
}

void Known::Create(const json& body) {
  const SplitName name = RangeName(Get(body, "relation"));
  Table table;
  table.complete = Get(body, "inhRelations").is_null() && Get(body, "ofTypename").is_null();
  table.partitioned = !Get(body, "partspec").is_null();
  for (const json& item : Get(body, "tableElts")) {
    if (item.contains("TableLikeClause")) table.complete = false;
    if (item.contains("ColumnDef")) AddColumn(name, table, item["ColumnDef"]);
  }
  for (const json& item : Get(body, "tableElts")) {
    if (item.contains("Constraint")) AddConstraint(name, table, item["Constraint"], "");
  }
  // With IF NOT EXISTS it may have been another one.
  if (IsTrue(body, "if_not_exists")) {
    if (tables_.count(KeyOf(name)) > 0) return;
    table.complete = false;
  }
  tables_[KeyOf(name)] = std::move(table);
}

void Known::AddColumn(const SplitName& name, Table& table, const json& definition) {
  const std::string column = GetString(definition, "colname");
  const std::string type = TypeOf(Get(definition, "typeName"));
  const std::string stored = StoredType(type);
  table.columns[column] = {stored, stored != type};
  for (const json& item : Get(definition, "constraints")) {
    AddConstraint(name, table, Get(item, "Constraint"), column);
  }
}

void Known::AddConstraint(const SplitName& name, Table& table, const json& constraint,
                          const std::string& column) {
  const std::string type = GetString(constraint, "contype");
  if (type == "CONSTR_NOTNULL" || type == "CONSTR_IDENTITY") {
    table.columns[column].not_null = true;
    return;
  }
  const bool foreign = type == "CONSTR_FOREIGN", primary = type == "CONSTR_PRIMARY";
  const char* suffix = foreign                      ? "fkey"
                       : primary                    ? "pkey"
                       : type == "CONSTR_UNIQUE"    ? "key"
                       : type == "CONSTR_CHECK"     ? "check"
                       : type == "CONSTR_EXCLUSION" ? "excl"
                                                    : "";
  if (suffix[0] == '\0') return;
  Constraint made{type, GetString(constraint, "conname"), {}, {}, {}};
  made.columns = column.empty() ? Strings(Get(constraint, foreign ? "fk_attrs" : "keys"))
                                : std::vector<std::string>{column};
  if (foreign) {
    made.references = RangeName(Get(constraint, "pktable"));
    made.referenced = Strings(Get(constraint, "pk_attrs"));
  }
  if (const std::string index = GetString(constraint, "indexname"); !index.empty()) {
    if (made.name.empty()) made.name = index;
    for (Index& from : table.indexes) {
      if (from.name != index) continue;
      made.columns = from.columns;
      from.name = made.name;
    }
  } else if (primary || type == "CONSTR_UNIQUE") {
    if (made.name.empty()) {
      made.name = absl::StrJoin(
          {name.name, primary ? "" : absl::StrJoin(made.columns, "_"), std::string(suffix)}, "_");
      if (primary) made.name = absl::StrCat(name.name, "_", suffix);
    }
    table.indexes.push_back({made.name, made.columns, true});
  }
  if (made.name.empty()) {
    made.name = absl::StrCat(
        name.name, "_", made.columns.empty() ? "" : absl::StrJoin(made.columns, "_") + "_", suffix);
  }
  if (primary) {
    for (const std::string& key : made.columns) table.columns[key].not_null = true;
  }
  table.constraints.push_back(std::move(made));
}

void Known::Alter(const json& body) {
  const SplitName name = RangeName(Get(body, "relation"));
  const auto found = tables_.find(KeyOf(name));
  if (found == tables_.end()) return;
  for (const json& item : Get(body, "cmds")) {
    AlterPart(name, found->second, Get(item, "AlterTableCmd"));
  }
}

void Known::AlterPart(const SplitName& name, Table& table, const json& command) {
  const std::string type = GetString(command, "subtype"), part = GetString(command, "name");
  const json& definition = Get(command, "def");
  if (type == "AT_AddColumn") {
    AddColumn(name, table, Get(definition, "ColumnDef"));
  } else if (type == "AT_AddConstraint") {
    AddConstraint(name, table, Get(definition, "Constraint"), "");
  } else if (type == "AT_SetNotNull" || type == "AT_DropNotNull") {
    table.columns[part].not_null = type == "AT_SetNotNull";
  } else if (type == "AT_AlterColumnType") {
    table.columns[part].type = TypeOf(Get(Get(definition, "ColumnDef"), "typeName"));
  } else if (type == "AT_DropColumn") {
    table.columns.erase(part);
    auto has = [&](const auto& object) {
      return std::find(object.columns.begin(), object.columns.end(), part) != object.columns.end();
    };
    std::erase_if(table.indexes, has);
    std::erase_if(table.constraints, has);
  } else if (type == "AT_DropConstraint") {
    auto is = [&](const auto& object) { return object.name == part; };
    std::erase_if(table.indexes, is);
    std::erase_if(table.constraints, is);
  } else if (type == "AT_AddInherit" || type == "AT_AttachPartition") {
    table.complete = false;
  }
}

void Known::AddIndex(const json& body) {
  const auto found = tables_.find(KeyOf(RangeName(Get(body, "relation"))));
  if (found == tables_.end()) return;
  Index index;
  index.name = GetString(body, "idxname");
  index.whole = Get(body, "whereClause").is_null();
  for (const json& item : Get(body, "indexParams")) {
    index.columns.push_back(GetString(Get(item, "IndexElem"), "name"));
  }
  if (index.name.empty()) {
    index.name = absl::StrCat(found->first.second, "_", absl::StrJoin(index.columns, "_"), "_idx");
  }
  found->second.indexes.push_back(std::move(index));
}

void Known::Drop(const json& body) {
  const std::string type = GetString(body, "removeType");
  for (const json& object : Get(body, "objects")) {
    const SplitName name = ListName(Get(Get(object, "List"), "items"));
    if (type == "OBJECT_TABLE" || type == "OBJECT_FOREIGN_TABLE") {
      tables_.erase(KeyOf(name));
    } else if (type == "OBJECT_INDEX") {
      const auto table = tables_.find(KeyOf(FindIndex(name).first));
      if (table == tables_.end()) continue;
      std::erase_if(table->second.indexes,
                    [&](const Index& index) { return index.name == name.name; });
    } else if (type == "OBJECT_SCHEMA") {
      const std::string schema = GetString(Get(object, "String"), "sval");
      std::erase_if(tables_, [&](const auto& entry) { return entry.first.first == schema; });
    }
  }
}

void Known::Rename(const json& body) {
  const std::string type = GetString(body, "renameType"), to = GetString(body, "newname");
  const std::string from = GetString(body, "subname");
  const SplitName name = RangeName(Get(body, "relation"));
  if (type == "OBJECT_SCHEMA") {
    tables_.clear();
  } else if (type == "OBJECT_TABLE") {
    auto moved = tables_.extract(KeyOf(name));
    if (moved.empty()) return;
    moved.key().second = to;
    tables_.insert(std::move(moved));
  } else if (type == "OBJECT_INDEX") {
    const auto table = tables_.find(KeyOf(FindIndex(name).first));
    if (table == tables_.end()) return;
    for (auto* objects : {&table->second.indexes}) {
      for (Index& index : *objects) {
        if (index.name == name.name) index.name = to;
      }
    }
    for (Constraint& constraint : table->second.constraints) {
      if (constraint.name == name.name) constraint.name = to;
    }
  } else if (const auto table = tables_.find(KeyOf(name)); table != tables_.end()) {
    if (type == "OBJECT_TABCONSTRAINT") {
      for (Constraint& constraint : table->second.constraints) {
        if (constraint.name == from) constraint.name = to;
      }
      for (Index& index : table->second.indexes) {
        if (index.name == from) index.name = to;
      }
    } else if (type == "OBJECT_COLUMN") {
      auto moved = table->second.columns.extract(from);
      if (!moved.empty()) {
        moved.key() = to;
        table->second.columns.insert(std::move(moved));
      }
      for (Constraint& constraint : table->second.constraints) {
        std::replace(constraint.columns.begin(), constraint.columns.end(), from, to);
      }
      for (Index& index : table->second.indexes) {
        std::replace(index.columns.begin(), index.columns.end(), from, to);
      }
    }
  }
}

}  // namespace autogen::lint
