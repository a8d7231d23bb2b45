#include <iostream>

#include "src/base/file.h"
#include "src/base/status.h"
#include "src/cli/commands.h"
#include "src/cli/console.h"
#include "src/cli/rename_prompt.h"
#include "src/cli/scratch.h"
#include "src/cli/settings.h"
#include "src/generate/json.h"
#include "src/generate/pipeline.h"
#include "src/render/render.h"

namespace autogen::cli {
namespace {

absl::StatusOr<int> Run(const Invocation& invocation) {
  ASSIGN_OR_RETURN(std::unique_ptr<Project> project, OpenProject(invocation));
  ASSIGN_OR_RETURN(generate::Source from, SourceFor(*project, invocation.Get("--from")));
  ASSIGN_OR_RETURN(generate::Source to, SourceFor(*project, invocation.Get("--to")));
  ASSIGN_OR_RETURN(scratch::Options scratch,
                   ScratchFor(*project, invocation, from.url.empty() ? to.url : from.url));
  generate::Settings settings = SettingsFor(*project, invocation);
  ASSIGN_OR_RETURN(settings.engine, EngineOf(from, to, *project));
  const generate::Engine& engine = *settings.engine;
  generate::Pipeline pipeline(std::move(settings), std::move(scratch));
  ASSIGN_OR_RETURN(generate::Pair pair, pipeline.Read(from, to, /*dependencies=*/true));
  ASSIGN_OR_RETURN(generate::Comparison comparison, pipeline.Compare(std::move(pair)));

  std::string format = invocation.Get("--format", "sql");
  std::string text;
  if (format == "json") {
    text = generate::ToJson(comparison);
  } else if (format == "text") {
    text = diff::PrintPlan(comparison.plan);
  } else {
    ASSIGN_OR_RETURN(text, engine.print(comparison.upgrade));
  }
  if (invocation.Has("--output")) {
    RETURN_IF_ERROR(WriteFile(invocation.Get("--output"), text, Overwrite::kReplace));
  } else {
    (format == "sql" ? Exact() : std::cout) << text;
  }
  if (invocation.Has("--downgrade-output")) {
    ASSIGN_OR_RETURN(std::string back, engine.print(comparison.downgrade));
    RETURN_IF_ERROR(WriteFile(invocation.Get("--downgrade-output"), back, Overwrite::kReplace));
  }
  PrintUnmanaged(comparison.unmanaged);
  PrintNotes(pipeline.bench());
  WarnAboutDisturbed(comparison.disturbed);
  RETURN_IF_ERROR(WarnAboutRenames(comparison.likely_renames, /*strict=*/false));
  return invocation.Has("--exit-code") && !comparison.plan.empty() ? 1 : 0;
}

}  // namespace

Command DiffCommand() {
  return {
      .name = "diff",
      .summary = "show what turns one schema into another",
      .details =
          "Compares two sources and prints the SQL that turns the first into the second. A source "
          "is "
          "a model path, a database URL, an SQL file or folder (what pg_dump writes, too), a "
          "folder of scripts, or \"empty\".",
      .example = "autogen diff --from postgresql://localhost/app --to models",
      .flags = WithComparisonFlags(
          {{.name = "--from", .value = "SOURCE", .help = "the schema to change"},
           {.name = "--to", .value = "SOURCE", .help = "the schema to reach"},
           {.name = "--output", .value = "FILE", .help = "write the upgrade to FILE"},
           {.name = "--downgrade-output", .value = "FILE", .help = "write the downgrade to FILE"},
           {.name = "--format",
            .value = "FORMAT",
            .help = "default: sql",
            .choices = "text|sql|json"},
           {.name = "--exit-code", .help = "exit 1 where there is a difference"}}),
      .run = Run,
  };
}

}  // namespace autogen::cli
