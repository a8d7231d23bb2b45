// The lock modes of tables. PostgreSQL's manual, section 13.3.1, "Table-Level Locks".
#ifndef AUTOGEN_IMPACT_LOCK_MODE_H_
#define AUTOGEN_IMPACT_LOCK_MODE_H_

#include "absl/strings/string_view.h"

namespace autogen::impact {

// From the weakest to the strongest, in the order of lockdefs.h.
enum class LockMode {
  kNone,
  kAccessShare,
  kRowShare,
  kRowExclusive,
  kShareUpdateExclusive,
  kShare,
  kShareRowExclusive,
  kExclusive,
  kAccessExclusive,
};

// "ACCESS EXCLUSIVE", as LOCK TABLE writes it; "" for kNone.
absl::string_view LockModeName(LockMode mode);

// INSERT, UPDATE and DELETE of others wait for it.
inline bool BlocksWriters(LockMode mode) { return mode >= LockMode::kShare; }
// SELECT of others waits for it.
inline bool BlocksReaders(LockMode mode) { return mode == LockMode::kAccessExclusive; }

}  // namespace autogen::impact

#endif  // AUTOGEN_IMPACT_LOCK_MODE_H_
