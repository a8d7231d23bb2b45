// The run as people and programs see it.
#ifndef AUTOGEN_APPLY_REPORT_H_
#define AUTOGEN_APPLY_REPORT_H_

#include <memory>
#include <ostream>
#include <string>

#include "src/apply/observer.h"

namespace autogen::apply {

// One line for each script when it is done, and for other notable events. `live`: `out` is a
// terminal; the running statement has a line that is rewritten, with its time and, where the server
// reports it, a bar. Else a statement that runs long gets a line now and then.
std::unique_ptr<Observer> MakeTextReport(std::ostream& out, bool live);

// One JSON object a line: {"time": "…Z", "event": "unit_done", …}; with "target" where it is not
// empty.
std::unique_ptr<Observer> MakeJsonReport(std::ostream& out, const std::string& target = "");

// "850 ms", "12.3 s", "4 min 5 s".
std::string FormatSeconds(double seconds);

// "[######······] 51% building index: scanning table"; "" without progress.
std::string FormatProgress(const Progress& progress);

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_REPORT_H_
