#include "src/base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "src/base/file.h"

extern char** environ;

namespace autogen {
namespace {

struct Pipe {
  int read = -1;
  int write = -1;
  bool Open() {
    int fds[2];
    if (pipe2(fds, O_CLOEXEC) != 0) return false;
    read = fds[0];
    write = fds[1];
    return true;
  }
  static void Close(int* fd) {
    if (*fd >= 0) close(*fd);
    *fd = -1;
  }
  ~Pipe() {
    Close(&read);
    Close(&write);
  }
};

// Runs between fork and exec: nothing but system calls, since other threads may hold locks.
bool Become(const Account& account) {
  return setgroups(account.groups.size(), account.groups.data()) == 0 && setgid(account.gid) == 0 &&
         setuid(account.uid) == 0;
}

std::vector<std::string> Environment(const std::vector<std::string>& changes, bool clear) {
  std::vector<std::string> result;
  for (char** e = environ; !clear && *e != nullptr; ++e) {
    absl::string_view name = absl::string_view(*e).substr(0, absl::string_view(*e).find('='));
    bool changed = std::any_of(changes.begin(), changes.end(), [&](absl::string_view c) {
      return c.substr(0, c.find('=')) == name;
    });
    if (!changed) result.push_back(*e);
  }
  for (const std::string& c : changes) {
    if (absl::StrContains(c, '=')) result.push_back(c);
  }
  return result;
}

std::vector<char*> Pointers(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (const std::string& s : strings) pointers.push_back(const_cast<char*>(s.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// Feeds and drains all three pipes at once, so that neither side blocks for ever.
void Exchange(absl::string_view input, Pipe& in, Pipe& out, Pipe& err, ProcessResult* result) {
  if (input.empty()) Pipe::Close(&in.write);
  while (out.read >= 0 || err.read >= 0) {
    pollfd fds[3] = {{out.read, POLLIN, 0}, {err.read, POLLIN, 0}, {in.write, POLLOUT, 0}};
    if (poll(fds, 3, -1) < 0) continue;  // EINTR
    auto drain = [](pollfd& p, int* fd, std::string* to) {
      if (p.fd < 0 || p.revents == 0) return;
      char buffer[65536];
      ssize_t n = read(*fd, buffer, sizeof buffer);
      if (n > 0) to->append(buffer, static_cast<size_t>(n));
      if (n == 0 || (n < 0 && errno != EINTR)) Pipe::Close(fd);
    };
    drain(fds[0], &out.read, &result->out);
    drain(fds[1], &err.read, &result->err);
    if (fds[2].fd >= 0 && fds[2].revents != 0) {
      ssize_t n = write(in.write, input.data(), std::min<size_t>(input.size(), PIPE_BUF));
      if (n > 0) input.remove_prefix(static_cast<size_t>(n));
      if (input.empty() || (n < 0 && errno != EINTR)) Pipe::Close(&in.write);
    }
  }
}

}  // namespace

absl::StatusOr<Account> FindAccount(const std::string& name) {
  passwd entry;
  passwd* found = nullptr;
  std::string buffer(16384, '\0');
  getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  if (found == nullptr) return absl::NotFoundError(absl::StrCat("no account \"", name, "\""));
  Account account{name, entry.pw_uid, entry.pw_gid, {}};
  int count = 64;
  account.groups.resize(static_cast<size_t>(count));
  if (getgrouplist(name.c_str(), entry.pw_gid, account.groups.data(), &count) < 0) {
    account.groups.resize(static_cast<size_t>(count));
    getgrouplist(name.c_str(), entry.pw_gid, account.groups.data(), &count);
  }
  account.groups.resize(static_cast<size_t>(count));
  return account;
}

std::string FindProgram(absl::string_view name) {
  if (absl::StrContains(name, '/')) return std::string(name);
  const char* path = getenv("PATH");
  for (absl::string_view folder : absl::StrSplit(path == nullptr ? "/usr/bin:/bin" : path, ':')) {
    std::string candidate = absl::StrCat(folder.empty() ? "." : folder, "/", name);
    if (access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return "";
}

absl::StatusOr<ProcessResult> RunProcess(const std::vector<std::string>& argument,
                                         const ProcessOptions& options) {
  if (argument.empty()) return absl::InvalidArgumentError("no program to run");
  std::string program = FindProgram(argument[0]);
  if (program.empty()) return absl::NotFoundError(absl::StrCat(argument[0], ": not in $PATH"));
  std::vector<char*> argv = Pointers(argument);
  std::vector<std::string> environment =
      Environment(options.environment, options.clear_environment);
  std::vector<char*> envp = Pointers(environment);

  Pipe in, out, err, started;
  if (!in.Open() || !out.Open() || !err.Open() || !started.Open()) {
    return absl::ErrnoToStatus(errno, absl::StrCat("starting ", program));
  }
  pid_t child = fork();
  if (child < 0) return absl::ErrnoToStatus(errno, absl::StrCat("starting ", program));
  if (child == 0) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    signal(SIGPIPE, SIG_DFL);
    if (dup2(in.read, 0) >= 0 && dup2(out.write, 1) >= 0 && dup2(err.write, 2) >= 0 &&
        (options.account == nullptr || Become(*options.account)) &&
        (options.folder.empty() || chdir(options.folder.c_str()) == 0)) {
      execve(program.c_str(), argv.data(), envp.data());
    }
    int error = errno;
    if (write(started.write, &error, sizeof error) < 0) _exit(126);
    _exit(127);
  }
  Pipe::Close(&in.read);
  Pipe::Close(&out.write);
  Pipe::Close(&err.write);
  Pipe::Close(&started.write);

  // A child that stops reading must not kill us with SIGPIPE.
  sigset_t pipe_signal, old;
  sigemptyset(&pipe_signal);
  sigaddset(&pipe_signal, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe_signal, &old);
  ProcessResult result;
  Exchange(options.input, in, out, err, &result);
  timespec now = {0, 0};
  if (sigismember(&old, SIGPIPE) == 0) sigtimedwait(&pipe_signal, nullptr, &now);
  pthread_sigmask(SIG_SETMASK, &old, nullptr);

  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  int error = 0;
  if (read(started.read, &error, sizeof error) == sizeof error) {
    return absl::NotFoundError(absl::StrCat("starting ", program, ": ", strerror(error)));
  }
  result.exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return result;
}

bool CanEnter(const std::string& path, const Account* account) {
  if (account == nullptr) return access(path.c_str(), X_OK) == 0;
  pid_t child = fork();
  if (child < 0) return false;
  if (child == 0) _exit(Become(*account) && access(path.c_str(), X_OK) == 0 ? 0 : 1);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace autogen
