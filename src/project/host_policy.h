// Which hosts secrets of the environment may be sent to.
#ifndef AUTOGEN_PROJECT_HOST_POLICY_H_
#define AUTOGEN_PROJECT_HOST_POLICY_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace autogen::project {

// A project's files come with a repository, and may name any host. What the person's environment
// holds (variables, $PGPASSWORD, password files) reaches hosts of this machine, and those that the
// person named: by --url, $DATABASE_URL, $PGHOST, $PGHOSTADDR, --allow-host, $AUTOGEN_ALLOW_HOST
// (commas between several) or allow_host of the user-level file.
class HostPolicy {
 public:
  // Of the command line: --allow-host and --url.
  HostPolicy(const std::vector<std::string>& allowed, const std::string& url);

  // The connection string that `text` of a project's file stands for, ready for libpq; `where` is
  // "autogen.txtpb: url". PermissionDenied where a variable's value would go to a host that only
  // the file names. To such a host no password goes that the file does not hold itself.
  absl::StatusOr<std::string> Resolve(absl::string_view text, absl::string_view where) const;

 private:
  absl::StatusOr<std::vector<std::string>> NotAllowed(std::vector<std::string> hosts) const;

  std::vector<std::string> allowed_;
};

}  // namespace autogen::project

#endif  // AUTOGEN_PROJECT_HOST_POLICY_H_
