// One function for each command: its row of the table. Each is defined in the file of its name.
#ifndef AUTOGEN_CLI_COMMANDS_H_
#define AUTOGEN_CLI_COMMANDS_H_

#include "src/cli/command.h"

namespace autogen::cli {

Command InitCommand();        // init.cc
Command DiffCommand();        // diff.cc
Command CompletionCommand();  // completion.cc
Command ManCommand();         // man.cc

}  // namespace autogen::cli

#endif  // AUTOGEN_CLI_COMMANDS_H_
