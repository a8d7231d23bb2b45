// The pieces of the render file of tables. Internal to src/render.
#ifndef AUTOGEN_RENDER_TABLE_PARTS_H_
#define AUTOGEN_RENDER_TABLE_PARTS_H_

#include <string>
#include <vector>

#include "autogen/table.pb.h"
#include "src/render/kind.h"

namespace autogen::render {

// partition.cc -----------------------------------------------------------------------------------

// The columns that CREATE TABLE lists: the folded ones; of a partition, which is created as a table
// of its own and attached when all is there, also those that it has from its parent.
std::vector<Column> ColumnsToMake(const diff::Operation& op, const Table& table,
                                  const Context& context);
// The checks that a partition takes over from its parents, beside those that it lists itself.
std::vector<Check> ParentChecks(const Table& table, const Context& context);
// A new table with INHERITS whose own column takes NULLs where its parent's does not: possible
// before PostgreSQL 18, but CREATE TABLE merges the two.
void TakeNulls(const diff::Operation& op, Context& context);
// What a table with INHERITS has of its own on columns that come from its parents.
absl::Status RenderInheritedColumns(const diff::Operation& op, Context& context);
// ATTACH PARTITION where `table` is one, and its indexes to those of the parent.
void AttachPartition(const diff::Operation& op, const Table& table, Context& context);
// An exclusion constraint of a partition comes from the parent's: with ATTACH PARTITION, or with
// the parent's own ADD CONSTRAINT. PostgreSQL names it; it may be wanted under another name.
void NameExclusion(const model::ObjectId& id, const Exclusion& exclusion, Context& context);
// keep_rows.cc: of a table that is dropped and recreated in this plan, the rows saved before the
// drop (false where they are lost) and restored after the creation.
bool SaveRows(const model::ObjectId& table, Context& context);
// Those of a partitioned table wait for its last partition: see RestoreWaitingRows().
void RestoreRows(const diff::Operation& create, Context& context);
// The schema of the table that `table` is a partition of.
std::string ParentSchema(const Table& table);
// "public.measurements": the table that `table` is a partition of.
std::string ParentName(const Table& table);

// table_alter.cc ---------------------------------------------------------------------------------

absl::Status AlterTableFields(const diff::Operation& op, Context& context);
// "REPLICA IDENTITY USING INDEX i".
std::string ReplicaIdentityText(const Table& table);

}  // namespace autogen::render

#endif  // AUTOGEN_RENDER_TABLE_PARTS_H_
