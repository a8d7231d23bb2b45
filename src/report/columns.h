// Columns of a finding, which count bytes, as other formats count them.
#ifndef AUTOGEN_REPORT_COLUMNS_H_
#define AUTOGEN_REPORT_COLUMNS_H_

#include <optional>

#include "src/report/finding.h"

namespace autogen::report {

struct Columns {
  int begin = 0;           // from 1, in UTF-16 code units
  std::optional<int> end;  // behind the last one; only on the line of `begin`
};

// Nothing where the finding has no column, or no excerpt to count in.
std::optional<Columns> Utf16Columns(const Finding& finding);

}  // namespace autogen::report

#endif  // AUTOGEN_REPORT_COLUMNS_H_
