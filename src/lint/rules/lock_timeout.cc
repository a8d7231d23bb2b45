#include "absl/strings/str_cat.h"
#include "src/lint/rules/rules.h"
#include "src/lint/rules/settings.h"
#include "src/lint/rules/tree.h"

namespace autogen::lint::rules {
namespace {

constexpr int64_t kLongest = 10000;

// The relation in use whose users wait while it is locked; "" for none.
std::string Blocked(const Statement& statement) {
  for (const impact::Lock& lock : statement.impact.locks) {
    if (!lock.is_new && impact::BlocksWriters(lock.mode) && !lock.relation.name.empty()) {
      return Shown(lock.relation);
    }
  }
  return "";
}

void Check(const Script& script, const RuleOptions& options, Report report) {
  const int64_t longest =
      options.lint->has_max_lock_timeout_ms() ? options.lint->max_lock_timeout_ms() : kLongest;
  // A script gets its limit from `autogen upgrade`.
  bool limited = script.managed, said = false;
  for (size_t i = 0; i < script.statements.size(); ++i) {
    const Statement& statement = script.statements[i];
    if (const auto limit = FindTimeLimit(statement, "lock_timeout"); limit.has_value()) {
      const bool none = limit->is_set && limit->milliseconds == 0;
      limited = (limit->is_set && !none) || (script.managed && !limit->is_set);
      if (none) {
        report({i, "lets statements wait for a lock without end",
                "Who comes after them waits as well."});
        said = true;
      } else if (limit->milliseconds.value_or(0) > longest) {
        report({i,
                absl::StrCat("lets statements wait ", *limit->milliseconds,
                             " ms for a lock, which is more than ", longest, " ms"),
                ""});
      }
      continue;
    }
    const std::string blocked = Blocked(statement);
    if (limited || said || blocked.empty()) continue;
    report({i, absl::StrCat("waits for a lock on ", blocked, " without a limit"),
            "SET lock_timeout = '3s' before it, and try again."});
    said = true;
  }
}

}  // namespace

Rule LockTimeout() {
  return {
      .name = "lock-timeout",
      .meaning = "waits for a lock without a limit, or with one that is too long",
      .why =
          "A statement that waits for a strong lock makes everybody wait who comes after it, "
          "readers "
          "too: one long query in front of it stops the whole table. `autogen upgrade` sets a "
          "limit "
          "for each statement and retries; a file that is run otherwise has to say it, before the "
          "first statement that needs it.",
      .fix =
          "SET lock_timeout = '3s' at the head of the file. Scripts of autogen: leave it to apply "
          "{ "
          "lock_timeout_ms }.",
      .documentation =
          "https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT",
      .engine = POSTGRESQL,
      .bad = {"ALTER TABLE tasks ADD COLUMN score int;",
              "ALTER TABLE tasks ADD COLUMN score int;\nSET lock_timeout = '2s';",
              "SET lock_timeout = 0;\nALTER TABLE tasks ADD COLUMN score int;",
              "SET lock_timeout = '5min';\nALTER TABLE tasks ADD COLUMN score int;",
              "SET lock_timeout = '2s';\nRESET lock_timeout;\nDROP TABLE tasks;"},
      .good = {"SET lock_timeout = '2s';\nALTER TABLE tasks ADD COLUMN score int;",
               "CREATE TABLE draft (a int);\nALTER TABLE draft ADD COLUMN b int;",
               "CREATE INDEX CONCURRENTLY i ON tasks (title);",
               "-- add score\n--\n-- revision:   aaaaaaaaaaaa\n-- revises:    base\n\n"
               "-- autogen: upgrade\n\nALTER TABLE tasks ADD COLUMN score int;\n"},
      .check = Check};
}

}  // namespace autogen::lint::rules
