#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "src/cli/commands.h"
#include "src/cli/console.h"
#include "src/cli/help.h"

namespace autogen::cli {
namespace {

std::vector<const Flag*> FlagsOf(const Command& command) {
  std::vector<const Flag*> flags;
  for (const Flag& flag : command.flags) flags.push_back(&flag);
  for (const Flag& flag : CommonFlags()) flags.push_back(&flag);
  return flags;
}

std::string CommandNames() {
  return absl::StrJoin(Commands(), " ",
                       [](std::string* out, const Command& c) { out->append(c.name); });
}

std::string FlagNames(const Command& command) {
  std::string out = "--help";
  for (const Flag* flag : FlagsOf(command)) absl::StrAppend(&out, " ", LongName(*flag));
  return out;
}

std::string Bash() {
  std::string out = absl::StrCat(
      "# bash completion for autogen: eval \"$(autogen completion bash)\"\n"
      "_autogen() {\n"
      "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command= word\n"
      "  COMPREPLY=()\n"
      "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
      "    case \" ",
      CommandNames(),
      " \" in *\" $word \"*) command=$word; break ;; esac\n"
      "  done\n"
      "  case $command:$prev in\n");
  for (const Command& command : Commands()) {
    for (const Flag* flag : FlagsOf(command)) {
      if (flag->choices == nullptr) continue;
      absl::StrAppend(
          &out, "    ", command.name, ":", LongName(*flag), ") COMPREPLY=($(compgen -W '",
          absl::StrReplaceAll(flag->choices, {{"|", " "}}), "' -- \"$cur\")); return ;;\n");
    }
  }
  absl::StrAppend(&out,
                  "    *:--config|*:--model|*:--versions) COMPREPLY=($(compgen -f -- \"$cur\")); "
                  "return ;;\n"
                  "  esac\n"
                  "  case $command in\n"
                  "    '') COMPREPLY=($(compgen -W '",
                  CommandNames(), " --help --version' -- \"$cur\")) ;;\n");
  for (const Command& command : Commands()) {
    absl::StrAppend(&out, "    ", command.name, ") COMPREPLY=($(compgen -W '", FlagNames(command),
                    "' -- \"$cur\")) ;;\n");
  }
  absl::StrAppend(&out, "  esac\n}\ncomplete -o default -F _autogen autogen\n");
  return out;
}

// Inside _arguments' '…[help]…' a bracket, a colon and a quote have a meaning.
std::string ZshText(absl::string_view text) {
  return absl::StrReplaceAll(
      text, {{"'", "'\\''"}, {"[", "\\["}, {"]", "\\]"}, {":", "\\:"}, {"\\", "\\\\"}});
}

std::string Zsh() {
  std::string out =
      "#compdef autogen\n"
      "# zsh completion for autogen: eval \"$(autogen completion zsh)\"\n"
      "_autogen() {\n"
      "  local -a commands\n"
      "  commands=(\n";
  for (const Command& command : Commands()) {
    absl::StrAppend(&out, "    '", command.name, ":", ZshText(command.summary), "'\n");
  }
  absl::StrAppend(&out,
                  "  )\n"
                  "  if (( CURRENT == 2 )); then _describe command commands; return; fi\n"
                  "  case $words[2] in\n");
  for (const Command& command : Commands()) {
    absl::StrAppend(&out, "    ", command.name, ")\n      _arguments '--help[help]'");
    for (const Flag* flag : FlagsOf(command)) {
      std::string value;
      if (flag->choices != nullptr) {
        value = absl::StrCat(":value:(", absl::StrReplaceAll(flag->choices, {{"|", " "}}), ")");
      } else if (flag->value != nullptr) {
        value = absl::StrCat(":", flag->value, ":_files");
      }
      absl::StrAppend(&out, " \\\n        '", flag->repeated ? "*" : "", LongName(*flag), "[",
                      ZshText(flag->help), "]", value, "'");
    }
    absl::StrAppend(&out, command.positionals.empty() ? "" : " \\\n        '*:argument:_files'",
                    " ;;\n");
  }
  absl::StrAppend(&out,
                  "  esac\n}\n"
                  "if [ \"$funcstack[1]\" = _autogen ]; then _autogen; else compdef _autogen "
                  "autogen; fi\n");
  return out;
}

std::string FishText(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"'", "\\'"}});
}

std::string Fish() {
  std::string out =
      "# fish completion for autogen: autogen completion fish | source\n"
      "complete -c autogen -n __fish_use_subcommand -l version -d 'the version'\n";
  for (const Command& command : Commands()) {
    absl::StrAppend(&out, "complete -c autogen -f -n __fish_use_subcommand -a ", command.name,
                    " -d '", FishText(command.summary), "'\n");
    for (const Flag* flag : FlagsOf(command)) {
      absl::StrAppend(&out, "complete -c autogen -n '__fish_seen_subcommand_from ", command.name,
                      "' -l ", LongName(*flag).substr(2), " -d '", FishText(flag->help), "'");
      if (std::string letter = ShortName(*flag); !letter.empty()) {
        absl::StrAppend(&out, " -s ", letter.substr(1));
      }
      if (flag->choices != nullptr) {
        absl::StrAppend(&out, " -x -a '", absl::StrReplaceAll(flag->choices, {{"|", " "}}), "'");
      } else if (flag->value != nullptr) {
        absl::StrAppend(&out, " -r");
      }
      absl::StrAppend(&out, "\n");
    }
  }
  return out;
}

absl::StatusOr<int> Run(const Invocation& invocation) {
  std::string shell = invocation.Get("shell");
  if (shell == "bash") {
    Exact() << Bash();
  } else if (shell == "zsh") {
    Exact() << Zsh();
  } else if (shell == "fish") {
    Exact() << Fish();
  } else {
    return absl::InvalidArgumentError(
        absl::StrCat("completions exist for bash, zsh and fish, not for \"", shell, "\""));
  }
  return 0;
}

}  // namespace

Command CompletionCommand() {
  return {
      .name = "completion",
      .summary = "print the completion script for a shell",
      .details =
          "Generated from the same table as --help. In ~/.bashrc or ~/.zshrc:\n"
          "    eval \"$(autogen completion bash)\"\n"
          "in fish:\n"
          "    autogen completion fish > ~/.config/fish/completions/autogen.fish",
      .example = "autogen completion bash > /etc/bash_completion.d/autogen",
      .positionals = {{.name = "shell", .help = "bash, zsh or fish", .required = true}},
      .run = Run,
  };
}

}  // namespace autogen::cli
