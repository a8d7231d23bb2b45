#include "src/impact/dialect.h"

#include "src/sql/mask.h"

namespace autogen::impact {

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
  };
  return kDialect;
}

}  // namespace autogen::impact
