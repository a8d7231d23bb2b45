// Casts, conversions and access methods: created and dropped, never altered.
#include "absl/strings/str_cat.h"
#include "autogen/routine.pb.h"
#include "src/render/renderers.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;

absl::Status CreateCast(const Operation& op, Context& context) {
  const auto& c = static_cast<const Cast&>(*op.after);
  std::string how = c.inout()              ? "WITH INOUT"
                    : c.function().empty() ? "WITHOUT FUNCTION"
                                           : absl::StrCat("WITH FUNCTION ", c.function());
  const char* context_sql = c.context() == Cast::ASSIGNMENT ? " AS ASSIGNMENT"
                            : c.context() == Cast::IMPLICIT ? " AS IMPLICIT"
                                                            : "";
  context.Add(absl::StrCat("CREATE CAST ", SqlName(c, op.id), " ", how, context_sql));
  return absl::OkStatus();
}

absl::Status CreateConversion(const Operation& op, Context& context) {
  const auto& c = static_cast<const Conversion&>(*op.after);
  context.Add(absl::StrCat("CREATE ", c.default_() ? "DEFAULT " : "", "CONVERSION ",
                           SqlName(c, op.id), " FOR ", sql::Literal(c.from()), " TO ",
                           sql::Literal(c.to()), " FROM ", SqlName(c.function(), "pg_catalog")));
  return absl::OkStatus();
}

absl::Status CreateAccessMethod(const Operation& op, Context& context) {
  const auto& m = static_cast<const AccessMethod&>(*op.after);
  context.Add(absl::StrCat("CREATE ACCESS METHOD ", sql::Ident(op.id.name), " TYPE ",
                           m.table() ? "TABLE" : "INDEX", " HANDLER ",
                           SqlName(m.handler(), "pg_catalog")));
  return absl::OkStatus();
}

}  // namespace

KindRenderer CastRenderer() { return {.create = CreateCast, .drop = DropObject}; }

KindRenderer ConversionRenderer() { return {.create = CreateConversion, .drop = DropObject}; }

KindRenderer AccessMethodRenderer() { return {.create = CreateAccessMethod, .drop = DropObject}; }

}  // namespace autogen::render
