// The table around a column or constraint.

#include "absl/strings/str_cat.h"
#include "src/model/inheritance.h"
#include "src/render/definition.h"
#include "src/render/online_ways.h"
#include "src/sql/quote.h"

namespace autogen::render {
std::string AlterTable(const model::ObjectId& id, const Context& context, bool only) {
  const google::protobuf::Message* relation = context.FindRelation(id.schema, id.parent);
  return absl::StrCat("ALTER ", relation == nullptr ? "TABLE" : SqlKeyword(*relation),
                      only ? " ONLY " : " ", SqlRelation(id));
}

void ValidateConstraint(const diff::Operation& op, absl::string_view what, Context& context) {
  const size_t at = context.statements.size();
  context.Add(
      op, absl::StrCat(AlterTable(op.id, context), " VALIDATE CONSTRAINT ", sql::Ident(op.id.name)),
      what);
  if (context.online.Covers(op)) context.Move(at, Place::kLast, kValidatedApart);
}

const Table* TableOf(const model::ObjectId& id, const Context& context) {
  const Table* after = model::FindTable(context.plan.after.get(), id.schema, id.parent);
  return after != nullptr ? after
                          : model::FindTable(context.plan.before.get(), id.schema, id.parent);
}

}  // namespace autogen::render
