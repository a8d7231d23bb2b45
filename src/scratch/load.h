// SQL files as a source: loaded into a scratch database and read back.
#ifndef AUTOGEN_SCRATCH_LOAD_H_
#define AUTOGEN_SCRATCH_LOAD_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "src/introspect/introspect.h"
#include "src/scratch/build.h"
#include "src/scratch/server.h"

namespace autogen::scratch {

// The schema that the SQL files make, in the order given; a folder stands for its *.sql files,
// sorted by path. What `pg_dump --schema-only` writes is accepted, psql's other meta-commands and
// the data of COPY are not (InvalidArgument with file:line). In each file unqualified names are
// looked up as psql would, until the file says otherwise. A statement's error has its file:line.
absl::StatusOr<model::Snapshot> LoadSqlFiles(Server& server, const std::vector<std::string>& paths,
                                             const introspect::Options& options);

// The statements of one file's text for a server of that version. Left out: \restrict and
// \unrestrict lines, and settings that only a newer pg_dump's server knows.
absl::StatusOr<std::vector<Step>> SqlFileSteps(const std::string& name, absl::string_view text,
                                               int server_version);

}  // namespace autogen::scratch

#endif  // AUTOGEN_SCRATCH_LOAD_H_
