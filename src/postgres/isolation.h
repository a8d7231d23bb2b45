// What a program that may be hostile can see and do on this machine.
#ifndef AUTOGEN_POSTGRES_ISOLATION_H_
#define AUTOGEN_POSTGRES_ISOLATION_H_

#include <sys/types.h>

#include <string>
#include <vector>

namespace autogen::postgres {

// A part of the isolation that can be missing.
enum class Part : unsigned char {
  kProcesses,
  kUsers,
  kNetwork,
  kSharedMemory,
  kMounts,
  kReadOnly,
  kProc,
  kLimits,
  kPrivileges,
  kHome,
};

// Prepared before fork, since nothing may be allocated after it.
struct Isolation {
  // The account to run as: ours, unless we are root.
  bool change_account = false;
  uid_t uid = 0;
  gid_t gid = 0;
  bool own_account = false;  // the account is this program's alone: its processes may be counted
  // Folders that are empty for the program, none below another: sockets of servers, home folders.
  std::vector<std::string> hidden;
  // What is visible anyway, writable (the private folder) or not.
  std::string writable;
  std::string read_only;  // "" for none
  // What is known to be missing before the kernel is asked.
  std::vector<Part> missing;
};

// What it means that `part` is missing, as a sentence.
std::string MissingSentence(Part part);

// The folders to hide, where the program's own files lie below `prefix`: what holds sockets, and
// home folders unless `prefix` lies in them.
Isolation HideFolders(const std::string& prefix);

// Async-signal-safe, in a child that is about to exec; `fresh` are the CLONE_NEW… flags that it was
// cloned with; without `mounts` it keeps the machine's view of files. Calls `refused` for each part
// that is not to be had. False where the program must not run: it could not leave our account, or
// a namespace is half made.
bool Isolate(const Isolation& isolation, int fresh, bool mounts, void (*refused)(Part, void*),
             void* context);

}  // namespace autogen::postgres

#endif  // AUTOGEN_POSTGRES_ISOLATION_H_
