#include "src/revision/load.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/file.h"
#include "src/base/status.h"
#include "src/revision/script.h"

namespace autogen::revision {
namespace {

// The file up to its first section: scripts are long, headers short.
absl::StatusOr<std::string> ReadHead(const std::string& path) {
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return absl::ErrnoToStatus(errno, absl::StrCat("reading ", path));
  std::string head;
  char buffer[2048];
  while (!absl::StrContains(head, "\n-- autogen:")) {
    ssize_t n = read(fd, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      absl::Status status = absl::ErrnoToStatus(errno, absl::StrCat("reading ", path));
      close(fd);
      return status;
    }
    if (n == 0) break;
    head.append(buffer, static_cast<size_t>(n));
  }
  close(fd);
  return head;
}

}  // namespace

absl::StatusOr<Graph> LoadGraph(absl::Span<const std::string> folders) {
  std::vector<Revision> revisions;
  std::vector<std::string> errors;
  for (const std::string& folder : folders) {
    absl::StatusOr<std::vector<std::string>> files = ListFiles(folder, ".sql", true);
    if (absl::IsNotFound(files.status())) {
      return absl::NotFoundError(
          absl::StrCat("no folder ", folder,
                       " for scripts; `autogen init` makes one, --versions names another"));
    }
    RETURN_IF_ERROR(files.status());
    for (const std::string& file : *files) {
      absl::StatusOr<std::string> head = ReadHead(file);
      RETURN_IF_ERROR(head.status());
      absl::StatusOr<Revision> revision = ParseHeader(*head, file);
      if (revision.ok()) {
        revisions.push_back(*std::move(revision));
      } else {
        errors.emplace_back(revision.status().message());
      }
    }
  }
  if (!errors.empty()) return absl::InvalidArgumentError(absl::StrJoin(errors, "\n"));
  return Graph::Build(std::move(revisions));
}

}  // namespace autogen::revision
