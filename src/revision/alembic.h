// Alembic's folders: what their scripts declare, and the SQL that `alembic upgrade --sql` prints.
#ifndef AUTOGEN_REVISION_ALEMBIC_H_
#define AUTOGEN_REVISION_ALEMBIC_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "src/revision/graph.h"

namespace autogen::revision {

// revision, down_revision, branch_labels, depends_on, and message and "Create Date" of the
// docstring. NotFound: no script of Alembic's (no `revision`). InvalidArgument with `path`:line.
absl::StatusOr<Revision> ReadAlembicScript(absl::string_view text, const std::string& path);

// Every script below `folders`, as a graph. Other Python files are passed over: `passed_over` gets
// their paths. NotFound where there is no script.
absl::StatusOr<Graph> LoadAlembic(const std::vector<std::string>& folders,
                                  std::vector<std::string>* passed_over);

// The statements of each revision in the output of `alembic upgrade … --sql` or `alembic downgrade
// … --sql`, ready for a section: BEGIN, COMMIT and changes of `version_table` are left out. A
// revision with nothing to run has "". InvalidArgument where the output holds no "-- Running
// upgrade …" line, or does not parse.
absl::StatusOr<std::map<std::string, std::string>> SplitAlembicSql(
    absl::string_view output, absl::string_view version_table,
    const impact::Dialect& dialect = impact::DefaultDialect());

}  // namespace autogen::revision

#endif  // AUTOGEN_REVISION_ALEMBIC_H_
