// One function for each command: its row of the table. Each is defined in the file of its name.
#ifndef AUTOGEN_CLI_COMMANDS_H_
#define AUTOGEN_CLI_COMMANDS_H_

#include "src/cli/command.h"

namespace autogen::cli {

Command InitCommand();        // init.cc
Command GenerateCommand();    // generate.cc
Command FmtCommand();         // fmt.cc
Command ImportCommand();      // import.cc
Command InspectCommand();     // inspect.cc
Command CheckCommand();       // check.cc
Command VerifyCommand();      // verify.cc
Command DiffCommand();        // diff.cc
Command HistoryCommand();     // history.cc
Command RevisionCommand();    // revision.cc
Command BackfillCommand();    // backfill.cc
Command PreflightCommand();   // preflight.cc
Command ReviewCommand();      // review.cc
Command UpgradeCommand();     // upgrade.cc
Command DowngradeCommand();   // upgrade.cc
Command LintCommand();        // lint.cc
Command ApproveCommand();     // approve.cc
Command CurrentCommand();     // current.cc
Command StampCommand();       // stamp.cc
Command MergeCommand();       // merge.cc
Command HeadsCommand();       // heads.cc
Command BranchesCommand();    // heads.cc
Command ShowCommand();        // show.cc
Command EditCommand();        // edit.cc
Command SumCommand();         // sum.cc
Command AdoptCommand();       // adopt.cc
Command CompletionCommand();  // completion.cc
Command ManCommand();         // man.cc

}  // namespace autogen::cli

#endif  // AUTOGEN_CLI_COMMANDS_H_
