// backfill: a large UPDATE in small transactions.
#include "src/apply/backfill.h"

#include <iostream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "src/apply/pooled.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/cli/apply.h"
#include "src/cli/commands.h"
#include "src/cli/settings.h"
#include "src/model/inheritance.h"
#include "src/sql/quote.h"

namespace autogen::cli {
namespace {

// "title = 'x'": a column as SQL writes it, and the expression behind the first equals sign.
absl::StatusOr<std::pair<std::string, std::string>> ParseSet(const std::string& text) {
  size_t equals = text.find('=');
  if (equals != std::string::npos) {
    sql::SplitName column = sql::SplitQualified(absl::StripAsciiWhitespace(text.substr(0, equals)));
    if (!column.name.empty() && column.schema.empty()) {
      return std::pair(column.name,
                       std::string(absl::StripAsciiWhitespace(text.substr(equals + 1))));
    }
  }
  return absl::InvalidArgumentError(
      absl::StrCat("--set \"", text, "\": expected \"column = expression\""));
}

absl::StatusOr<int> Run(const Invocation& invocation) {
  ASSIGN_OR_RETURN(std::unique_ptr<Project> project, OpenProject(invocation));
  apply::BackfillRequest request;
  sql::SplitName table = sql::SplitQualified(invocation.Get("table"));
  if (table.name.empty()) {
    // Not repeated: it may be a connection string.
    return absl::InvalidArgumentError(
        "the TABLE argument is not the name of a table: write schema.table, quoted as in SQL");
  }
  request.schema = model::SchemaOrPublic(table.schema);
  request.table = table.name;
  for (const std::string& text : invocation.All("--set")) {
    ASSIGN_OR_RETURN(auto item, ParseSet(text));
    request.set.push_back(std::move(item));
  }
  request.where = invocation.Get("--where");
  request.state_schema = project->config().version_table_schema();
  request.restart = invocation.Has("--restart");
  ASSIGN_OR_RETURN(request.batch_rows, invocation.GetInt("--batch", request.batch_rows));
  ASSIGN_OR_RETURN(request.target_ms, invocation.GetInt("--target", request.target_ms));
  ASSIGN_OR_RETURN(request.pause_ms, invocation.GetInt("--pause", request.pause_ms));
  ASSIGN_OR_RETURN(int most, invocation.GetInt("--max-batches", 0));
  request.progress = [most](int64_t rows, int64_t batches) {
    if (batches % 10 == 0) {
      std::cerr << Count(static_cast<size_t>(rows), "row") << " after "
                << Count(static_cast<size_t>(batches), "transaction") << "\n";
    }
    return most == 0 || batches < most;
  };
  ASSIGN_OR_RETURN(std::string url, project->ServerUrl("backfill"));
  apply::Options options;
  ASSIGN_OR_RETURN(options.direct_url, DirectUrl(*project, invocation));
  ASSIGN_OR_RETURN(apply::OpenedSession opened, apply::OpenSession({.url = url}, options));
  if (!opened.note.empty()) std::cerr << opened.note << "\n";
  request.pooled = opened.pooling == postgres::Pooling::kTransaction;
  ASSIGN_OR_RETURN(apply::BackfillResult result, apply::RunBackfill(opened.connection, request));
  std::cout << (result.resumed ? "resumed; " : "") << Count(static_cast<size_t>(result.rows), "row")
            << " updated in total, " << Count(static_cast<size_t>(result.batches), "transaction")
            << " now" << (result.done ? "; done" : "; run it again to continue") << "\n";
  return result.done ? 0 : 1;
}

}  // namespace

Command BackfillCommand() {
  return {
      .name = "backfill",
      .summary = "update a large table in small transactions",
      .details =
          "Walks a table along its primary key. Each batch is one transaction that updates its "
          "rows "
          "and records its place in the table autogen_backfill: a run that is stopped, killed or "
          "loses its connection continues there when it is started again with the same arguments. "
          "No "
          "row is updated twice.\n\n"
          "Batches grow and shrink so that each takes about --target milliseconds; a batch that "
          "waits for a lock gives up after a second and is retried. Exits with 1 where "
          "--max-batches stopped it before the end.",
      .example = "autogen backfill public.tasks --set \"title = ''\" --where \"title IS NULL\"",
      .flags = {{.name = "--set",
                 .value = "COLUMN=EXPRESSION",
                 .help = "what to set; expressions see the row",
                 .repeated = true},
                {.name = "--where", .value = "EXPRESSION", .help = "which rows; default: all"},
                {.name = "--batch", .value = "ROWS", .help = "of the first batch; default: 1000"},
                {.name = "--target",
                 .value = "MS",
                 .help = "how long a batch should take; 0: keep --batch; default: 500"},
                {.name = "--pause", .value = "MS", .help = "between batches; default: 100"},
                {.name = "--max-batches", .value = "N", .help = "stop after so many"},
                DirectUrlFlag(),
                {.name = "--restart", .help = "start at the first row, whatever was done before"}},
      .positionals = {{.name = "table", .help = "the table", .required = true}},
      .run = Run,
  };
}

}  // namespace autogen::cli
