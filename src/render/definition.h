// Pieces of CREATE TABLE, ALTER TABLE and CREATE INDEX that several kinds write.
#ifndef AUTOGEN_RENDER_DEFINITION_H_
#define AUTOGEN_RENDER_DEFINITION_H_

#include <string>

#include "autogen/table.pb.h"
#include "src/render/kind.h"

namespace autogen::render {

// expression.cc ----------------------------------------------------------------------------------

// `expression` in parentheses, unless it already stands in a pair of its own.
std::string Parenthesized(absl::string_view expression);
// As DEFAULT takes it in a column's or domain's definition: in parentheses where it would end
// early.
std::string DefaultExpression(absl::string_view expression);
// Parenthesized(), but a plain function call stays bare, as an index key may be.
std::string KeyExpression(absl::string_view expression);

// names.cc: a name that is bare in pg_catalog, which every search path holds; else qualified.
std::string CatalogName(const Name& name);

// column_definition.cc ---------------------------------------------------------------------------

// "title character varying(500) DEFAULT 'x' NOT NULL": what CREATE TABLE and ADD COLUMN take. `id`
// is the column's. Unimplemented where the server's version has no such thing.
absl::StatusOr<std::string> ColumnDefinition(const Column& column, const model::ObjectId& id,
                                             const Context& context);
// Statements for what has no place in a definition: statistics targets, attribute options, storage
// before PostgreSQL 16, NOT NULL … NOT VALID, a comment on the not-null constraint.
void RenderColumnExtras(const Column& column, const model::ObjectId& id, Context& context);
// PostgreSQL 15: SET UNLOGGED for the sequence of a column that gets its identity, where it or its
// table is that. CREATE TABLE makes it as the table is, ALTER TABLE in later releases only.
void SetPersistence(const Column& column, const model::ObjectId& id, Context& context);
// identity_privileges.cc: what was granted on the sequence of a recreated one.
void RestoreIdentityPrivileges(const Column& column, const model::ObjectId& id, Context& context);
// "(START WITH 10 CACHE 5)" or ""; with the sequence's name where it is not the usual one.
std::string IdentityOptions(const Column::Identity& identity, const model::ObjectId& id);
// The plain name of the sequence behind an identity column.
std::string IdentitySequence(const Column::Identity& identity, const model::ObjectId& id);
// The storage that a variable-length type has by default: "main" or "extended".
std::string DefaultStorage(absl::string_view type);

// constraint_definition.cc -----------------------------------------------------------------------

// "CONSTRAINT tasks_pkey PRIMARY KEY (id)" for the five kinds of constraint.
absl::StatusOr<std::string> ConstraintDefinition(const google::protobuf::Message& constraint,
                                                 const model::ObjectId& id, const Context& context);
// CREATE TABLE ignores NOT VALID: such a constraint is added afterwards.
bool IsNotValid(const google::protobuf::Message& constraint, Kind kind);

// index_key.cc -----------------------------------------------------------------------------------

// "a, lower(b) COLLATE "C" text_pattern_ops DESC NULLS LAST"; with " WITH operator" for exclusions.
std::string IndexKeys(const google::protobuf::RepeatedPtrField<IndexKey>& keys);

// alter_table.cc ---------------------------------------------------------------------------------

// "ALTER TABLE public.t" or "ALTER FOREIGN TABLE …" for the table around `id`; with ONLY on
// request.
std::string AlterTable(const model::ObjectId& id, const Context& context, bool only = false);
// ALTER TABLE … VALIDATE CONSTRAINT for a CHECK or foreign key; at the end of the script, in a step
// of its own, where the table is changed online.
void ValidateConstraint(const diff::Operation& op, absl::string_view what, Context& context);
// The table around a nested object, or nullptr.
const Table* TableOf(const model::ObjectId& id, const Context& context);

// index.cc: a change of a column's type rebuilds its indexes, and PostgreSQL forgets the
// statistics targets of their expressions.
void RestoreIndexStatistics(const model::ObjectId& column, Context& context);

// index_parts.cc: what an index has, and the index of a constraint as well -----------------------

// Alters `with`, `tablespace` and `attached_to` of `index` (an index or a constraint that has one).
void AlterIndexParts(const diff::Operation& op, Context& context);
// ALTER INDEX parent ATTACH PARTITION child, where the object is attached to a parent's.
void AttachIndex(const diff::Operation& op, Context& context);
// Some partition has an index of its own that is attached to this one: it must be created ON ONLY.
bool HasAttachedIndexes(const model::ObjectId& id, const Context& context);
}  // namespace autogen::render

#endif  // AUTOGEN_RENDER_DEFINITION_H_
