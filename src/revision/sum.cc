#include "src/revision/sum.h"

#include <map>
#include <memory>
#include <optional>
#include <set>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "src/base/file.h"
#include "src/base/folder_lock.h"
#include "src/base/printable.h"
#include "src/base/project_root.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/revision/script.h"

namespace autogen::revision {
namespace {

constexpr char kHeader[] =
    "# Written by autogen with each script; `autogen sum --check` compares. Do not edit.\n";

struct Entry {
  std::string checksum;
  std::string id;
  std::string revises;
};
using Entries = std::map<std::string, Entry>;  // by path in the folder

struct Sum {
  Entries entries;
  std::vector<Acceptance> accepted;
};

constexpr absl::string_view kAccepted = "accepted ";

std::string SumPath(const std::string& folder) { return JoinPath(folder, "autogen.sum"); }

std::string PathInFolder(const std::string& folder, const std::string& path) {
  absl::string_view rest = path;
  if (folder != ".") absl::ConsumePrefix(&rest, folder);
  while (absl::ConsumePrefix(&rest, "/")) {
  }
  return std::string(rest);
}

// A line of the file has no quotes: what ends a line or a field can stand in none.
absl::Status CheckPathFits(const std::string& path) {
  if (!absl::StrContains(path, '\n')) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(Printable(path, Lines::kOne),
                   ": a name with a line end cannot stand in autogen.sum; rename the file"));
}

absl::Status CheckIdsFit(const std::string& path, const Revision& header) {
  std::vector<std::string> ids = header.revises;
  ids.push_back(header.id);
  for (const std::string& id : ids) {
    if (Printable(id, Lines::kOne) == id && !absl::StrContains(id, ' ')) continue;
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": the revision id \"", Printable(id, Lines::kOne), "\" holds a blank"));
  }
  return absl::OkStatus();
}

absl::StatusOr<Entry> EntryOf(const std::string& path) {
  RETURN_IF_ERROR(CheckPathFits(path));
  ASSIGN_OR_RETURN(std::string text, ReadTextFile(path));
  ASSIGN_OR_RETURN(Revision header, ParseHeader(text, path));
  RETURN_IF_ERROR(CheckIdsFit(path, header));
  return Entry{Checksum(text), header.id,
               header.revises.empty() ? "base" : absl::StrJoin(header.revises, ",")};
}

absl::StatusOr<Entries> EntriesOf(const std::string& folder) {
  ASSIGN_OR_RETURN(std::vector<std::string> files, ListFiles(folder, ".sql", true));
  Entries entries;
  for (const std::string& file : files) {
    ASSIGN_OR_RETURN(entries[PathInFolder(folder, file)], EntryOf(file));
  }
  return entries;
}

bool IsConflictMarker(absl::string_view line) {
  return absl::StartsWith(line, "<<<<<<<") || absl::StartsWith(line, "=======") ||
         absl::StartsWith(line, "|||||||") || absl::StartsWith(line, ">>>>>>>");
}

std::optional<Acceptance> AcceptanceOf(absl::string_view line) {
  while (absl::ConsumeSuffix(&line, "\r")) {
  }
  if (!absl::ConsumePrefix(&line, kAccepted)) return std::nullopt;
  const std::vector<std::string> fields = absl::StrSplit(line, absl::MaxSplits(' ', 3));
  if (fields.size() != 4) return std::nullopt;
  return Acceptance{fields[0], fields[1], fields[2], fields[3]};
}

absl::StatusOr<Sum> ReadSum(const std::string& folder) {
  ASSIGN_OR_RETURN(std::string text, ReadFileBelow(ProjectRoot(folder), SumPath(folder)));
  if (IsUtf16(text)) {
    return absl::InvalidArgumentError(
        absl::StrCat(SumPath(folder), ":1:1: the file is UTF-16; `autogen sum` rewrites it"));
  }
  Sum sum;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(WithoutByteOrderMark(text), '\n')) {
    ++number;
    while (absl::ConsumeSuffix(&line, "\r")) {
    }
    if (IsConflictMarker(line)) {
      return absl::InvalidArgumentError(absl::StrCat(
          SumPath(folder), ":", number,
          ": a merge conflict; compare the scripts of both sides, then `autogen sum` rewrites it "
          "from them (and `autogen merge` joins two heads)"));
    }
    if (line.empty() || line.front() == '#') continue;
    if (std::optional<Acceptance> accepted = AcceptanceOf(line); accepted.has_value()) {
      sum.accepted.push_back(*std::move(accepted));
      continue;
    }
    std::vector<std::string> fields = absl::StrSplit(line, absl::MaxSplits(' ', 3));
    if (fields.size() != 4 || absl::StartsWith(line, kAccepted)) {
      return absl::InvalidArgumentError(
          absl::StrCat(SumPath(folder), ":", number,
                       ": not a line of autogen.sum; `autogen sum` rewrites it from the scripts"));
    }
    sum.entries[fields[3]] = {fields[0], fields[1], fields[2]};
  }
  return sum;
}

absl::Status Write(const std::string& folder, const Sum& sum) {
  std::string text = kHeader;
  for (const auto& [path, entry] : sum.entries) {
    absl::StrAppend(&text, entry.checksum, " ", entry.id, " ", entry.revises, " ", path, "\n");
  }
  for (const Acceptance& one : sum.accepted) {
    absl::StrAppend(&text, kAccepted, one.from, " ", one.to, " ", one.revision, " ", one.reason,
                    "\n");
  }
  return WriteFile(SumPath(folder), text, Overwrite::kReplace);
}

}  // namespace

absl::Status WriteSum(const std::string& folder) {
  ASSIGN_OR_RETURN(std::unique_ptr<FolderLock> lock, FolderLock::Take(folder));
  Sum sum;
  ASSIGN_OR_RETURN(sum.entries, EntriesOf(folder));
  // Of a file with a merge conflict, too, which this repairs.
  absl::StatusOr<std::string> read = ReadFileBelow(ProjectRoot(folder), SumPath(folder));
  const std::string before = read.ok() ? *std::move(read) : "";
  for (absl::string_view line : absl::StrSplit(before, '\n')) {
    std::optional<Acceptance> one = AcceptanceOf(line);
    if (!one.has_value() || absl::c_linear_search(sum.accepted, *one)) continue;
    sum.accepted.push_back(*std::move(one));
  }
  return Write(folder, sum);
}

absl::Status AddToSum(const std::string& folder, absl::Span<const std::string> paths) {
  ASSIGN_OR_RETURN(std::unique_ptr<FolderLock> lock, FolderLock::Take(folder));
  absl::StatusOr<Sum> sum = ReadSum(folder);
  if (absl::IsNotFound(sum.status())) {
    Sum all;
    ASSIGN_OR_RETURN(all.entries, EntriesOf(folder));
    return Write(folder, all);
  }
  RETURN_IF_ERROR(sum.status());
  for (const std::string& path : paths) {
    ASSIGN_OR_RETURN(sum->entries[PathInFolder(folder, path)], EntryOf(path));
  }
  return Write(folder, *sum);
}

absl::Status AcceptEdit(const std::string& folder, const std::string& path,
                        const std::string& applied, const std::string& reason) {
  if (absl::StripAsciiWhitespace(reason).empty() || Printable(reason, Lines::kOne) != reason) {
    return absl::InvalidArgumentError(
        "an accepted edit has a reason, in one line: autogen sum --accept REVISION \"why\"");
  }
  ASSIGN_OR_RETURN(std::unique_ptr<FolderLock> lock, FolderLock::Take(folder));
  absl::StatusOr<Sum> sum = ReadSum(folder);
  if (absl::IsNotFound(sum.status())) {
    sum = Sum();
    ASSIGN_OR_RETURN(sum->entries, EntriesOf(folder));
  }
  RETURN_IF_ERROR(sum.status());
  ASSIGN_OR_RETURN(Entry now, EntryOf(path));
  Entry& entry = sum->entries[PathInFolder(folder, path)];
  const size_t before = sum->accepted.size();
  for (const std::string& from : {entry.checksum, applied}) {
    if (from.empty() || IsAccepted(sum->accepted, now.id, from, now.checksum)) continue;
    sum->accepted.push_back({from, now.checksum, now.id, reason});
  }
  if (sum->accepted.size() == before) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " (revision ", now.id, ") is as it was ",
                     applied.empty() ? "written" : "written and applied",
                     ", or was accepted before: there is nothing to accept"));
  }
  entry = std::move(now);
  return Write(folder, *sum);
}

std::vector<Acceptance> ReadAcceptances(absl::Span<const std::string> folders) {
  std::vector<Acceptance> all;
  for (const std::string& folder : folders) {
    absl::StatusOr<Sum> sum = ReadSum(folder);
    if (!sum.ok()) continue;
    all.insert(all.end(), sum->accepted.begin(), sum->accepted.end());
  }
  return all;
}

bool IsAccepted(absl::Span<const Acceptance> acceptances, absl::string_view revision,
                const std::string& from, const std::string& to) {
  std::set<std::string> known = {from};
  for (const Acceptance& one : acceptances) {
    if (one.revision == revision && known.count(one.from) > 0) known.insert(one.to);
  }
  return known.count(to) > 0;
}

absl::Status CheckSumIsReadable(const std::string& folder) {
  absl::Status status = ReadSum(folder).status();
  return absl::IsNotFound(status) ? absl::OkStatus() : status;
}

absl::StatusOr<std::vector<std::string>> CheckSum(const std::string& folder) {
  absl::StatusOr<Sum> sum = ReadSum(folder);
  if (absl::IsNotFound(sum.status())) {
    return absl::NotFoundError(
        absl::StrCat("no ", SumPath(folder), "; `autogen sum` writes it from the scripts"));
  }
  RETURN_IF_ERROR(sum.status());
  const Entries& written = sum->entries;
  ASSIGN_OR_RETURN(Entries found, EntriesOf(folder));
  std::vector<std::string> differences;
  for (const auto& [path, entry] : written) {
    auto now = found.find(path);
    std::string name = JoinPath(folder, path);
    if (now == found.end()) {
      differences.push_back(absl::StrCat(name, " is missing (revision ", entry.id, ")"));
    } else if (now->second.id != entry.id) {
      differences.push_back(
          absl::StrCat(name, " was revision ", entry.id, ", now it is ", now->second.id));
    } else if (now->second.revises != entry.revises) {
      differences.push_back(absl::StrCat(name, " was moved: it revised ", entry.revises,
                                         ", now it revises ", now->second.revises));
    } else if (now->second.checksum != entry.checksum) {
      differences.push_back(absl::StrCat(name, " was edited after it was written"));
    }
  }
  for (const auto& [path, entry] : found) {
    if (written.count(path) == 0) {
      differences.push_back(
          absl::StrCat(JoinPath(folder, path), " is not in autogen.sum (revision ", entry.id, ")"));
    }
  }
  return differences;
}

}  // namespace autogen::revision
