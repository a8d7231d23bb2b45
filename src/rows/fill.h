// Synthetic rows: tables of a scratch database filled with what their constraints allow.
#ifndef AUTOGEN_ROWS_FILL_H_
#define AUTOGEN_ROWS_FILL_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "autogen/schema.pb.h"
#include "src/model/catalog.h"
#include "src/postgres/connection.h"

namespace autogen::rows {

struct FilledTable {
  model::ObjectId id;
  std::string relation;              // quoted
  std::vector<std::string> columns;  // every one, in their order
  std::vector<std::string> key;      // of the primary key; empty where there is none
  int64_t rows = 0;
};

struct Filling {
  std::vector<FilledTable> tables;    // with at least one row; those referred to first
  std::vector<std::string> unfilled;  // "public.t": no row was accepted
  int64_t rows = 0;
};

// Fills `tables` of a database that has the schema of `catalog`, and the tables that they refer to;
// the root of a partitioned table stands for its partitions. One ordinary row, then one for each
// edge of each column: NULL, extremes, long texts, each label of an enum, each partition. Rows that
// a constraint refuses are left out, those that a foreign key refuses too: each row is one that the
// schema allows. Triggers do not fire where the role may say so. Deterministic.
absl::StatusOr<Filling> FillTables(postgres::Connection& connection, const model::Catalog& catalog,
                                   const std::set<model::ObjectId>& tables);

// Until FireTriggers() neither triggers nor foreign keys see what is written. False where the role
// may not say so: what they refuse is left out then, and what a table references is filled before
// it.
bool SilenceTriggers(postgres::Connection& connection);
absl::Status FireTriggers(postgres::Connection& connection);

// Deletes the rows of `filling` that a foreign key refuses, until none does: where triggers do not
// fire, nobody else looks.
absl::Status DeleteOrphans(postgres::Connection& connection, const model::Catalog& catalog,
                           const Filling& filling);

}  // namespace autogen::rows

#endif  // AUTOGEN_ROWS_FILL_H_
