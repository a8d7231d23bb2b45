#include "src/apply/test_history.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "src/apply/compile.h"
#include "src/apply/runner.h"
#include "src/base/file.h"
#include "src/base/sha256.h"
#include "src/base/status.h"
#include "src/revision/load.h"
#include "src/revision/plan.h"

namespace autogen::apply {

TestHistory::TestHistory(const std::vector<TestScript>& scripts) {
  std::string pattern =
      (std::filesystem::temp_directory_path() / "autogen-history-XXXXXX").string();
  folder_ = mkdtemp(pattern.data());
  std::string before = "base";
  for (const TestScript& script : scripts) {
    const std::string text =
        absl::StrCat("-- script ", script.id, "\n--\n-- revision:   ", script.id,
                     "\n-- revises:    ", before, "\n\n-- autogen: upgrade\n\n", script.upgrade,
                     "\n\n-- autogen: downgrade\n\n", script.downgrade, "\n");
    absl::Status written =
        WriteFile(absl::StrCat(folder_, "/", script.id, ".sql"), text, Overwrite::kNever);
    if (!written.ok()) fprintf(stderr, "%s\n", written.ToString().c_str()), abort();
    before = script.id;
  }
  absl::StatusOr<revision::Graph> graph = revision::LoadGraph({folder_});
  if (!graph.ok()) fprintf(stderr, "%s\n", graph.status().ToString().c_str()), abort();
  graph_ = *std::move(graph);
}

TestHistory::~TestHistory() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

absl::Status RunTo(const std::string& url, const revision::Graph& graph, Direction direction,
                   const std::string& target, Observer& observer, const Options& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<Runner> runner, Runner::Open({.url = url}, options, &observer));
  RETURN_IF_ERROR(runner->Lock());
  ASSIGN_OR_RETURN(revision::Nodes rows, revision::LocateRows(graph, runner->rows()));
  absl::StatusOr<revision::Steps> steps = direction == Direction::kUpgrade
                                              ? revision::PlanUpgrade(graph, rows, {target})
                                              : revision::PlanDowngrade(graph, rows, target);
  RETURN_IF_ERROR(steps.status());
  ASSIGN_OR_RETURN(std::vector<ScriptRun> scripts,
                   CompileScripts(graph, rows, steps->nodes, direction));
  return runner->Run(scripts);
}

ScriptRun MakeScript(const std::string& revision, const std::string& sql,
                     std::vector<std::string> remove, std::vector<std::string> add,
                     Direction direction) {
  ScriptRun script;
  script.revision = revision;
  script.path = absl::StrCat("versions/", revision, ".sql");
  script.direction = direction;
  script.checksum = Sha256Hex(sql);
  script.SetStatements(*sql::SplitStatements(sql));
  script.remove = std::move(remove);
  script.add = std::move(add);
  return script;
}

ScriptRun MakeScript(const std::string& revision, const std::string& sql,
                     std::vector<std::string> remove) {
  return MakeScript(revision, sql, std::move(remove), std::vector<std::string>{revision});
}

void Notes::Note(absl::string_view text) { absl::StrAppend(&log, text, "\n"); }

absl::Status TestBench::Run(const std::vector<ScriptRun>& scripts) {
  ASSIGN_OR_RETURN(std::unique_ptr<Runner> runner,
                   Runner::Open({.url = database.Url()}, options, &observer()));
  absl::Status status = runner->Lock();
  if (status.ok()) status = runner->Run(scripts);
  Ran(*runner);
  return status;
}

void TestBench::Interrupt(const ScriptRun& script, size_t done, bool started) {
  const std::vector<Step> steps = *SplitIntoSteps(script);
  const VersionTable table("public", "autogen_version");
  REQUIRE(Run({MakeScript("0", "SELECT 1", {})}) == absl::OkStatus());
  for (size_t i = 0; i < done; ++i) {
    for (size_t s = steps[i].begin; s < steps[i].end; ++s) database.Run(script.statements[s].text);
    database.Run(table.InsertDone(script, steps[i], i + 1, steps.size()));
  }
  if (started) database.Run(table.InsertStarted(script, steps[done], done + 1, steps.size()));
}

}  // namespace autogen::apply
