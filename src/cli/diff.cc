#include <iostream>

#include "absl/strings/str_cat.h"
#include "src/base/file.h"
#include "src/base/status.h"
#include "src/cli/commands.h"
#include "src/generate/compare.h"
#include "src/render/render.h"

namespace autogen::cli {
namespace {

absl::StatusOr<introspect::Snapshot> Read(const generate::Source& source,
                                          const generate::Settings& settings) {
  if (source.kind == generate::SourceKind::kEmpty) return generate::EmptySnapshot(0);
  postgres::ConnectOptions connect;
  connect.url = source.url;
  ASSIGN_OR_RETURN(postgres::Connection connection, postgres::Connection::Open(connect));
  introspect::Options options;
  options.include = settings.include;
  options.exclude = settings.exclude;
  options.privileges = settings.privileges;
  options.owners = settings.owners;
  options.own_tables = settings.own_tables;
  return introspect::Introspect(connection, options);
}

absl::StatusOr<int> Run(const Invocation& invocation) {
  generate::Settings settings;
  settings.privileges = invocation.Has("--privileges");
  settings.owners = invocation.Has("--owners");
  ASSIGN_OR_RETURN(generate::Source from, generate::ParseSource(invocation.Get("--from")));
  ASSIGN_OR_RETURN(generate::Source to, generate::ParseSource(invocation.Get("--to")));
  ASSIGN_OR_RETURN(introspect::Snapshot before, Read(from, settings));
  ASSIGN_OR_RETURN(introspect::Snapshot after, Read(to, settings));
  ASSIGN_OR_RETURN(generate::Comparison comparison, generate::Compare(before, after, settings));
  std::string format = invocation.Get("--format", "sql");
  std::string text = format == "json"   ? diff::PlanToJson(comparison.plan)
                     : format == "text" ? diff::PrintPlan(comparison.plan)
                                        : render::ToSql(comparison.upgrade);
  if (invocation.Has("--output")) {
    RETURN_IF_ERROR(WriteFile(invocation.Get("--output"), text, Overwrite::kReplace));
  } else {
    std::cout << text;
  }
  if (invocation.Has("--downgrade-output")) {
    RETURN_IF_ERROR(WriteFile(invocation.Get("--downgrade-output"),
                              render::ToSql(comparison.downgrade), Overwrite::kReplace));
  }
  for (const introspect::Unmanaged& u : comparison.unmanaged) {
    std::cerr << "not compared: " << u.what << " " << u.name << "\n";
  }
  return invocation.Has("--exit-code") && !comparison.plan.empty() ? 1 : 0;
}

}  // namespace

Command DiffCommand() {
  return {
      .name = "diff",
      .summary = "show what turns one schema into another",
      .details = "Compares two sources: a model path, a database URL or \"empty\".",
      .example = "autogen diff --from postgresql://localhost/app --to models",
      .flags = {{.name = "--from", .value = "SOURCE", .help = "the schema to change"},
                {.name = "--to", .value = "SOURCE", .help = "the schema to reach"},
                {.name = "--output", .value = "FILE", .help = "write the result there"},
                {.name = "--downgrade-output",
                 .value = "FILE",
                 .help = "write the SQL of the way back there"},
                {.name = "--format",
                 .value = "FORMAT",
                 .help = "default: sql",
                 .choices = "text|sql|json"},
                {.name = "--privileges", .help = "compare grants, too"},
                {.name = "--owners", .help = "compare owners, too"},
                {.name = "--exit-code", .help = "exit 1 where there is a difference"}},
      .run = Run,
  };
}

}  // namespace autogen::cli
