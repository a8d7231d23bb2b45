#include "src/lint/rules/rules.h"

namespace autogen::lint::rules {

// Said when all others have spoken: see judge.cc.
Rule AllowWithoutReason() {
  return {
      .name = kAllowWithoutReason,
      .meaning = "an allowance without a reason, where the configuration wants one",
      .why =
          "With allow_needs_reason whoever reads the script learns why a rule does not count "
          "there.",
      .fix = "-- autogen: allow RULE \"why\".",
      .documentation = "rules.md#allowances",
      .severity = report::Severity::kError,
      .bad = {"-- autogen: allow data-loss\nDROP TABLE tasks;",
              "-- autogen: allow data-loss \"\"\nDROP TABLE tasks;"},
      .good = {"-- autogen: allow data-loss \"it is empty since May\"\nDROP TABLE tasks;",
               "CREATE TABLE a (x int);"},
      .configuration = "lint { allow_needs_reason: true }",
  };
}

}  // namespace autogen::lint::rules
