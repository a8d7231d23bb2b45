#include "src/revision/sum.h"

#include <stdlib.h>

#include <filesystem>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "doctest/doctest.h"
#include "src/base/file.h"
#include "src/revision/script.h"

namespace autogen::revision {
namespace {

namespace fs = std::filesystem;

class Scripts {
 public:
  Scripts() : path_(fs::temp_directory_path().string() + "/autogen_sum_XXXXXX") {
    REQUIRE(mkdtemp(path_.data()) != nullptr);
  }
  ~Scripts() { fs::remove_all(path_); }
  const std::string& folder() const { return path_; }
  std::string sum() const { return path_ + "/autogen.sum"; }
  std::string Add(const std::string& id) const {
    std::string path = absl::StrCat(path_, "/", id, ".sql");
    REQUIRE(WriteFile(path,
                      absl::StrCat("-- m\n--\n-- revision: ", id,
                                   "\n-- revises: base\n\n-- autogen: upgrade\n\nSELECT 1;\n"),
                      Overwrite::kNever)
                .ok());
    return path;
  }
  void Replace(const std::string& text) const {
    REQUIRE(WriteFile(sum(), text, Overwrite::kReplace).ok());
  }

 private:
  std::string path_;
};

TEST_CASE("line ends of Windows and a byte order mark are no difference") {
  const Scripts scripts;
  scripts.Add("a");
  scripts.Add("b");
  REQUIRE(WriteSum(scripts.folder()).ok());
  const std::string text = *ReadFile(scripts.sum());
  scripts.Replace("\xEF\xBB\xBF" + absl::StrReplaceAll(text, {{"\n", "\r\n"}}));
  absl::StatusOr<std::vector<std::string>> differences = CheckSum(scripts.folder());
  REQUIRE(differences.ok());
  CHECK(differences->empty());
  CHECK(AddToSum(scripts.folder(), {scripts.Add("c")}).ok());
  CHECK_FALSE(absl::StrContains(*ReadFile(scripts.sum()), '\r'));
  CHECK(CheckSum(scripts.folder())->empty());
}

TEST_CASE("what cannot stand in a line is refused before it is written") {
  const Scripts scripts;
  scripts.Add("a");
  REQUIRE(WriteSum(scripts.folder()).ok());
  const std::string before = *ReadFile(scripts.sum());
  for (const char* id : {"b c", "b\tc", "b\nc"}) {
    CAPTURE(id);
    const std::string path = scripts.Add(id);
    const absl::Status added = AddToSum(scripts.folder(), {path});
    CHECK(added.code() == absl::StatusCode::kInvalidArgument);
    CHECK_FALSE(absl::StrContains(added.message(), '\n'));
    CHECK_FALSE(WriteSum(scripts.folder()).ok());
    CHECK(*ReadFile(scripts.sum()) == before);
    fs::remove(path);
  }
}

TEST_CASE("a merge conflict is named, with what to do") {
  const Scripts scripts;
  const std::string path = scripts.Add("a");
  CHECK(CheckSumIsReadable(scripts.folder()).ok());  // none yet
  REQUIRE(WriteSum(scripts.folder()).ok());
  CHECK(CheckSumIsReadable(scripts.folder()).ok());
  const std::string text = *ReadFile(scripts.sum());
  for (const char* marker :
       {"<<<<<<< HEAD", "=======", "=======\r", ">>>>>>> theirs", "||||||| a"}) {
    CAPTURE(marker);
    scripts.Replace(absl::StrCat(text, marker, "\n"));
    const absl::Status status = CheckSumIsReadable(scripts.folder());
    CHECK(absl::StartsWith(status.message(), absl::StrCat(scripts.sum(), ":3: a merge conflict")));
    CHECK(absl::StrContains(status.message(), "`autogen sum`"));
    CHECK_FALSE(AddToSum(scripts.folder(), {path}).ok());
    CHECK_FALSE(CheckSum(scripts.folder()).ok());
  }
  scripts.Replace("x\n");
  CHECK(absl::StrContains(CheckSumIsReadable(scripts.folder()).message(), ":1: not a line"));
  CHECK(WriteSum(scripts.folder()).ok());
  CHECK(CheckSum(scripts.folder())->empty());
}

TEST_CASE("runs at the same time lose no line") {
  const Scripts scripts;
  REQUIRE(WriteSum(scripts.folder()).ok());
  std::vector<std::thread> threads;
  constexpr int kRuns = 16;
  std::vector<std::string> paths;
  for (int i = 0; i < kRuns; ++i) paths.push_back(scripts.Add(absl::StrCat("r", i)));
  for (const std::string& path : paths) {
    threads.emplace_back([&] {
      for (int i = 0; i < 5; ++i) AddToSum(scripts.folder(), {path}).IgnoreError();
    });
  }
  for (std::thread& thread : threads) thread.join();
  absl::StatusOr<std::vector<std::string>> differences = CheckSum(scripts.folder());
  REQUIRE(differences.ok());
  CHECK(differences->empty());
}

TEST_CASE("sums are not read or written through a link that leads out") {
  const Scripts scripts;
  const Scripts other;
  const std::string path = scripts.Add("a");
  REQUIRE(WriteFile(other.sum(), "kept", Overwrite::kNever).ok());
  fs::create_symlink(other.sum(), scripts.sum());
  CHECK(absl::IsPermissionDenied(CheckSumIsReadable(scripts.folder())));
  CHECK(absl::IsPermissionDenied(AddToSum(scripts.folder(), {path})));
  CHECK(absl::IsPermissionDenied(CheckSum(scripts.folder()).status()));
  CHECK(WriteSum(scripts.folder()).ok());  // replaces the link
  CHECK(*ReadFile(other.sum()) == "kept");
  fs::create_symlink("/etc/passwd", scripts.folder() + "/x.sql");
  CHECK(absl::IsPermissionDenied(WriteSum(scripts.folder())));
}

TEST_CASE("an accepted edit has a reason, stays through a rewrite, and is one edit") {
  const Scripts scripts;
  const std::string path = scripts.Add("a");
  scripts.Add("b");
  REQUIRE(WriteSum(scripts.folder()).ok());
  const std::string first = Checksum(*ReadFile(path));
  CHECK(absl::IsFailedPrecondition(AcceptEdit(scripts.folder(), path, first, "nothing changed")));
  auto edit = [&](const std::string& statement) {
    const std::string text = *ReadFile(path);
    REQUIRE(WriteFile(path, absl::StrCat(text, statement, "\n"), Overwrite::kReplace).ok());
    return Checksum(*ReadFile(path));
  };
  const std::string second = edit("SELECT 2;");
  CHECK(CheckSum(scripts.folder())->size() == 1);
  CHECK(absl::IsInvalidArgument(AcceptEdit(scripts.folder(), path, "", " ")));
  CHECK(absl::IsInvalidArgument(AcceptEdit(scripts.folder(), path, "", "two\nlines")));
  REQUIRE(AcceptEdit(scripts.folder(), path, "", "it is the same").ok());
  CHECK(CheckSum(scripts.folder())->empty());
  const std::vector<std::string> folders = {scripts.folder()};
  std::vector<Acceptance> accepted = ReadAcceptances(folders);
  REQUIRE(accepted.size() == 1);
  CHECK(accepted[0] == Acceptance{first, second, "a", "it is the same"});
  CHECK(IsAccepted(accepted, "a", first, second));
  CHECK_FALSE(IsAccepted(accepted, "a", second, first));
  CHECK_FALSE(IsAccepted(accepted, "b", first, second));

  // The next edit is another one; a chain of both is accepted.
  const std::string third = edit("SELECT 3;");
  CHECK_FALSE(IsAccepted(accepted, "a", first, third));
  REQUIRE(WriteSum(scripts.folder()).ok());
  CHECK(absl::IsFailedPrecondition(AcceptEdit(scripts.folder(), path, "", "not known any more")));
  REQUIRE(AcceptEdit(scripts.folder(), path, second, "as that database ran it").ok());
  accepted = ReadAcceptances(folders);
  CHECK(IsAccepted(accepted, "a", first, third));

  // A merge conflict loses none.
  scripts.Replace(absl::StrCat("<<<<<<< ours\n", *ReadFile(scripts.sum()), "=======\n>>>>>>>\n"));
  CHECK(ReadAcceptances(folders).empty());
  REQUIRE(WriteSum(scripts.folder()).ok());
  CHECK(ReadAcceptances(folders) == accepted);
  scripts.Replace("accepted a b\n");
  CHECK(absl::IsInvalidArgument(CheckSum(scripts.folder()).status()));
}

}  // namespace
}  // namespace autogen::revision
