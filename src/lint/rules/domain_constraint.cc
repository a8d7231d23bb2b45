#include "absl/strings/str_cat.h"
#include "src/lint/rules/rules.h"
#include "src/lint/rules/tree.h"

namespace autogen::lint::rules {
namespace {

void Check(const Script& script, const RuleOptions&, Report report) {
  for (size_t i = 0; i < script.statements.size(); ++i) {
    const json& domain = Body(script.statements[i], "CreateDomainStmt");
    for (const json& item : Get(domain, "constraints")) {
      const std::string type = GetString(Get(item, "Constraint"), "contype");
      if (type != "CONSTR_CHECK" && type != "CONSTR_NOTNULL") continue;
      report({i,
              absl::StrCat("makes the domain ", Shown(ListName(Get(domain, "domainname"))),
                           " with a constraint"),
              ""});
      break;
    }
  }
}

}  // namespace

Rule DomainConstraint() {
  return {
      .name = "domain-constraint",
      .meaning = "a domain with a constraint is made",
      .why =
          "To change the constraint later every column of the domain is checked at once, and a "
          "column "
          "that is added with it rewrites its table.",
      .fix = "A CHECK of the column, which can be validated apart.",
      .documentation = "https://www.postgresql.org/docs/current/sql-createdomain.html",
      .set = Set::kStyle,
      .engine = POSTGRESQL,
      .bad = {"CREATE DOMAIN amount AS numeric CHECK (VALUE > 0);",
              "CREATE DOMAIN title AS text DEFAULT 'x' NOT NULL;"},
      .good = {"CREATE DOMAIN amount AS numeric;", "CREATE DOMAIN title AS text DEFAULT 'x' NULL;"},
      .check = Check};
}

}  // namespace autogen::lint::rules
