// The second witness: the same tables through the standard's information_schema alone.
//
// It knows tables, columns (type, nullability, default, identity, generation, collation), and
// primary key, unique, foreign key and check constraints; no indexes, no partitions, no owners, no
// comments; and only what the role owns or may use. It shares no query with Introspect, so where
// the two agree a mistake of one is unlikely to hide.
#ifndef AUTOGEN_INTROSPECT_INFORMATION_SCHEMA_H_
#define AUTOGEN_INTROSPECT_INFORMATION_SCHEMA_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "autogen/schema.pb.h"
#include "src/introspect/introspect.h"
#include "src/postgres/connection.h"

namespace autogen::introspect {

// Reads `options.include` and `exclude`, without `options.own_tables`; the other options do not
// matter. Types are written as Introspect writes them, as far as the views show them: a precision
// of 6 in times, the lengths of array elements and the parameters of user-defined types are
// missing. The expression of a check and the target and rules of a foreign key stay empty where
// another constraint of the schema has the same name: the views cannot tell them apart.
absl::StatusOr<std::shared_ptr<Schema>> ReadInformationSchema(postgres::Connection& connection,
                                                              const Options& options);

// Where the catalogs' answer and the witness's differ in what the witness can know, one line each,
// sorted; empty where they agree. Left alone: tables of extensions (which the witness shows),
// columns that a table inherits, and the foreign keys that PostgreSQL clones for partitions.
std::vector<std::string> CompareWithInformationSchema(const Schema& catalogs,
                                                      const Schema& witness);

}  // namespace autogen::introspect

#endif  // AUTOGEN_INTROSPECT_INFORMATION_SCHEMA_H_
