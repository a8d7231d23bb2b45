#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "autogen/types.pb.h"
#include "src/model/names.h"
#include "src/render/multirange.h"
#include "src/render/renderers.h"
#include "src/render/replaced_type.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;

absl::Status Create(const Operation& op, Context& context) {
  const auto& r = static_cast<const RangeType&>(*op.after);
  std::vector<std::string> parts = {absl::StrCat("SUBTYPE = ", r.subtype())};
  auto add = [&](const char* name, bool has, const Name& value, const char* default_schema) {
    if (has) parts.push_back(absl::StrCat(name, " = ", SqlName(value, default_schema)));
  };
  add("SUBTYPE_OPCLASS", r.has_subtype_opclass(), r.subtype_opclass(), "pg_catalog");
  add("COLLATION", r.has_collation(), r.collation(), "pg_catalog");
  add("CANONICAL", r.has_canonical(), r.canonical(), "public");
  add("SUBTYPE_DIFF", r.has_subtype_diff(), r.subtype_diff(), "pg_catalog");
  if (!r.multirange_name().empty() && context.AtLeast(14)) {
    parts.push_back(
        absl::StrCat("MULTIRANGE_TYPE_NAME = ", sql::Qualified(op.id.schema, r.multirange_name())));
  }
  context.Add(absl::StrCat("CREATE TYPE ", SqlName(r, op.id), " AS RANGE (\n    ",
                           absl::StrJoin(parts, ",\n    "), "\n)"));
  MakeCasts(op, context);
  return absl::OkStatus();
}

// A canonical function takes and returns the type: neither can be dropped before the other.
absl::Status Drop(const Operation& op, Context& context) {
  const auto& r = static_cast<const RangeType&>(*op.before);
  DropCasts(op, context);
  if (!r.has_canonical()) return DropObject(op, context);
  context.Add(op, absl::StrCat("DROP TYPE ", SqlName(r, op.id), " CASCADE"), "drop type",
              "with its canonical function");
  return absl::OkStatus();
}

// Moves and renames by ALTER <keyword> what has this schema and name; `arguments` come after the
// name.
void MoveAlong(absl::string_view keyword, const Name& from, const Name& to,
               absl::string_view arguments, Context& context) {
  if (from.schema() != to.schema()) {
    context.Add(absl::StrCat("ALTER ", keyword, " ", sql::Qualified(from.schema(), from.name()),
                             arguments, " SET SCHEMA ", sql::Ident(to.schema())));
  }
  if (from.name() != to.name()) {
    context.Add(absl::StrCat("ALTER ", keyword, " ", sql::Qualified(to.schema(), from.name()),
                             arguments, " RENAME TO ", sql::Ident(to.name())));
  }
}

Name NameIn(const std::string& schema, const std::string& name) {
  Name n;
  n.set_schema(schema);
  n.set_name(name);
  return n;
}

// PostgreSQL leaves the multirange as it is, and the functions that construct the two.
absl::Status Rename(const Operation& op, Context& context) {
  const absl::Status status = RenameObject(op, context);
  if (!status.ok()) return status;
  const auto& before = static_cast<const RangeType&>(*op.before);
  const auto& after = static_cast<const RangeType&>(*op.after);
  const Name from = NameIn(op.old_id.schema, op.old_id.name);
  const Name to = NameIn(op.id.schema, op.id.name);
  const std::string& bound = before.subtype();
  for (const std::string& last : {std::string(")"), std::string(", text)")}) {
    MoveAlong("FUNCTION", from, to, absl::StrCat("(", bound, ", ", bound, last), context);
  }
  if (!context.AtLeast(14)) return status;
  const Name multi_from = NameIn(op.old_id.schema, NameOfMultirange(before, op.old_id.name));
  const Name multi_to = NameIn(op.id.schema, NameOfMultirange(after, op.id.name));
  MoveAlong("TYPE", multi_from, multi_to, "", context);
  const std::string range = SqlName(after, op.id);
  for (const std::string& arguments :
       {std::string("()"), absl::StrCat("(", range, ")"), absl::StrCat("(", range, "[])")}) {
    MoveAlong("FUNCTION", multi_from, multi_to, arguments, context);
  }
  return status;
}

}  // namespace

// With the name that PostgreSQL makes where none is given.
std::string NameOfMultirange(const RangeType& range, const std::string& name) {
  return range.multirange_name().empty() ? model::MultirangeName(name) : range.multirange_name();
}

KindRenderer RangeTypeRenderer() { return {.create = Create, .drop = Drop, .rename = Rename}; }

}  // namespace autogen::render
