// The commands as data: one table gives the parser, --help, the man page and
// the shells' completions.
#ifndef AUTOGEN_CLI_COMMAND_H_
#define AUTOGEN_CLI_COMMAND_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "autogen/options.pb.h"
#include "src/project/project.h"

namespace autogen::cli {

using project::Project;

// One option. Every string is a literal.
struct Flag {
  const char* name;             // "--url", or with a short form "-m,--message"
  const char* value = nullptr;  // what it takes ("URL"), nullptr for a switch
  const char* help = "";
  bool repeated = false;
  const char* choices = nullptr;  // "text|sql|json"
  // The only engine that it is for: --help says so, and the others refuse it.
  EngineName engine = ENGINE_UNSPECIFIED;
};

struct Positional {
  const char* name;  // "revision"
  const char* help;
  bool required = false;
  bool repeated = false;
};

// The parsed command line.
class Invocation {
 public:
  explicit Invocation(std::map<std::string, std::vector<std::string>> values)
      : values_(std::move(values)) {}
  // By long name, without a short form: Has("--sql"), Get("revision").
  bool Has(absl::string_view name) const;
  // The value, or `fallback` where it was not given.
  std::string Get(absl::string_view name, absl::string_view fallback = "") const;
  std::vector<std::string> All(absl::string_view name) const;
  // InvalidArgument where it is not a whole number; `fallback` where it was not given.
  absl::StatusOr<int> GetInt(absl::string_view name, int fallback) const;

 private:
  std::map<std::string, std::vector<std::string>> values_;
};

// The project that the common flags name; see Project::Open. InvalidArgument: a flag is for another
// engine than that of its database.
absl::StatusOr<std::unique_ptr<Project>> OpenProject(const Invocation& invocation);

// The exit code: 0 done or no difference, 1 a difference. An error status becomes exit code 2.
using RunFunction = absl::StatusOr<int> (*)(const Invocation&);

struct Command {
  const char* name;
  const char* summary;  // one line
  const char* details;  // paragraphs for --help and the man page
  const char* example;  // a command line that works
  std::vector<Flag> flags;
  std::vector<Positional> positionals;
  RunFunction run;
};

// What runs where the first word is not a command: `autogen -m "message"`.
inline constexpr char kDefaultCommand[] = "generate";

// Every command, in the order of --help: commands.cc lists them; each has its own file.
absl::Span<const Command> Commands();

// Flags that every command takes: --config, --url, …
absl::Span<const Flag> CommonFlags();

// Parses and runs. Usage errors go to stderr with the nearest right word; exit code 2.
int Main(int argc, char** argv);

}  // namespace autogen::cli

#endif  // AUTOGEN_CLI_COMMAND_H_
