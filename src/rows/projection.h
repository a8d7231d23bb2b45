// A table as the upgrade will leave it, as a query over the table that is there now.
#ifndef AUTOGEN_ROWS_PROJECTION_H_
#define AUTOGEN_ROWS_PROJECTION_H_

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "autogen/table.pb.h"
#include "src/diff/plan.h"

namespace autogen::rows {

// One relation of the plan's `after` side, seen from before the upgrade: under its old name, with
// renamed columns under their new names, new ones with their defaults and others cast to their new
// types. All texts are SQL over the database as it is before the plan runs.
class Projection {
 public:
  // `schema` and `name` as the `after` side has them.
  Projection(const diff::Plan& plan, absl::string_view schema, absl::string_view name);

  // The relation is there before the plan.
  bool exists() const { return !relation_.empty(); }
  // Its present name, quoted, with ONLY where child tables must be left out.
  const std::string& relation() const { return relation_; }
  std::string only_relation() const;

  // The columns of the after side that `expression` names.
  std::vector<std::string> ColumnsIn(absl::string_view expression) const;
  // What a column will hold. None: unknown before it runs (a number from a sequence, a generated
  // value), or there is no such column.
  std::optional<std::string> Value(absl::string_view column) const;
  // Value() without the cast to the new type.
  std::optional<std::string> OldValue(absl::string_view column) const;
  // The column is new, and NULL in every row.
  bool IsNull(absl::string_view column) const;
  // A value of the column is another one after the upgrade than before.
  bool Changes(absl::string_view column) const;

  // What follows FROM, so that expressions of the after side can be written over it: the
  // relation itself where all the columns are as they were, else a query in parentheses that ends
  // in AS <name>. `extra` are further items of its list ("ctid"). None: see Value().
  std::optional<std::string> From(const std::vector<std::string>& columns, bool only,
                                  absl::string_view extra = "") const;
  // The same, always as a query, with a name of the caller's.
  std::optional<std::string> Query(const std::vector<std::string>& columns, bool only,
                                   absl::string_view extra, absl::string_view alias) const;

 private:
  const Column* AfterColumn(absl::string_view column) const;
  const Column* BeforeColumn(absl::string_view column) const;
  std::string OldName(absl::string_view column) const;

  const diff::Plan& plan_;
  std::string schema_;
  std::string name_;
  const Table* before_ = nullptr;  // nullptr for a materialized view
  const Table* after_ = nullptr;
  std::string relation_;
  bool has_children_ = false;
  // Of partitions and children, whose messages list only what is their own.
  std::vector<Column> before_columns_;
  std::vector<Column> after_columns_;
};

// `domain_check` with `value` in the place of VALUE.
std::string WithValue(absl::string_view domain_check, absl::string_view value);

}  // namespace autogen::rows

#endif  // AUTOGEN_ROWS_PROJECTION_H_
