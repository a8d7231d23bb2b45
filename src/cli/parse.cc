// The only file that knows CLI11.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <list>
#include <map>
#include <new>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "src/base/text.h"
#include "src/cli/command.h"
#include "src/cli/console.h"
#include "src/cli/help.h"
#include "src/postgres/url.h"
#include "src/report/writer.h"

namespace autogen::cli {
namespace {

constexpr int kError = 2;

int Fail(absl::string_view message) {
  std::cerr << "autogen: " << message << std::endl;
  return kError;
}

// An error that stands at places shows them.
int FailWith(const absl::Status& status) {
  const std::vector<report::Finding> findings = report::FindingsOf(status);
  if (absl::IsInternal(status)) {
    return Fail(absl::StrCat(
        status.message(),
        "\nThis is a bug of autogen. To report it, send what you ran, and the files that it read, "
        "with "
        "the output of autogen --version to the issue tracker of autogen (CONTRIBUTING.md)"));
  }
  if (findings.empty()) return Fail(status.message());
  std::cerr << "autogen: ";
  report::WriteText(findings, std::cerr);
  std::cerr << std::flush;
  return kError;
}

const Command* FindCommand(absl::string_view name) {
  for (const Command& command : Commands()) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

std::string DidYouMean(absl::string_view word, const std::vector<std::string>& candidates) {
  std::string nearest = Nearest(word, candidates);
  return nearest.empty() ? "" : absl::StrCat("; did you mean \"", nearest, "\"?");
}

// The index of the command's name in `arguments`, past common flags and their values; -1 where
// something else comes first.
int CommandIndex(const std::vector<std::string>& arguments) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    absl::string_view argument = arguments[i];
    if (argument.empty() || argument.front() != '-') return static_cast<int>(i);
    bool common = false;
    for (const Flag& flag : CommonFlags()) {
      std::string name = LongName(flag);
      if (argument == name) {
        common = true;
        if (flag.value != nullptr) ++i;
      } else if (argument.substr(0, name.size() + 1) == absl::StrCat(name, "=")) {
        common = true;
      }
    }
    if (!common) return -1;
  }
  return -1;
}

// CLI11 takes "-1" for a flag; to us it is a revision. A leading byte that no one types hides it.
constexpr char kHidden = '\x01';

std::string Hide(const std::string& argument) {
  bool relative = argument.size() > 1 && argument[0] == '-' && absl::ascii_isdigit(argument[1]);
  return relative ? absl::StrCat(std::string(1, kHidden), argument) : argument;
}

std::string Reveal(const std::string& value) {
  return !value.empty() && value[0] == kHidden ? value.substr(1) : value;
}

// Where CLI11 puts the values of one flag or positional.
struct Slot {
  std::string name;
  const Flag* flag = nullptr;
  std::vector<std::string> values;
  bool given = false;
  CLI::Option* option = nullptr;
};

void AddFlag(CLI::App& app, const Flag& flag, std::list<Slot>& slots) {
  Slot& slot = slots.emplace_back(Slot{.name = LongName(flag), .flag = &flag});
  if (flag.value == nullptr && flag.choices == nullptr) {
    slot.option = app.add_flag(flag.name, slot.given);
    return;
  }
  slot.option = app.add_option(flag.name, slot.values)->allow_extra_args(false)->expected(1);
  slot.option->multi_option_policy(flag.repeated ? CLI::MultiOptionPolicy::TakeAll
                                                 : CLI::MultiOptionPolicy::Throw);
}

int UnknownFlag(const Command& command, const std::string& argument) {
  std::vector<std::string> known = {"--help"};
  for (const Flag& flag : CommonFlags()) known.push_back(LongName(flag));
  for (const Flag& flag : command.flags) known.push_back(LongName(flag));
  std::string name = argument.substr(0, argument.find('='));
  return Fail(absl::StrCat(command.name, " has no option ", name, DidYouMean(name, known),
                           " (autogen ", command.name, " --help lists them)"));
}

using Values = std::map<std::string, std::vector<std::string>>;

// What was given, by long name; empty with a message on stderr where a flag has no such choice.
std::optional<Values> ValuesOf(std::list<Slot>& slots) {
  Values values;
  for (Slot& slot : slots) {
    if (slot.option->count() == 0) continue;
    for (std::string& value : slot.values) value = Reveal(value);
    if (slot.flag != nullptr && slot.flag->choices != nullptr) {
      std::vector<std::string> choices = absl::StrSplit(slot.flag->choices, '|');
      for (const std::string& value : slot.values) {
        if (std::find(choices.begin(), choices.end(), value) != choices.end()) continue;
        Fail(absl::StrCat(slot.name, " is one of ", absl::StrJoin(choices, ", "), ", not \"", value,
                          "\"", DidYouMean(value, choices)));
        return std::nullopt;
      }
    }
    values[slot.name] = std::move(slot.values);
  }
  return values;
}

// The error where a URL is given in the place of something that a command would repeat in a
// message: an argument, or a flag's revision.
std::string MisplacedUrl(const std::list<Slot>& slots, const Values& values) {
  for (const Slot& slot : slots) {
    const absl::string_view wants =
        slot.flag == nullptr || slot.flag->value == nullptr ? "" : slot.flag->value;
    if (slot.flag != nullptr && wants != "REVISION" && wants != "RANGE") continue;
    const auto found = values.find(slot.name);
    if (found == values.end()) continue;
    for (const std::string& value : found->second) {
      if (value == "embedded" ||
          (!absl::StrContains(value, "://") && !postgres::LooksLikeUrl(value))) {
        continue;
      }
      return absl::StrCat(postgres::Shown(value), " is given where ",
                          slot.flag != nullptr ? "the revision of " : "", slot.name,
                          " is expected; name a database with --url");
    }
  }
  return "";
}

// The positionals are there and none is a database; false with a message on stderr.
bool CheckPositionals(const Command& command, const std::list<Slot>& slots, const Values& values) {
  for (const Positional& positional : command.positionals) {
    if (positional.required && values.count(positional.name) == 0) {
      Fail(absl::StrCat(command.name, " needs a ", absl::AsciiStrToUpper(positional.name),
                        " argument: ", positional.help, "; usage: ", Usage(command)));
      return false;
    }
  }
  const std::string misplaced = MisplacedUrl(slots, values);
  if (!misplaced.empty()) Fail(absl::StrCat(command.name, ": ", misplaced));
  return misplaced.empty();
}

int Run(const Command& command, const std::vector<std::string>& arguments) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  std::list<Slot> slots;
  bool help = false;
  app.add_flag("-h,--help", help);
  for (const Flag& flag : CommonFlags()) AddFlag(app, flag, slots);
  for (const Flag& flag : command.flags) AddFlag(app, flag, slots);
  for (const Positional& positional : command.positionals) {
    Slot& slot = slots.emplace_back(Slot{.name = positional.name});
    slot.option = app.add_option(positional.name, slot.values);
    slot.option->allow_extra_args(positional.repeated);
    slot.option->expected(1, positional.repeated ? 1 << 20 : 1);
  }
  // CLI11 wants them last first.
  std::vector<std::string> reversed;
  for (auto it = arguments.rbegin(); it != arguments.rend(); ++it) reversed.push_back(Hide(*it));
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::ParseError& error) {
    return Fail(absl::StrCat(command.name, ": ", std::string(error.what()), " (autogen ",
                             command.name, " --help)"));
  }
  if (help) {
    std::cout << CommandHelp(command);
    return 0;
  }
  for (const std::string& extra : app.remaining()) {
    if (extra.size() > 1 && extra[0] == '-') return UnknownFlag(command, extra);
  }
  for (const std::string& extra : app.remaining()) {
    return Fail(absl::StrCat(command.name, " takes no further argument: \"",
                             postgres::ShownSource(Reveal(extra)), "\"; usage: ", Usage(command)));
  }

  std::optional<Values> values = ValuesOf(slots);
  if (!values.has_value() || !CheckPositionals(command, slots, *values)) return kError;
  absl::StatusOr<int> code = command.run(Invocation(*std::move(values)));
  if (!code.ok()) return FailWith(code.status());
  return *code;
}

int Dispatch(int argc, char** argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.empty() || arguments[0] == "--help" || arguments[0] == "-h") {
    std::cout << ProgramHelp();
    return 0;
  }
  if (arguments[0] == "--version") {
    std::cout << Version() << "\n";
    return 0;
  }
  std::string name = kDefaultCommand;
  if (int index = CommandIndex(arguments); index >= 0) {
    name = arguments[static_cast<size_t>(index)];
    arguments.erase(arguments.begin() + index);
    if (name == "help") {
      if (arguments.empty()) {
        std::cout << ProgramHelp();
        return 0;
      }
      name = arguments[0];
      arguments = {"--help"};
    }
  }
  if (const Command* command = FindCommand(name)) return Run(*command, arguments);
  std::vector<std::string> names;
  for (const Command& command : Commands()) names.push_back(command.name);
  return Fail(absl::StrCat("no command \"", postgres::ShownSource(name), "\"",
                           DidYouMean(name, names), " (autogen --help lists them)"));
}

// A closed descriptor would be that of the next file or connection, and the output go there. Of
// these nothing can be written to.
void FillStandardDescriptors() {
  for (int fd = 0; fd <= 2; ++fd) {
    if (fcntl(fd, F_GETFD) < 0 && errno == EBADF) open("/dev/null", O_RDONLY);
  }
}

}  // namespace

int Main(int argc, char** argv) {
  FillStandardDescriptors();
  // A reader of the output may exit: that must not end an upgrade in its middle.
  signal(SIGPIPE, SIG_IGN);
  int code;
  {
    const Console console;
    try {
      code = Dispatch(argc, argv);
    } catch (const std::bad_alloc&) {
      code = Fail("out of memory");
    }
  }
  std::cout.flush();
  // Every stream of ours ends in stdout, which remembers an error.
  errno = 0;
  if (fflush(stdout) == 0 && ferror(stdout) == 0) return code;
  return Fail(absl::StrCat("the output could not be written in full",
                           errno == 0 ? "" : absl::StrCat(": ", strerror(errno))));
}

}  // namespace autogen::cli
