#include "src/impact/dialect.h"

#include "nlohmann/json.hpp"
#include "src/base/status.h"
#include "src/impact/newer_syntax.h"
#include "src/sql/mask.h"
#include "src/sql/parse.h"
#include "src/sql/psql.h"

namespace autogen::impact {
namespace {

absl::StatusOr<nlohmann::json> ParseOne(absl::string_view statement) {
  absl::StatusOr<nlohmann::json> parsed = sql::Parse(statement);
  if (!parsed.ok()) {
    const std::optional<NewerSyntax> older = InOlderSyntax(statement);
    absl::StatusOr<nlohmann::json> again = older ? sql::Parse(older->text) : parsed;
    // What it says of the rewritten text is no help.
    if (again.ok()) parsed = std::move(again);
  }
  RETURN_IF_ERROR(parsed.status());
  if (parsed->size() != 1) return nlohmann::json();
  return sql::Get((*parsed)[0], "stmt");
}

}  // namespace

const Dialect& DefaultDialect() { return PostgresDialect(); }

const Dialect& PostgresDialect() {
  static constexpr Dialect kDialect = {
      .scan = sql::Scan,
      .is_blank = sql::IsBlank,
      .split = sql::SplitStatements,
      .impacts =
          [](absl::Span<const sql::Statement> statements) { return FindImpacts(statements); },
      .derives_data_checks = true,
      .masked = sql::Masked,
      .without_shell = sql::WithoutPsql,
      .parse = ParseOne,
  };
  return kDialect;
}

}  // namespace autogen::impact
