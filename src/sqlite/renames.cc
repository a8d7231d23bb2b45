#include "src/sqlite/renames.h"

#include "src/base/status.h"
#include "src/sqlite/create.h"
#include "src/sqlite/database.h"
#include "src/sqlite/read.h"

namespace autogen::sqlite {

namespace {

absl::StatusOr<Database> CopyOf(const Schema& schema) {
  ASSIGN_OR_RETURN(Database copy, Database::InMemory());
  for (const Creation& made : CreateAll(schema)) {
    RETURN_IF_ERROR(Annotate(copy.Exec(made.sql), made.sql));
  }
  return copy;
}

}  // namespace

absl::StatusOr<std::vector<std::string>> MismatchedTables(const Schema& schema) {
  ASSIGN_OR_RETURN(Database copy, CopyOf(schema));
  std::vector<std::string> tables;
  for (const Table& t : schema.table()) {
    if (t.foreign_key_size() == 0) continue;
    if (!copy.Query("SELECT 1 FROM pragma_foreign_key_check(?)", {t.name()}).ok()) {
      tables.push_back(t.name());
    }
  }
  return tables;
}

absl::StatusOr<model::Snapshot> AfterStatements(const Schema& schema,
                                                const std::vector<std::string>& statements) {
  ASSIGN_OR_RETURN(Database copy, CopyOf(schema));
  for (const std::string& sql : statements) RETURN_IF_ERROR(Annotate(copy.Exec(sql), sql));
  return Read(copy);
}

}  // namespace autogen::sqlite
