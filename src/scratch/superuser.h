// The second session of a scratch database in a private cluster: what only a superuser may do.
#ifndef AUTOGEN_SCRATCH_SUPERUSER_H_
#define AUTOGEN_SCRATCH_SUPERUSER_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "src/postgres/connection.h"
#include "src/scratch/subscription.h"
#include "src/sql/privileged.h"

namespace autogen::scratch {

// A model's or script's statements run as a role that may do nothing outside its database. What
// that role is refused comes here, and runs only where it executes nothing but itself: event
// triggers are off, no index is built, no row is touched, no expression is evaluated, and what was
// made belongs to the role afterwards, so that no SECURITY DEFINER routine is a superuser's.
class Superuser {
 public:
  // `connection` is a superuser's, opened before anything else ran in the database. `extensions`:
  // what may be installed beside HarmlessExtensions().
  static absl::StatusOr<Superuser> Take(postgres::Connection connection, std::string role,
                                        std::set<std::string> extensions);

  // Runs `sql` after it was refused to the role with `refusal`, its names looked up in
  // `search_path` (as SET takes it). Another refusal, with the reason, where it must not run.
  absl::Status Run(const std::string& sql, const std::string& search_path,
                   const absl::Status& refusal);
  // What a statement about a subscription does to the catalog. No role but a superuser, or one that
  // may connect to other servers, is let near them.
  absl::Status RunSubscription(const SubscriptionStep& step);
  // A role of that name is there, without any attribute, and the scratch role is a member of it.
  absl::Status EnsureRole(const std::string& name);
  // A tablespace of that name is there, in the cluster's own folder, for the scratch role to use.
  absl::Status EnsureTablespace(const std::string& name);

  // What was built, but not as it was written: "function public.f: …".
  const std::vector<std::string>& not_proved() const { return not_proved_; }

 private:
  Superuser(postgres::Connection connection, std::string role, std::set<std::string> extensions)
      : connection_(std::move(connection)),
        role_(std::move(role)),
        extensions_(std::move(extensions)) {}

  absl::Status RunInert(const std::string& sql, const std::string& search_path,
                        const std::string& node);
  absl::Status RunRole(const sql::PrivilegedStatement& statement);
  absl::Status RunExtension(const std::string& sql, const std::string& search_path,
                            const std::string& name, const absl::Status& refusal);
  absl::Status RunRoutine(const std::string& sql, const std::string& search_path,
                          const sql::PrivilegedStatement& statement, const absl::Status& refusal);
  absl::Status RunOfLibrary(const std::string& sql, const std::string& search_path,
                            const sql::PrivilegedStatement& statement, const absl::Status& refusal);
  absl::Status DropRole(const std::string& name, bool if_exists);
  absl::Status GiveToRole();
  absl::StatusOr<bool> Ask(const std::string& sql);
  bool IsReserved(absl::string_view role) const;
  bool MayInstall(const std::string& extension) const;

  postgres::Connection connection_;
  std::string role_;
  std::set<std::string> extensions_;
  std::string name_;  // the superuser's
  std::vector<std::string> not_proved_;
};

}  // namespace autogen::scratch

#endif  // AUTOGEN_SCRATCH_SUPERUSER_H_
