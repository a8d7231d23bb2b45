// Child processes: argument vectors, never shell lines.
#ifndef AUTOGEN_BASE_PROCESS_H_
#define AUTOGEN_BASE_PROCESS_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace autogen {

// An account of this machine.
struct Account {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;
};

// NotFound where there is no such account.
absl::StatusOr<Account> FindAccount(const std::string& name);

struct ProcessOptions {
  // Become this account first; only root may. nullptr: stay as we are.
  const Account* account = nullptr;
  std::string folder;                    // working folder; "": the caller's
  std::string input;                     // standard input
  std::vector<std::string> environment;  // "NAME=value" over the caller's, "NAME" removes it
  // Nothing of the caller's environment: `environment` is all that the program sees.
  bool clear_environment = false;
};

struct ProcessResult {
  int exit_code = 0;  // 128 + signal where a signal ended it
  std::string out;
  std::string err;
};

// Runs argument[0] (looked up in $PATH) to its end. An exit code that is not 0 is no error.
// NotFound where it cannot be started.
absl::StatusOr<ProcessResult> RunProcess(const std::vector<std::string>& argument,
                                         const ProcessOptions& options = {});

// True where `account` (nullptr: we ourselves) may enter every folder on the way to `path`, and
// `path`.
bool CanEnter(const std::string& path, const Account* account);

// The whole path of a program in $PATH, or "".
std::string FindProgram(absl::string_view name);

}  // namespace autogen

#endif  // AUTOGEN_BASE_PROCESS_H_
