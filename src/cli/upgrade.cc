#include "src/cli/apply.h"
#include "src/cli/approval_flags.h"
#include "src/cli/commands.h"
#include "src/cli/data_check_flags.h"
#include "src/cli/output.h"

namespace autogen::cli {
namespace {

std::vector<Flag> UpgradeFlags() {
  std::vector<Flag> flags = RunFlags();
  const std::vector<Flag> approvals = ApprovalFlags();
  flags.insert(flags.end(), approvals.begin(), approvals.end());
  flags.push_back({.name = "--no-data-checks", .help = "skip the data checks"});
  flags.push_back(CheckTimeoutFlag());
  flags.push_back({.name = "--strict", .help = "refuse where a data check could not run"});
  flags.push_back(
      {.name = "--rollback-on-failure", .help = "downgrade what ran, where a script fails"});
  return flags;
}

absl::StatusOr<int> RunUpgrade(const Invocation& invocation) {
  std::vector<std::string> targets = invocation.All("revision");
  if (targets.empty()) targets = {"head"};
  return RunScripts(invocation, apply::Direction::kUpgrade, targets);
}

absl::StatusOr<int> RunDowngrade(const Invocation& invocation) {
  return RunScripts(invocation, apply::Direction::kDowngrade, {invocation.Get("revision")});
}

}  // namespace

Command UpgradeCommand() {
  return {
      .name = "upgrade",
      .summary = "run the scripts up to a revision",
      .details =
          "Each script runs in one transaction together with its row of the version table; what "
          "cannot run in a transaction is recorded step by step, so that an interrupted run "
          "continues "
          "where it stopped. One autogen at a time works on a database; the others wait.\n\n"
          "A revision is a (start of an) id, a label, head, heads, +N, rev+N or label@head. With "
          "--sql it may be a range, from:to, and autogen does not connect.\n\n"
          "Before anything is changed the data checks run (see autogen preflight): an upgrade that "
          "would fail on rows that are there is refused. A check that cannot run or takes longer "
          "than "
          "--check-timeout is a warning.\n\n"
          "A statement waits for a lock no longer than --lock-timeout, and its script is retried "
          "after a pause. Exit code 129, 130 or 143 after a signal.\n\n"
          "Each script starts as in a new session. A CALL or a DO outside a transaction that was "
          "cut "
          "off is not repeated automatically, since it may have committed: find out what it did, "
          "then give --resume-at STEP or --mark-done.\n\n"
          "With --targets it runs on many databases, or schemas of one, --jobs at a time. FILE "
          "lists them:\n"
          "    target { database: \"tenant_1\" }\n"
          "    target { schema: \"tenant_2\" }\n"
          "    query: \"SELECT datname AS database FROM pg_database WHERE datname LIKE "
          "'tenant%'\"\n"
          "Each has its own lock, version table and result. Where one fails the others go on, and "
          "the exit code is 2; the same command then continues with the rest.",
      .example = "autogen upgrade head",
      .flags = WithOutputFlags(UpgradeFlags(), OutputFlags::kOutput),
      .positionals = {{.name = "revision",
                       .help = "how far; default: head. Several for several branches",
                       .repeated = true}},
      .run = RunUpgrade,
  };
}

Command DowngradeCommand() {
  return {
      .name = "downgrade",
      .summary = "run the downgrades of scripts, down to a revision",
      .details =
          "Everything applied above the revision is downgraded, newest first, with all that "
          "depends on it. What loses rows or values is printed as a warning before the first "
          "script runs. A revision is a (start of an) id, -N, rev-N, label@base or base. With "
          "--sql a range, "
          "from:to.",
      .example = "autogen downgrade -1",
      .flags = WithOutputFlags(RunFlags(), OutputFlags::kOutput),
      .positionals = {{.name = "revision",
                       .help = "the revision to downgrade to",
                       .required = true}},
      .run = RunDowngrade,
  };
}

}  // namespace autogen::cli
