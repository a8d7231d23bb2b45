// The name that PostgreSQL gives to the column of an expression.
#ifndef AUTOGEN_SQL_COLUMN_NAME_H_
#define AUTOGEN_SQL_COLUMN_NAME_H_

#include <string>

#include "absl/strings/string_view.h"

namespace autogen::sql {

// As FigureIndexColname() in src/backend/parser/parse_target.c: "lower" for "lower(email)". Empty
// where PostgreSQL finds none, and where libpg_query's grammar does not know the expression.
std::string ExpressionColumnName(absl::string_view expression);

}  // namespace autogen::sql

#endif  // AUTOGEN_SQL_COLUMN_NAME_H_
