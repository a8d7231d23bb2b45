// What it takes to change a column's type.
#ifndef AUTOGEN_MODEL_TYPE_CHANGE_H_
#define AUTOGEN_MODEL_TYPE_CHANGE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "src/model/catalog.h"

namespace autogen::model {

// "numeric(10,2)[]" in its parts.
struct TypeParts {
  std::string base;            // "numeric", "timestamp without time zone", "public.mood"
  std::vector<int> modifiers;  // {10, 2}
  bool array = false;
};
TypeParts SplitType(absl::string_view type);

// What the server does to the rows for it, under ACCESS EXCLUSIVE. PostgreSQL 13 to 18 agree
// (tests/type_change_test.cc asks each). Where it is nothing, see ScannedFor.
enum class RowWork { kNone, kRewrite, kRewriteUnlessUtc };

struct TypeChange {
  // The expression after USING, without the column: "::integer", "::text::public.mood". Empty: none
  // is needed, because PostgreSQL casts implicitly; and then none must be written, because an
  // explicit cast cuts where an assignment fails.
  std::string cast;
  RowWork work = RowWork::kNone;
  std::string loses;  // "fractions are rounded"; "": nothing
  std::string fails;  // "where a value is not a valid integer"; "": nowhere
  // The kind of value stays, only its limits change: a default survives as it is.
  bool same_base = false;
};

// From `before` to `after`, both in canonical form. `swapped`: both names are the same, the
// type behind it is another one. The catalogs (may be null) tell enums from other types. See
// pg_cast, and ATColumnChangeRequiresRewrite in tablecmds.c.
TypeChange DescribeTypeChange(absl::string_view before, absl::string_view after, bool swapped,
                              const Catalog* before_catalog, const Catalog* after_catalog);

// Whether one of the keys is the column, or an expression that names it.
bool IsInKeys(const google::protobuf::RepeatedPtrField<IndexKey>& keys, absl::string_view column);

// The checks and indexes of `table` for which PostgreSQL reads every row although the new type of
// `column` leaves the rows as they are: checks are tried again, and indexes of an expression or a
// part are built again, where they name the column.
std::vector<std::string> ScannedFor(const Table& table, absl::string_view column);

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_TYPE_CHANGE_H_
