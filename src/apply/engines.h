// What each engine's room gives to open.cc.
#ifndef AUTOGEN_APPLY_ENGINES_H_
#define AUTOGEN_APPLY_ENGINES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "src/apply/database.h"

namespace autogen::apply {

// runner.h, offline.h
absl::StatusOr<Database> OpenPostgres(const std::string& url, const Options& options,
                                      Observer* observer);
absl::StatusOr<std::string> OfflinePostgres(absl::Span<const ScriptRun> scripts,
                                            const Options& options, bool create_tables);

// sqlite_runner.h: as text for the sqlite3 shell, which ends at the first error.
absl::StatusOr<Database> OpenSqlite(const std::string& url, const Options& options,
                                    Observer* observer);
absl::StatusOr<std::string> OfflineSqlite(absl::Span<const ScriptRun> scripts,
                                          const Options& options, bool create_tables);

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_ENGINES_H_
