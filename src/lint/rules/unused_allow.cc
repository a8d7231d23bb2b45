#include "src/lint/rules/rules.h"

namespace autogen::lint::rules {

// Said when all others have spoken: see judge.cc.
Rule UnusedAllow() {
  return {
      .name = kUnusedAllow,
      .meaning = "an allowance that allows nothing",
      .why =
          "\"-- autogen: allow RULE\" of which nothing is found any more, or whose rule has "
          "another "
          "name, hides the next finding of somebody who does not expect it.",
      .fix = "Remove it, or correct its name.",
      .documentation = "rules.md#allowances",
      .bad = {"-- autogen: allow data-loss \"the table is empty\"\nCREATE TABLE a (x int);",
              "-- autogen: allow dataloss\nDROP TABLE tasks;",
              "-- autogen: allow rename\n\nDROP TABLE tasks;"},
      .good = {"-- autogen: allow data-loss \"the table is empty\"\nDROP TABLE tasks;",
               "-- autogen: allow drop \"nobody uses them\"\n\nDROP VIEW a;\nDROP VIEW b;"},
  };
}

}  // namespace autogen::lint::rules
