// Data checks that a statement implies, whoever wrote it: what it would fail on over rows.
#ifndef AUTOGEN_DEPLOY_DERIVED_CHECKS_H_
#define AUTOGEN_DEPLOY_DERIVED_CHECKS_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "src/impact/impact.h"
#include "src/postgres/connection.h"

namespace autogen::deploy {

struct DerivedCheck {
  std::string what;   // "t.a is NULL"
  std::string query;  // a SELECT of one number
  // Where the check depends on what is in the database (the type that a column has, the key that a
  // table has): reads the catalogs and gives the query, "" where no row can be violating. NotFound
  // where it lacks what the statement names. Empty otherwise.
  std::function<absl::StatusOr<std::string>(postgres::Connection&)> find;
  // Why there is none although the statement may fail over rows; "" else.
  std::string problem;
};

// SET NOT NULL, a new column that is NOT NULL without a default, changes of type, primary and
// unique keys, unique indexes, foreign keys, CHECK, VALIDATE. One whose `problem` is set for what
// may fail for another reason. Names without a schema are in `schema`. Nothing for tables that
// `impact` has as new.
std::vector<DerivedCheck> DeriveChecks(absl::string_view statement, absl::string_view schema,
                                       const impact::Impact& impact);

}  // namespace autogen::deploy

#endif  // AUTOGEN_DEPLOY_DERIVED_CHECKS_H_
