#include "src/cli/commands.h"

#include "src/cli/command.h"

namespace autogen::cli {

absl::Span<const Command> Commands() {
  // clang-format off: one a line, so that lists merge
  static const auto* const commands = new std::vector<Command>{
      GenerateCommand(), InitCommand(),       FmtCommand(),     ImportCommand(),
      InspectCommand(),  CheckCommand(),      VerifyCommand(),  DiffCommand(),
      HistoryCommand(),  RevisionCommand(),   LintCommand(),    PreflightCommand(), ReviewCommand(),
      BackfillCommand(), ApproveCommand(),    UpgradeCommand(), DowngradeCommand(),
      CurrentCommand(),  StampCommand(),      MergeCommand(),   HeadsCommand(),
      BranchesCommand(), ShowCommand(),       EditCommand(),    SumCommand(),
      AdoptCommand(),    CompletionCommand(), ManCommand(),
  };
  // clang-format on
  return *commands;
}

absl::Span<const Flag> CommonFlags() {
  static const auto* const flags = new std::vector<Flag>{
      {.name = "--config",
       .value = "FILE",
       .help =
           "the configuration file; default: autogen.txtpb here or in the nearest parent folder"},
      {.name = "--url",
       .value = "URL",
       .help = "the database; default: $DATABASE_URL, the configuration, libpq's variables, else "
               "\"embedded\""},
      {.name = "--model",
       .value = "PATH",
       .help = "a model file or folder; overrides the configuration",
       .repeated = true},
      {.name = "--versions",
       .value = "FOLDER",
       .help = "a folder of scripts; overrides the configuration",
       .repeated = true},
      {.name = "--allow-host",
       .value = "HOST",
       .help = "variables and passwords of the environment may go there, although only a file of "
               "the project names it",
       .repeated = true},
      {.name = "--quiet", .help = "do not print on stderr which database is used"},
  };
  return *flags;
}

}  // namespace autogen::cli
