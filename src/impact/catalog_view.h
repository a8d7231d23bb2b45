// What an impact depends on beside the statement's own text: facts of the database it runs on.
#ifndef AUTOGEN_IMPACT_CATALOG_VIEW_H_
#define AUTOGEN_IMPACT_CATALOG_VIEW_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "src/sql/quote.h"

namespace autogen::impact {

// Names are as a statement writes them: unquoted; an empty schema is looked up in "public". Every
// answer may be "unknown" (nullopt): then the impact is marked unsure.
class CatalogView {
 public:
  virtual ~CatalogView() = default;

  enum class RelationKind {
    kTable,
    kPartitionedTable,
    kForeignTable,
    kView,
    kMaterializedView,
    kSequence,
    kIndex,
  };
  struct Relation {
    RelationKind kind = RelationKind::kTable;
    sql::SplitName parent;  // a partition's parent, an index's table; empty for the others
    bool has_default_partition = false;
  };
  virtual std::optional<Relation> FindRelation(const sql::SplitName& name) const = 0;

  struct Column {
    std::string type;  // in canonical form
    bool generated = false;
    bool virtual_column = false;  // generated, and not stored
    bool collation = false;       // other than its type's
    // A CHECK (column IS NOT NULL) that is valid: SET NOT NULL need not look at the rows.
    bool proved_not_null = false;
  };
  virtual std::optional<Column> FindColumn(const sql::SplitName& relation,
                                           absl::string_view column) const = 0;

  enum class ConstraintKind { kCheck, kForeignKey, kPrimaryKey, kUnique, kExclusion, kNotNull };
  struct Constraint {
    ConstraintKind kind = ConstraintKind::kCheck;
    sql::SplitName references;  // kForeignKey
  };
  // Of a table or (kCheck alone) a domain.
  virtual std::optional<Constraint> FindConstraint(const sql::SplitName& relation,
                                                   absl::string_view name) const = 0;

  // Columns that need a value and have no default.
  virtual std::vector<std::string> RequiredColumns(const sql::SplitName& relation) const = 0;

  struct TypeChange {
    std::string work;   // "rewrites the table", "no rewrite", "rebuilds its indexes"
    std::string loses;  // "fractions are rounded"; "" for nothing
    std::string fails;  // "where a value is not a valid integer"; "" for never
    bool rewrites = false;
    bool scans = false;
    bool builds_indexes = false;
  };
  // ALTER COLUMN … TYPE `type` (as it stands in the statement). `collate`: with a COLLATE clause;
  // `with_using`: with an expression after USING that is more than the column.
  virtual std::optional<TypeChange> ChangeOfType(const sql::SplitName& relation,
                                                 absl::string_view column, absl::string_view type,
                                                 bool collate, bool with_using) const = 0;

  // The function's volatility is VOLATILE. Several of one name: any of them.
  virtual std::optional<bool> IsVolatile(const sql::SplitName& function) const = 0;
  // A domain that has CHECK or NOT NULL constraints, itself or below.
  virtual bool IsConstrainedDomain(const sql::SplitName& type) const = 0;

  // The numbers that a sequence may give. `column`: the identity column whose sequence it is, ""
  // for a sequence of its own.
  struct Range {
    int64_t min = 1;
    int64_t max = 0;
    // Their defaults, for its type and direction.
    int64_t default_min = 1;
    int64_t default_max = 0;
  };
  virtual std::optional<Range> FindSequence(const sql::SplitName& relation,
                                            absl::string_view column) const = 0;
};

}  // namespace autogen::impact

#endif  // AUTOGEN_IMPACT_CATALOG_VIEW_H_
