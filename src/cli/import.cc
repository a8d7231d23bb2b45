#include <iostream>

#include "absl/strings/str_cat.h"
#include "src/base/file.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/cli/commands.h"
#include "src/cli/settings.h"
#include "src/introspect/introspect.h"
#include "src/model/print.h"

namespace autogen::cli {
namespace {

absl::StatusOr<int> Run(const Invocation& invocation) {
  std::string output = invocation.Get("--output");
  if (output.empty()) {
    return absl::InvalidArgumentError("--output is needed: the file to write");
  }
  ASSIGN_OR_RETURN(std::unique_ptr<Project> project, Project::Open(invocation));
  generate::Settings settings = SettingsFor(*project, invocation);
  ASSIGN_OR_RETURN(postgres::Connection connection, project->Connect());
  introspect::Options options;
  options.include = settings.include;
  options.exclude = settings.exclude;
  options.privileges = settings.privileges;
  options.owners = settings.owners;
  options.own_tables = settings.own_tables;
  options.dependencies = false;
  ASSIGN_OR_RETURN(introspect::Snapshot snapshot, introspect::Introspect(connection, options));
  RETURN_IF_ERROR(WriteFile(output, model::PrintModel(*snapshot.schema), Overwrite::kNever));
  std::cout << "wrote " << output << ": "
            << Count(static_cast<size_t>(snapshot.schema->table_size()), "table") << ", "
            << Count(static_cast<size_t>(snapshot.schema->view_size() +
                                         snapshot.schema->materialized_view_size()),
                     "view")
            << ", " << Count(static_cast<size_t>(snapshot.schema->function_size()), "routine")
            << "\n";
  PrintUnmanaged(snapshot.unmanaged);
  return 0;
}

}  // namespace

Command ImportCommand() {
  return {
      .name = "import",
      .summary = "write a database as a model",
      .details = "Reads the database and writes the model that describes it. Never overwrites.",
      .example = "autogen import --url postgresql://localhost/app --output models/schema.txtpb",
      .flags = WithComparisonFlags(
          {{.name = "-o,--output", .value = "FILE", .help = "the file to write"}}),
      .run = Run,
  };
}

}  // namespace autogen::cli
