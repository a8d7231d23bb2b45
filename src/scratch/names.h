// The names of scratch databases, and the sweep of those that killed runs left behind.
#ifndef AUTOGEN_SCRATCH_NAMES_H_
#define AUTOGEN_SCRATCH_NAMES_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/postgres/connection.h"

namespace autogen::scratch {

// The first half of the advisory lock that the maker of a scratch database holds from before CREATE
// DATABASE until after DROP DATABASE; the second half stands in the name. "ascr" in ASCII.
inline constexpr int32_t kLockClass = 0x61736372;

// Of the names, as a regular expression of PostgreSQL.
inline constexpr char kNamePattern[] = "^autogen_scratch_[0-9]+_[0-9]+_[0-9a-f]{8}$";

struct ScratchName {
  std::string name;  // autogen_scratch_<epoch>_<pid>_<8 hex digits of lock>
  int32_t lock = 0;
};
ScratchName NewName();

// Drops the scratch databases of `connection`'s server that this role may drop, whose lock nobody
// holds and to which nobody is connected: their creator has ended. Returns how many.
absl::StatusOr<int> Sweep(postgres::Connection& connection);

}  // namespace autogen::scratch

#endif  // AUTOGEN_SCRATCH_NAMES_H_
