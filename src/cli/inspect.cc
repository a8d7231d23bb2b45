#include <iostream>

#include "src/base/status.h"
#include "src/base/text.h"
#include "src/cli/commands.h"
#include "src/cli/console.h"
#include "src/cli/settings.h"
#include "src/introspect/information_schema.h"
#include "src/introspect/introspect.h"
#include "src/model/print.h"

namespace autogen::cli {
namespace {

absl::StatusOr<int> Run(const Invocation& invocation) {
  ASSIGN_OR_RETURN(std::unique_ptr<Project> project, OpenProject(invocation));
  const generate::Settings settings = SettingsFor(*project, invocation);
  const introspect::Options options = generate::IntrospectOptions(settings);
  if (!invocation.Has("--information-schema")) {
    ASSIGN_OR_RETURN(const generate::Source database, DatabaseSource(*project));
    ASSIGN_OR_RETURN(model::Snapshot snapshot,
                     settings.engine->open({}, settings.untested_version).read(database, options));
    Exact() << model::PrintModel(*snapshot.schema);
    PrintUnmanaged(snapshot.unmanaged);
    return 0;
  }
  ASSIGN_OR_RETURN(postgres::Connection connection, project->Connect("information_schema"));
  ASSIGN_OR_RETURN(model::Snapshot snapshot, introspect::Introspect(connection, options));
  ASSIGN_OR_RETURN(std::shared_ptr<Schema> witness,
                   introspect::ReadInformationSchema(connection, options));
  Exact() << model::PrintAsIs(*witness);
  const std::vector<std::string> lines =
      introspect::CompareWithInformationSchema(*snapshot.schema, *witness);
  for (const std::string& line : lines) std::cerr << line << "\n";
  return lines.empty() ? 0 : 1;
}

}  // namespace

Command InspectCommand() {
  return {
      .name = "inspect",
      .summary = "print the model of a database",
      .details =
          "Prints the model that describes the database; writes nothing.\n\n"
          "With --information-schema it prints what the standard's information_schema alone tells "
          "of "
          "the tables, columns and constraints, and compares that with the catalogs: what the two "
          "say "
          "differently is printed to standard error, and the exit code is 1.",
      .example = "autogen inspect --url postgresql://localhost/app --schema public",
      .flags = WithComparisonFlags({{.name = "--information-schema",
                                     .help = "read information_schema instead, as a second witness",
                                     .engine = POSTGRESQL}}),
      .run = Run,
  };
}

}  // namespace autogen::cli
