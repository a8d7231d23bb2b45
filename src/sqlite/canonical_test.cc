#include "src/sqlite/canonical.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace autogen::sqlite {
namespace {

std::string Canonical(absl::string_view sql, const Scope& scope) {
  absl::StatusOr<std::vector<Token>> tokens = Tokenize(sql);
  REQUIRE_MESSAGE(tokens.ok(), tokens.status().ToString());
  return CanonicalExpression(*tokens, scope);
}

std::string Kinds(absl::string_view sql) {
  absl::StatusOr<std::vector<Token>> tokens = Tokenize(sql);
  if (!tokens.ok()) return std::string(tokens.status().message());
  std::string kinds;
  for (const Token& t : *tokens) kinds.push_back("wqsbnvo"[static_cast<size_t>(t.kind)]);
  return kinds;
}

TEST_CASE("tokens are those of SQLite's tokenizer") {
  struct {
    const char* sql;
    const char* kinds;
  } const rows[] = {
      {"a \"b\" `c` [d] 'e' x'00'", "wqqqsb"},
      {"\"a\"\"b\" 'it''s' [a\"b]", "qsq"},
      {"1 0x1F 1.5e-3 .5 5. 1e5", "nnnnnn"},
      {"?1 :a @a $a", "vvvv"},
      {"a->>'b'||c<>d==e!=f<<g>=h", "wosowowowowowow"},
      {"-- no\na /* no */ b /* to the end", "ww"},
      {"\xC3\xA4\xC3\xB6 _a$1", "ww"},
      {"a.b(c,*);", "wowowoooo"},
      {"'open", "line 1:1: no ' ends what begins here"},
      {"a\n  [open", "line 2:3: no ] ends what begins here"},
      {"12ab", "line 1:3: a name cannot follow a number directly"},
      {"a \\ b", "line 1:3: SQL has no such character outside of quotes"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.sql);
    CHECK_EQ(Kinds(row.sql), row.kinds);
  }
}

TEST_CASE("expressions that mean the same have one form") {
  const Scope scope{{"Status", "n", "key", "odd name"}, true};
  struct {
    const char* canonical;
    std::vector<const char*> variants;
  } const rows[] = {
      {"Status <> 'a'",
       {"status!='a'", "((\"status\" <> 'a'))", "[STATUS] != 'a'", "status\n<>'a'"}},
      {"n = 1 AND n > -1", {"n==1 and n>-1", "(`n` = 1 AND n > - 1)"}},
      {"lower(Status) IN ('a', 'b')",
       {"LOWER( status ) in('a','b')", "lower(Status) IN ('a' , 'b')"}},
      {"\"odd name\" IS NOT NULL", {"[odd name] is not null", "`odd name` IS NOT NULL"}},
      {"\"key\" = 'nope'", {"key = \"nope\"", "\"KEY\" == 'nope'"}},
      {"(n + 1) * 2", {"( n+1 )*2", "((n + 1) * 2)"}},
      {"(n) = (1)", {"(n)=(1)"}},
      {"n - 1", {"n -1", "n-1"}},
      {"x'ab01' = 1e5", {"X'AB01' = 1E5"}},
      {"CASE WHEN n THEN 1 ELSE NULL END", {"case when N then 1 else null end"}},
      {"length(Status) > 0 OR NOT n", {"length( STATUS )>0 or not n"}},
  };
  for (const auto& row : rows) {
    CHECK_EQ(Canonical(row.canonical, scope), row.canonical);
    for (const char* variant : row.variants) {
      CAPTURE(variant);
      CHECK_EQ(Canonical(variant, scope), row.canonical);
    }
  }
  CHECK_NE(Canonical("Status = 'A'", scope), Canonical("Status = 'a'", scope));
}

TEST_CASE("affinity is found in the order of the manual") {
  struct {
    const char* type;
    const char* affinity;
  } const rows[] = {{"INTEGER", "INTEGER"},
                    {"FLOATING POINT", "INTEGER"},
                    {"CHARINT", "INTEGER"},
                    {"varchar(20)", "TEXT"},
                    {"CLOB", "TEXT"},
                    {"", "BLOB"},
                    {"double precision", "REAL"},
                    {"STRING", "NUMERIC"},
                    {"DECIMAL(10,2)", "NUMERIC"}};
  for (const auto& row : rows) {
    CAPTURE(row.type);
    CHECK_EQ(AffinityOf(row.type), row.affinity);
  }
}

TEST_CASE("what can stand behind DEFAULT without parentheses") {
  for (const char* plain : {"1", "-1.5", "'a'", "x'00'", "NULL", "TRUE", "CURRENT_TIMESTAMP"}) {
    CAPTURE(plain);
    CHECK(IsPlainDefault(plain));
  }
  for (const char* other : {"1 + 2", "lower('a')", "- 'a'", "a", "", "datetime('now')"}) {
    CAPTURE(other);
    CHECK_FALSE(IsPlainDefault(other));
  }
}

}  // namespace
}  // namespace autogen::sqlite
