// Languages and what maps types to them.
#include "absl/strings/str_cat.h"
#include "autogen/routine.pb.h"
#include "src/render/renderers.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;

std::string LanguageSql(absl::string_view create, const Language& l, const model::ObjectId& id) {
  std::string sql =
      absl::StrCat(create, l.trusted() ? " TRUSTED" : "", " LANGUAGE ", sql::Ident(id.name),
                   " HANDLER ", SqlName(l.handler(), "pg_catalog"));
  if (l.has_inline_()) absl::StrAppend(&sql, " INLINE ", SqlName(l.inline_(), "pg_catalog"));
  if (l.has_validator()) {
    absl::StrAppend(&sql, " VALIDATOR ", SqlName(l.validator(), "pg_catalog"));
  }
  return sql;
}

std::string TransformSql(absl::string_view create, const Transform& t, const model::ObjectId& id) {
  std::string functions;
  if (!t.from_sql().empty()) {
    absl::StrAppend(&functions, "FROM SQL WITH FUNCTION ", t.from_sql());
  }
  if (!t.to_sql().empty()) {
    absl::StrAppend(&functions, functions.empty() ? "" : ", ", "TO SQL WITH FUNCTION ", t.to_sql());
  }
  return absl::StrCat(create, " TRANSFORM ", SqlName(t, id), " (", functions, ")");
}

absl::Status CreateLanguage(const Operation& op, Context& context) {
  context.Add(LanguageSql("CREATE", static_cast<const Language&>(*op.after), op.id));
  return absl::OkStatus();
}

absl::Status AlterLanguage(const Operation& op, Context& context) {
  if (!ChangesOwnFields(op)) return absl::OkStatus();
  context.Add(LanguageSql("CREATE OR REPLACE", static_cast<const Language&>(*op.after), op.id));
  return absl::OkStatus();
}

absl::Status CreateTransform(const Operation& op, Context& context) {
  context.Add(TransformSql("CREATE", static_cast<const Transform&>(*op.after), op.id));
  return absl::OkStatus();
}

absl::Status AlterTransform(const Operation& op, Context& context) {
  if (!ChangesOwnFields(op)) return absl::OkStatus();
  context.Add(TransformSql("CREATE OR REPLACE", static_cast<const Transform&>(*op.after), op.id));
  return absl::OkStatus();
}

}  // namespace

KindRenderer LanguageRenderer() {
  return {.create = CreateLanguage, .drop = DropObject, .alter = AlterLanguage};
}

KindRenderer TransformRenderer() {
  return {.create = CreateTransform, .drop = DropObject, .alter = AlterTransform};
}

}  // namespace autogen::render
