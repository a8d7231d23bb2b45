// The rules over a script: findings.
#ifndef AUTOGEN_LINT_JUDGE_H_
#define AUTOGEN_LINT_JUDGE_H_

#include <string>
#include <vector>

#include "autogen/options.pb.h"
#include "src/impact/dialect.h"
#include "src/lint/policy.h"
#include "src/lint/rule.h"
#include "src/lint/script.h"
#include "src/report/finding.h"

namespace autogen::lint {

struct JudgeOptions {
  // The script's path as the configuration's patterns see it.
  std::string path;
  EngineName engine = ENGINE_UNSPECIFIED;  // every rule reads it
  RuleOptions rules;  // `lint` is set here
};

// In the order of the file, then of the rules. `problems`: what Read() found. What the script
// allows is left out; an allowance that allows nothing is itself a finding.
std::vector<report::Finding> Judge(const Script& script, std::vector<report::Finding> problems,
                                   const impact::Dialect& dialect, const Policy& policy,
                                   JudgeOptions options);

}  // namespace autogen::lint

#endif  // AUTOGEN_LINT_JUDGE_H_
