#include "src/scratch/prove.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/model/equivalent_text.h"
#include "src/model/new_schema.h"
#include "src/model/outside.h"
#include "src/scratch/build.h"
#include "src/scratch/canonical.h"
#include "src/scratch/library_stubs.h"
#include "src/scratch/stubs.h"

namespace autogen::scratch {
namespace {

// A script's statements run with PostgreSQL's own default path, as on the user's database.
std::vector<Step> ScriptSteps(const std::vector<std::string>& statements) {
  std::vector<Step> steps;
  steps.reserve(statements.size());
  for (const std::string& sql : statements) steps.push_back({sql, "", "\"$user\", public"});
  return steps;
}

class Trial {
 public:
  Trial(Server& server, Database& database, const ProofRequest& request)
      : server_(server), database_(database), request_(request) {
    build_.without_bodies = true;
  }

  absl::StatusOr<model::Snapshot> Read() { return ReadBack(database_, request_.introspect); }

  absl::Status BuildStart() {
    ASSIGN_OR_RETURN(std::vector<Step> steps,
                     StepsFor(request_.before.schema, request_.before.dependencies,
                              server_.version(), request_.diff.compare.privileges,
                              request_.diff.compare.owners, request_.before.outside));
    BuildOptions build = build_;
    build.retry_missing = true;
    RETURN_IF_ERROR(Build(database_, steps, build));
    for (Step& step : steps) {
      if (WithoutBody(step.sql) != step.sql) bodies_.push_back(std::move(step));
    }
    return absl::OkStatus();
  }

  // The routines of the start with their bodies: rows meet them.
  absl::Status GiveBodies() {
    for (Step& step : bodies_) {
      if (!absl::StartsWith(step.sql, "CREATE OR REPLACE")) {
        step.sql = absl::StrCat("CREATE OR REPLACE", step.sql.substr(sizeof "CREATE" - 1));
      }
    }
    return Build(database_, bodies_);
  }

  // Runs one direction and compares; what went wrong, "" where nothing did. With `copy_texts`, a
  // text of `wanted` that differs is also compared in the form that a copy of it has.
  absl::StatusOr<std::string> RunAndCompare(absl::string_view name,
                                            const std::vector<std::string>& script,
                                            const model::Snapshot* wanted, bool copy_texts,
                                            model::Snapshot* found) {
    absl::Status status = Build(database_, ScriptSteps(script), build_);
    if (!status.ok()) return absl::StrCat("the ", name, " fails: ", status.message());
    *found = model::Snapshot();  // a large schema is not held twice
    ASSIGN_OR_RETURN(*found, Read());
    if (wanted == nullptr) return std::string();
    ASSIGN_OR_RETURN(std::string difference, Difference(*found, *wanted, request_.diff));
    if (difference.empty()) return difference;
    if (copy_texts && model::TextsDiffer(*found->schema, *wanted->schema)) {
      CanonicalOptions options;
      options.outside = request_.before.outside;
      options.read = ScopeOf(request_.introspect);
      absl::StatusOr<model::Snapshot> copy = TextsOfCopy(server_, *wanted, options);
      if (copy.ok()) {
        ASSIGN_OR_RETURN(std::string still, Difference(*found, *copy, request_.diff));
        if (still.empty()) return still;
      }
    }
    return absl::StrCat("the ", name, " does not lead to the expected schema; changes needed:\n",
                        Indent(difference, "  "));
  }

 private:
  Server& server_;
  Database& database_;
  const ProofRequest& request_;
  BuildOptions build_;
  std::vector<Step> bodies_;
};

absl::StatusOr<rows::RowTrial> TryOnRows(Database& database, const ProofRequest& request) {
  // Rows refer to rows of tables that are not managed.
  ASSIGN_OR_RETURN(std::shared_ptr<const model::Catalog> catalog,
                   model::ToCatalog(model::WithOutside(request.before)));
  rows::RowRequest rows;
  rows.before = catalog.get();
  rows.upgrade = request.upgrade;
  rows.downgrade = request.downgrade;
  rows.tables = request.rows->tables;
  rows.checks = request.rows->checks;
  rows.upgrade_tables = request.rows->upgrade_tables;
  rows.downgrade_tables = request.rows->downgrade_tables;
  absl::StatusOr<rows::RowTrial> trial = rows::TryRows(database.connection(), rows);
  if (trial.ok()) return trial;
  rows::RowTrial untried;
  untried.untried = std::string(trial.status().message());
  return untried;
}

// The request as it is tried in a database that has no routine's body.
ProofRequest WithoutBodies(const ProofRequest& request) {
  ProofRequest stubbed = request;
  stubbed.before.schema = Stubs().Apply(*request.before.schema);
  if (request.wanted.has_value()) {
    stubbed.wanted->schema = Stubs().Apply(*request.wanted->schema);
  }
  return stubbed;
}

}  // namespace

absl::StatusOr<Proof> Prove(Server& server, const ProofRequest& whole) {
  ProofRequest request = WithoutBodies(whole);
  ASSIGN_OR_RETURN(std::unique_ptr<Database> database, server.Create());
  Proof proof;
  proof.server_version = database->connection().server_version();
  proof.place = server.place();
  Trial trial(server, *database, request);
  absl::Status built = trial.BuildStart();
  if (!built.ok()) return Annotate(built, "building the current state in a scratch database");
  ASSIGN_OR_RETURN(model::Snapshot start, trial.Read());
  {
    // The copy was built from the texts of `before`: whatever their form, they mean the same.
    model::Snapshot before = std::move(request.before);
    request.before = model::Snapshot();
    request.before.outside = before.outside;
    auto schema = model::CopySchema(*before.schema);
    model::AdoptTexts(*before.schema, *before.schema, *start.schema, schema.get());
    before.schema = std::move(schema);
    ASSIGN_OR_RETURN(proof.difference, Difference(start, before, request.diff));
  }
  if (!proof.difference.empty()) {
    proof.difference =
        absl::StrCat("the current state cannot be rebuilt exactly; missing in the copy:\n",
                     Indent(proof.difference, "  "));
    return proof;
  }
  const model::Snapshot* wanted = request.wanted.has_value() ? &*request.wanted : nullptr;
  model::Snapshot up, found;
  ASSIGN_OR_RETURN(proof.difference,
                   trial.RunAndCompare("upgrade", request.upgrade, wanted, true, &up));
  request.wanted.reset();
  if (proof.difference.empty() && !request.irreversible) {
    ASSIGN_OR_RETURN(proof.difference,
                     trial.RunAndCompare("downgrade", request.downgrade, &start, false, &found));
    if (proof.difference.empty()) {
      ASSIGN_OR_RETURN(proof.difference,
                       trial.RunAndCompare("second upgrade", request.upgrade, &up, false, &found));
    }
  }
  proof.proved = proof.difference.empty();
  if (proof.proved && request.rows.has_value() && !request.rows->tables.empty()) {
    ASSIGN_OR_RETURN(proof.difference, trial.RunAndCompare("second downgrade", request.downgrade,
                                                           &start, false, &found));
    proof.proved = proof.difference.empty();
    if (proof.proved) {
      RETURN_IF_ERROR(trial.GiveBodies());
      ASSIGN_OR_RETURN(proof.trial, TryOnRows(*database, whole));
    }
  }
  return proof;
}

absl::StatusOr<std::string> Difference(const model::Snapshot& found, const model::Snapshot& wanted,
                                       const diff::Options& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<model::Catalog> before,
                   model::Catalog::Build(found.schema, found.dependencies));
  ASSIGN_OR_RETURN(std::unique_ptr<model::Catalog> after,
                   model::Catalog::Build(wanted.schema, wanted.dependencies));
  ASSIGN_OR_RETURN(diff::Plan plan, diff::Diff(std::move(before), std::move(after), options));
  return plan.empty() ? std::string() : diff::PrintPlan(plan);
}

}  // namespace autogen::scratch
