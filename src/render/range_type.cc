#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "autogen/types.pb.h"
#include "src/base/text.h"
#include "src/render/renderers.h"
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
  return absl::OkStatus();
}

// A canonical function takes and returns the type: neither can go before the other.
absl::Status Drop(const Operation& op, Context& context) {
  const auto& r = static_cast<const RangeType&>(*op.before);
  if (!r.has_canonical()) return DropObject(op, context);
  context.Add(absl::StrCat("DROP TYPE ", SqlName(r, op.id), " CASCADE"),
              absl::StrCat(NoteName(op.id), ": with its canonical function"));
  return absl::OkStatus();
}

// makeMultirangeTypeName() in typecmds.c.
std::string DefaultMultirangeName(std::string range) {
  const size_t at = range.find("range");
  if (at == std::string::npos) return absl::StrCat(ClipUtf8(range, 63 - 11), "_multirange");
  return ClipUtf8(range.insert(at, "multi"), 63);
}

// The multirange that has its name from the range keeps it: it is renamed along.
absl::Status Rename(const Operation& op, Context& context) {
  const absl::Status status = RenameObject(op, context);
  const auto& r = static_cast<const RangeType&>(*op.before);
  if (!status.ok() || !context.AtLeast(14)) return status;
  const std::string from =
      r.multirange_name().empty() ? DefaultMultirangeName(op.old_id.name) : r.multirange_name();
  if (op.old_id.schema != op.id.schema) {
    context.Add(absl::StrCat("ALTER TYPE ", sql::Qualified(op.old_id.schema, from), " SET SCHEMA ",
                             sql::Ident(op.id.schema)));
  }
  const std::string to = DefaultMultirangeName(op.id.name);
  if (r.multirange_name().empty() && from != to) {
    context.Add(absl::StrCat("ALTER TYPE ", sql::Qualified(op.id.schema, from), " RENAME TO ",
                             sql::Ident(to)));
  }
  return status;
}

}  // namespace

KindRenderer RangeTypeRenderer() { return {.create = Create, .drop = Drop, .rename = Rename}; }

}  // namespace autogen::render
