// The CREATE statements that SQLite keeps in sqlite_schema, read into the model's messages.
//
// PRAGMAs say nothing of constraints' names, CHECKs, expressions, collations, DEFERRABLE, ON
// CONFLICT and AUTOINCREMENT, so that the text itself is the source. Expressions and types come out
// canonical (canonical.h).
// Source: lang_createtable.html and its neighbours; parse.y.
#ifndef AUTOGEN_SQLITE_STATEMENT_TEXT_H_
#define AUTOGEN_SQLITE_STATEMENT_TEXT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "autogen/table.pb.h"
#include "autogen/view.pb.h"

namespace autogen::sqlite {

// Of CREATE TABLE and CREATE VIRTUAL TABLE; the latter has `virtual` and no columns. Constraints of
// one column alone become those of the table. InvalidArgument says where the text is not what
// SQLite would have taken. `table` is empty, and where it is to stay: to move a message to another
// arena is to copy it.
absl::Status ParseTable(absl::string_view sql, Table* table);

// `columns`: of the table. The table's name is left to the caller.
absl::StatusOr<Index> ParseIndex(absl::string_view sql, const std::vector<std::string>& columns);
absl::StatusOr<View> ParseView(absl::string_view sql);
// `columns`: of the table or view, for OLD and NEW.
absl::StatusOr<Trigger> ParseTrigger(absl::string_view sql);

}  // namespace autogen::sqlite

#endif  // AUTOGEN_SQLITE_STATEMENT_TEXT_H_
