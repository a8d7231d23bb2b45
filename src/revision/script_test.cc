#include "src/revision/script.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/file.h"
#include "src/revision/load.h"

namespace autogen::revision {
namespace {

constexpr char kScript[] = R"(-- add task complexity score
-- in two steps
--
-- revision:   3f2a9c1d7b60
-- revises:    934f38a4fc73, 84456d47e6aa
-- created:    2026-11-21 09:13:00 UTC
-- depends on: billing
-- labels:     core, tasks
-- not proved: no scratch database

-- autogen: upgrade

-- tasks.complexity_score: add column
-- autogen: assert "SELECT count(*) < 10 FROM \"tasks\"" "too many tasks"
ALTER TABLE public.tasks ADD COLUMN complexity_score integer;

CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$
-- autogen: downgrade
SELECT ';'
$$;
-- autogen: assert "SELECT true" "never"

-- autogen: downgrade
-- autogen: no-transaction

DROP INDEX CONCURRENTLY i;
)";

TEST_CASE("a script comes apart into header, sections, statements and assertions") {
  absl::StatusOr<Script> parsed = ParseScript(kScript, "x.sql");
  REQUIRE_MESSAGE(parsed.ok(), parsed.status().ToString());
  const Script& script = *parsed;
  CHECK(script.header.id == "3f2a9c1d7b60");
  CHECK(script.header.message == "add task complexity score\nin two steps");
  CHECK(script.header.revises == std::vector<std::string>{"934f38a4fc73", "84456d47e6aa"});
  CHECK(script.header.depends_on == std::vector<std::string>{"billing"});
  CHECK(script.header.labels == std::vector<std::string>{"core", "tasks"});
  CHECK(script.header.created == "2026-11-21 09:13:00 UTC");

  REQUIRE(script.upgrade.steps.size() == 2);
  const Step& add = script.upgrade.steps[0];
  CHECK(add.statement.text == "ALTER TABLE public.tasks ADD COLUMN complexity_score integer");
  CHECK(add.statement.comment == "-- tasks.complexity_score: add column");
  CHECK(add.statement.line == 15);
  CHECK(std::string(kScript).compare(add.statement.offset, 11, "ALTER TABLE") == 0);
  REQUIRE(add.before.size() == 1);
  CHECK(add.before[0].query == "SELECT count(*) < 10 FROM \"tasks\"");
  CHECK(add.before[0].message == "too many tasks");
  CHECK(add.before[0].line == 14);
  REQUIRE(script.upgrade.after.size() == 1);
  CHECK(script.upgrade.no_transaction == false);

  CHECK(script.downgrade.no_transaction);
  REQUIRE(script.downgrade.steps.size() == 1);
  CHECK(script.downgrade.steps[0].statement.text == "DROP INDEX CONCURRENTLY i");
  CHECK(script.irreversible == false);
}

TEST_CASE("faults of a script have file and line") {
  const std::string head = "-- m\n-- revision: a\n-- revises: base\n";
  struct {
    std::string text;
    const char* message;
  } rows[] = {
      {"SELECT 1;", "x.sql: no \"-- revision:\" line in the header"},
      {"-- m\n-- revison: a\n", "is \"revison\" meant to be it?"},
      {"-- m\n-- revision: a\n", "x.sql: no \"-- revises:\" line"},
      {"-- m\n-- revision:\n", "x.sql:2: \"revision:\" is empty"},
      {head + "-- revision: b\n", "x.sql:4: a second \"revision:\""},
      {head, "x.sql: no line \"-- autogen: upgrade\""},
      {head + "SELECT 1;\n-- autogen: upgrade\n", "x.sql:5: SQL precedes"},
      {head + "-- autogen: upgrade\nSELECT 'a;\n", "x.sql:5:8: "},
      {head + "-- autogen: upgrade\n\n\\d\n", "x.sql:6: psql's meta-commands"},
      {head + "-- autogen: upgrade\n-- autogen: upgrade\n", "x.sql:5: a second"},
      {head + "-- autogen: upgrade now\n", "x.sql:4: \"upgrade\" takes no argument: \"now\""},
      {head + "-- autogen: upgrade\n-- autogen: no-transactoin\n",
       "did you mean \"no-transaction\"?"},
      {head + "-- autogen: upgrade\n-- autogen: assert \"SELECT 1\"\n",
       "x.sql:5: assert must be written as:"},
      {head + "-- autogen: upgrade\n-- autogen: irreversible why\n",
       "irreversible must be written as:"},
      {head + "-- autogen: upgrade\nSELECT 1; -- autogen: downgrade\n",
       "x.sql:5: \"-- autogen:\" must start"},
      {head + "-- autogen: upgrade\nSELECT 1;\n-- autogen: step\n",
       "x.sql:6: \"step\" must precede the statements of a step"},
      {head + "-- autogen: upgrade\n-- autogen: step 2\nSELECT 1;\n",
       "x.sql:5: \"step\" takes no argument: \"2\""},
      {head + "-- autogen: step\n-- autogen: upgrade\n", "x.sql:4: \"step\" belongs"},
      {head + "-- autogen: assert \"a\" \"b\"\n-- autogen: upgrade\n",
       "x.sql:4: \"assert\" belongs"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    absl::StatusOr<Script> script = ParseScript(row.text, "x.sql");
    REQUIRE(!script.ok());
    CAPTURE(script.status().message());
    CHECK(script.status().message().find(row.message) != absl::string_view::npos);
  }
}

TEST_CASE("a first line is the message whatever it looks like; no message at all is well") {
  struct {
    const char* text;
    const char* message;
  } rows[] = {
      {"-- labels: sort them\n--\n-- revision: a\n-- revises: base\n", "labels: sort them"},
      {"-- revision: a\n-- revises:\n", ""},
      {"\xEF\xBB\xBF-- m\r\n--\r\n-- revision: a\r\n-- revises: base\r\n", "m"},
      {"\n--\n-- m\n-- Revision: a\n-- Revises: base\n", "m"},
      {"-- revision: a\n-- revises: base\n-- message: late\n", "late"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    absl::StatusOr<Revision> header = ParseHeader(row.text, "x.sql");
    REQUIRE_MESSAGE(header.ok(), header.status().ToString());
    CHECK(header->message == row.message);
    CHECK(header->id == "a");
    CHECK(header->revises.empty());
  }
}

TEST_CASE("step marks the statement that begins one") {
  absl::StatusOr<Script> script = ParseScript(
      "-- m\n-- revision: a\n-- revises: base\n-- autogen: upgrade\nSELECT 1;\nSELECT 2;\n"
      "-- the rest\n-- autogen: step\n-- autogen: assert \"SELECT true\" \"x\"\nSELECT 3;\n"
      "-- autogen: step\n-- autogen: step\nSELECT 4;\n",
      "x.sql");
  REQUIRE_MESSAGE(script.ok(), script.status().ToString());
  std::string steps;
  for (const Step& step : script->upgrade.steps) steps += step.begins_step ? '|' : '.';
  CHECK(steps == "..||");
  CHECK(script->upgrade.steps[2].before.size() == 1);
  CHECK(script->upgrade.steps[2].statement.comment == "-- the rest");
}

TEST_CASE("irreversible keeps its reason, wherever it stands") {
  for (const char* place : {"-- autogen: irreversible \"data is gone\"\n-- autogen: upgrade\n",
                            "-- autogen: upgrade\n-- autogen: downgrade\n-- autogen: irreversible "
                            "\"data is gone\"\n"}) {
    absl::StatusOr<Script> script =
        ParseScript(absl::StrCat("-- m\n-- revision: a\n-- revises: base\n", place), "x.sql");
    REQUIRE_MESSAGE(script.ok(), script.status().ToString());
    CHECK(script->irreversible);
    CHECK(script->irreversible_reason == "data is gone");
  }
}

TEST_CASE("the checksum is of what runs: not of the header, line ends or a last newline") {
  std::string body = "-- autogen: upgrade\nSELECT 1;\n";
  std::string sum = Checksum("-- m\n" + body);
  CHECK(sum.size() == 64);
  CHECK(Checksum("-- another\n-- header\n" + body) == sum);
  CHECK(Checksum("-- m\r\n-- autogen: upgrade\r\nSELECT 1;") == sum);
  CHECK(Checksum("-- m\n-- autogen: upgrade\nSELECT 2;\n") != sum);
  // printf -- '-- autogen: upgrade\nSELECT 1;' | sha256sum
  CHECK(sum == "416f77a28451797e17247551d4afa69b2db15ba4b320b509be778b0bf4aab29d");
}

TEST_CASE("folders load recursively, every faulty header is reported at once") {
  std::string folder = (std::filesystem::temp_directory_path() / "autogen_load_test").string();
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder + "/2026/deep");
  auto write = [&](const std::string& name, const std::string& text) {
    std::ofstream(folder + "/" + name) << text;
  };
  write("b.sql", "-- m\n-- revision: b\n-- revises: a\n");
  write("2026/deep/a.sql", "-- m\n-- revision: a\n-- revises: base\n");
  write("readme.txt", "no script");
  absl::StatusOr<Graph> graph = LoadGraph({folder});
  REQUIRE_MESSAGE(graph.ok(), graph.status().ToString());
  CHECK(graph->size() == 2);
  CHECK(graph->id(graph->order()[0]) == "a");
  CHECK(graph->at(*graph->Find("a")).path == folder + "/2026/deep/a.sql");

  write("c.sql", "SELECT 1;");
  write("d.sql", "SELECT 1;");
  absl::Status status = LoadGraph({folder}).status();
  CHECK(status.message().find("c.sql") != absl::string_view::npos);
  CHECK(status.message().find("d.sql") != absl::string_view::npos);
  CHECK(absl::IsNotFound(LoadGraph({folder + "/none"}).status()));
  std::filesystem::remove_all(folder);
}

TEST_CASE("what the header allows is not what runs; above a statement it is of that") {
  const std::string header = "-- x\n-- revision: a\n-- revises: base\n";
  const std::string body =
      "-- autogen: upgrade\nSELECT 1;\n-- autogen: allow drop \"say \\\"why\\\"\"\nDROP VIEW v;\n";
  const std::string allowed = absl::StrCat(header, "-- autogen: allow data-loss\n\n", body);
  const absl::StatusOr<Script> script = ParseScript(allowed, "x.sql");
  REQUIRE_MESSAGE(script.ok(), script.status().ToString());
  REQUIRE(script->allowed.size() == 1);
  CHECK(script->allowed[0].rule == "data-loss");
  CHECK(script->allowed[0].reason == "");
  CHECK(script->allowed[0].line == 4);
  CHECK(script->upgrade.steps[0].allowed.empty());
  REQUIRE(script->upgrade.steps[1].allowed.size() == 1);
  CHECK(script->upgrade.steps[1].allowed[0].rule == "drop");
  CHECK(script->upgrade.steps[1].allowed[0].reason == "say \"why\"");
  CHECK(script->checksum == ParseScript(absl::StrCat(header, "\n", body), "x.sql")->checksum);
  // Between the fields of the header, too.
  const std::string within = absl::StrCat("-- x\n-- autogen: allow drop \"y\"\n-- revision: a\n",
                                          "-- revises: base\n\n", body);
  CHECK(ParseScript(within, "x.sql")->header.id == "a");
  CHECK(ParseScript(within, "x.sql")->checksum == script->checksum);
  for (const char* wrong :
       {"allow", "allow drop why", "allow \"drop\"", "allow drop \"a\" \"b\""}) {
    CAPTURE(wrong);
    const absl::Status refused =
        ParseScript(
            absl::StrCat(header, "\n-- autogen: upgrade\n-- autogen: ", wrong, "\nDROP VIEW v;\n"),
            "x.sql")
            .status();
    CHECK(absl::StrContains(refused.message(), "allow must be written as"));
  }
  CHECK(!ParseScript(absl::StrCat(header, body, "-- autogen: allow drop\n"), "x.sql").ok());
}

}  // namespace
}  // namespace autogen::revision
