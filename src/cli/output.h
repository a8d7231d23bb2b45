// --format and --output: what a command found, in one form or several.
#ifndef AUTOGEN_CLI_OUTPUT_H_
#define AUTOGEN_CLI_OUTPUT_H_

#include <functional>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/cli/command.h"
#include "src/report/report.h"

namespace autogen::cli {

// Which of the two flags a command has. One that prints a log of its own has --output alone.
enum class OutputFlags { kFormatAndOutput, kOutput };
std::vector<Flag> WithOutputFlags(std::vector<Flag> flags,
                                  OutputFlags which = OutputFlags::kFormatAndOutput);

class Output {
 public:
  // InvalidArgument: an --output that names no format, or two for one file or for standard output.
  static absl::StatusOr<Output> For(const Invocation& invocation);

  // Where the command writes its text while it works: standard output, or nowhere where a form for
  // programs goes there. Progress and warnings are for standard error. One that never asks for it
  // has the findings and the summary as its text.
  std::ostream& text();
  // The same for a log that is wanted in any case: standard error in the place of nowhere.
  std::ostream& log();
  // Whether somebody reads `format`.
  bool Wants(absl::string_view format) const;

  // Writes every form: files first, each whole or not at all. Paths become those that the
  // repository has (its root is that of the git work tree). Fills in what is the program's.
  // Once.
  absl::Status Write(report::Report report);
  // After an error: the forms that list findings hold those of the error.
  absl::Status WriteError(const std::string& command, const absl::Status& error);

 private:
  struct Target {
    std::string format;
    std::string path;  // "": standard output
  };

  absl::Status WriteTargets(const report::Report& report, const std::vector<Target>& targets);

  std::vector<Target> targets_;
  bool writes_text_ = true;  // to standard output
  bool keeps_text_ = false;  // for a file
  bool asked_for_text_ = false;
  bool written_ = false;
  std::ostringstream kept_;
};

// Runs a command that writes its Output once; where it fails, see WriteError().
absl::StatusOr<int> RunWithOutput(
    const Invocation& invocation, const char* command,
    const std::function<absl::StatusOr<int>(const Invocation&, Output&)>& run);

}  // namespace autogen::cli

#endif  // AUTOGEN_CLI_OUTPUT_H_
