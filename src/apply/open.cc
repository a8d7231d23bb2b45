#include "src/apply/engines.h"
#include "src/apply/offline.h"
#include "src/postgres/url.h"
#include "src/sqlite/impacts.h"
#include "src/sqlite/url.h"

namespace autogen::apply {
namespace {

// The first one also takes what is no URL: a project that names no database.
struct {
  bool (*takes)(absl::string_view url);
  absl::StatusOr<Database> (*open)(const std::string& url, const Options& options,
                                   Observer* observer);
  const impact::Dialect& (*dialect)();
  absl::StatusOr<std::string> (*offline)(absl::Span<const ScriptRun> scripts, const Options& options,
                                         bool create_tables);
} constexpr kEngines[] = {
    {postgres::LooksLikeUrl, OpenPostgres, impact::PostgresDialect, OfflinePostgres},
    {sqlite::LooksLikeUrl, OpenSqlite, sqlite::SqliteDialect, OfflineSqlite}};

}  // namespace

absl::StatusOr<Database> OpenDatabase(const std::string& url, const Options& options,
                                      Observer* observer) {
  for (const auto& engine : kEngines) {
    if (engine.takes(url)) return engine.open(url, options, observer);
  }
  return kEngines[0].open(url, options, observer);
}

absl::StatusOr<std::string> OfflineSql(const impact::Dialect& dialect, absl::Span<const ScriptRun> scripts,
                                       const Options& options, bool create_tables) {
  for (const auto& engine : kEngines) {
    if (&engine.dialect() == &dialect) return engine.offline(scripts, options, create_tables);
  }
  return kEngines[0].offline(scripts, options, create_tables);
}

}  // namespace autogen::apply
