// The rules as text: for a terminal, and docs/rules.md.
#ifndef AUTOGEN_LINT_RULES_PAGE_H_
#define AUTOGEN_LINT_RULES_PAGE_H_

#include <string>

#include "src/lint/rule.h"

namespace autogen::lint {

// A line for each: name, set, severity, meaning.
std::string RulesList();
// All of one, examples included.
std::string RuleText(const Rule& rule);
// docs/rules.md, whole.
std::string RulesPage();

// What other tools call a meaning, and what it is here.
struct Equivalent {
  const char* meaning;
  const char* squawk;
  const char* eugene;
  const char* strong_migrations;  // and online_migrations, which has more
  const char* atlas;
  const char* pgfence;
  const char* ours;  // a rule, or who solves it
};
absl::Span<const Equivalent> Equivalents();

}  // namespace autogen::lint

#endif  // AUTOGEN_LINT_RULES_PAGE_H_
