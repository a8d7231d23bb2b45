#include <algorithm>

#include "absl/strings/str_cat.h"
#include "src/render/definition.h"
#include "src/render/table_parts.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;

constexpr char kExclusive[] = "ACCESS EXCLUSIVE";

bool Lists(const Table& table, const Name& parent) {
  std::string name = SqlName(parent);
  return std::any_of(table.inherits().begin(), table.inherits().end(),
                     [&](const Name& n) { return SqlName(n) == name; });
}

void AlterInherits(const Operation& op, const Table& before, const Table& after,
                   const std::string& alter, Context& context) {
  for (const Name& parent : before.inherits()) {
    if (Lists(after, parent)) continue;
    context.Add(op, absl::StrCat(alter, " NO INHERIT ", SqlName(parent)),
                {.what = "inherit no more", .lock = kExclusive});
  }
  for (const Name& parent : after.inherits()) {
    if (Lists(before, parent)) continue;
    context.Add(op, absl::StrCat(alter, " INHERIT ", SqlName(parent)),
                {.what = "inherit", .lock = kExclusive});
  }
}

// A changed bound is a detach and an attach.
void AlterPartition(const Operation& op, const Table& before, const Table& after,
                    Context& context) {
  if (before.has_partition_of()) {
    context.Add(op,
                absl::StrCat("ALTER TABLE ", ParentName(before), " DETACH PARTITION ",
                             SqlName(before, op.id)),
                {.what = "detach partition",
                 .lock = kExclusive,
                 .on = absl::StrCat(ParentName(before), " and ", SqlName(before, op.id))});
  }
  AttachPartition(op, after, context);
}

absl::Status AlterAccessMethod(const Operation& op, const Table& after, const std::string& alter,
                               Context& context) {
  if (!context.AtLeast(15)) {
    return absl::UnimplementedError(
        absl::StrCat(model::Describe(op.id), ": changing the access method needs PostgreSQL 15"));
  }
  std::string method = after.access_method().empty() ? "heap" : after.access_method();
  context.Add(op, absl::StrCat(alter, " SET ACCESS METHOD ", sql::Ident(method)),
              {.what = "change access method", .lock = kExclusive, .work = "rewrites the table"});
  return absl::OkStatus();
}

void AlterStorage(const Operation& op, const Table& before, const Table& after,
                  const std::string& alter, Context& context) {
  if (context.Changed(op, "unlogged")) {
    context.Add(op, absl::StrCat(alter, after.unlogged() ? " SET UNLOGGED" : " SET LOGGED"),
                {.what = after.unlogged() ? "make unlogged" : "make logged",
                 .lock = kExclusive,
                 .work = "rewrites the table"});
  }
  if (context.Changed(op, "tablespace")) {
    std::string space = after.tablespace().empty() ? "pg_default" : sql::Ident(after.tablespace());
    context.Add(
        op, absl::StrCat(alter, " SET TABLESPACE ", space),
        {.what = "move to another tablespace", .lock = kExclusive, .work = "copies the table"});
  }
  if (context.Changed(op, "with")) {
    OptionChanges changes = DiffOptions(before.with(), after.with());
    if (!changes.set.empty()) context.Add(absl::StrCat(alter, " SET (", changes.set, ")"));
    if (!changes.reset.empty()) context.Add(absl::StrCat(alter, " RESET (", changes.reset, ")"));
  }
}

void AlterFlags(const Operation& op, const Table& after, const std::string& alter,
                Context& context) {
  if (context.Changed(op, "replica_identity")) {
    context.Add(op, absl::StrCat(alter, " ", ReplicaIdentityText(after)),
                {.what = "change replica identity", .lock = kExclusive});
  }
  if (context.Changed(op, "cluster_on")) {
    context.Add(after.cluster_on().empty()
                    ? absl::StrCat(alter, " SET WITHOUT CLUSTER")
                    : absl::StrCat(alter, " CLUSTER ON ", sql::Ident(after.cluster_on())));
  }
  if (context.Changed(op, "row_security")) {
    context.Add(
        op,
        absl::StrCat(alter, after.row_security() ? " ENABLE" : " DISABLE", " ROW LEVEL SECURITY"),
        {.what = after.row_security() ? "enable row security" : "disable row security",
         .lock = kExclusive});
  }
  if (context.Changed(op, "force_row_security")) {
    context.Add(absl::StrCat(alter, after.force_row_security() ? " FORCE" : " NO FORCE",
                             " ROW LEVEL SECURITY"));
  }
}

}  // namespace

absl::Status AlterTableFields(const Operation& op, Context& context) {
  const auto& before = static_cast<const Table&>(*op.before);
  const auto& after = static_cast<const Table&>(*op.after);
  std::string alter = absl::StrCat("ALTER ", SqlKeyword(after), " ", SqlName(after, op.id));
  AlterStorage(op, before, after, alter, context);
  if (context.Changed(op, "access_method")) {
    absl::Status status = AlterAccessMethod(op, after, alter, context);
    if (!status.ok()) return status;
  }
  if (context.Changed(op, "inherits")) AlterInherits(op, before, after, alter, context);
  if (context.Changed(op, "of_type")) {
    context.Add(op,
                after.has_of_type() ? absl::StrCat(alter, " OF ", SqlName(after.of_type()))
                                    : absl::StrCat(alter, " NOT OF"),
                {.what = "change the type it is of", .lock = kExclusive});
  }
  if (context.Changed(op, "foreign")) {
    std::string options = DiffForeignOptions(before.foreign().option(), after.foreign().option());
    if (!options.empty()) context.Add(absl::StrCat(alter, " OPTIONS (", options, ")"));
  }
  AlterFlags(op, after, alter, context);
  if (context.Changed(op, "partition_of")) AlterPartition(op, before, after, context);
  return absl::OkStatus();
}

std::string ReplicaIdentityText(const Table& table) {
  switch (table.replica_identity().mode()) {
    case Table::ReplicaIdentity::FULL:
      return "REPLICA IDENTITY FULL";
    case Table::ReplicaIdentity::NOTHING:
      return "REPLICA IDENTITY NOTHING";
    case Table::ReplicaIdentity::INDEX:
      return absl::StrCat("REPLICA IDENTITY USING INDEX ",
                          sql::Ident(table.replica_identity().index()));
    default:  // what every table has at first
      return "REPLICA IDENTITY DEFAULT";
  }
}

}  // namespace autogen::render
