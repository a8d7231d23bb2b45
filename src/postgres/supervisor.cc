#include "src/postgres/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "src/postgres/descendants.h"

namespace autogen::postgres {

// What comes back over the channel, one message each.
struct Report {
  enum Kind : int { kSupervisor, kMissing, kFailed, kEnded } kind;
  int value;  // a pid, a Part, an errno, an exit code
};

namespace {

constexpr int kRetryExit = 125;  // the program's process: try with less isolation
constexpr char kStart = 's';
constexpr char kEnd = 'e';

// All that the supervisor needs, made before fork.
struct Plan {
  const SupervisedProgram* program;
  std::string log;
  std::vector<char*> argument;
  std::vector<char*> environment;
  int channel;
  int log_fd;
};

std::vector<char*> Pointers(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (const std::string& s : strings) pointers.push_back(const_cast<char*>(s.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// From here on: system calls only. ---------------------------------------------------------------

void Send(int channel, Report::Kind kind, int value) {
  Report report = {kind, value};
  if (send(channel, &report, sizeof report, MSG_NOSIGNAL) < 0) errno = 0;  // nobody listens
}

void CloseRange(unsigned first, unsigned last) {
  if (first > last || syscall(SYS_close_range, first, last, 0) == 0) return;
  last = std::min(last, 65535u);  // a kernel before 5.9
  for (unsigned fd = first; fd <= last; ++fd) close(static_cast<int>(fd));
}

void CloseAllBut(int a, int b) {
  unsigned low = static_cast<unsigned>(std::min(a, b)),
           high = static_cast<unsigned>(std::max(a, b));
  CloseRange(3, low - 1);
  CloseRange(low + 1, high - 1);
  CloseRange(high + 1, ~0u);
}

void ResetSignals(void (*terminating)(int)) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  for (int s = 1; s < NSIG; ++s) {
    bool ends = s == SIGHUP || s == SIGINT || s == SIGQUIT || s == SIGTERM || s == SIGPIPE;
    action.sa_handler = ends ? terminating : SIG_DFL;
    sigaction(s, &action, nullptr);
  }
}

void OnChild(int) {}

[[noreturn]] void BecomeProgram(const Plan& plan, int fresh, bool less) {
  ResetSignals(SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  setsid();
  auto refused = [](Part part, void* channel) {
    Send(*static_cast<const int*>(channel), Report::kMissing, static_cast<int>(part));
  };
  int channel = plan.channel;
  if (!Isolate(plan.program->isolation, fresh, !less, refused, &channel)) {
    if (!less) _exit(kRetryExit);
    Send(channel, Report::kFailed, errno);
    _exit(127);
  }
  // After the change of account, which clears it.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (dup2(plan.log_fd, 1) < 0 || dup2(plan.log_fd, 2) < 0 ||
      chdir(plan.program->folder.c_str()) != 0) {
    Send(channel, Report::kFailed, errno);
    _exit(127);
  }
  execve(plan.argument[0], plan.argument.data(), plan.environment.data());
  Send(channel, Report::kFailed, errno);
  _exit(127);
}

// A fork with namespaces. The C library's own fork cannot take flags.
pid_t Clone(int flags) {
  return static_cast<pid_t>(syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0));
}

// Starts the program in as many new namespaces as the kernel allows; `fresh` says in which.
pid_t StartProgram(const Plan& plan, bool less, int* fresh) {
  const int user = geteuid() == 0 ? 0 : CLONE_NEWUSER;
  const int choices[] = {user | CLONE_NEWPID, user, 0};
  for (int flags : choices) {
    if (less && flags != 0) continue;
    *fresh = flags;
    pid_t pid = Clone(flags);
    if (pid == 0) BecomeProgram(plan, flags, less);
    if (pid > 0) {
      if ((flags & CLONE_NEWPID) == 0) {
        Send(plan.channel, Report::kMissing, static_cast<int>(Part::kProcesses));
      }
      if (flags != (flags | user)) {
        Send(plan.channel, Report::kMissing, static_cast<int>(Part::kUsers));
      }
      return pid;
    }
    if (flags == 0) break;
  }
  return -1;
}

// What the program made with shmget() and did not remove.
void RemoveSharedMemory(pid_t creator) {
  shmid_ds segment;
  const int highest = shmctl(0, SHM_INFO, &segment);
  for (int i = 0; i <= highest; ++i) {
    int id = shmctl(i, SHM_STAT, &segment);
    if (id >= 0 && segment.shm_cpid == creator) shmctl(id, IPC_RMID, nullptr);
  }
}

// Waits for `pid` or for `milliseconds`; SIGCHLD is blocked. True where it has ended.
bool WaitFor(pid_t pid, int milliseconds) {
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  for (int waited = 0;; waited += 10) {
    pid_t ended = waitpid(pid, nullptr, WNOHANG);
    if (ended == pid || (ended < 0 && errno == ECHILD)) return true;
    if (waited >= milliseconds) return false;
    timespec tick = {0, 10'000'000};
    sigtimedwait(&child, nullptr, &tick);
  }
}

void KillProgram(pid_t program, int fresh) {
  if ((fresh & CLONE_NEWPID) == 0) {
    kill(program, SIGQUIT);  // PostgreSQL: end at once, but remove the shared memory
    if (!WaitFor(program, 500)) kill(program, SIGKILL);
  } else {
    kill(program, SIGKILL);  // the first process of a namespace takes all others with it
  }
  WaitFor(program, 10'000);
  KillDescendants();
  RemoveSharedMemory(program);
}

// Waits until there is something to read, and reaps children meanwhile. False at the end of the
// channel.
bool Read(const Plan& plan, pid_t* program, bool less, char* command) {
  sigset_t none;
  sigemptyset(&none);
  for (;;) {
    int status = 0;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
      if (pid != *program) continue;
      *program = -1;
      int code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
      if (code == kRetryExit && !less) {
        *command = kStart;
        return true;
      }
      Send(plan.channel, Report::kEnded, code);
    }
    pollfd wait = {plan.channel, POLLIN, 0};
    if (ppoll(&wait, 1, nullptr, &none) <= 0) continue;
    ssize_t n = recv(plan.channel, command, 1, MSG_DONTWAIT);
    if (n > 0) return true;
    if (n == 0 || (errno != EINTR && errno != EAGAIN)) return false;
  }
}

[[noreturn]] void Supervise(Plan& plan) {
  setsid();
  prctl(PR_SET_NAME, "autogen-scratch");
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  ResetSignals(SIG_IGN);
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = OnChild;
  sigaction(SIGCHLD, &action, nullptr);
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  sigprocmask(SIG_SETMASK, &child, nullptr);

  plan.channel = fcntl(plan.channel, F_DUPFD_CLOEXEC, 3);
  umask(077);
  plan.log_fd =
      open(plan.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
  plan.log_fd = fcntl(plan.log_fd, F_DUPFD_CLOEXEC, 3);
  int null = open("/dev/null", O_RDWR);
  for (int fd = 0; fd < 3; ++fd) dup2(null, fd);
  CloseAllBut(plan.channel, plan.log_fd);
  // As long as this is held, the folder is in use: see MakeInstanceFolder.
  const int folder = open(plan.program->folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) flock(folder, LOCK_EX | LOCK_NB);
  if (chdir("/") != 0) errno = 0;
  Send(plan.channel, Report::kSupervisor, getpid());

  pid_t program = -1;
  int fresh = 0;
  char command = kEnd;
  bool less = false;
  for (bool started = false; Read(plan, &program, less, &command) && command == kStart;) {
    less = started;
    started = true;
    program = StartProgram(plan, less, &fresh);
    if (program < 0) Send(plan.channel, Report::kFailed, errno);
    // We are a copy of a process that may know the passwords of other databases.
    prctl(PR_SET_DUMPABLE, 0);
  }
  if (program > 0) KillProgram(program, fresh);
  KillDescendants();
  RemoveTree(plan.program->folder.c_str());
  _exit(0);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Supervisor>> Supervisor::Fork(const SupervisedProgram& program) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("starting ", program.argument[0]));
  }
  Plan plan = {&program,
               absl::StrCat(program.folder, "/log"),
               Pointers(program.argument),
               Pointers(program.environment),
               ends[1],
               -1};
  // Twice, so that the supervisor is no child of ours that a caller could wait for by accident.
  pid_t child = fork();
  if (child == 0) {
    pid_t supervisor = fork();
    if (supervisor == 0) Supervise(plan);
    _exit(supervisor < 0 ? 1 : 0);
  }
  int error = errno;
  close(ends[1]);
  int status = 0;
  while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  std::unique_ptr<Supervisor> result(new Supervisor(0, ends[0]));
  Report report;
  if (child < 0 || !result->Receive(60'000, &report) || report.kind != Report::kSupervisor) {
    return absl::ErrnoToStatus(child < 0 ? error : EAGAIN,
                               absl::StrCat("starting ", program.argument[0]));
  }
  result->pid_ = report.value;
  for (Part part : program.isolation.missing) result->AddMissing(part);
  return result;
}

Supervisor::~Supervisor() {
  End();
  close(channel_);
}

void Supervisor::End() const {
  int before = errno;
  if (send(channel_, &kEnd, 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) errno = before;
}

bool Supervisor::Receive(int timeout_ms, Report* report) {
  pollfd wait = {channel_, POLLIN, 0};
  int ready;
  while ((ready = poll(&wait, 1, timeout_ms)) < 0 && errno == EINTR) {
  }
  if (ready <= 0) return false;
  if (recv(channel_, report, sizeof *report, 0) == sizeof *report) return true;
  // Nobody is at the other end any more.
  exit_code_ = 128 + SIGKILL;
  failure_ = "its supervisor was killed";
  return false;
}

void Supervisor::AddMissing(Part part) {
  std::string sentence = MissingSentence(part);
  if (std::find(missing_.begin(), missing_.end(), sentence) == missing_.end()) {
    missing_.push_back(std::move(sentence));
  }
}

absl::Status Supervisor::Run() {
  if (send(channel_, &kStart, 1, MSG_NOSIGNAL) == 1) return absl::OkStatus();
  return absl::ErrnoToStatus(errno, "starting a supervised program");
}

std::optional<int> Supervisor::Ended(int timeout_ms) {
  Report report;
  while (!exit_code_.has_value() && Receive(timeout_ms, &report)) {
    if (report.kind == Report::kEnded) exit_code_ = report.value;
    if (report.kind == Report::kFailed) failure_ = strerror(report.value);
    if (report.kind == Report::kMissing) AddMissing(static_cast<Part>(report.value));
  }
  return exit_code_;
}

}  // namespace autogen::postgres
