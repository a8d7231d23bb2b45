// A plan between two schemas of SQLite as statements.
#ifndef AUTOGEN_GENERATE_SQLITE_RENDER_H_
#define AUTOGEN_GENERATE_SQLITE_RENDER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "src/render/render.h"
#include "src/revision/write.h"
#include "src/sqlite/script.h"

namespace autogen::generate {

// In order, each with the operation that it carries out. What stands around them (foreign keys off,
// the transaction) is no statement: a run does it, and SqliteSection() writes it.
absl::StatusOr<std::vector<render::Statement>> RenderSqlite(const diff::Plan& plan,
                                                            const render::Options& options);
std::vector<render::Statement> SqliteStatements(const std::vector<sqlite::ScriptStep>& steps,
                                                const diff::Plan& plan);

// Finds what the statements do; what a rebuild does stands with its first one.
void AnnotateSqlite(const diff::Plan& plan, std::vector<render::Statement>* statements);

// As it stands in a script: what the sqlite3 shell runs with the same result.
revision::SectionSpec SqliteSection(const std::vector<render::Statement>& statements);
// The same for programs that take SQL alone: without ".bail on". Internal: as ToPsql().
absl::StatusOr<std::string> PrintSqlite(const std::vector<render::Statement>& statements);

}  // namespace autogen::generate

#endif  // AUTOGEN_GENERATE_SQLITE_RENDER_H_
