// Statements outside a transaction can be interrupted in the middle: what did they leave?
#ifndef AUTOGEN_APPLY_PROBE_H_
#define AUTOGEN_APPLY_PROBE_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "src/impact/impact.h"
#include "src/postgres/connection.h"

namespace autogen::apply {

struct Remains {
  // The statement has done its work: the index exists and is valid, or is dropped; the partition is
  // detached.
  bool done = false;
  // Statements that clear away what a failed try left (an INVALID index, the _ccnew twin of a
  // REINDEX) or end it (FINALIZE of a detached partition). Each runs alone.
  std::vector<std::string> repairs;
  // Once the repairs have run, the work is done.
  bool done_by_repairs = false;
};

// A catalog lookup of what the statement of `impact` left. Kinds that leave
// nothing, or that may just run again (VACUUM, REINDEX), are not done. Aborted where the INVALID
// index is being built by another session at this moment.
absl::StatusOr<Remains> Probe(postgres::Connection& connection, const impact::Impact& impact);

// Whether a statement that fails has committed something before: each transaction of a session has
// the next number, and a statement that commits none takes exactly one.
class CommitWatch {
 public:
  // Off where not `watching`: no query.
  CommitWatch(postgres::Connection& connection, bool watching);
  // Directly after the statement. True also where it cannot be known (the connection is lost).
  bool MayHaveCommitted() const;

 private:
  postgres::Connection& connection_;
  std::string before_;
};

// For kinds without a probe: the error of a second run that shows that the first one had done it
// (CREATE DATABASE: it already exists).
bool SaysAlreadyDone(const impact::Impact& impact, const absl::Status& error);

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_PROBE_H_
