#include "src/report/columns.h"

#include <algorithm>

#include "src/base/printable.h"

namespace autogen::report {
namespace {

// Of the first `bytes` of `line`. What is no UTF-8 counts as the one character that stands for it.
int Utf16Units(absl::string_view line, int bytes) {
  const size_t end = std::min(line.size(), static_cast<size_t>(std::max(bytes, 0)));
  int units = 0;
  for (size_t i = 0; i < end;) {
    const Utf8Char c = FirstChar(line.substr(i));
    units += c.valid && c.code > 0xFFFF ? 2 : 1;
    i += c.bytes;
  }
  return units;
}

}  // namespace

std::optional<Columns> Utf16Columns(const Finding& finding) {
  if (finding.line == 0 || finding.column == 0 || finding.excerpt.empty()) return std::nullopt;
  Columns columns{.begin = 1 + Utf16Units(finding.excerpt, finding.column - 1)};
  if (finding.end_line == finding.line && finding.end_column >= finding.column) {
    columns.end = 1 + Utf16Units(finding.excerpt, finding.end_column - 1);
  }
  return columns;
}

}  // namespace autogen::report
