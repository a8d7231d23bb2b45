// DROP and RENAME in the shape that most kinds share.

#include "absl/strings/str_cat.h"
#include "src/render/kind.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;
using google::protobuf::Message;

// The name without a routine's signature.
std::string PlainName(const Message& object, const model::ObjectId& id) {
  switch (id.kind) {
    case FUNCTION:
    case AGGREGATE:
    case OPERATOR_CLASS:
    case OPERATOR_FAMILY:
      return object.GetReflection()->GetString(object,
                                               object.GetDescriptor()->FindFieldByName("name"));
    default:  // the identity's name is the object's
      return id.name;
  }
}

std::string RelationKeyword(const Message* relation) {
  return relation == nullptr ? "TABLE" : SqlKeyword(*relation);
}

}  // namespace

absl::Status DropObject(const Operation& op, Context& context) {
  context.Add(absl::StrCat("DROP ", SqlTarget(*op.before, op.id)));
  return absl::OkStatus();
}

namespace {

// Of objects that have a schema of their own, and of those without one.
void MoveAndRename(const Operation& op, Context& context) {
  const Message& object = *op.before;
  std::string keyword = SqlKeyword(object);
  model::ObjectId moved = op.old_id;
  if (op.id.schema != op.old_id.schema && op.id.parent.empty()) {
    moved.schema = op.id.schema;
    context.Add(op,
                absl::StrCat("ALTER ", keyword, " ", SqlName(object, op.old_id), " SET SCHEMA ",
                             sql::Ident(op.id.schema)),
                absl::StrCat("move from schema ", op.old_id.schema));
  }
  const std::string to = PlainName(*op.after, op.id);
  if (PlainName(object, op.old_id) == to) return;
  context.Add(
      op,
      absl::StrCat("ALTER ", keyword, " ", SqlName(object, moved), " RENAME TO ", sql::Ident(to)),
      absl::StrCat("rename from ", op.old_id.name));
}

}  // namespace

absl::Status RenameObject(const Operation& op, Context& context) {
  const Message& object = *op.before;
  std::string to = sql::Ident(PlainName(*op.after, op.id));
  std::string what = absl::StrCat("rename from ", op.old_id.name);
  switch (op.id.kind) {
    case COLUMN:
    case VIEW_COLUMN:
    case PRIMARY_KEY:
    case UNIQUE:
    case CHECK:
    case EXCLUSION:
    case FOREIGN_KEY:
    case DOMAIN_CHECK: {
      std::string keyword =
          op.id.kind == DOMAIN_CHECK ? "DOMAIN" : RelationKeyword(context.Parent(op));
      context.Add(op,
                  absl::StrCat("ALTER ", keyword, " ", SqlRelation(op.old_id), " RENAME ",
                               SqlKeyword(object), " ", sql::Ident(op.old_id.name), " TO ", to),
                  what);
      return absl::OkStatus();
    }
    case RULE:
    case TRIGGER:
    case POLICY:
      context.Add(op, absl::StrCat("ALTER ", SqlTarget(object, op.old_id), " RENAME TO ", to),
                  what);
      return absl::OkStatus();
    case EXTENSION:
    case CAST:
    case TRANSFORM:
    case USER_MAPPING:
    case OPERATOR:
    case ACCESS_METHOD:
    case DEFAULT_PRIVILEGES:
      return absl::UnimplementedError(
          absl::StrCat("PostgreSQL cannot rename ", model::Describe(op.old_id)));
    default:  // catalog only
      break;
  }
  MoveAndRename(op, context);
  return absl::OkStatus();
}

}  // namespace autogen::render
