#include "src/render/replaced_type.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "autogen/types.pb.h"
#include "src/base/text.h"
#include "src/model/inheritance.h"
#include "src/model/names.h"
#include "src/render/multirange.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Action;
using diff::Operation;
using model::ObjectId;
using Attribute = CompositeType::Attribute;

// The type of the schema that values of `type` are of, or their elements; nothing for a built-in
// one.
std::optional<ObjectId> TypeOf(absl::string_view type, const model::Catalog& catalog) {
  const sql::SplitName name = sql::SplitQualified(model::SplitType(type).base);
  for (Kind kind : {ENUM, DOMAIN, COMPOSITE_TYPE, RANGE_TYPE, BASE_TYPE}) {
    const ObjectId id = {kind, name.schema, "", name.name};
    if (catalog.Find(id) >= 0) return id;
  }
  for (const RangeType& range : catalog.schema().range_type()) {
    if (model::SchemaOrPublic(range.schema()) != name.schema) continue;
    if (NameOfMultirange(range, range.name()) == name.name) {
      return ObjectId{RANGE_TYPE, name.schema, "", range.name()};
    }
  }
  return std::nullopt;
}

// The rename that puts the type aside, or nullptr.
const Operation* AsideOf(const ObjectId& id, const Context& context) {
  const std::vector<Operation>& all = context.plan.operations;
  const bool made = std::any_of(all.begin(), all.end(), [&](const Operation& op) {
    return op.action == Action::kCreate && op.id == id;
  });
  if (!made) return nullptr;
  auto aside = std::find_if(all.begin(), all.end(), [&](const Operation& op) {
    return op.action == Action::kRename && op.parts.empty() && op.old_id == id;
  });
  return aside == all.end() ? nullptr : &*aside;
}

bool SameAttributes(const CompositeType& before, const CompositeType& after) {
  return std::equal(before.attribute().begin(), before.attribute().end(), after.attribute().begin(),
                    after.attribute().end(), [](const Attribute& b, const Attribute& a) {
                      return b.name() == a.name() && b.type() == a.type();
                    });
}

bool GoesByName(const ObjectId& id, const Context& context);

bool HoldsByName(absl::string_view type, const Context& context) {
  const std::optional<ObjectId> id = TypeOf(type, *context.plan.after);
  return id.has_value() && GoesByName(*id, context);
}

// Whether the text of a value of the replaced type is not the text of the same value of the new
// one: in it or below it stands a composite type with other attributes.
bool GoesByName(const ObjectId& id, const Context& context) {
  const model::Catalog *before = context.plan.before.get(), *after = context.plan.after.get();
  if (before == nullptr || after == nullptr || AsideOf(id, context) == nullptr) return false;
  const int b = before->Find(id), a = after->Find(id);
  if (b < 0 || a < 0) return false;
  const google::protobuf::Message& will = *after->at(a).message;
  switch (id.kind) {
    case COMPOSITE_TYPE: {
      const auto& type = static_cast<const CompositeType&>(will);
      return !SameAttributes(static_cast<const CompositeType&>(*before->at(b).message), type) ||
             std::any_of(type.attribute().begin(), type.attribute().end(),
                         [&](const Attribute& x) { return HoldsByName(x.type(), context); });
    }
    case DOMAIN:
      return HoldsByName(static_cast<const Domain&>(will).type(), context);
    case RANGE_TYPE:
      return HoldsByName(static_cast<const RangeType&>(will).subtype(), context);
    default:
      return false;
  }
}

// A conversion that lasts as long as the old type; `from` and `to` are quoted.
void AddCast(const ObjectId& id, const std::string& from, const std::string& to,
             const std::string& query, Context& context) {
  const std::string function = absl::StrCat(
      "pg_temp.", sql::Ident(ClipUtf8(absl::StrCat("autogen_to_", id.name), model::kMaxNameBytes)),
      "(", from, ")");
  context.Add(absl::StrCat("CREATE FUNCTION ", function, " RETURNS ", to,
                           " LANGUAGE sql IMMUTABLE STRICT\n    AS ", sql::Literal(query)));
  context.Add(absl::StrCat("CREATE CAST (", from, " AS ", to, ") WITH FUNCTION ", function));
}

void RemoveCast(const ObjectId& id, const std::string& from, const std::string& to,
                Context& context) {
  context.Add(absl::StrCat("DROP CAST (", from, " AS ", to, ")"));
  context.Add(
      absl::StrCat("DROP FUNCTION pg_temp.",
                   sql::Ident(ClipUtf8(absl::StrCat("autogen_to_", id.name), model::kMaxNameBytes)),
                   "(", from, ")"));
}

// Each attribute from the one of its name. The types of a function's columns are assigned to, so
// that a text which is too long fails.
std::string RowQuery(const CompositeType& before, const CompositeType& after,
                     const Context& context) {
  if (after.attribute_size() == 0) return "SELECT ROW()";
  return absl::StrCat(
      "SELECT ", absl::StrJoin(after.attribute(), ", ", [&](std::string* out, const Attribute& a) {
        auto old = std::find_if(before.attribute().begin(), before.attribute().end(),
                                [&](const Attribute& b) { return b.name() == a.name(); });
        if (old == before.attribute().end()) {
          absl::StrAppend(out, "NULL::", a.type());
        } else {
          absl::StrAppend(out, "($1).", sql::Ident(a.name()),
                          ChangeOfValues(old->type(), a.type(), context).cast);
        }
      }));
}

std::string RangeQuery(const RangeType& range, const std::string& type, const Context& context) {
  const std::string cast = ChangeOfValues(range.subtype(), range.subtype(), context).cast;
  return absl::StrCat("SELECT CASE WHEN isempty($1) THEN 'empty'::", type, " ELSE ", type,
                      "(lower($1)", cast, ", upper($1)", cast,
                      ", CASE WHEN lower_inc($1) THEN '[' ELSE '(' END || CASE WHEN upper_inc($1) "
                      "THEN ']' ELSE ')' END) END");
}

}  // namespace

model::TypeChange ChangeOfValues(absl::string_view before, absl::string_view after,
                                 const Context& context, bool retype) {
  const model::Catalog* catalog = context.plan.after.get();
  bool swapped = retype && before == after, by_name = false;
  if (before == after && catalog != nullptr) {
    const std::optional<ObjectId> id = TypeOf(after, *catalog);
    swapped |= id.has_value() && AsideOf(*id, context) != nullptr;
    by_name = id.has_value() && GoesByName(*id, context);
  }
  if (before == after && !swapped) return {};
  model::TypeChange change = model::DescribeTypeChange(
      before, after, swapped, context.plan.before.get(), context.plan.after.get());
  if (by_name) change.cast = absl::StrCat("::", after);
  return change;
}

void MakeCasts(const Operation& create, Context& context) {
  const Operation* aside = AsideOf(create.id, context);
  if (aside == nullptr || !GoesByName(create.id, context)) return;
  const std::string from = SqlName(*aside->after, aside->id);
  const std::string to = SqlName(*create.after, create.id);
  if (create.id.kind == COMPOSITE_TYPE) {
    const auto& before = static_cast<const CompositeType&>(*aside->before);
    const auto& after = static_cast<const CompositeType&>(*create.after);
    return AddCast(create.id, from, to, RowQuery(before, after, context), context);
  }
  const auto& old = static_cast<const RangeType&>(*aside->after);
  const auto& range = static_cast<const RangeType&>(*create.after);
  AddCast(create.id, from, to, RangeQuery(range, to, context), context);
  if (!context.AtLeast(14)) return;
  const std::string& schema = create.id.schema;
  const std::string multirange = sql::Qualified(schema, NameOfMultirange(range, create.id.name));
  AddCast(create.id, sql::Qualified(schema, NameOfMultirange(old, aside->id.name)), multirange,
          absl::StrCat("SELECT coalesce(range_agg(r::", to, "), '{}'::", multirange,
                       ") FROM unnest($1) AS r"),
          context);
}

void DropCasts(const Operation& drop, Context& context) {
  for (const Operation& aside : context.plan.operations) {
    if (aside.action != Action::kRename || aside.id != drop.id || !aside.parts.empty()) continue;
    if (!GoesByName(aside.old_id, context)) continue;
    const int a = context.plan.after->Find(aside.old_id);
    const google::protobuf::Message& after = *context.plan.after->at(a).message;
    const ObjectId& id = aside.old_id;
    if (id.kind == RANGE_TYPE && context.AtLeast(14)) {
      RemoveCast(
          id,
          sql::Qualified(id.schema, NameOfMultirange(static_cast<const RangeType&>(*aside.after),
                                                     aside.id.name)),
          sql::Qualified(id.schema,
                         NameOfMultirange(static_cast<const RangeType&>(after), id.name)),
          context);
    }
    RemoveCast(id, SqlName(*aside.after, aside.id), SqlName(after, id), context);
  }
}

}  // namespace autogen::render
