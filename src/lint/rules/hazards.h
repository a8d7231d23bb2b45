// What the rules of the hazards share.
#ifndef AUTOGEN_LINT_RULES_HAZARDS_H_
#define AUTOGEN_LINT_RULES_HAZARDS_H_

#include <string>

#include "src/lint/hazard.h"
#include "src/lint/rule.h"

namespace autogen::lint::rules {

// Says each hazard of the kind; `help` gives what to do about one of that statement.
inline void SayHazards(const Script& script, HazardKind kind, Report report,
                       std::string (*help)(const Statement&, const Hazard&) = nullptr) {
  for (const Hazard& hazard : script.hazards) {
    if (hazard.kind != kind) continue;
    std::string more = help == nullptr ? "" : help(script.statements[hazard.statement], hazard);
    report({hazard.statement, hazard.what, std::move(more), hazard.unsure});
  }
}

}  // namespace autogen::lint::rules

#endif  // AUTOGEN_LINT_RULES_HAZARDS_H_
