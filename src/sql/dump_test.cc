#include "src/sql/dump.h"

#include <doctest/doctest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace autogen::sql {
namespace {

constexpr absl::string_view kHeader = "--\n-- PostgreSQL database dump\n--\n";

TEST_CASE("what psql reads becomes blanks, on the same lines") {
  auto dump = ReadDump(absl::StrCat(
      kHeader,
      "\\restrict a1B2\nCREATE TABLE t (a text DEFAULT E'\\'');\n"
      "COPY public.\"T\" (a, b) FROM stdin;\nit's\t\\N\n$$ ; \\copy\n\\.\n\nSELECT 1;\n"
      "\\unrestrict a1B2\n"));
  REQUIRE_MESSAGE(dump.ok(), dump.status().ToString());
  CHECK(dump->from_pg_dump);
  REQUIRE(dump->copied.size() == 1);
  CHECK(dump->copied[0] == "public.\"T\"");
  std::string squeezed;
  for (absl::string_view line :
       {"--", "-- PostgreSQL database dump", "--", "", "CREATE TABLE t (a text DEFAULT E'\\'');",
        "", "", "", "", "", "SELECT 1;", "", ""}) {
    absl::StrAppend(&squeezed, squeezed.empty() ? "" : "\n", line);
  }
  std::string script;
  for (char c : dump->script) {
    if (c == '\n') script.erase(script.find_last_not_of(' ') + 1);
    script += c;
  }
  CHECK(script == squeezed);
}

TEST_CASE("what only looks like it stays") {
  for (absl::string_view text : {
           "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $f$\n\\connect x\nCOPY t FROM "
           "stdin;\n$f$;",
           "SELECT 'a\n\\restrict b\n', \"c\n\\d\", E'\\'\n\\e' -- \\f\n/* \\g /* \\h */ */;",
           "COPY t TO stdout;",
           "COPY t FROM '/a/stdin';",
           "SELECT $1, a$b$ FROM t",
           "SELECT '\\';\n",
       }) {
    CAPTURE(text);
    auto dump = ReadDump(text);
    REQUIRE_MESSAGE(dump.ok(), dump.status().ToString());
    CHECK(dump->script == text);
    CHECK_FALSE(dump->from_pg_dump);
  }
}

TEST_CASE("\\connect stands behind CREATE DATABASE, once") {
  auto dump = ReadDump(
      "CREATE DATABASE a WITH TEMPLATE = template0;\n\\connect -reuse-previous=on \"dbname='a "
      "b'\"\n"
      "\\connect -reuse-previous=on \"dbname='a b'\"\nCREATE TABLE t ();\n");
  REQUIRE_MESSAGE(dump.ok(), dump.status().ToString());
  CHECK(absl::EndsWith(dump->script, "\nCREATE TABLE t ();\n"));
}

TEST_CASE("any other command of psql is named with its line") {
  struct Row {
    const char* text;
    const char* words;
  };
  for (const Row& row : {
           Row{"SELECT 1;\n\\connect other\n", "line 2: \\connect "},
           Row{"\n\n  \\i more.sql\n", "line 3: \\i "},
           Row{"SELECT 1 \\gset\n", "line 1: \\gset "},
           Row{"\\restrict $(id)\n", "line 1: \\restrict "},
           Row{"CREATE DATABASE a;\n\\connect a\nCREATE DATABASE b;\n\\connect b\n",
               "line 4: \\connect b: a dump of several databases"},
           Row{"COPY t (a) FROM stdin;\n1\n2\n", "line 1: the rows of COPY t "},
           Row{"\\\xff\n", "line 1: "},
       }) {
    CAPTURE(row.text);
    absl::Status status = ReadDump(row.text).status();
    CHECK(status.code() == absl::StatusCode::kInvalidArgument);
    CHECK_MESSAGE(absl::StartsWith(status.message(), row.words), status.message());
  }
}

TEST_CASE("what a statement of a dump is about") {
  struct Row {
    const char* text;
    DumpPart part;
  };
  for (const Row& row : {
           Row{"INSERT INTO public.t VALUES (1, 'it''s')", DumpPart::kRows},
           Row{"SELECT pg_catalog.lo_open('16385', 131072)", DumpPart::kRows},
           Row{"SELECT pg_catalog.lowrite(0, '\\x00')", DumpPart::kRows},
           Row{"REFRESH MATERIALIZED VIEW public.m", DumpPart::kRows},
           Row{"BEGIN", DumpPart::kRows},
           Row{"ALTER LARGE OBJECT 16385 OWNER TO a", DumpPart::kRows},
           Row{"GRANT SELECT ON LARGE OBJECT 1 TO a", DumpPart::kRows},
           Row{"ALTER DATABASE a SET work_mem TO '1MB'", DumpPart::kDatabase},
           Row{"ALTER ROLE b IN DATABASE a SET work_mem TO '1MB'", DumpPart::kDatabase},
           Row{"COMMENT ON DATABASE a IS 'x'", DumpPart::kDatabase},
           Row{"REVOKE ALL ON DATABASE a FROM PUBLIC", DumpPart::kDatabase},
           Row{"GRANT SELECT ON TABLE public.database TO a", DumpPart::kSchema},
           Row{"SELECT pg_catalog.set_config('search_path', '', false)", DumpPart::kSchema},
           Row{"ALTER TABLE ONLY public.t ADD CONSTRAINT c CHECK (a IN (1))", DumpPart::kSchema},
           Row{"CREATE TABLE t ()", DumpPart::kSchema},
       }) {
    CAPTURE(row.text);
    CHECK(PartOf(row.text) == row.part);
  }
  CHECK(TableOf("INSERT INTO public.\"a b\" (c) VALUES (1)") == "public.\"a b\"");
}

}  // namespace
}  // namespace autogen::sql
