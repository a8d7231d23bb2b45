// The command table as text for people: --help and the man page.
#ifndef AUTOGEN_CLI_HELP_H_
#define AUTOGEN_CLI_HELP_H_

#include <string>

#include "absl/strings/string_view.h"
#include "src/cli/command.h"

namespace autogen::cli {

// The flag without its short form: "--message" of "-m,--message". The key of Invocation.
std::string LongName(const Flag& flag);
// "-m" of "-m,--message"; "" where there is none.
std::string ShortName(const Flag& flag);
// "-m, --message TEXT"; "--format text|sql|json".
std::string FlagUsage(const Flag& flag);
// "autogen upgrade [options] [revision]".
std::string Usage(const Command& command);

// What `autogen --help` prints.
std::string ProgramHelp();
// What `autogen COMMAND --help` prints.
std::string CommandHelp(const Command& command);

// The man page autogen(1), as roff.
std::string ManPage();
// docs/commands.md, byte for byte.
std::string CommandsMarkdown();

// "autogen 0.1.0".
absl::string_view Version();

// "PostgreSQL"
std::string EngineWords(EngineName engine);

}  // namespace autogen::cli

#endif  // AUTOGEN_CLI_HELP_H_
