#include <map>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "autogen/external.pb.h"
#include "src/model/inheritance.h"
#include "src/render/renderers.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;
using Published = Publication::PublishedTable;

std::string TableName(const Published& t) {
  return sql::Qualified(model::SchemaOrPublic(t.schema()), t.name());
}

// Tables that others inherit from: without ONLY those would be meant as well. (Partitions are not
// members of their own.)
class Parents {
 public:
  explicit Parents(const diff::Plan& plan) {
    for (const auto& catalog : {plan.before, plan.after}) {
      for (const Table& table : catalog->schema().table()) {
        for (const Name& parent : table.inherits()) {
          names_.insert(sql::Qualified(model::SchemaOrPublic(parent.schema()), parent.name()));
        }
      }
    }
  }

  // `table` is a TableName, and may have more behind it.
  std::string Only(const std::string& name, const std::string& table) const {
    return absl::StrCat(names_.count(name) > 0 ? "ONLY " : "", table);
  }

 private:
  std::set<std::string> names_;
};

std::string TableSql(const Published& t) {
  std::string text = TableName(t);
  if (!t.column().empty()) absl::StrAppend(&text, " (", IdentList(t.column()), ")");
  if (!t.where().empty()) absl::StrAppend(&text, " WHERE (", t.where(), ")");
  return text;
}

std::string SchemaSql(const std::string& schema) {
  return absl::StrCat("TABLES IN SCHEMA ", sql::Ident(schema));
}

// "TABLE a, b, TABLES IN SCHEMA c": PostgreSQL 13 takes TABLE just once.
std::string Members(const std::vector<std::string>& tables,
                    const std::vector<std::string>& schemas) {
  std::vector<std::string> parts;
  if (!tables.empty()) parts.push_back(absl::StrCat("TABLE ", absl::StrJoin(tables, ", ")));
  for (const std::string& s : schemas) parts.push_back(SchemaSql(s));
  return absl::StrJoin(parts, ", ");
}

std::string PublishSql(const Publication& p) {
  return absl::StrCat("publish = ",
                      sql::Literal(p.publish().empty() ? "insert, update, delete, truncate"
                                                       : absl::StrJoin(p.publish(), ", ")));
}

std::string ViaRootSql(const Publication& p) {
  return absl::StrCat("publish_via_partition_root = ",
                      p.publish_via_partition_root() ? "true" : "false");
}

std::string GeneratedSql(const Publication& p) {
  return absl::StrCat("publish_generated_columns = ", p.publish_generated_columns().empty()
                                                          ? "none"
                                                          : p.publish_generated_columns());
}

absl::Status Create(const Operation& op, Context& context) {
  const auto& p = static_cast<const Publication&>(*op.after);
  std::string text = absl::StrCat("CREATE PUBLICATION ", sql::Ident(op.id.name));
  const Parents parents(context.plan);
  std::vector<std::string> tables;
  for (const Published& t : p.table()) {
    tables.push_back(parents.Only(TableName(t), TableSql(t)));
  }
  const std::string members =
      p.all_tables() ? "ALL TABLES" : Members(tables, {p.schema().begin(), p.schema().end()});
  if (!members.empty()) absl::StrAppend(&text, " FOR ", members);
  std::vector<std::string> with;
  if (!p.publish().empty()) with.push_back(PublishSql(p));
  if (p.publish_via_partition_root()) with.push_back(ViaRootSql(p));
  if (!p.publish_generated_columns().empty()) with.push_back(GeneratedSql(p));
  if (!with.empty()) absl::StrAppend(&text, " WITH (", absl::StrJoin(with, ", "), ")");
  context.Add(std::move(text));
  return absl::OkStatus();
}

// A publication knows its tables by their OIDs: what the plan renames is published under its new
// name already.
class Renames {
 public:
  explicit Renames(const Context& context) {
    for (const Operation& op : context.plan.operations) {
      if (op.action != diff::Action::kRename) continue;
      if (op.id.kind == TABLE) tables_[{op.old_id.schema, op.old_id.name}] = op.id;
      if (op.id.kind == SCHEMA) schemas_[op.old_id.name] = op.id.name;
      if (op.id.kind == COLUMN) {
        columns_[{op.id.schema, op.id.parent}][op.old_id.name] = op.id.name;
      }
    }
  }

  Published Now(Published t) const {
    if (t.schema().empty()) t.set_schema("public");
    auto table = tables_.find({t.schema(), t.name()});
    if (table != tables_.end()) {
      t.set_schema(table->second.schema);
      t.set_name(table->second.name);
    } else {
      t.set_schema(Now(t.schema()));
    }
    auto columns = columns_.find({t.schema(), t.name()});
    if (columns == columns_.end()) return t;
    for (std::string& c : *t.mutable_column()) {
      auto column = columns->second.find(c);
      if (column != columns->second.end()) c = column->second;
    }
    return t;
  }

  std::string Now(const std::string& schema) const {
    auto it = schemas_.find(schema);
    return it == schemas_.end() ? schema : it->second;
  }

 private:
  std::map<std::pair<std::string, std::string>, model::ObjectId> tables_;
  std::map<std::string, std::string> schemas_;
  std::map<std::pair<std::string, std::string>, std::map<std::string, std::string>> columns_;
};

// Columns in one order: a publication keeps them by number.
std::string Comparable(Published t) {
  std::set<std::string> columns(t.column().begin(), t.column().end());
  t.mutable_column()->Clear();
  for (const std::string& c : columns) t.add_column(c);
  return TableSql(t);
}

// What is no longer published, or in another way, is dropped first: no table can be listed twice,
// nor a whole schema beside a list of columns.
void AlterMembers(const Operation& op, const std::string& alter, Context& context) {
  const auto& before = static_cast<const Publication&>(*op.before);
  const auto& after = static_cast<const Publication&>(*op.after);
  const Renames renames(context);
  const Parents parents(context.plan);
  std::map<std::string, std::string> old;  // name -> whole
  for (const Published& t : before.table()) {
    const Published now = renames.Now(t);
    old[TableName(now)] = Comparable(now);
  }
  std::set<std::string> old_schemas, new_schemas(after.schema().begin(), after.schema().end());
  for (const std::string& s : before.schema()) old_schemas.insert(renames.Now(s));

  std::vector<std::string> dropped, added, dropped_schemas, added_schemas;
  std::set<std::string> kept;
  for (const Published& t : after.table()) {
    auto it = old.find(TableName(t));
    if (it != old.end() && it->second == Comparable(t)) {
      kept.insert(it->first);
    } else {
      added.push_back(parents.Only(TableName(t), TableSql(t)));
    }
  }
  for (const auto& [name, whole] : old) {
    if (kept.count(name) == 0) dropped.push_back(parents.Only(name, name));
  }
  for (const std::string& s : old_schemas) {
    if (new_schemas.count(s) == 0) dropped_schemas.push_back(s);
  }
  for (const std::string& s : new_schemas) {
    if (old_schemas.count(s) == 0) added_schemas.push_back(s);
  }
  const std::string drop = Members(dropped, dropped_schemas), add = Members(added, added_schemas);
  if (!drop.empty()) context.Add(absl::StrCat(alter, " DROP ", drop));
  if (!add.empty()) context.Add(absl::StrCat(alter, " ADD ", add));
}

absl::Status Alter(const Operation& op, Context& context) {
  const auto& p = static_cast<const Publication&>(*op.after);
  const std::string alter = absl::StrCat("ALTER PUBLICATION ", sql::Ident(op.id.name));
  if (context.Changed(op, "table") || context.Changed(op, "schema")) {
    AlterMembers(op, alter, context);
  }
  std::vector<std::string> set;
  if (context.Changed(op, "publish")) set.push_back(PublishSql(p));
  if (context.Changed(op, "publish_via_partition_root")) set.push_back(ViaRootSql(p));
  if (context.Changed(op, "publish_generated_columns")) set.push_back(GeneratedSql(p));
  if (!set.empty()) context.Add(absl::StrCat(alter, " SET (", absl::StrJoin(set, ", "), ")"));
  return absl::OkStatus();
}

}  // namespace

KindRenderer PublicationRenderer() {
  return {.create = Create, .drop = DropObject, .alter = Alter};
}

}  // namespace autogen::render
