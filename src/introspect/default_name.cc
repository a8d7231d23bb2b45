#include "src/introspect/default_name.h"

#include "absl/strings/str_cat.h"
#include "src/base/text.h"

namespace autogen::introspect {

std::string DefaultName(absl::string_view table, absl::string_view column,
                        absl::string_view label) {
  constexpr size_t kMaxBytes = 63;  // NAMEDATALEN - 1
  size_t available = kMaxBytes - label.size() - 1 - (column.empty() ? 0 : 1);
  size_t table_bytes = table.size();
  size_t column_bytes = column.size();
  while (table_bytes + column_bytes > available) {
    if (table_bytes > column_bytes) {
      --table_bytes;
    } else {
      --column_bytes;
    }
  }
  std::string name = ClipUtf8(table, table_bytes);
  if (!column.empty()) absl::StrAppend(&name, "_", ClipUtf8(column, column_bytes));
  return absl::StrCat(name, "_", label);
}

}  // namespace autogen::introspect
