#include "src/generate/sqlite_history.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/revision/script.h"
#include "src/scratch/prove.h"
#include "src/sqlite/read.h"
#include "src/sqlite/run.h"
#include "src/sqlite/scratch.h"

namespace autogen::generate {
namespace {

using revision::Node;

class History {
 public:
  History(const revision::Graph& graph, sqlite::Database database)
      : graph_(graph), database_(std::move(database)) {}

  sqlite::Database& database() { return database_; }

  absl::StatusOr<revision::Script> Script(Node node) const {
    return revision::ReadScript(graph_.at(node).path, graph_.dialect());
  }

  // The statements of a section; `line` gets that of the one that failed.
  absl::Status Run(const revision::Section& section, int* line = nullptr) {
    std::vector<sql::Statement> statements;
    for (const revision::Step& step : section.steps) statements.push_back(step.statement);
    size_t failed = 0;
    const absl::Status run =
        sqlite::RunStatements(database_, statements, section.no_transaction, &failed);
    if (!run.ok() && line != nullptr && failed < statements.size()) {
      *line = statements[failed].line;
    }
    return run;
  }

  // Notes each assertion that is not true without rows.
  absl::Status Assert(const revision::Script& script, const revision::Section& section,
                      scratch::Verdict* verdict) {
    std::vector<const revision::Assertion*> assertions;
    for (const revision::Step& step : section.steps) {
      for (const revision::Assertion& a : step.before) assertions.push_back(&a);
    }
    for (const revision::Assertion& a : section.after) assertions.push_back(&a);
    for (const revision::Assertion* a : assertions) {
      ASSIGN_OR_RETURN(const bool holds, sqlite::Holds(database_, a->query));
      ++verdict->assertions;
      if (holds) continue;
      verdict->not_verified.push_back(
          absl::StrCat(script.header.path, ":", a->line,
                       ": this assertion is not true without rows: ", a->message));
    }
    return absl::OkStatus();
  }

 private:
  const revision::Graph& graph_;
  sqlite::Database database_;
};

class Verifier {
 public:
  Verifier(const scratch::VerifyRequest& request, History history)
      : request_(request), history_(std::move(history)) {}

  absl::StatusOr<scratch::Verification> Run() {
    const revision::Graph& graph = *request_.graph;
    std::vector<bool> selected(graph.size(), request_.nodes.empty());
    for (Node node : request_.nodes) selected[static_cast<size_t>(node)] = true;
    scratch::Verification verification;
    std::string broken;
    for (Node node : scratch::NeededBy(graph, request_.nodes)) {
      scratch::Verdict verdict;
      verdict.node = node;
      if (broken.empty()) {
        ASSIGN_OR_RETURN(const bool up, Try(selected[static_cast<size_t>(node)], &verdict));
        if (!up) broken = absl::StrCat("not tried: ", verdict.problem);
      } else {
        verdict.problem = broken;
      }
      if (!selected[static_cast<size_t>(node)]) continue;
      if (request_.progress) request_.progress(verdict);
      verification.verdicts.push_back(std::move(verdict));
    }
    ASSIGN_OR_RETURN(verification.end, Read());
    verification.server_version = verification.end.server_version;
    return verification;
  }

 private:
  absl::StatusOr<model::Snapshot> Read() { return sqlite::Read(history_.database()); }

  // False where the upgrade does not run: nothing after it can be tried.
  absl::StatusOr<bool> Try(bool whole, scratch::Verdict* verdict) {
    absl::StatusOr<revision::Script> script = history_.Script(verdict->node);
    if (!script.ok()) {
      verdict->problem = std::string(script.status().message());
      verdict->unreadable = true;
      return false;
    }
    ASSIGN_OR_RETURN(const model::Snapshot before, Read());
    const absl::Status up = history_.Run(script->upgrade, &verdict->line);
    if (!up.ok()) {
      verdict->problem = absl::StrCat("the upgrade fails: ", up.message());
      return false;
    }
    if (!whole) return true;
    RETURN_IF_ERROR(history_.Assert(*script, script->upgrade, verdict));
    verdict->irreversible = script->irreversible;
    if (script->irreversible) return true;
    ASSIGN_OR_RETURN(const model::Snapshot after, Read());
    ASSIGN_OR_RETURN(verdict->problem, TryBack(*script, before, after, verdict));
    return verdict->problem.empty();
  }

  absl::StatusOr<std::string> TryBack(const revision::Script& script, const model::Snapshot& before,
                                      const model::Snapshot& after, scratch::Verdict* verdict) {
    const absl::Status down = history_.Run(script.downgrade, &verdict->line);
    if (!down.ok()) return absl::StrCat("the downgrade fails: ", down.message());
    ASSIGN_OR_RETURN(const model::Snapshot back, Read());
    ASSIGN_OR_RETURN(std::string problem,
                     Compare(back, before, "the downgrade does not lead back"));
    if (!problem.empty()) return problem;
    const absl::Status again = history_.Run(script.upgrade, &verdict->line);
    if (!again.ok()) return absl::StrCat("the second upgrade fails: ", again.message());
    ASSIGN_OR_RETURN(const model::Snapshot found, Read());
    return Compare(found, after, "the second upgrade leads elsewhere than the first");
  }

  absl::StatusOr<std::string> Compare(const model::Snapshot& found, const model::Snapshot& wanted,
                                      absl::string_view what) const {
    ASSIGN_OR_RETURN(std::string difference, scratch::Difference(found, wanted, request_.diff));
    if (difference.empty()) return difference;
    return absl::StrCat(what, "; still missing:\n", Indent(difference, "  "));
  }

  const scratch::VerifyRequest& request_;
  History history_;
};

}  // namespace

absl::StatusOr<model::Snapshot> ReplaySqlite(const revision::Graph& graph,
                                             const revision::Nodes& nodes) {
  ASSIGN_OR_RETURN(sqlite::Database database, sqlite::NewScratch());
  History history(graph, std::move(database));
  for (Node node : scratch::NeededBy(graph, nodes)) {
    ASSIGN_OR_RETURN(const revision::Script script, history.Script(node));
    RETURN_IF_ERROR(Annotate(history.Run(script.upgrade),
                             absl::StrCat("the upgrade of ", graph.at(node).path)));
  }
  return sqlite::Read(history.database());
}

absl::StatusOr<scratch::Verification> VerifySqlite(const scratch::VerifyRequest& request) {
  ASSIGN_OR_RETURN(sqlite::Database database, sqlite::NewScratch());
  return Verifier(request, History(*request.graph, std::move(database))).Run();
}

}  // namespace autogen::generate
