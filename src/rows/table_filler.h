// Rows for one table: values that each column accepts, alone and together.
#ifndef AUTOGEN_ROWS_TABLE_FILLER_H_
#define AUTOGEN_ROWS_TABLE_FILLER_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "src/model/catalog.h"
#include "src/postgres/connection.h"

namespace autogen::rows {

// Creates and drops the functions of pg_temp that TableFiller calls.
absl::Status MakeFillFunctions(postgres::Connection& connection);
absl::Status DropFillFunctions(postgres::Connection& connection);

// One column while its table is filled.
struct Candidate {
  const Column* column = nullptr;
  std::vector<std::string> values;  // SQL; the first one is the ordinary one
  std::string check;                // over VALUE's place; "" for none
  bool unique = false;
  bool labels = false;  // each value counts
  const ForeignKey* foreign_key = nullptr;
  std::string foreign_column;
  bool skipped = false;  // the server fills it
};

// Between MakeFillFunctions and DropFillFunctions.
class TableFiller {
 public:
  // `filled`: tables that have rows already, which this one's may refer to. Of other references
  // (to itself, in cycles) it inserts what their columns' types allow.
  TableFiller(postgres::Connection& connection, const model::Catalog& catalog, const Table& table,
              const std::set<model::ObjectId>& filled);
  absl::Status Run();
  std::vector<std::string> ColumnNames() const;

 private:
  Candidate CandidateFor(const Column& column);

  bool IsUnique(const std::string& name) const;

  // The constants that checks and the bounds of partitions compare the column with, and what is
  // next to them.
  std::vector<std::string> NearValues(const Column& column) const;
  std::vector<std::string> ColumnsOf(absl::string_view expression) const;
  absl::StatusOr<std::vector<bool>> Holds(const std::vector<std::string>& conditions);

  // Values that the type and the checks of the column alone accept; NULL among them.
  absl::Status KeepGood();
  Candidate* Find(const std::string& name);

  // Values for the columns that share checks: combinations in which all of those hold.
  absl::Status FindCombinations();

  // A parent's row, counted from its first one.
  std::string Reference(const Candidate& c, size_t row) const;
  std::vector<std::string> Inserts();

  // `edge` of `varied` (npos: NULL), the ordinary value of every other column.
  std::string Insert(size_t row, size_t combination, const Candidate* varied, size_t edge);

  postgres::Connection& connection_;
  const model::Catalog& catalog_;
  const Table& table_;
  const std::set<model::ObjectId>& filled_;
  std::string relation_;
  std::vector<Column> columns_;
  std::vector<Candidate> candidates_;
  std::vector<Candidate*> together_;
  std::vector<std::vector<std::string>> combinations_;
};

}  // namespace autogen::rows

#endif  // AUTOGEN_ROWS_TABLE_FILLER_H_
