#include <iostream>

#include "src/cli/commands.h"
#include "src/cli/console.h"
#include "src/cli/help.h"

namespace autogen::cli {
namespace {

absl::StatusOr<int> Run(const Invocation& invocation) {
  Exact() << (invocation.Has("--markdown") ? CommandsMarkdown() : ManPage());
  return 0;
}

}  // namespace

Command ManCommand() {
  return {
      .name = "man",
      .summary = "print the man page",
      .details =
          "The page is generated from the same table as --help and the completions, as roff.",
      .example = "autogen man | man -l -",
      .flags = {{.name = "--markdown", .help = "as Markdown, the content of docs/commands.md"}},
      .run = Run,
  };
}

}  // namespace autogen::cli
