#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "src/base/status.h"
#include "src/cli/commands.h"
#include "src/cli/scripts.h"
#include "src/revision/argument.h"
#include "src/revision/script.h"

namespace autogen::cli {
namespace {

// $VISUAL and $EDITOR are words ("code --wait"), not a shell's line.
std::vector<std::string> Editor() {
  for (const char* name : {"VISUAL", "EDITOR"}) {
    const char* value = std::getenv(name);
    if (value == nullptr) continue;
    std::vector<std::string> words = absl::StrSplit(value, ' ', absl::SkipWhitespace());
    if (!words.empty()) return words;
  }
  return {"vi"};
}

absl::Status OpenEditor(const std::string& path) {
  std::vector<std::string> words = Editor();
  words.push_back(path);
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t pid;
  int error = posix_spawnp(&pid, argv[0], nullptr, nullptr, argv.data(), environ);
  if (error != 0) {
    return absl::FailedPreconditionError(absl::StrCat("starting the editor ", words[0], ": ",
                                                      strerror(error), "; set $EDITOR to another"));
  }
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("the editor ", words[0], " failed on ", path));
}

absl::StatusOr<int> Run(const Invocation& invocation) {
  ASSIGN_OR_RETURN(std::unique_ptr<Project> project, OpenProject(invocation));
  ASSIGN_OR_RETURN(revision::Graph graph, LoadScriptsToShow(*project));
  std::string argument = invocation.Get("revision", "head");
  ASSIGN_OR_RETURN(std::optional<revision::Node> node, revision::ResolveOne(graph, argument));
  if (!node.has_value()) {
    return absl::InvalidArgumentError(absl::StrCat("\"", argument, "\" names no script"));
  }
  std::string path = graph.at(*node).path;
  RETURN_IF_ERROR(OpenEditor(path));
  RETURN_IF_ERROR(revision::ReadScript(path, graph.dialect()).status());
  RETURN_IF_ERROR(LoadScripts(*project).status());
  std::cout << "edited " << path << "; `autogen sum` accepts the change\n";
  return 0;
}

}  // namespace

Command EditCommand() {
  return {
      .name = "edit",
      .summary = "open a script in $VISUAL or $EDITOR",
      .details = "Afterwards the script is read again and its errors are reported.",
      .example = "EDITOR=nano autogen edit head",
      .positionals = {{.name = "revision", .help = "a revision argument; default: head"}},
      .run = Run,
  };
}

}  // namespace autogen::cli
