#include "src/scratch/names.h"

#include <time.h>
#include <unistd.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/sql/quote.h"

namespace autogen::scratch {

ScratchName NewName() {
  std::random_device random;
  uint32_t lock = random();
  return {absl::StrCat("autogen_scratch_", time(nullptr), "_", getpid(), "_",
                       absl::Hex(lock, absl::kZeroPad8)),
          static_cast<int32_t>(lock)};
}

absl::StatusOr<int> Sweep(postgres::Connection& connection) {
  // pg_locks and the database of each session are visible to every role. objid is an oid: unsigned.
  ASSIGN_OR_RETURN(
      postgres::Result left,
      connection.Exec(absl::StrCat(
          "SELECT d.datname FROM pg_catalog.pg_database d"
          " WHERE d.datname ~ '",
          kNamePattern,
          "'"
          " AND pg_catalog.pg_has_role(d.datdba, 'USAGE')"
          " AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datid = d.oid)"
          " AND NOT EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE l.locktype = 'advisory'"
          " AND l.classid::bigint = ",
          kLockClass,
          " AND l.objsubid = 2"
          " AND pg_catalog.lpad(pg_catalog.to_hex(l.objid::bigint), 8, '0')"
          " = pg_catalog.right(d.datname, 8))")));
  int dropped = 0;
  for (int i = 0; i < left.rows(); ++i) {
    // Somebody else may be sweeping too.
    if (connection.Exec(absl::StrCat("DROP DATABASE IF EXISTS ", sql::Ident(left.Text(i, 0))))
            .ok()) {
      ++dropped;
    }
  }
  return dropped;
}

}  // namespace autogen::scratch
