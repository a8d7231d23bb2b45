#include "src/lint/read.h"

#include <doctest/doctest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "src/lint/judge.h"

namespace autogen::lint {
namespace {

// The findings as lines; what is not about the default set.
std::string Lint(absl::string_view text, const ReadOptions& read = {}, Config config = {}) {
  std::vector<report::Finding> problems;
  const impact::Dialect& dialect = impact::PostgresDialect();
  const Script script = Read(text, "x.sql", dialect, read, &problems);
  absl::StatusOr<Policy> policy = Policy::Make(config.lint(), {}, {"lock-timeout"});
  REQUIRE_MESSAGE(policy.ok(), policy.status().ToString());
  JudgeOptions options{.path = "x.sql"};
  options.rules.path = "x.sql";
  options.rules.pending = read.pending;
  std::string out;
  for (const report::Finding& finding :
       Judge(script, problems, dialect, *policy, std::move(options))) {
    const std::string first = finding.message.substr(0, finding.message.find('\n'));
    absl::StrAppend(&out, finding.line, finding.column > 0 ? ":" : "",
                    finding.column > 0 ? std::to_string(finding.column) : "", " ", finding.rule,
                    ": ", first, "\n");
  }
  return out;
}

constexpr char kHeader[] =
    "-- x\n--\n-- revision:   aaaaaaaaaaaa\n-- revises:    base\n\n-- autogen: upgrade\n\n";

TEST_CASE("what cannot be parsed is a finding with its place, and the rest is judged") {
  CHECK(Lint("DROP TABLE a;\nALTER TABEL b;\nDROP TABLE c;") ==
        "1 data-loss: drops a\n"
        "2:7 syntax: syntax error at or near \"TABEL\"\n"
        "3 data-loss: drops c\n");
  // The text before it is whole.
  CHECK(Lint("DROP TABLE a;\nDROP TABLE b;\nSELECT 'c;\nDROP TABLE d;") ==
        "1 data-loss: drops a\n2 data-loss: drops b\n"
        "3:8 syntax: unterminated quoted string at or near \"'c;…\"\n");
  CHECK(Lint("SELECT 'a") == "1:8 syntax: unterminated quoted string at or near \"'a\"\n");
  CHECK(Lint(absl::StrCat(kHeader, "DROP TABLE a;\nDROP TABL b;\n\n-- autogen: downgrade\nx")) ==
        "8 data-loss: drops a\n9:6 syntax: syntax error at or near \"TABL\"\n");
  // A directive is no reason to judge nothing.
  CHECK(Lint(absl::StrCat(kHeader,
                          "DROP TABLE a;\n-- autogen: stap\nDROP TABLE b;\n\n"
                          "-- autogen: downgrade\nDROP TABLE c;")) ==
        "8 data-loss: drops a\n"
        "9 syntax: no directive \"stap\"; did you mean \"step\"?\n"
        "10 data-loss: drops b\n"
        "10 many-locks: locks b (ACCESS EXCLUSIVE) while the same lock on a is held\n");
}

TEST_CASE("a file for psql is judged with its lines") {
  CHECK(Lint("\\set t tasks\n\\echo hello 'x\nDROP TABLE :t;\nDROP TABLE :\"t\", public.:u;\n"
             "SELECT 'DROP TABLE ' || :'t' \\gexec\nCOPY x FROM stdin;\n'\n\\.\nDROP TABLE z;") ==
        "3 data-loss: drops _t\n4 data-loss: drops t\n4 data-loss: drops public._u\n"
        "4 many-locks: locks public._u (ACCESS EXCLUSIVE) while the same lock on t is held\n"
        "9 data-loss: drops z\n");
  CHECK(Lint("") == "");
  CHECK(Lint(";;\n-- nothing\n") == "");
  CHECK(Lint("\xEF\xBB\xBF"
             "DROP TABLE a") == "1 data-loss: drops a\n");
}

TEST_CASE("an allowance counts for its statement, or for the file") {
  CHECK(Lint("-- autogen: allow data-loss \"empty\"\nDROP TABLE a;\nDROP TABLE b;") ==
        "3 data-loss: drops b\n");
  CHECK(Lint("-- why\n-- autogen: allow data-loss \"empty\"\n\nDROP TABLE a;\nDROP TABLE b;") ==
        "");
  // Not in a text.
  CHECK(Lint("SELECT '\n-- autogen: allow data-loss\n';\nDROP TABLE a;") ==
        "4 data-loss: drops a\n");
  const std::string down = "\n-- autogen: downgrade\n";
  CHECK(Lint(absl::StrCat(kHeader,
                          "-- autogen: allow data-loss \"x\"\nDROP TABLE a;\n"
                          "-- autogen: step\nDROP TABLE b;\n",
                          down)) == "11 data-loss: drops b\n");
  CHECK(Lint("-- x\n-- revision: a\n-- autogen: allow data-loss \"x\"\n-- revises: base\n\n"
             "-- autogen: allow drop \"y\"\n-- autogen: upgrade\nDROP TABLE a;\n-- autogen: "
             "step\nDROP VIEW b;\n") == "");
  CHECK(Lint("-- autogen: allow data-los\nDROP TABLE a;") ==
        "1 unused-allow: there is no rule \"data-los\"; did you mean \"data-loss\"?\n"
        "2 data-loss: drops a\n");
  CHECK(Lint("-- autogen: allow rename\nDROP TABLE a;") ==
        "1 unused-allow: allows rename, which finds nothing here\n2 data-loss: drops a\n");
  // A rule that is off says nothing about its allowances.
  CHECK(Lint("-- autogen: allow text-column\nDROP VIEW a;") == "2 drop: drops a\n");
}

TEST_CASE("severities go by rule and file, the last entry that fits counts") {
  Config config;
  auto add = [&](const char* name, const char* path, Config::Lint::Severity severity) {
    Config::Lint::Rule& rule = *config.mutable_lint()->add_rule();
    rule.set_name(name);
    rule.set_path(path);
    rule.set_severity(severity);
  };
  add("data-loss", "", Config::Lint::OFF);
  CHECK(Lint("DROP TABLE a;", {}, config) == "");
  add("data-loss", "y.*", Config::Lint::ERROR);
  CHECK(Lint("DROP TABLE a;", {}, config) == "");
  add("data-loss", "x.*", Config::Lint::NOTICE);
  CHECK(Lint("DROP TABLE a;", {}, config) == "1 data-loss: drops a\n");
  // One of another set.
  CHECK(Lint("CREATE TABLE a (x int);", {}, config) == "");
  add("bigint-column", "", Config::Lint::USUAL);
  CHECK(Lint("CREATE TABLE a (x int);", {}, config) ==
        "1 bigint-column: a.x is an integer of 32 bits\n");
  add("no-such-rule", "", Config::Lint::OFF);
  CHECK(!Policy::Make(config.lint(), {}, {}).ok());
  config.mutable_lint()->mutable_rule()->RemoveLast();
  add("drop", "(", Config::Lint::OFF);
  CHECK(!Policy::Make(config.lint(), {}, {}).ok());
}

TEST_CASE("statements of a step commit together") {
  auto steps = [](absl::string_view text, bool in_transaction = false) {
    std::vector<report::Finding> problems;
    const Script script = Read(text, "x.sql", impact::PostgresDialect(),
                               {.in_transaction = in_transaction}, &problems);
    std::string out;
    for (const Statement& statement : script.statements) {
      absl::StrAppend(&out, statement.step, statement.in_block ? "b" : "", " ");
    }
    return out;
  };
  CHECK(steps("SELECT 1; SELECT 2;") == "1 2 ");
  CHECK(steps("SELECT 1; BEGIN; SELECT 2; COMMIT; SELECT 3;") == "1 2b 2b 2 3 ");
  CHECK(steps("SELECT 1; SELECT 2;", true) == "0b 0b ");
  CHECK(steps(absl::StrCat(kHeader,
                           "SELECT 1;\nSELECT 2;\n-- autogen: step\nSELECT 3;\nVACUUM t;\n"
                           "SELECT 4;\nALTER TYPE e ADD VALUE 'x';\nSELECT 5;")) ==
        "1 1 2 3 4 4 5 ");
}

TEST_CASE("a table that a script before it creates is new where both are pending") {
  std::vector<report::Finding> problems;
  const Script first = Read(absl::StrCat(kHeader, "CREATE TABLE n (a int);"), "a.sql",
                            impact::PostgresDialect(), {}, &problems);
  const std::string second = absl::StrCat(kHeader, "CREATE INDEX ON n (a);");
  CHECK(Lint(second) == "8 index-build: builds an index of n\n");
  CHECK(Lint(second, {.pending = {&first}}) == "");
}

TEST_CASE("of a script that was proved as it is the comments are believed") {
  const std::string body =
      "-- autogen: upgrade\n\n"
      "-- t.a: change type from varchar(2) to varchar(4) (ACCESS EXCLUSIVE on t, no rewrite)\n"
      "ALTER TABLE t ALTER a TYPE varchar(4);\n\n"
      "-- t.b: change type from int to bigint (ACCESS EXCLUSIVE on t, rewrites the table)\n"
      "ALTER TABLE t ALTER b TYPE bigint;\n";
  const std::string header = "-- x\n-- revision: a\n-- revises: base\n";
  const std::string proof = revision::ProofLine("PostgreSQL 15.20, up", revision::Checksum(body));
  const std::string sure = absl::StrCat(header, "-- ", proof, "\n\n", body);
  CHECK(Lint(sure) == "12 table-rewrite: changes the type of t.b\n");
  CHECK(Lint(absl::StrCat(header, "\n\n", body)) ==
        "9 table-rewrite: changes the type of t.a (unsure: it depends on what is in the database)\n"
        "12 table-rewrite: changes the type of t.b (unsure: it depends on what is in the "
        "database)\n");
  // What a server has understood is no error.
  const std::string newer =
      absl::StrReplaceAll(body, {{"ALTER TABLE t ALTER b", "MERGE PARTITIONS"}});
  CHECK(!absl::StrContains(
      Lint(absl::StrCat(header, "-- ",
                        revision::ProofLine("PostgreSQL 18, up", revision::Checksum(newer)), "\n\n",
                        newer)),
      "syntax"));
}

}  // namespace
}  // namespace autogen::lint
