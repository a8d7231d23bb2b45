// Domains and their checks.
#include "absl/strings/str_cat.h"
#include "autogen/types.pb.h"
#include "src/render/definition.h"
#include "src/render/renderers.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;

// ALTER DOMAIN takes no lock on the domain itself that anybody waits for, but one on every table
// that has a column of it, to look at the values (validateDomainCheckConstraint in typecmds.c).
constexpr const char* kUsers = "every table that uses it";

std::string AlterDomain(const std::string& domain) { return absl::StrCat("ALTER DOMAIN ", domain); }

// The name that PostgreSQL 17 chooses where none is given.
std::string NotNullName(const Domain& d, const std::string& domain) {
  return d.not_null_name().empty() ? absl::StrCat(domain, "_not_null") : d.not_null_name();
}

std::string CheckSql(const DomainCheck& check, const std::string& name) {
  return absl::StrCat("CONSTRAINT ", sql::Ident(name), " CHECK (", check.expression(), ")",
                      check.not_valid() ? " NOT VALID" : "");
}

absl::Status Create(const Operation& op, Context& context) {
  const auto& d = static_cast<const Domain&>(*op.after);
  const std::string domain = SqlName(d, op.id);
  std::string text = absl::StrCat("CREATE DOMAIN ", domain, " AS ", d.type());
  if (d.has_collation()) {
    absl::StrAppend(&text, " COLLATE ", SqlName(d.collation(), "pg_catalog"));
  }
  if (!d.default_().empty()) absl::StrAppend(&text, " DEFAULT ", DefaultExpression(d.default_()));
  if (d.not_null()) {
    if (!d.not_null_name().empty() && context.AtLeast(17)) {
      absl::StrAppend(&text, "\n    CONSTRAINT ", sql::Ident(d.not_null_name()));
    }
    absl::StrAppend(&text, " NOT NULL");
  }
  for (const Operation& child : op.folded) {
    const auto& check = static_cast<const DomainCheck&>(*child.after);
    if (!check.not_valid()) {
      absl::StrAppend(&text, "\n    ", CheckSql(check, child.id.name));
    }
  }
  context.Add(text);
  // CREATE DOMAIN knows no NOT VALID.
  for (const Operation& child : op.folded) {
    const auto& check = static_cast<const DomainCheck&>(*child.after);
    if (check.not_valid()) {
      context.Add(absl::StrCat(AlterDomain(domain), " ADD ", CheckSql(check, child.id.name)));
    }
  }
  return absl::OkStatus();
}

void AlterNotNull(const Operation& op, Context& context) {
  const auto& before = static_cast<const Domain&>(*op.before);
  const auto& after = static_cast<const Domain&>(*op.after);
  const std::string alter = AlterDomain(SqlName(after, op.id));
  if (before.not_null() && !after.not_null()) {
    context.Add(absl::StrCat(alter, " DROP NOT NULL"));
  } else if (!before.not_null() && after.not_null()) {
    const bool named = !after.not_null_name().empty() && context.AtLeast(17);
    context.Add(op,
                named ? absl::StrCat(alter, " ADD CONSTRAINT ", sql::Ident(after.not_null_name()),
                                     " NOT NULL")
                      : absl::StrCat(alter, " SET NOT NULL"),
                "set not null");
  } else if (after.not_null() && context.AtLeast(17)) {
    const std::string from = NotNullName(before, op.id.name);
    const std::string to = NotNullName(after, op.id.name);
    if (from == to) return;
    context.Add(
        absl::StrCat(alter, " RENAME CONSTRAINT ", sql::Ident(from), " TO ", sql::Ident(to)));
  }
}

absl::Status Alter(const Operation& op, Context& context) {
  const auto& after = static_cast<const Domain&>(*op.after);
  const std::string alter = AlterDomain(SqlName(after, op.id));
  if (context.Changed(op, "default")) {
    context.Add(after.default_().empty() ? absl::StrCat(alter, " DROP DEFAULT")
                                         : absl::StrCat(alter, " SET DEFAULT ", after.default_()));
  }
  if (context.Changed(op, "not_null") || context.Changed(op, "not_null_name")) {
    AlterNotNull(op, context);
  }
  return absl::OkStatus();
}

// PostgreSQL keeps the constraint's name; a name derived from the domain's is renamed with it.
absl::Status Rename(const Operation& op, Context& context) {
  const absl::Status status = RenameObject(op, context);
  const auto& d = static_cast<const Domain&>(*op.before);
  if (!status.ok() || !d.not_null() || !d.not_null_name().empty() || !context.AtLeast(17) ||
      op.old_id.name == op.id.name) {
    return status;
  }
  context.Add(absl::StrCat(AlterDomain(SqlName(d, op.id)), " RENAME CONSTRAINT ",
                           sql::Ident(NotNullName(d, op.old_id.name)), " TO ",
                           sql::Ident(NotNullName(d, op.id.name))));
  return status;
}

absl::Status AddCheck(const Operation& op, Context& context) {
  const auto& check = static_cast<const DomainCheck&>(*op.after);
  const std::string text =
      absl::StrCat(AlterDomain(SqlRelation(op.id)), " ADD ", CheckSql(check, op.id.name));
  if (check.not_valid()) {
    context.Add(text);
    return absl::OkStatus();
  }
  context.Add(op, text, "add check");
  return absl::OkStatus();
}

absl::Status DropCheck(const Operation& op, Context& context) {
  context.Add(
      absl::StrCat(AlterDomain(SqlRelation(op.id)), " DROP CONSTRAINT ", sql::Ident(op.id.name)));
  return absl::OkStatus();
}

absl::Status AlterCheck(const Operation& op, Context& context) {
  // The other way round is a rebuild.
  if (!context.Changed(op, "not_valid")) return absl::OkStatus();
  context.Add(op,
              absl::StrCat(AlterDomain(SqlRelation(op.id)), " VALIDATE CONSTRAINT ",
                           sql::Ident(op.id.name)),
              "validate check");
  return absl::OkStatus();
}

}  // namespace

KindRenderer DomainRenderer() {
  return {.create = Create, .drop = DropObject, .alter = Alter, .rename = Rename};
}

KindRenderer DomainCheckRenderer() {
  return {.create = AddCheck, .drop = DropCheck, .alter = AlterCheck};
}

}  // namespace autogen::render
