// autogen.sum. The input: the file, a line of "%%", a script's name, a line of "%%", that script.
#include "src/revision/sum.h"

#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/fuzz/folder.h"
#include "tests/fuzz/fuzz.h"

namespace autogen::fuzz {
namespace {

// As a file's name of this folder; "" where it can be none.
std::string ScriptName(absl::string_view text) {
  if (text.empty() || text.size() > 200 || text[0] == '.' || text.find('/') != text.npos ||
      text.find('\0') != text.npos) {
    return "";
  }
  return absl::StrCat(text, ".sql");
}

}  // namespace

void FuzzOne(absl::string_view input) {
  const std::vector<absl::string_view> parts = Parts(input);
  const std::string& folder = OwnFolder();
  const std::string sum = WriteOwn("autogen.sum", parts[0]);
  WriteOwn("a.sql",
           "-- a\n--\n-- revision: aaaa\n-- revises: base\n\n-- autogen: upgrade\nSELECT 1;\n");
  const std::string name = parts.size() > 1 ? ScriptName(parts[1]) : "";
  const std::string script =
      name.empty() || name == "a.sql" ? "" : WriteOwn(name, parts.size() > 2 ? parts[2] : "");

  const absl::Status readable = revision::CheckSumIsReadable(folder);
  absl::StatusOr<std::vector<std::string>> before = revision::CheckSum(folder);
  Expect(readable.ok() || absl::StrContains(readable.message(), "autogen.sum"),
         "an error without the file's name", {input, readable.message()});
  Expect(readable.ok() || !before.ok(), "what cannot be read is compared", {input});
  // What is added is right from then on.
  const absl::Status added = revision::AddToSum(folder, {folder + "/a.sql"});
  Expect(added.ok() == readable.ok(), "what can be read cannot be added to",
         {input, added.message()});
  if (added.ok()) {
    absl::StatusOr<std::vector<std::string>> after = revision::CheckSum(folder);
    if (after.ok()) {
      for (const std::string& difference : *after) {
        // A line of the input may name a file "a.sql was …" that there is none of.
        Expect((!absl::StartsWith(difference, folder + "/a.sql was ") ||
                absl::StrContains(difference, " is missing (revision ")) &&
                   !absl::StartsWith(difference, folder + "/a.sql is not "),
               "what was added is wrong", {input, difference});
      }
    }
  }
  // What is written from the scripts says nothing of them.
  if (revision::WriteSum(folder).ok()) {
    absl::StatusOr<std::vector<std::string>> differences = revision::CheckSum(folder);
    Expect(differences.ok() && differences->empty(), "scripts differ from what was just written",
           {input, differences.ok() ? absl::StrJoin(*differences, "; ")
                                    : std::string(differences.status().message())});
  }
  if (!script.empty()) unlink(script.c_str());
}

}  // namespace autogen::fuzz
