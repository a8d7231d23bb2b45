// Approvals that are kept in the database. They count only for a session that could not have
// written them: a script runs as the role that upgrades.
#ifndef AUTOGEN_APPLY_APPROVALS_TABLE_H_
#define AUTOGEN_APPLY_APPROVALS_TABLE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "autogen/config.pb.h"
#include "src/postgres/connection.h"

namespace autogen::apply {

absl::Status WriteApprovals(postgres::Connection& connection, const Approvals& approvals);
// `problem`: why those that are there do not count.
absl::StatusOr<Approvals> ReadApprovals(postgres::Connection& connection, std::string* problem);

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_APPROVALS_TABLE_H_
