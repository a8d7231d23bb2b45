#include "src/deploy/data_checks.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/sql/mask.h"

namespace autogen::deploy {
namespace {

std::string PlaceOf(const DataCheck& check) {
  return absl::StrCat(check.path, ":", check.line, ": ", check.what);
}

}  // namespace

absl::Status DataChecks::Run(const std::vector<DataCheck>& checks) {
  if (checks.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(std::vector<DataCheckResult> answers, ask_(checks));
  size_t passed = 0;
  for (const DataCheckResult& answer : answers) {
    if (answer.early) later_.push_back(answer.check);
    if (answer.passed()) ++passed;
  }
  std::vector<std::string> parts = {absl::StrCat(passed, " passed")};
  if (!later_.empty()) parts.push_back(absl::StrCat(later_.size(), " later"));
  if (const size_t rest = answers.size() - passed - later_.size(); rest > 0) {
    parts.push_back(absl::StrCat(rest, " not passed"));
  }
  report_.Note(absl::StrCat("data checks: ", absl::StrJoin(parts, ", ")));
  return Judge(answers, "nothing was changed");
}

absl::Status DataChecks::BeforeStep(const apply::ScriptRun& script, size_t begin, size_t end) {
  std::vector<DataCheck> now;
  for (DataCheck& check : later_) {
    if (check.path != script.path || check.statement < begin || check.statement >= end) {
      continue;
    }
    now.push_back(check);
    // Ahead of it there is only its own step now, which may change the rows first.
    now.back().rows_change = check.statement > begin && check.rows_change;
  }
  if (now.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(std::vector<DataCheckResult> answers, ask_(now));
  return Judge(answers, "the step was not run");
}

absl::Status DataChecks::Judge(const std::vector<DataCheckResult>& answers,
                               const char* changed) const {
  std::vector<std::string> violating, unknown;
  for (const DataCheckResult& a : answers) {
    if (a.fails()) {
      violating.push_back(absl::StrCat(PlaceOf(a.check), ": ",
                                       Count(static_cast<size_t>(a.rows), "row"), "\n      ",
                                       sql::Masked(a.check.query)));
    } else if (!a.problem.empty() && !a.early) {
      unknown.push_back(absl::StrCat(
          PlaceOf(a.check), ": not checked: ", sql::MaskedMessage(a.problem, a.check.query)));
    }
  }
  if (!violating.empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the upgrade would fail on rows that are there, so ", changed, ":\n  ",
        absl::StrJoin(violating, "\n  "),
        "\nFix those rows and upgrade again; --no-data-checks runs the scripts without asking"));
  }
  if (strict_ && !unknown.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat("--strict, and data checks could not run, so ", changed, ":\n  ",
                     absl::StrJoin(unknown, "\n  ")));
  }
  for (const std::string& one : unknown) report_.Note(absl::StrCat("warning: ", one));
  return absl::OkStatus();
}

}  // namespace autogen::deploy
