#include "absl/strings/str_cat.h"
#include "src/model/inheritance.h"
#include "src/render/renderers.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;

std::string SchemaOf(const Extension& e) { return model::SchemaOrPublic(e.schema()); }

absl::Status Create(const Operation& op, Context& context) {
  const auto& e = static_cast<const Extension&>(*op.after);
  std::string text = absl::StrCat("CREATE EXTENSION ", sql::Ident(e.name()), " WITH SCHEMA ",
                                  sql::Ident(SchemaOf(e)));
  if (!e.version().empty()) absl::StrAppend(&text, " VERSION ", sql::Literal(e.version()));
  context.Add(std::move(text));
  RestoreMemberPrivileges(op, context);
  return absl::OkStatus();
}

absl::Status Alter(const Operation& op, Context& context) {
  const auto& e = static_cast<const Extension&>(*op.after);
  std::string alter = absl::StrCat("ALTER EXTENSION ", sql::Ident(e.name()));
  if (context.Changed(op, "schema")) {
    context.Add(absl::StrCat(alter, " SET SCHEMA ", sql::Ident(SchemaOf(e))));
  }
  if (context.Changed(op, "version") && !e.version().empty()) {
    context.Add(absl::StrCat(alter, " UPDATE TO ", sql::Literal(e.version())));
  }
  return absl::OkStatus();
}

}  // namespace

KindRenderer ExtensionRenderer() { return {.create = Create, .drop = DropObject, .alter = Alter}; }

}  // namespace autogen::render
