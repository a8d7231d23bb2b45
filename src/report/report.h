// What one run of a command looked at and what it found, for every format.
#ifndef AUTOGEN_REPORT_REPORT_H_
#define AUTOGEN_REPORT_REPORT_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "src/report/finding.h"

namespace autogen::report {

// One thing that was looked at: a script, a data check, an object, a database.
struct Case {
  enum class Outcome {
    kPassed,
    kFailed,   // it is not as it should be
    kError,    // that could not be found out
    kSkipped,  // it was not looked at, for a reason that is no fault
  };
  std::string name;  // the same in every run, without times and counts
  std::string path;  // as of a finding; "": of no file
  int line = 0;
  Outcome outcome = Outcome::kPassed;
  std::string rule;     // of the failure
  std::string message;  // why it did not pass; its first line alone is a summary
  std::optional<double> seconds;
};

// What a rule means, for formats that list them.
struct RuleText {
  std::string id;
  std::string meaning;  // one line
  std::string help;     // Markdown; may be empty
};

struct Report {
  std::string command;  // "lint"
  std::string version;  // of the program: "0.1.0"
  std::string summary;  // one line, "3 hazards in 2 scripts"; may be empty
  std::vector<Finding> findings;
  // In the order of the run. Empty where each file that was looked at is one.
  std::vector<Case> cases;
  // The files that were looked at, those without findings too; where there are no cases.
  std::vector<std::string> paths;
  // May lack rules that were found, and have others.
  std::vector<RuleText> rules;
  // Where findings of no file stand in the formats that need a place.
  std::string project_file = "autogen.txtpb";
  // False where an error ended the run: what was not found may be there.
  bool complete = true;
  // The command's own forms of "text", "json" and "markdown", in the place of a list of findings;
  // may be empty.
  std::string text;
  std::function<std::string()> json;
  std::function<std::string()> markdown;
};

// The findings, the worst first, else in their order.
std::vector<Finding> WorstFirst(const std::vector<Finding>& findings);

// What stays the same of a finding while the lines above it change: 64 hex digits of its rule, its
// path and the text at its place (or the object or query that it is about, or its message). Equal
// ones of one report are counted behind it: "…", "…:2".
std::vector<std::string> Fingerprints(const std::vector<Finding>& findings);

// "violating rows" for "violating-rows", where no text says what it means.
std::string MeaningOf(const Report& report, const std::string& rule);

}  // namespace autogen::report

#endif  // AUTOGEN_REPORT_REPORT_H_
