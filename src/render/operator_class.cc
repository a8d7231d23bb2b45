// Operator families and operator classes.
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "autogen/routine.pb.h"
#include "src/base/status.h"
#include "src/render/renderers.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;

std::string Member(const OpclassOperator& o) {
  std::string sql = absl::StrCat("OPERATOR ", o.strategy(), " ", o.operator_());
  if (o.has_order_by_family()) {
    absl::StrAppend(&sql, " FOR ORDER BY ", SqlName(o.order_by_family(), "pg_catalog"));
  }
  return sql;
}

// The types are always written: what PostgreSQL takes without them depends on the access method.
std::string Types(const OpclassFunction& f, const std::string& type) {
  return absl::StrCat("(", f.left().empty() ? type : f.left(), ", ",
                      f.right().empty() ? type : f.right(), ")");
}

std::string Member(const OpclassFunction& f, const std::string& type) {
  return absl::StrCat("FUNCTION ", f.support(), " ", Types(f, type), " ", f.function());
}

// "(public.t,public.t)" of "public.<(public.t,public.t)": the first parenthesis outside quotes,
// since no operator's name holds one.
std::string OperandTypes(const std::string& signature) {
  bool quoted = false;
  for (size_t i = 0; i < signature.size(); ++i) {
    if (signature[i] == '"') quoted = !quoted;
    if (signature[i] == '(' && !quoted) return signature.substr(i);
  }
  return "";
}

std::string Removal(const OpclassOperator& o) {
  return absl::StrCat("OPERATOR ", o.strategy(), " ", OperandTypes(o.operator_()));
}

std::string Removal(const OpclassFunction& f) {
  return absl::StrCat("FUNCTION ", f.support(), " ", Types(f, ""));
}

void AlterFamily(const Operation& op, absl::string_view verb,
                 const std::vector<std::string>& members, Context& context) {
  if (members.empty()) return;
  const google::protobuf::Message& family = op.after != nullptr ? *op.after : *op.before;
  context.Add(absl::StrCat("ALTER OPERATOR FAMILY ", SqlName(family, op.id), " ", verb, "\n    ",
                           absl::StrJoin(members, ",\n    ")));
}

// The members of `from` that `in` does not have.
template <typename T, typename F>
void Missing(const google::protobuf::RepeatedPtrField<T>& from,
             const google::protobuf::RepeatedPtrField<T>& in, F text,
             std::vector<std::string>* out) {
  for (const T& member : from) {
    bool found = false;
    for (const T& other : in) {
      found |= member.SerializeAsString() == other.SerializeAsString();
    }
    if (!found) out->push_back(text(member));
  }
}

absl::Status CreateFamily(const Operation& op, Context& context) {
  const auto& family = static_cast<const OperatorFamily&>(*op.after);
  context.Add(absl::StrCat("CREATE OPERATOR FAMILY ", SqlName(family, op.id)));
  std::vector<std::string> members;
  for (const OpclassOperator& o : family.operator_()) members.push_back(Member(o));
  for (const OpclassFunction& f : family.function()) members.push_back(Member(f, ""));
  AlterFamily(op, "ADD", members, context);
  return absl::OkStatus();
}

absl::Status AlterFamily(const Operation& op, Context& context) {
  const auto& before = static_cast<const OperatorFamily&>(*op.before);
  const auto& after = static_cast<const OperatorFamily&>(*op.after);
  std::vector<std::string> gone, added;
  auto removal = [](const auto& m) { return Removal(m); };
  Missing(before.operator_(), after.operator_(), removal, &gone);
  Missing(before.function(), after.function(), removal, &gone);
  auto operator_text = [](const OpclassOperator& m) { return Member(m); };
  auto function_text = [](const OpclassFunction& m) { return Member(m, ""); };
  Missing(after.operator_(), before.operator_(), operator_text, &added);
  Missing(after.function(), before.function(), function_text, &added);
  AlterFamily(op, "DROP", gone, context);
  AlterFamily(op, "ADD", added, context);
  return absl::OkStatus();
}

absl::Status CreateClass(const Operation& op, Context& context) {
  const auto& c = static_cast<const OperatorClass&>(*op.after);
  std::vector<std::string> members;
  for (const OpclassOperator& o : c.operator_()) members.push_back(Member(o));
  for (const OpclassFunction& f : c.function()) members.push_back(Member(f, c.type()));
  // PostgreSQL wants one item at least; the storage type may be the type itself.
  if (!c.storage().empty() || members.empty()) {
    members.push_back(absl::StrCat("STORAGE ", c.storage().empty() ? c.type() : c.storage()));
  }
  context.Add(absl::StrCat("CREATE OPERATOR CLASS ", sql::Qualified(op.id.schema, c.name()),
                           c.default_() ? " DEFAULT" : "", " FOR TYPE ", c.type(), " USING ",
                           sql::Ident(c.method()),
                           c.has_family() ? absl::StrCat(" FAMILY ", SqlName(c.family())) : "",
                           " AS\n    ", absl::StrJoin(members, ",\n    ")));
  return absl::OkStatus();
}

// The family that was created with the class is dropped with it; the class depends on it
// automatically.
absl::Status DropClass(const Operation& op, Context& context) {
  const auto& c = static_cast<const OperatorClass&>(*op.before);
  if (c.has_family()) return DropObject(op, context);
  context.Add(absl::StrCat("DROP OPERATOR FAMILY ", SqlName(c, op.id)));
  return absl::OkStatus();
}

// The family that was created with the class has the class's owner.
void GiveFamily(const Operation& op, Context& context) {
  const auto& c = static_cast<const OperatorClass&>(*op.after);
  if (!context.options.owners || c.owner().empty() || c.has_family()) return;
  context.Add(absl::StrCat("ALTER OPERATOR FAMILY ", SqlName(c, op.id), " OWNER TO ",
                           sql::Ident(c.owner())));
}

absl::Status FinishClass(const Operation& op, Context& context) {
  GiveFamily(op, context);
  return absl::OkStatus();
}

absl::Status AlterClass(const Operation& op, Context& context) {
  if (context.Changed(op, "owner")) GiveFamily(op, context);
  return absl::OkStatus();
}

// The family that was created with the class keeps its name.
absl::Status RenameClass(const Operation& op, Context& context) {
  const auto& before = static_cast<const OperatorClass&>(*op.before);
  RETURN_IF_ERROR(RenameObject(op, context));
  if (before.has_family()) return absl::OkStatus();
  const auto& after = static_cast<const OperatorClass&>(*op.after);
  model::ObjectId moved = op.old_id;
  if (op.id.schema != op.old_id.schema) {
    context.Add(absl::StrCat("ALTER OPERATOR FAMILY ", SqlName(before, moved), " SET SCHEMA ",
                             sql::Ident(op.id.schema)));
    moved.schema = op.id.schema;
  }
  if (before.name() != after.name()) {
    context.Add(absl::StrCat("ALTER OPERATOR FAMILY ", SqlName(before, moved), " RENAME TO ",
                             sql::Ident(after.name())));
  }
  return absl::OkStatus();
}

}  // namespace

KindRenderer OperatorFamilyRenderer() {
  return {.create = CreateFamily, .drop = DropObject, .alter = AlterFamily};
}

KindRenderer OperatorClassRenderer() {
  return {.create = CreateClass,
          .drop = DropClass,
          .alter = AlterClass,
          .rename = RenameClass,
          .finish = FinishClass};
}

}  // namespace autogen::render
