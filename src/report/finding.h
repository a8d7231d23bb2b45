// What is wrong at a place, whoever found it: a mistake in a model, a hazard, a script that fails
// its proof, violating rows.
#ifndef AUTOGEN_REPORT_FINDING_H_
#define AUTOGEN_REPORT_FINDING_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace autogen::report {

enum class Severity { kError, kWarning, kNote };
absl::string_view SeverityName(Severity severity);

struct Finding {
  std::string path;  // as the user would write it; "": of no file
  // From 1, columns in bytes; the end is behind the last byte. 0: not known, and then so are those
  // after it.
  int line = 0, column = 0, end_line = 0, end_column = 0;
  std::string rule;  // "unknown-field": stable, what a suppression or a dashboard names
  Severity severity = Severity::kError;
  std::string message;
  std::string fix;      // the right word for the wrong one; "": not known
  std::string excerpt;  // the line of the place, without its end; "": not to be shown
  // What a command says besides, for programs: {"revision", "65b9c8e01ddf"}.
  std::vector<std::pair<std::string, std::string>> facts;
};

// Fills in the place [begin, end) of `text` (bytes) and the line there. The excerpt is left empty
// where the line may hold a secret, such as a connection string.
void SetPlace(absl::string_view text, size_t begin, size_t end, Finding* finding);
// The same for a whole line, without a column.
void SetLine(absl::string_view text, int line, Finding* finding);

// "models/a.txtpb:3:5: message", with what is known of the place; one line where the message is.
std::string Line(const Finding& finding);

// An error that carries its findings: the message has a Line() for each. OK where there are none.
absl::Status ToStatus(absl::StatusCode code, std::vector<Finding> findings);
// Those that an error carries unchanged; empty where somebody added to the message.
std::vector<Finding> FindingsOf(const absl::Status& status);

}  // namespace autogen::report

#endif  // AUTOGEN_REPORT_FINDING_H_
