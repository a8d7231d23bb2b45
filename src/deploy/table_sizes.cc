#include "src/deploy/table_sizes.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "src/base/status.h"
#include "src/postgres/connection.h"
#include "src/sql/quote.h"

namespace autogen::deploy {

absl::StatusOr<std::vector<TableSize>> TableSizes(
    const std::string& url, const std::set<std::pair<std::string, std::string>>& relations) {
  std::vector<TableSize> sizes;
  if (relations.empty()) return sizes;
  std::vector<std::string> wanted;
  for (const auto& [schema, name] : relations) {
    wanted.push_back(absl::StrCat("(", sql::Literal(schema), ", ", sql::Literal(name), ")"));
  }
  postgres::ConnectOptions options;
  options.url = url;
  // Everything that is set is local to the transaction.
  options.settings_by_caller = true;
  ASSIGN_OR_RETURN(postgres::Connection connection, postgres::Connection::Open(options));
  ASSIGN_OR_RETURN(
      const postgres::Result rows,
      connection.Exec(absl::StrCat(
          "BEGIN TRANSACTION READ ONLY; SET LOCAL statement_timeout = '10s'; SET LOCAL "
          "lock_timeout = '2s'; "
          "SELECT n.nspname || '.' || c.relname, "
          "(SELECT sum(greatest(p.reltuples, 0))::bigint FROM pg_catalog.pg_class p WHERE p.oid = "
          "c.oid OR p.oid IN (SELECT relid FROM pg_catalog.pg_partition_tree(c.oid))), "
          "(SELECT coalesce(sum(pg_catalog.pg_total_relation_size(p.oid)), 0)::bigint FROM "
          "pg_catalog.pg_class p WHERE p.oid = c.oid OR p.oid IN (SELECT relid FROM "
          "pg_catalog.pg_partition_tree(c.oid))) "
          "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
          "WHERE c.relkind IN ('r', 'm', 'p') AND EXISTS (SELECT FROM (VALUES ",
          absl::StrJoin(wanted, ", "),
          ") AS w (schema, name) WHERE w.name = c.relname AND (w.schema = n.nspname OR (w.schema = "
          "'' AND pg_catalog.pg_table_is_visible(c.oid)))) ORDER BY 3 DESC, 1")));
  for (int i = 0; i < rows.rows(); ++i) {
    TableSize size{.table = std::string(rows.Text(i, 0))};
    if (!absl::SimpleAtoi(rows.Text(i, 1), &size.rows) ||
        !absl::SimpleAtoi(rows.Text(i, 2), &size.bytes)) {
      return absl::InternalError("the size of a table is not a number");
    }
    sizes.push_back(std::move(size));
  }
  return sizes;
}

std::string FormatSize(int64_t bytes) {
  const char* units[] = {"kB", "MB", "GB", "TB"};
  double size = static_cast<double>(bytes) / 1024;
  size_t unit = 0;
  while (size >= 1024 && unit + 1 < std::size(units)) {
    size /= 1024;
    ++unit;
  }
  return absl::StrFormat(size < 10 && unit > 0 ? "%.1f %s" : "%.0f %s", size, units[unit]);
}

}  // namespace autogen::deploy
