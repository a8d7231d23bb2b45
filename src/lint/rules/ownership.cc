#include <re2/re2.h>

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "src/lint/rules/rules.h"
#include "src/lint/rules/tree.h"

namespace autogen::lint::rules {
namespace {

bool Matches(const std::string& text, const std::string& pattern) {
  return RE2::FullMatch(text, RE2(pattern, RE2::Quiet));
}

// "schema.name", as the patterns see it.
std::string Whole(const SplitName& name) {
  return absl::StrCat(name.schema.empty() ? "public" : name.schema, ".", name.name);
}

void Check(const Script& script, const RuleOptions& options, Report report) {
  for (const Config::Lint::Owner& owner : options.lint->owner()) {
    if (!Matches(options.path, owner.path())) continue;
    for (size_t i = 0; i < script.statements.size(); ++i) {
      const impact::Impact& impact = script.statements[i].impact;
      std::set<std::string> touched;
      auto touch = [&](const SplitName& name) {
        if (!name.name.empty()) touched.insert(Whole(name));
      };
      for (const impact::Lock& lock : impact.locks) touch(lock.relation);
      for (const impact::Consequence& c : impact.consequences) touch(c.relation);
      for (const std::string& relation : touched) {
        const bool owned =
            std::any_of(owner.object().begin(), owner.object().end(),
                        [&](const auto& pattern) { return Matches(relation, pattern); });
        if (!owned)
          report({i, absl::StrCat("changes ", relation, ", which scripts here do not own"), ""});
      }
    }
  }
}

}  // namespace

Rule Ownership() {
  return {
      .name = "ownership",
      .meaning = "a script changes what scripts of its folder may not change",
      .why = "Teams that share a database agree on who changes which tables: lint { owner { … } }.",
      .fix = "Have the owner of the table write the change, in the owner's folder.",
      .documentation = "configuration.md#lint",
      .severity = report::Severity::kError,
      .bad = {"ALTER TABLE shop.orders ADD COLUMN note text;",
              "CREATE TABLE billing.notes (a int REFERENCES shop.orders);"},
      .good = {"ALTER TABLE billing.invoices ADD COLUMN note text;",
               "CREATE TABLE billing.notes (a int);\nSELECT count(*) FROM shop.orders;"},
      .configuration = "lint { owner { path: \".*\" object: \"billing\\\\..*\" } }",
      .check = Check};
}

}  // namespace autogen::lint::rules
