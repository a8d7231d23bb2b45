// Primary keys, unique and exclusion constraints: the constraints that have an index.

#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/render/definition.h"
#include "src/render/online_ways.h"
#include "src/render/renderers.h"
#include "src/render/table_parts.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;

absl::string_view WhatOf(Kind kind) {
  if (kind == PRIMARY_KEY) return "primary key";
  return kind == UNIQUE ? "unique constraint" : "exclusion constraint";
}

// The index of a partitioned table stands alone until those of the partitions are attached to it.
bool MakeOnly(const Operation& op, const Context& context) {
  if (op.id.kind == EXCLUSION) return false;
  const Table* table = TableOf(op.id, context);
  return table != nullptr && table->has_partition_by() && HasAttachedIndexes(op.id, context);
}

absl::Status Create(const Operation& op, Context& context) {
  if (op.id.kind == EXCLUSION && !static_cast<const Exclusion&>(*op.after).attached_to().empty()) {
    return absl::OkStatus();  // comes from the parent's, see NameExclusion()
  }
  ASSIGN_OR_RETURN(std::string definition, ConstraintDefinition(*op.after, op.id, context));
  if (AddKeyOnline(op, context)) return absl::OkStatus();
  context.Add(op,
              absl::StrCat(AlterTable(op.id, context, MakeOnly(op, context)), " ADD ", definition),
              absl::StrCat("add ", WhatOf(op.id.kind)));
  return absl::OkStatus();
}

absl::Status Finish(const Operation& op, Context& context) {
  if (context.IsAttached(op.id.schema, op.id.parent)) return absl::OkStatus();
  if (op.id.kind == EXCLUSION) {
    NameExclusion(op.id, static_cast<const Exclusion&>(*op.after), context);
  } else {
    AttachIndex(op, context);
  }
  return absl::OkStatus();
}

absl::Status Drop(const Operation& op, Context& context) {
  context.Add(op,
              absl::StrCat(AlterTable(op.id, context), " DROP CONSTRAINT ", sql::Ident(op.id.name)),
              absl::StrCat("drop ", WhatOf(op.id.kind)));
  return absl::OkStatus();
}

absl::Status Alter(const Operation& op, Context& context) {
  AlterIndexParts(op, context);
  return absl::OkStatus();
}

KindRenderer Renderer() {
  return {.create = Create, .drop = Drop, .alter = Alter, .finish = Finish};
}

}  // namespace

KindRenderer PrimaryKeyRenderer() { return Renderer(); }
KindRenderer UniqueRenderer() { return Renderer(); }
KindRenderer ExclusionRenderer() { return Renderer(); }

}  // namespace autogen::render
