#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/status.h"
#include "src/model/inheritance.h"
#include "src/render/definition.h"
#include "src/render/online_ways.h"
#include "src/render/renderers.h"
#include "src/render/table_parts.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Action;
using diff::Operation;

bool IsConstraint(Kind kind) {
  return kind == PRIMARY_KEY || kind == UNIQUE || kind == CHECK || kind == EXCLUSION ||
         kind == FOREIGN_KEY;
}

template <typename Key>
std::string ColumnsOfKey(const google::protobuf::Message& m) {
  return absl::StrJoin(static_cast<const Key&>(m).column(), ",", [](std::string* out, auto& name) {
    absl::StrAppend(out, sql::Ident(name));
  });
}

bool IsAttached(const Operation& op) {
  const google::protobuf::FieldDescriptor* f =
      op.after->GetDescriptor()->FindFieldByName("attached_to");
  return f != nullptr && !op.after->GetReflection()->GetString(*op.after, f).empty();
}

// The columns of a unique index; "" where it has more to it.
std::string ColumnsOfIndex(const Index& index) {
  std::vector<std::string> columns;
  for (const IndexKey& key : index.key()) columns.push_back(sql::Ident(key.column()));
  const bool plain = std::none_of(index.key().begin(), index.key().end(),
                                  [](const IndexKey& key) { return key.column().empty(); });
  return plain && index.unique() && index.where().empty() ? absl::StrJoin(columns, ",") : "";
}

// What two indexes have in common where CREATE TABLE would take their constraints for one
// (transformIndexConstraints in parse_utilcmd.c), or ATTACH PARTITION one for the other; "" for
// what has no such index.
std::string IndexOf(const Operation& op) {
  if (op.id.kind == INDEX) return ColumnsOfIndex(static_cast<const Index&>(*op.after));
  if (op.id.kind == PRIMARY_KEY) return ColumnsOfKey<PrimaryKey>(*op.after);
  if (op.id.kind == UNIQUE) return ColumnsOfKey<Unique>(*op.after);
  if (op.id.kind != EXCLUSION) return "";
  Exclusion same = static_cast<const Exclusion&>(*op.after);
  same.clear_name();
  same.clear_comment();
  return absl::StrCat("exclude ", same.SerializeAsString());
}

// Whether it is a foreign key to its own table that may depend on one of the keys in `apart`:
// PostgreSQL takes the first that is not deferrable.
bool ReferencesOneOf(const absl::flat_hash_set<const Operation*>& apart, const Operation& op) {
  if (op.id.kind != FOREIGN_KEY) return false;
  const auto& key = static_cast<const ForeignKey&>(*op.after);
  return key.references().table() == op.id.parent &&
         model::SchemaOrPublic(key.references().schema()) == op.id.schema &&
         std::any_of(apart.begin(), apart.end(), [](const Operation* other) {
           return other->id.kind == PRIMARY_KEY || other->id.kind == UNIQUE;
         });
}

// The constraints that get a statement of their own after the table's. Of two that are alike that
// is the one without a parent's index: ATTACH PARTITION takes any that fits.
absl::flat_hash_set<const Operation*> Apart(const Operation& table) {
  absl::flat_hash_set<const Operation*> apart;
  absl::flat_hash_set<std::string> indexes;
  for (bool attached : {true, false}) {
    for (const Operation& child : table.folded) {
      const bool constraint = IsConstraint(child.id.kind);
      if (IsAttached(child) != attached || (!constraint && !attached)) continue;
      std::string index = IndexOf(child);
      const bool repeated = !index.empty() && !indexes.insert(std::move(index)).second;
      if (constraint && (repeated || IsNotValid(*child.after, child.id.kind))) {
        apart.insert(&child);
      }
    }
  }
  for (const Operation& child : table.folded) {
    if (ReferencesOneOf(apart, child)) apart.insert(&child);
  }
  return apart;
}

// Those of a partition that belong to a parent's, and foreign keys, whose names a copy of the
// parent's would take, or of another table all of them: before it is attached; the others after
// that.
absl::Status MakeApart(const Operation& op, bool is_attached, Context& context) {
  const bool partition = static_cast<const Table&>(*op.after).has_partition_of();
  const absl::flat_hash_set<const Operation*> apart = Apart(op);
  for (const Operation& child : op.folded) {
    const bool before =
        IsAttached(child) || (child.id.kind == FOREIGN_KEY && !ReferencesOneOf(apart, child));
    if (!apart.contains(&child) || (partition && before == is_attached)) continue;
    if (!partition && is_attached) continue;
    RETURN_IF_ERROR(RendererFor(child.id.kind).create(child, context));
  }
  return absl::OkStatus();
}

// Everything between the parentheses, one line each.
absl::StatusOr<std::vector<std::string>> Lines(const Operation& op, const Table& table,
                                               const std::vector<Column>& columns,
                                               const absl::flat_hash_set<const Operation*>& apart,
                                               const Context& context) {
  std::vector<std::string> lines;
  for (const Column& c : columns) {
    model::ObjectId id{COLUMN, op.id.schema, op.id.name, c.name()};
    ASSIGN_OR_RETURN(std::string definition, ColumnDefinition(c, id, context));
    lines.push_back(std::move(definition));
  }
  for (const Operation& child : op.folded) {
    if (!IsConstraint(child.id.kind) || apart.contains(&child)) continue;
    if (child.id.kind == EXCLUSION && IsAttached(child)) continue;
    if (child.id.kind == CHECK && static_cast<const Check&>(*child.after).inherited()) continue;
    ASSIGN_OR_RETURN(std::string definition, ConstraintDefinition(*child.after, child.id, context));
    lines.push_back(std::move(definition));
  }
  // A table that becomes a partition must have its parent's checks already.
  for (const Check& c : ParentChecks(table, context)) {
    if (c.not_valid()) continue;  // CREATE TABLE would take it for a valid one
    model::ObjectId id{CHECK, op.id.schema, op.id.name, c.name()};
    ASSIGN_OR_RETURN(std::string definition, ConstraintDefinition(c, id, context));
    lines.push_back(std::move(definition));
  }
  return lines;
}

std::string Head(const Operation& op, const Table& table) {
  std::string text = "CREATE ";
  if (table.unlogged()) absl::StrAppend(&text, "UNLOGGED ");
  absl::StrAppend(&text, SqlKeyword(table), " ", SqlName(table, op.id));
  if (table.has_of_type()) absl::StrAppend(&text, " OF ", SqlName(table.of_type()));
  return text;
}

std::string Tail(const Table& table) {
  std::string text;
  if (table.inherits_size() > 0) {
    absl::StrAppend(&text, "\nINHERITS (");
    for (int i = 0; i < table.inherits_size(); ++i) {
      absl::StrAppend(&text, i > 0 ? ", " : "", SqlName(table.inherits(i)));
    }
    absl::StrAppend(&text, ")");
  }
  if (table.has_partition_by()) {
    absl::StrAppend(&text, "\nPARTITION BY ",
                    Table::PartitionBy::Strategy_Name(table.partition_by().strategy()), " (",
                    IndexKeys(table.partition_by().key()), ")");
  }
  if (!table.access_method().empty()) {
    absl::StrAppend(&text, "\nUSING ", sql::Ident(table.access_method()));
  }
  if (table.with_size() > 0) absl::StrAppend(&text, "\nWITH (", WithOptions(table.with()), ")");
  if (!table.tablespace().empty()) {
    absl::StrAppend(&text, "\nTABLESPACE ", sql::Ident(table.tablespace()));
  }
  if (table.has_foreign()) {
    absl::StrAppend(&text, "\nSERVER ", sql::Ident(table.foreign().server()));
    if (table.foreign().option_size() > 0) {
      absl::StrAppend(&text, "\nOPTIONS (", ForeignOptions(table.foreign().option()), ")");
    }
  }
  return text;
}

absl::Status Create(const Operation& op, Context& context) {
  const auto& table = static_cast<const Table&>(*op.after);
  std::vector<Column> columns = ColumnsToMake(op, table, context);
  const absl::flat_hash_set<const Operation*> apart = Apart(op);
  ASSIGN_OR_RETURN(std::vector<std::string> lines, Lines(op, table, columns, apart, context));
  std::string text = Head(op, table);
  // An empty list is an error for a table OF a type and required for every other.
  if (!lines.empty() || !table.has_of_type()) {
    absl::StrAppend(&text, " (");
    for (size_t i = 0; i < lines.size(); ++i) {
      absl::StrAppend(&text, i > 0 ? ",\n    " : "\n    ", lines[i]);
    }
    absl::StrAppend(&text, "\n)");
  }
  context.Add(op, absl::StrCat(text, Tail(table)), "create table");
  TakeNulls(op, context);
  for (const Column& c : columns) {
    RenderColumnExtras(c, {COLUMN, op.id.schema, op.id.name, c.name()}, context);
  }
  RestoreRows(op, context);
  for (const Check& c : ParentChecks(table, context)) {
    if (!c.not_valid()) continue;
    model::ObjectId id{CHECK, op.id.schema, op.id.name, c.name()};
    ASSIGN_OR_RETURN(std::string definition, ConstraintDefinition(c, id, context));
    context.Add(absl::StrCat(AlterTable(id, context), " ADD ", definition));
  }
  RETURN_IF_ERROR(RenderInheritedColumns(op, context));
  return MakeApart(op, /*is_attached=*/false, context);
}

absl::Status Finish(const Operation& op, Context& context) {
  const auto& table = static_cast<const Table&>(*op.after);
  std::string alter = absl::StrCat("ALTER TABLE ", SqlName(table, op.id));
  if (table.has_replica_identity()) {
    context.Add(absl::StrCat(alter, " ", ReplicaIdentityText(table)));
  }
  if (!table.cluster_on().empty()) {
    context.Add(absl::StrCat(alter, " CLUSTER ON ", sql::Ident(table.cluster_on())));
  }
  if (table.row_security()) context.Add(absl::StrCat(alter, " ENABLE ROW LEVEL SECURITY"));
  if (table.force_row_security()) context.Add(absl::StrCat(alter, " FORCE ROW LEVEL SECURITY"));
  AttachPartition(op, table, context);
  return MakeApart(op, /*is_attached=*/true, context);
}

// The lock on a table that is referenced is held no longer than it takes to drop the key.
bool DropForeignKeysFirst(const Operation& op, const Table& table, Context& context) {
  if (table.has_partition_of()) return false;
  bool any = false;
  for (const ForeignKey& key : table.foreign_key()) {
    const model::ObjectId id{FOREIGN_KEY, op.id.schema, op.id.name, key.name()};
    const std::string schema = model::SchemaOrPublic(key.references().schema());
    if (!context.online.Covers(schema, key.references().table())) continue;
    if (context.online.Drops(id)) continue;
    any = true;
    context.Add(id,
                absl::StrCat("ALTER TABLE ", SqlName(table, op.id), " DROP CONSTRAINT ",
                             sql::Ident(key.name())),
                "drop foreign key");
    context.statements.back().step = kOneTable;
  }
  return any;
}

absl::Status Drop(const Operation& op, Context& context) {
  const auto& table = static_cast<const Table&>(*op.before);
  const bool kept = SaveRows(op.id, context);
  const bool apart = !kept && DropForeignKeysFirst(op, table, context);
  context.Add(op, absl::StrCat("DROP ", SqlKeyword(table), " ", SqlName(table, op.id)),
              "drop table", kept ? "its rows are kept" : "");
  if (apart) context.statements.back().step = kOneTable;
  return absl::OkStatus();
}

}  // namespace

KindRenderer TableRenderer() {
  return {.create = Create, .drop = Drop, .alter = AlterTableFields, .finish = Finish};
}

}  // namespace autogen::render
