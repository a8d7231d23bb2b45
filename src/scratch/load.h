// SQL files as a source: loaded into a scratch database and read back.
#ifndef AUTOGEN_SCRATCH_LOAD_H_
#define AUTOGEN_SCRATCH_LOAD_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "src/introspect/introspect.h"
#include "src/scratch/server.h"

namespace autogen::scratch {

// The schema that the SQL files make, in the order given; a folder stands for its *.sql files,
// sorted by path. What pg_dump writes is accepted: of a dump with rows or with --create the schema
// counts, and a note says whose rows are left out (see sql/dump.h). Other commands of psql are an
// error with file and line. In each file unqualified names are looked up as psql would, until the
// file sets another path. A statement's error has its file:line. The roles that had to be created
// for what the files name are added to `roles`, which may be null.
absl::StatusOr<model::Snapshot> LoadSqlFiles(Server& server, const std::vector<std::string>& paths,
                                             const introspect::Options& options,
                                             std::set<std::string>* roles = nullptr);

}  // namespace autogen::scratch

#endif  // AUTOGEN_SCRATCH_LOAD_H_
