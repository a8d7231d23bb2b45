#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "autogen/schema.pb.h"
#include "src/model/inheritance.h"
#include "src/render/renderers.h"
#include "src/render/replaced_type.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;
using Attribute = CompositeType::Attribute;

std::string AttributeType(const Attribute& a) {
  std::string text = a.type();
  if (a.has_collation()) {
    absl::StrAppend(&text, " COLLATE ", SqlName(a.collation(), "pg_catalog"));
  }
  return text;
}

void AddComment(const Operation& op, const Attribute& a, Context& context) {
  context.Add(absl::StrCat("COMMENT ON COLUMN ", SqlName(*op.after, op.id), ".",
                           sql::Ident(a.name()), " IS ",
                           a.comment().empty() ? "NULL" : sql::Literal(a.comment())));
}

absl::Status Create(const Operation& op, Context& context) {
  const auto& type = static_cast<const CompositeType&>(*op.after);
  std::string attributes =
      absl::StrJoin(type.attribute(), ",", [](std::string* out, const Attribute& a) {
        absl::StrAppend(out, "\n    ", sql::Ident(a.name()), " ", AttributeType(a));
      });
  context.Add(absl::StrCat("CREATE TYPE ", SqlName(type, op.id), " AS (", attributes,
                           attributes.empty() ? ")" : "\n)"));
  for (const Attribute& a : type.attribute()) {
    if (!a.comment().empty()) AddComment(op, a, context);
  }
  MakeCasts(op, context);
  return absl::OkStatus();
}

absl::Status Drop(const Operation& op, Context& context) {
  DropCasts(op, context);
  return DropObject(op, context);
}

// Tables of the type follow a rename only where it says CASCADE. (Around another change they are OF
// no type: AroundTypeOfTable() of src/diff.)
bool HasTypedTables(const Operation& op, const Context& context) {
  if (context.plan.before == nullptr) return false;
  const auto& type = static_cast<const CompositeType&>(*op.before);
  const std::string schema = model::SchemaOrPublic(type.schema());
  for (const Table& t : context.plan.before->schema().table()) {
    if (!t.has_of_type() || t.of_type().name() != type.name()) continue;
    if (model::SchemaOrPublic(t.of_type().schema()) == schema) return true;
  }
  return false;
}

// ALTER TYPE takes ACCESS EXCLUSIVE on the type alone: values in tables are read by attribute
// number and are not rewritten.
absl::Status Alter(const Operation& op, Context& context) {
  if (!context.Changed(op, "attribute")) return absl::OkStatus();
  const auto& before = static_cast<const CompositeType&>(*op.before);
  const auto& after = static_cast<const CompositeType&>(*op.after);
  const std::string alter = absl::StrCat("ALTER TYPE ", SqlName(after, op.id), " ");

  std::map<std::string, const Attribute*> old;
  for (const Attribute& a : before.attribute()) old[a.name()] = &a;
  std::map<std::string, const Attribute*> matched;  // by the new name
  for (const Attribute& a : after.attribute()) {
    auto it = old.find(a.name());
    if (it == old.end()) continue;
    matched[a.name()] = it->second;
    old.erase(it);
  }
  for (const Attribute& a : before.attribute()) {
    if (old.count(a.name()) == 0) continue;
    context.Add(op, absl::StrCat(alter, "DROP ATTRIBUTE ", sql::Ident(a.name())),
                absl::StrCat("drop attribute ", a.name()));
  }
  for (const Attribute& a : after.attribute()) {
    auto it = matched.find(a.name());
    if (it == matched.end()) {
      context.Add(
          absl::StrCat(alter, "ADD ATTRIBUTE ", sql::Ident(a.name()), " ", AttributeType(a)));
    } else if (AttributeType(a) != AttributeType(*it->second)) {
      context.Add(absl::StrCat(alter, "ALTER ATTRIBUTE ", sql::Ident(a.name()), " SET DATA TYPE ",
                               AttributeType(a)));
    }
    if (a.comment() != (it == matched.end() ? "" : it->second->comment())) {
      AddComment(op, a, context);
    }
  }
  return absl::OkStatus();
}

absl::Status Rename(const Operation& op, Context& context) {
  const std::string cascade = HasTypedTables(op, context) ? " CASCADE" : "";
  for (const auto& [from, to] : op.parts) {
    context.Add(absl::StrCat("ALTER TYPE ", SqlName(*op.after, op.id), " RENAME ATTRIBUTE ",
                             sql::Ident(from), " TO ", sql::Ident(to), cascade));
  }
  return RenameObject(op, context);
}

}  // namespace

KindRenderer CompositeTypeRenderer() {
  return {.create = Create, .drop = Drop, .alter = Alter, .rename = Rename};
}

}  // namespace autogen::render
