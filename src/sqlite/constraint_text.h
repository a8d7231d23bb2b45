// The constraints of a CREATE TABLE.
#ifndef AUTOGEN_SQLITE_CONSTRAINT_TEXT_H_
#define AUTOGEN_SQLITE_CONSTRAINT_TEXT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "autogen/table.pb.h"
#include "src/sqlite/canonical.h"
#include "src/sqlite/cursor.h"

namespace autogen::sqlite {

// Reads constraints at a cursor, one a call, into a table.
class ConstraintReader {
 public:
  // All must outlive it.
  ConstraintReader(Cursor* cursor, const Scope& scope, Table* table)
      : cursor_(*cursor), scope_(scope), table_(*table) {}

  absl::Status ReadOfTable();
  absl::Status ReadOfColumn(Column* column);

 private:
  absl::StatusOr<std::string> TakeName();
  absl::StatusOr<OnConflict> TakeOnConflict();
  // "(a, b COLLATE NOCASE DESC)" into the columns of a key, or its keys where columns do not do.
  template <typename Key>
  absl::Status ReadKey(Key* key);
  void LeaveOutOrder();
  absl::Status ReadReferences(ForeignKey* key);
  absl::Status ReadAction(ForeignKey* key);
  absl::Status ReadDefault(Column* column);
  absl::Status ReadGenerated(Column* column);
  // [NOT] DEFERRABLE [INITIALLY …]; false where none begins here.
  bool TakeDeferrable(ForeignKey* key);

  Cursor& cursor_;
  const Scope& scope_;
  Table& table_;
};

// One key of an index or a constraint: a column or an expression, with COLLATE and order.
absl::StatusOr<IndexKey> ParseIndexKey(absl::Span<const Token> tokens, absl::string_view text,
                                       const Scope& scope);

}  // namespace autogen::sqlite

#endif  // AUTOGEN_SQLITE_CONSTRAINT_TEXT_H_
