// The headers of a large folder of scripts, cached between runs: to check whether ten thousand
// files changed takes a fraction of the time that reading them takes.
#ifndef AUTOGEN_REVISION_HEADER_CACHE_H_
#define AUTOGEN_REVISION_HEADER_CACHE_H_

#include <sys/stat.h>

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "src/revision/graph.h"

namespace autogen::revision {

// A file or folder as it was when it was read. Any write to it changes one of these: nobody can set
// ctime.
struct FileStamp {
  int64_t modified_ns = 0;
  int64_t changed_ns = 0;
  int64_t size = 0;
  uint64_t inode = 0;
  uint64_t device = 0;

  static FileStamp Of(const struct stat& file);
  bool operator==(const FileStamp& other) const = default;
};

// A convenience: what cannot be read, is not exactly as it should be, or could have been written by
// somebody else is a miss, and what cannot be written is not kept.
class HeaderCache {
 public:
  struct Entry {
    std::string path;  // in the folder
    FileStamp stamp;
    Revision revision;  // its path is not kept
  };

  // A folder that was read for scripts; its path from the root of all, "" for that.
  struct Folder {
    std::string path;
    FileStamp stamp;
  };

  // Of the scripts in `folder`, below DefaultCacheFolder().
  explicit HeaderCache(const std::string& folder);
  HeaderCache(const HeaderCache&) = delete;
  HeaderCache& operator=(const HeaderCache&) = delete;

  // The revision that was read from `path` when it had this stamp. `hint` is where it stands among
  // the files, sorted. May be called by several threads at once.
  std::optional<Revision> Find(absl::string_view path, size_t hint, const FileStamp& stamp) const;

  // The scripts' paths, sorted, where `stamp_of` gives for each folder that was read what it
  // recorded then: a file that is added or removed changes its folder.
  std::optional<std::vector<std::string>> Files(
      const std::function<std::optional<FileStamp>(const std::string& path)>& stamp_of) const;

  // Replaces everything. `entries` sorted by path; `folders`: all that were read, with their
  // stamps of before that, or none where `entries` are not all that is there. What was written in
  // the last seconds is left out: another write might leave the same stamp.
  void Save(const std::vector<Entry>& entries, const std::vector<Folder>& folders,
            int64_t now_ns) const;
  // Whether Save() would leave it out.
  static bool TooYoung(const FileStamp& stamp, int64_t now_ns);

 private:
  std::string file_;
  std::string data_;
  std::vector<Folder> folders_;                                           // none: not all there
  std::vector<std::pair<absl::string_view, absl::string_view>> entries_;  // path, the rest
};

}  // namespace autogen::revision

#endif  // AUTOGEN_REVISION_HEADER_CACHE_H_
