#include <algorithm>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/apply/database.h"
#include "src/apply/version_table.h"
#include "src/base/status.h"
#include "src/cli/apply.h"
#include "src/cli/commands.h"
#include "src/cli/console.h"
#include "src/cli/scripts.h"
#include "src/revision/plan.h"

namespace autogen::cli {
namespace {

using revision::Graph;
using revision::Nodes;

std::vector<std::string> Without(const std::vector<std::string>& a,
                                 const std::vector<std::string>& b) {
  std::vector<std::string> out;
  for (const std::string& text : a) {
    if (std::find(b.begin(), b.end(), text) == b.end()) out.push_back(text);
  }
  return out;
}

absl::StatusOr<std::vector<std::string>> RowsAfter(const Graph& graph,
                                                   const std::vector<std::string>& rows,
                                                   const std::vector<std::string>& targets) {
  ASSIGN_OR_RETURN(Nodes before, revision::LocateRows(graph, rows));
  ASSIGN_OR_RETURN(Nodes after, revision::PlanStamp(graph, before, targets));
  std::vector<std::string> ids;
  for (revision::Node node : after) ids.push_back(graph.id(node));
  return ids;
}

absl::StatusOr<int> Run(const Invocation& invocation) {
  ASSIGN_OR_RETURN(std::unique_ptr<Project> project, OpenProject(invocation));
  ASSIGN_OR_RETURN(Graph graph, LoadScripts(*project));
  ASSIGN_OR_RETURN(apply::Options options, ApplyOptions(*project, invocation));
  const std::vector<std::string> targets = invocation.All("revision");
  if (invocation.Has("--sql")) {
    const apply::VersionTable table(options.version_schema, options.version_table);
    ASSIGN_OR_RETURN(std::vector<std::string> rows, RowsAfter(graph, {}, targets));
    Exact() << "BEGIN;\n"
            << (table.schema().empty() ? absl::StrCat(table.FindLocally(), ";\n") : "")
            << table.CreateTable(true) << ";\n"
            << table.CreateLedger(true) << ";\nDELETE FROM " << table.Name() << ";\n";
    for (const std::string& change : table.ChangeRows({}, rows)) Exact() << change << ";\n";
    Exact() << table.InsertStamp(rows) << ";\nCOMMIT;\n";
    return 0;
  }
  std::unique_ptr<apply::Observer> report = MakeReport(invocation, std::cout);
  ASSIGN_OR_RETURN(std::string url, project->Url());
  ASSIGN_OR_RETURN(apply::Database database, apply::OpenDatabase(url, options, report.get()));
  RETURN_IF_ERROR(database.lock());
  const std::vector<std::string> before = database.rows();
  ASSIGN_OR_RETURN(
      std::vector<std::string> after,
      RowsAfter(graph, invocation.Has("--purge") ? std::vector<std::string>() : before, targets));
  RETURN_IF_ERROR(database.stamp(Without(before, after), Without(after, before)));
  std::cout << "stamped " << (after.empty() ? "base" : absl::StrJoin(after, ", ")) << " (was "
            << (before.empty() ? "base" : absl::StrJoin(before, ", ")) << ")\n";
  return 0;
}

}  // namespace

Command StampCommand() {
  return {
      .name = "stamp",
      .summary = "set the version table without running anything",
      .details =
          "For a database that is already at a revision, and to recover: a script that was "
          "interrupted and repaired by hand is abandoned with it. Rows above and below a named "
          "revision are replaced by it; rows on other branches stay, unless --purge deletes them, "
          "unknown ones too.",
      .example = "autogen stamp head",
      .flags =
          {
              {.name = "--purge", .help = "delete every row first"},
              {.name = "--sql", .help = "print the SQL instead (replaces every row)"},
              {.name = "--lock-wait",
               .value = "SECONDS",
               .help = "how long to wait for another autogen on this database; default 300"},
              DirectUrlFlag(),
          },
      .positionals = {{.name = "revision",
                       .help = "the revision to set: an id, head, heads, base, …",
                       .required = true,
                       .repeated = true}},
      .run = Run,
  };
}

}  // namespace autogen::cli
