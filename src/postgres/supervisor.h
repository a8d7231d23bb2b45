// A program whose life, files and rights end with ours.
#ifndef AUTOGEN_POSTGRES_SUPERVISOR_H_
#define AUTOGEN_POSTGRES_SUPERVISOR_H_

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/postgres/isolation.h"

namespace autogen::postgres {

struct Report;

struct SupervisedProgram {
  std::vector<std::string> argument;     // argument[0] is an absolute path
  std::vector<std::string> environment;  // all that the program sees
  // Private to this program: its standard output and errors go to `folder`/log, it is all that the
  // program may write to, and it is removed when the program has ended.
  std::string folder;
  Isolation isolation;
};

// A forked process ("autogen-scratch") between us and the program. It kills the program, and
// whatever that has started, when we say so or when we are gone, however we went; then it removes
// the folder and ends. It holds no file descriptor of ours.
class Supervisor {
 public:
  // Forks; the program does not run yet, but the folder is removed from now on.
  static absl::StatusOr<std::unique_ptr<Supervisor>> Fork(const SupervisedProgram& program);
  ~Supervisor();  // ends it, without waiting

  // Starts the program.
  absl::Status Run();
  // The program's exit code (128 + signal) where it has ended; waits up to `timeout_ms` for that.
  std::optional<int> Ended(int timeout_ms);
  // Kills the program. Async-signal-safe, from any thread, any number of times.
  void End() const;
  // Why the program could not be executed, where Ended() gave a code for that; "" otherwise.
  const std::string& failure() const { return failure_; }
  // The parts of the isolation that the kernel refused. Ended() adds to them.
  const std::vector<std::string>& missing() const { return missing_; }
  pid_t pid() const { return pid_; }

 private:
  Supervisor(pid_t pid, int channel) : pid_(pid), channel_(channel) {}
  // Reads one report; false at the end of the channel or after `timeout_ms`.
  bool Receive(int timeout_ms, Report* report);
  void AddMissing(Part part);

  pid_t pid_;
  int channel_;
  std::optional<int> exit_code_;
  std::string failure_;
  std::vector<std::string> missing_;
};

}  // namespace autogen::postgres

#endif  // AUTOGEN_POSTGRES_SUPERVISOR_H_
