#include "src/postgres/cluster_template.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "src/base/file.h"
#include "src/base/process.h"
#include "src/base/random.h"
#include "src/base/sha256.h"
#include "src/base/status.h"
#include "src/postgres/binaries.h"
#include "src/postgres/instance_folder.h"
#include "src/postgres/isolation.h"
#include "src/postgres/supervisor.h"

namespace autogen::postgres {
namespace {

namespace fs = std::filesystem;

// The file: kMagic, a Header, three lines (superuser, password, major version), then for each entry
// an Entry, its path and its content. Change the number where the format or initdb's options do.
constexpr absl::string_view kMagic = "autogen cluster template 2\n";

struct Header {
  uint64_t size = 0;  // of what follows
  uint64_t sum = 0;   // its checksum
};

struct Entry {
  uint64_t size = 0;
  uint32_t path = 0;  // its length
  uint32_t is_folder = 0;
};

// Notices damage, not malice: four independent chains, as fast as memory.
uint64_t Checksum(absl::string_view data) {
  constexpr uint64_t kPrime = 0x9E3779B185EBCA87u;
  uint64_t lane[4] = {1, 2, 3, 4};
  size_t at = 0;
  for (; at + 32 <= data.size(); at += 32) {
    uint64_t words[4];
    memcpy(words, data.data() + at, 32);
    for (int i = 0; i < 4; ++i) lane[i] = (lane[i] ^ words[i]) * kPrime + (lane[i] >> 29);
  }
  uint64_t sum = data.size();
  for (uint64_t l : lane) sum = (sum ^ l) * kPrime + (sum >> 31);
  for (; at < data.size(); ++at) sum = (sum ^ static_cast<unsigned char>(data[at])) * kPrime;
  return sum;
}

template <typename T>
void AppendRaw(std::string* to, const T& value) {
  to->append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <typename T>
bool TakeRaw(absl::string_view* from, T* value) {
  if (from->size() < sizeof *value) return false;
  memcpy(value, from->data(), sizeof *value);
  from->remove_prefix(sizeof *value);
  return true;
}

absl::Status AppendFolder(const std::string& root, const std::string& below, std::string* to) {
  std::error_code error;
  std::vector<fs::directory_entry> entries;
  for (fs::directory_iterator it(absl::StrCat(root, below), error), end; !error && it != end;
       it.increment(error)) {
    entries.push_back(*it);
  }
  if (error)
    return absl::UnavailableError(absl::StrCat("reading ", root, below, ": ", error.message()));
  for (const fs::directory_entry& found : entries) {
    const std::string path = absl::StrCat(below, "/", found.path().filename().string());
    Entry entry;
    entry.path = static_cast<uint32_t>(path.size());
    std::string content;
    if (found.is_directory(error) && !found.is_symlink(error)) {
      entry.is_folder = 1;
    } else {
      if (!found.is_regular_file(error) || found.is_symlink(error)) {
        return absl::UnavailableError(
            absl::StrCat("initdb created neither a file nor a folder of ", path));
      }
      ASSIGN_OR_RETURN(content, ReadFile(found.path().string()));
      entry.size = content.size();
    }
    AppendRaw(to, entry);
    to->append(path);
    to->append(content);
    if (entry.is_folder != 0) RETURN_IF_ERROR(AppendFolder(root, path, to));
  }
  return absl::OkStatus();
}

// What initdb creates, as entries. It runs where it can do no harm and ends with us, like a server.
absl::StatusOr<std::string> RunInitdb(const std::string& bin_dir, int major,
                                      const std::string& superuser, const std::string& password,
                                      const char* locale) {
  SupervisedProgram program;
  ASSIGN_OR_RETURN(program.folder, MakeInstanceFolder());
  program.isolation = HideFolders(DirName(bin_dir));
  program.isolation.writable = program.folder;
  program.isolation.uid = geteuid();
  program.isolation.gid = getegid();
  if (geteuid() == 0) {
    // initdb insists on an account with a name, and refuses root.
    ASSIGN_OR_RETURN(Account nobody, FindAccount("nobody"));
    program.isolation.change_account = true;
    program.isolation.uid = nobody.uid;
    program.isolation.gid = nobody.gid;
  }
  const std::string data = program.folder + "/data", secret = program.folder + "/password";
  program.argument.push_back(bin_dir + "/initdb");
  for (const char* option :
       {"--no-sync", "--wal-segsize=1", "--encoding=UTF8", "--auth=scram-sha-256", locale}) {
    program.argument.push_back(option);
  }
  program.argument.push_back("--username=" + superuser);
  program.argument.push_back("--pwfile=" + secret);
  program.argument.push_back("--pgdata=" + data);
  // The password is random: there is nothing to gain by guessing it.
  if (major >= 16) program.argument.push_back("--set=scram_iterations=1");
  if (major >= 18) program.argument.push_back("--no-data-checksums");
  program.environment = {"PATH=/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"};
  ASSIGN_OR_RETURN(std::unique_ptr<Supervisor> supervisor, Supervisor::Fork(program));
  RETURN_IF_ERROR(WriteFile(secret, password + "\n", Overwrite::kNever));
  const uid_t uid = program.isolation.uid;
  if (chmod(secret.c_str(), 0600) != 0 || mkdir(data.c_str(), 0700) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("preparing ", data));
  }
  for (const std::string& path : {secret, data}) {
    RETURN_IF_ERROR(GiveTo(path, uid, program.isolation.gid));
  }
  RETURN_IF_ERROR(supervisor->Run());
  std::optional<int> code = supervisor->Ended(120'000);
  if (code != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("creating a database cluster with ", program.argument[0], " failed",
                     code.has_value() ? absl::StrCat(" (exit code ", *code, ")")
                                      : ": still running after two minutes",
                     supervisor->failure().empty() ? "" : ": ", supervisor->failure(),
                     LastLines(program.folder + "/log")));
  }
  std::string entries;
  RETURN_IF_ERROR(AppendFolder(data, "", &entries));
  return entries;
}

// A whole template file.
absl::StatusOr<std::string> Make(const std::string& bin_dir) {
  ASSIGN_OR_RETURN(int major, MajorVersion(bin_dir));
  const std::string superuser = absl::StrCat("autogen_", RandomHex(8)), password = RandomHex(24);
  auto entries = RunInitdb(bin_dir, major, superuser, password, "--locale=C.UTF-8");
  if (!entries.ok()) {  // a system without C.UTF-8
    auto plain = RunInitdb(bin_dir, major, superuser, password, "--no-locale");
    if (!plain.ok()) return entries.status();
    entries = std::move(plain);
  }
  std::string rest = absl::StrCat(superuser, "\n", password, "\n", major, "\n", *entries);
  std::string content(kMagic);
  AppendRaw(&content, Header{rest.size(), Checksum(rest)});
  return content.append(rest);
}

// The template's file in the cache: another for other binaries, also where they were replaced in
// their place, and for another user of the same cache.
absl::StatusOr<std::string> NameFor(const std::string& bin_dir) {
  struct stat program;
  const std::string postgres = bin_dir + "/postgres";
  if (stat(postgres.c_str(), &program) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("reading the state of ", postgres));
  }
  return Sha256Hex(absl::StrCat(kMagic, bin_dir, "\n", program.st_size, "\n",
                                program.st_mtim.tv_sec, ".", program.st_mtim.tv_nsec, "\n",
                                geteuid()))
      .substr(0, 32);
}

}  // namespace

absl::StatusOr<ClusterTemplate> ClusterTemplate::Parse(absl::string_view content) {
  const absl::Status damaged = absl::DataLossError("the template of a database cluster is damaged");
  Header header;
  if (!absl::ConsumePrefix(&content, kMagic) || !TakeRaw(&content, &header) ||
      header.size != content.size() || header.sum != Checksum(content)) {
    return damaged;
  }
  ClusterTemplate result;
  std::vector<absl::string_view> lines = absl::StrSplit(content, absl::MaxSplits('\n', 3));
  if (lines.size() != 4 || !absl::SimpleAtoi(lines[2], &result.major_)) return damaged;
  result.superuser_ = std::string(lines[0]);
  result.password_ = std::string(lines[1]);
  result.files_ = lines[3];
  return result;
}

absl::StatusOr<ClusterTemplate> ClusterTemplate::Open(const std::string& path) {
  int fd = open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return absl::ErrnoToStatus(errno, absl::StrCat("reading ", path));
  auto close_file = absl::MakeCleanup([fd] { close(fd); });
  struct stat found;
  if (fstat(fd, &found) != 0 || !S_ISREG(found.st_mode) || found.st_uid != geteuid() ||
      (found.st_mode & 077) != 0 || found.st_size == 0) {
    return absl::DataLossError(absl::StrCat(path, " is not a private file of ours"));
  }
  const size_t size = static_cast<size_t>(found.st_size);
  void* mapped = mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
  if (mapped == MAP_FAILED) return absl::ErrnoToStatus(errno, absl::StrCat("reading ", path));
  std::shared_ptr<const void> holder(mapped,
                                     [size](const void* m) { munmap(const_cast<void*>(m), size); });
  ASSIGN_OR_RETURN(ClusterTemplate result,
                   Parse(absl::string_view(static_cast<const char*>(mapped), size)));
  result.holder_ = std::move(holder);
  return result;
}

absl::StatusOr<ClusterTemplate> ClusterTemplate::Get(const std::string& bin_dir,
                                                     const std::string& cache_folder) {
  ASSIGN_OR_RETURN(std::string name, NameFor(bin_dir));
  const std::string folder = absl::StrCat(cache_folder, "/servers");
  const std::string path = absl::StrCat(folder, "/", name);
  auto found = Open(path);
  if (found.ok()) return found;

  std::error_code ignored;
  fs::create_directories(folder, ignored);
  const int lock = open(absl::StrCat(path, ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  auto unlock = absl::MakeCleanup([lock] {
    if (lock >= 0) close(lock);
  });
  while (lock >= 0 && flock(lock, LOCK_EX) != 0 && errno == EINTR) {
  }
  found = Open(path);  // made while we waited
  if (found.ok()) return found;
  ASSIGN_OR_RETURN(std::string content, Make(bin_dir));
  // Private from the start: made under another name, with mode 0600, and moved into place.
  std::string temporary = absl::StrCat(path, ".XXXXXX");
  int fd = mkostemp(temporary.data(), O_CLOEXEC);
  bool written = fd >= 0;
  for (absl::string_view rest = content; written && !rest.empty();) {
    ssize_t n = write(fd, rest.data(), rest.size());
    written = n > 0 || (n < 0 && errno == EINTR);
    if (n > 0) rest.remove_prefix(static_cast<size_t>(n));
  }
  if (fd >= 0) close(fd);
  if (fd >= 0 && (!written || rename(temporary.c_str(), path.c_str()) != 0)) {
    unlink(temporary.c_str());
  }
  auto holder = std::make_shared<const std::string>(std::move(content));
  ASSIGN_OR_RETURN(ClusterTemplate made, Parse(*holder));
  made.holder_ = std::move(holder);
  return made;
}

absl::Status ClusterTemplate::Copy(const std::string& path, uid_t uid, gid_t gid) const {
  const bool give = geteuid() == 0;
  auto failed = [](const std::string& what) {
    return absl::ErrnoToStatus(errno, absl::StrCat("writing ", what));
  };
  if (mkdir(path.c_str(), 0700) != 0) return failed(path);
  if (give) RETURN_IF_ERROR(GiveTo(path, uid, gid));
  absl::string_view rest = files_;
  for (Entry entry; !rest.empty();) {
    if (!TakeRaw(&rest, &entry) || rest.size() < entry.path + entry.size) {
      return absl::DataLossError("the template of a database cluster is damaged");
    }
    const std::string to = absl::StrCat(path, rest.substr(0, entry.path));
    absl::string_view content = rest.substr(entry.path, entry.size);
    rest.remove_prefix(entry.path + entry.size);
    if (entry.is_folder != 0) {
      if (mkdir(to.c_str(), 0700) != 0) return failed(to);
      if (give && lchown(to.c_str(), uid, gid) != 0) return failed(to);
      continue;
    }
    const int fd = open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) return failed(to);
    auto close_file = absl::MakeCleanup([fd] { close(fd); });
    if (give && fchown(fd, uid, gid) != 0) return failed(to);
    while (!content.empty()) {
      ssize_t n = write(fd, content.data(), content.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return failed(to);
      content.remove_prefix(static_cast<size_t>(n));
    }
  }
  return absl::OkStatus();
}

}  // namespace autogen::postgres
