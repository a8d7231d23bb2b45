#include "src/review/script.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "src/review/findings.h"
#include "src/revision/load.h"

namespace autogen::review {
namespace {

namespace fs = std::filesystem;

// A folder with one script, whose sections are given.
struct OneScript {
  OneScript(const std::string& header, const std::string& up, const std::string& down) {
    std::string pattern = (fs::temp_directory_path() / "autogen_XXXXXX").string();
    folder = mkdtemp(pattern.data());
    std::ofstream(folder + "/a.sql") << "-- add things\n--\n-- revision:   aaa1\n"
                                     << "-- revises:    base\n"
                                     << header << "\n-- autogen: upgrade\n\n"
                                     << up << "\n"
                                     << down;
    absl::StatusOr<revision::Graph> loaded =
        revision::LoadGraph({folder}, revision::Checksums::kNone, impact::PostgresDialect());
    REQUIRE(loaded.ok());
    graph = *std::move(loaded);
    absl::StatusOr<ReadScript> found = Read(graph, 0);
    REQUIRE(found.ok());
    read = *std::move(found);
    script = ReviewOf(graph, read);
  }
  ~OneScript() { fs::remove_all(folder); }
  std::string folder;
  revision::Graph graph;
  ReadScript read;
  Script script;
};

constexpr char kDown[] = "-- autogen: downgrade\n\nSELECT 1;\n";

TEST_CASE("a statement has its locks, its work, and who waits for it") {
  const OneScript one("",
                      "CREATE INDEX i ON public.t (a);\n"
                      "CREATE INDEX CONCURRENTLY j ON public.t (b);\n"
                      "ALTER TABLE public.t ADD COLUMN c integer;\n"
                      "ALTER TABLE public.t DROP COLUMN d;\n",
                      kDown);
  const std::vector<Statement>& up = one.script.upgrade;
  REQUIRE(up.size() == 4);
  CHECK(up[0].line == 8);
  CHECK(up[0].locks == std::vector<std::string>{"SHARE on public.t"});
  REQUIRE(up[0].work.size() == 1);
  REQUIRE(up[0].blocks.size() == 1);
  CHECK(up[0].blocks[0] == absl::StrCat("writers of public.t wait: it ", up[0].work[0]));
  CHECK(up[1].locks == std::vector<std::string>{"SHARE UPDATE EXCLUSIVE on public.t"});
  CHECK(up[1].work.size() == 1);
  CHECK(up[1].blocks.empty());
  CHECK(up[2].locks == std::vector<std::string>{"ACCESS EXCLUSIVE on public.t"});
  CHECK(up[2].work.empty());
  CHECK(up[3].losses == std::vector<std::string>{"drops column public.t.d"});
  CHECK(!one.script.online());
}

TEST_CASE("what the script itself creates makes nobody wait") {
  const OneScript one("", "CREATE TABLE public.n (id integer);\nCREATE INDEX i ON public.n (id);\n",
                      "-- autogen: downgrade\n\nDROP TABLE public.n;\n");
  CHECK(one.script.online());
  CHECK(one.script.upgrade[1].locks.empty());
  CHECK(one.script.upgrade[1].work.empty());
}

TEST_CASE("a downgrade is judged by the proof, else by the statements") {
  struct {
    const char* header;
    const char* up;
    const char* down;
    Downgrade downgrade;
    const char* note;  // the start of the first one; "" for none
  } rows[] = {
      {"", "ALTER TABLE t ADD COLUMN c integer;\n", kDown, Downgrade::kNotMeasured, ""},
      {"", "SELECT 1;\n", "-- autogen: downgrade\n\nDROP TABLE public.t;\n", Downgrade::kLossy,
       "line 12: drops public.t"},
      // What was not there before is not lost.
      {"", "CREATE TABLE public.n (id integer);\nALTER TABLE public.t ADD COLUMN c integer;\n",
       "-- autogen: downgrade\n\nALTER TABLE public.t DROP COLUMN c;\nDROP TABLE public.n;\n",
       Downgrade::kNotMeasured, ""},
      {"", "ALTER TABLE public.t DROP COLUMN c;\n", kDown, Downgrade::kLossy,
       "line 8: the upgrade drops column public.t.c"},
      {"", "SELECT 1;\n", "", Downgrade::kNotReversible, "the script has no downgrade"},
      {"", "SELECT 1;\n-- autogen: irreversible \"the rows are gone\"\n", "",
       Downgrade::kNotReversible, "the rows are gone"},
  };
  for (const auto& row : rows) {
    CAPTURE(std::string(row.up));
    const OneScript one(row.header, row.up, row.down);
    CHECK(one.script.downgrade == row.downgrade);
    CHECK(one.script.downgrade_notes.empty() == (row.note[0] == '\0'));
    for (const std::string& note : one.script.downgrade_notes) CHECK(note == row.note);
  }
}

// A header with the proof of the sections.
std::string ProofOf(const std::string& sections) {
  return absl::StrCat(
      "-- ",
      revision::ProofLine("PostgreSQL 15.4, up, down and up again", revision::Checksum(sections)),
      "\n-- rows:  25 rows in 1 table, up and down\n");
}

TEST_CASE("what the proof measured stands above the statements") {
  const std::string up =
      "-- t.c: drop column\n-- downgrade: lossy (public.t.c: NULL)\n"
      "ALTER TABLE public.t DROP COLUMN c;\n";
  const std::string sections = absl::StrCat("-- autogen: upgrade\n\n", up, "\n", kDown);
  const OneScript one(ProofOf(sections), up, kDown);
  CHECK(one.script.downgrade == Downgrade::kLossy);
  CHECK(one.script.downgrade_notes ==
        std::vector<std::string>{"line 12: lossy (public.t.c: NULL)"});
  CHECK(one.script.proof.find("PostgreSQL 15.4") == 0);
  CHECK(one.script.rows == "25 rows in 1 table, up and down");
  CHECK(!one.script.edited_since_proof);

  const OneScript edited(ProofOf("-- autogen: upgrade\n"), up, kDown);
  CHECK(edited.script.edited_since_proof);
  CHECK(edited.script.downgrade_notes ==
        std::vector<std::string>{"line 12: the upgrade drops column public.t.c"});
}

TEST_CASE("secrets are masked, and their lines are in no finding") {
  const OneScript one("", "ALTER ROLE r PASSWORD 'sesame';\nDO $$ BEGIN END $$;\n", kDown);
  CHECK(one.script.upgrade[0].sql.find("sesame") == std::string::npos);
  std::vector<report::Finding> findings;
  AddFindings(one.graph, one.read, one.script, &findings);
  CHECK(!findings.empty());
  for (const report::Finding& finding : findings) {
    CHECK(finding.excerpt.find("sesame") == std::string::npos);
    CHECK(finding.path == one.script.path);
  }
}

TEST_CASE("a script that cannot be read is a finding at its line") {
  const report::Finding finding =
      Unreadable("versions/x.sql", absl::InvalidArgumentError("versions/x.sql:12: unterminated"));
  CHECK(finding.line == 12);
  CHECK(finding.message == "unterminated");
  CHECK(Unreadable("x.sql", absl::NotFoundError("no file")).message == "no file");
}

}  // namespace
}  // namespace autogen::review
