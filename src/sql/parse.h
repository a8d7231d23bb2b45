// libpg_query's parse tree as JSON. For the .cc files of this layer and of impact.
#ifndef AUTOGEN_SQL_PARSE_H_
#define AUTOGEN_SQL_PARSE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"
#include "src/sql/quote.h"

namespace autogen::sql {

// The "stmts" array: { "stmt": { "SelectStmt": … }, "stmt_location", "stmt_len" }. PostgreSQL 15's
// grammar. InvalidArgument with SyntaxPosition() (see scan.h) where the grammar says no
// or CheckDepth() does: the depth of the tree is bounded.
absl::StatusOr<nlohmann::json> Parse(absl::string_view text);

// The only member of a node ({"SelectStmt": {…}}): its name and its content. "" for anything else.
std::string NodeName(const nlohmann::json& node);
const nlohmann::json& NodeBody(const nlohmann::json& node);

// node[key] or a null where either is missing.
const nlohmann::json& Get(const nlohmann::json& node, const char* key);
// A string member, or "".
std::string GetString(const nlohmann::json& node, const char* key);
bool IsTrue(const nlohmann::json& node, const char* key);

// Of a RangeVar: {"schemaname", "relname"}.
SplitName RangeName(const nlohmann::json& range);
// The last two of a list of String nodes.
SplitName ListName(const nlohmann::json& names);

}  // namespace autogen::sql

#endif  // AUTOGEN_SQL_PARSE_H_
