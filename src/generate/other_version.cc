#include "src/generate/other_version.h"

#include <google/protobuf/message.h>
#include <re2/re2.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace autogen::generate {
namespace {

// Before 14 the grammar turned these into calls of plain functions (EXTRACT into another one than
// since), and a database of then remembers nothing else.
constexpr int kKeepsSyntax = 14;

std::string SyntaxIn(const google::protobuf::Message& object) {
  static const LazyRE2 kSyntax = {
      R"re(\b((?:EXTRACT|SUBSTRING|TRIM|POSITION|OVERLAY|NORMALIZE|COLLATION FOR) ?\(|AT TIME ZONE|OVERLAPS|IS (?:NOT )?(?:NF[A-Z]+ )?NORMALIZED))re"};
  std::string found;
  RE2::PartialMatch(object.ShortDebugString(), *kSyntax, &found);
  if (!found.empty() && found.back() == '(') absl::StrAppend(&found, "…)");
  return found;
}

}  // namespace

absl::Status CheckOtherVersion(const diff::Plan& plan, int target, int built) {
  if (target >= kKeepsSyntax || built < kKeepsSyntax) return absl::OkStatus();
  for (const diff::Operation& operation : plan.operations) {
    const int wanted = plan.after->Find(operation.id);
    // What only one side has is a difference in every version.
    if (wanted < 0 || plan.before->Find(operation.id) < 0) continue;
    const std::string syntax = SyntaxIn(*plan.after->at(wanted).message);
    if (syntax.empty()) continue;
    return absl::FailedPreconditionError(absl::StrCat(
        model::Describe(operation.id), " cannot be compared: PostgreSQL ", target, " stores ",
        syntax, " as a call of a function, and version ", built,
        ", the nearest whose programs are installed here, does not. Install the programs of "
        "PostgreSQL ",
        target, " (postgresql-", target,
        "), put their folder in AUTOGEN_PG_BIN, or write it in "
        "the model as the database prints it"));
  }
  return absl::OkStatus();
}

}  // namespace autogen::generate
