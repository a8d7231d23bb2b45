#include "src/postgres/url.h"

#include <stdlib.h>

#include "absl/strings/match.h"
#include "doctest/doctest.h"

namespace autogen::postgres {
namespace {

TEST_CASE("what people paste becomes what libpq takes") {
  struct Row {
    const char* url;
    const char* expected;
  };
  const Row rows[] = {
      {"", ""},
      {"postgres://u@h/d", "postgresql://u@h/d"},
      {"postgresql://u:p%40w@h:6432/d?sslmode=require",
       "postgresql://u:p%40w@h:6432/d?sslmode=require"},
      {"postgresql+psycopg2://u:p@h/d", "postgresql://u:p@h/d"},
      {"postgresql+asyncpg://u:p@h/d?ssl=require", "postgresql://u:p@h/d?sslmode=require"},
      {"postgresql+asyncpg://u@h/d?ssl=true&prepared_statement_cache_size=0",
       "postgresql://u@h/d?sslmode=require"},
      {"postgresql+asyncpg://u@h/d?ssl=false&async_fallback=true",
       "postgresql://u@h/d?sslmode=disable"},
      {"postgresql+pg8000://u@/d?unix_sock=/tmp/s", "postgresql://u@/d?host=/tmp/s"},
      {"postgresql:///d?host=/var/run/postgresql", "postgresql:///d?host=/var/run/postgresql"},
      {"postgresql://%2Fvar%2Frun%2Fpostgresql/d", "postgresql://%2Fvar%2Frun%2Fpostgresql/d"},
      {"postgresql+psycopg2://u@/d?host=a:5433&host=b:5434",
       "postgresql://u@/d?host=a,b&port=5433,5434"},
      {"postgresql://u@h/d?schema=public&connection_limit=1", "postgresql://u@h/d"},
      {"postgres://h/d?search_path=app", "postgresql://h/d?options=-csearch_path%3Dapp"},
      {"postgresql://[::1]:5433/d", "postgresql://[::1]:5433/d"},
      {"  host=h dbname='my db' \n", "host=h dbname='my db'"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.url);
    auto normal = NormalizeUrl(row.url);
    REQUIRE_MESSAGE(normal.ok(), normal.status().ToString());
    CHECK(*normal == row.expected);
  }
}

TEST_CASE("a bad connection string is refused, and its password is not told") {
  const char* rows[] = {
      "postgresql://u:s3cret@h:port@x/d%zz",
      "postgresql://u:s3cret@h/d?no_such_parameter=1",
      "postgresql://u:s3c%zzs3cret@h/d",
      "host=h password=s3cret dbname",
      "host=h password='s3cret dbname=x",
      "host=h password = s3cret nonsense = 1",
      "mysql://u@h/d",
      "embedded",
      "taskman",
  };
  for (const char* row : rows) {
    CAPTURE(row);
    absl::Status status = NormalizeUrl(row).status();
    CHECK(status.code() == absl::StatusCode::kInvalidArgument);
    CHECK_FALSE(absl::StrContains(status.message(), "s3cret"));
  }
}

TEST_CASE("redaction keeps all but the secrets, however they are written") {
  struct Row {
    const char* url;
    const char* expected;
  };
  const Row rows[] = {
      {"postgresql://u:s3cret@h:5432/d", "postgresql://u:***@h:5432/d"},
      {"postgresql+psycopg2://u:s3cret@h/d?sslmode=require",
       "postgresql+psycopg2://u:***@h/d?sslmode=require"},
      {"postgresql://u@h/d?password=s3cret&sslmode=require",
       "postgresql://u@h/d?password=***&sslmode=require"},
      {"postgresql://u:s3@cret@h/d", "postgresql://u:***@h/d"},
      {"postgresql://u:s3/cret@h/d", "postgresql://u:***@h/d"},
      {"postgresql://u:s3?cret@h/d", "postgresql://u:***@h/d"},
      {"postgresql://u:s3?cret@h/d?sslmode=require", "postgresql://u:***@h/d?sslmode=require"},
      {"postgresql://h:5432/d", "postgresql://h:5432/d"},
      {"host=h password=s3cret dbname=d", "host=h password=*** dbname=d"},
      {"host=h password = 's3 \\' cret' dbname=d", "host=h password = *** dbname=d"},
      {"password='s3cret host=h", "password=***"},
      {"", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.url);
    CHECK(Redacted(row.url) == row.expected);
  }
}

TEST_CASE("another database on the same server") {
  CHECK(*WithDatabase("postgresql+psycopg2://u:p@h:1/d?sslmode=require", "other") ==
        "postgresql://u:p@h:1/other?sslmode=require");
  CHECK(*WithDatabase("postgresql://u@h", "a b/c") == "postgresql://u@h/a%20b%2Fc");
  CHECK(*WithDatabase("postgresql:///?dbname=d&host=/tmp", "x") == "postgresql:///x?host=/tmp");
  CHECK(*WithDatabase("host=h dbname=d", "it's") == "host=h dbname=d dbname='it\\'s'");
  CHECK(*WithDatabase("", "x") == "dbname='x'");
}

TEST_CASE("a file's path is not a connection string") {
  CHECK(LooksLikeUrl("postgres://h/d"));
  CHECK(LooksLikeUrl("postgresql+psycopg://h/d"));
  CHECK(LooksLikeUrl("host=h"));
  CHECK(LooksLikeUrl("embedded"));
  CHECK_FALSE(LooksLikeUrl("models/tasks.txtpb"));
  CHECK_FALSE(LooksLikeUrl("a=b.sql"));
  CHECK_FALSE(LooksLikeUrl("sqlite:///x.db"));
}

TEST_CASE("variables of the environment") {
  setenv("AUTOGEN_URL_TEST", "x:y", 1);
  unsetenv("AUTOGEN_URL_NONE");
  CHECK(*ExpandVariables("a${AUTOGEN_URL_TEST}b$c") == "ax:yb$c");
  CHECK(ExpandVariables("${AUTOGEN_URL_NONE}").status().code() ==
        absl::StatusCode::kFailedPrecondition);
  CHECK(ExpandVariables("${AUTOGEN").status().code() == absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace autogen::postgres
