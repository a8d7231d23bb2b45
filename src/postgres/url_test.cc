#include "src/postgres/url.h"

#include "absl/strings/match.h"
#include "doctest/doctest.h"
#include "src/postgres/url_parts.h"
#include "src/postgres/variables.h"

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
      {"postgresql://u@h/d?schema=public&connection_limit=1",
       "postgresql://u@h/d?options=-csearch_path%3Dpublic"},
      {"postgres://h/d?search_path=app", "postgresql://h/d?options=-csearch_path%3Dapp"},
      {"postgresql://[::1]:5433/d", "postgresql://[::1]:5433/d"},
      {"  host=h dbname='my db' \n", "host=h dbname='my db'"},
      // What is added behind these is no part of their last value.
      {"host=h user=", "host=h user=''"},
      {"host=h user= ", "host=h user=''"},
      {"host=h user=u\\", "host=h user=u"},
      {"host=h user=u\\\\", "host=h user=u\\\\"},
      {"host=h user=\\", "host=h user=''"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.url);
    auto normal = NormalizeUrl(row.url);
    REQUIRE_MESSAGE(normal.ok(), normal.status().ToString());
    CHECK(*normal == row.expected);
  }
}

TEST_CASE("what stands in brackets belongs to the host") {
  const std::optional<Fields> fields =
      ReadFields(*WithDatabase("postgresql://[/tmp/s?c]:1,[::2],h:3/x", "d"));
  REQUIRE(fields.has_value());
  CHECK(fields->host == "/tmp/s?c,::2,h");
  CHECK(fields->port == "1,,3");
  CHECK(fields->database == "d");
}

TEST_CASE("what is added to a keyword string is no part of its last value") {
  for (const char* url : {"host=h user=", "host=h user=u\\", "host=h user=\\", "host=h user = "}) {
    CAPTURE(url);
    const std::optional<Fields> other = ReadFields(*WithDatabase(url, "d"));
    REQUIRE(other.has_value());
    CHECK(other->database == "d");
    const std::optional<Fields> withheld = ReadFields(WithoutFoundPassword(*NormalizeUrl(url)));
    REQUIRE(withheld.has_value());
    CHECK(WithholdsPassword(withheld->password));
  }
}

TEST_CASE("a bad connection string is refused, and nothing but its scheme is shown") {
  struct Row {
    const char* url;
    const char* scheme;
  };
  const Row rows[] = {
      {"postgresql://u:s3cret@h:port@x/d%zz", "postgresql://…"},
      {"postgresql://u:s3cret@h/d?s3cret=1", "postgresql://…"},
      {"postgresql://u:s3c%zzs3cret@h/d", "postgresql://…"},
      {"postgresql://u:s3cret/s3cret@h/d", "postgresql://…"},
      {"postgresql://u:1/s3cret@h/d", "postgresql://…"},
      {"postgresql://u:1/2?s3cret@h/d", "postgresql://…"},
      {"postgresql://u:1/2?sslmode=s3cret@h/d", "postgresql://…"},
      {"postgresql://u:x@s3cret@h/d", "postgresql://…"},
      {"postgresql://u:x@s3/cret@h/d", "postgresql://…"},
      {"postgresql://u:x@1:s3cret@h/d", "postgresql://…"},
      {"postgresql://u:s3cret", "postgresql://…"},
      {"postgresql://postgresql://u:s3cret@h/d", "postgresql://…"},
      {"postgresql+s3cret://u:x@y@h/d", "postgresql://…"},
      {"\"postgresql://u:s3cret@h/d\"", "postgresql://…"},
      {"'postgres://u:s3cret@h/d'", "postgres://…"},
      {"psql postgresql://u:s3cret@h/d", "postgresql://…"},
      {"jdbc:postgresql://h/d?user=u&password=s3cret", "jdbc:postgresql://…"},
      {"mysql://u:s3cret@h/d", "mysql://…"},
      {"s3cret://u@h/d", " … "},
      {"u:s3cret://x@h/d", " … "},
      {"u:s3cret@h/d", " … "},
      {"postgresql:/u:s3cret@h/d", " … "},
      {"s3cret", " … "},
      {"host=h password=s3cret dbname", " … "},
      {"host=h password='s3cret dbname=x", " … "},
      {"host=h password = s3cret nonsense = 1", " … "},
      {"host=h password=my s3cret dbname=x", " … "},
      {"host=h dbname=postgresql://u:s3cret@h/d", "postgresql://…"},
      {"host=u:s3cret@h", " … "},
      {"host=h port=s3cret", " … "},
      {"embedded", " … "},
  };
  for (const Row& row : rows) {
    CAPTURE(row.url);
    absl::Status status = NormalizeUrl(row.url).status();
    CHECK(status.code() == absl::StatusCode::kInvalidArgument);
    CAPTURE(status.message());
    CHECK_FALSE(absl::StrContains(status.message(), "s3"));
    CHECK_FALSE(absl::StrContains(status.message(), "cret"));
    CHECK(absl::StrContains(status.message(), row.scheme));
    CHECK_FALSE(absl::StrContains(Shown(row.url), "s3"));
    CHECK_FALSE(absl::StrContains(ShownTarget(row.url), "s3"));
  }
  CHECK(absl::StrContains(
      NormalizeUrl("postgresql://u:s3cret@h/d?sslmod=require").status().message(),
      "parameter 1 after \"?\" is not one of libpq's; did you mean \"sslmode\"?"));
}

TEST_CASE("of a connection string that parses, user, host, port and database are shown") {
  struct Row {
    const char* url;
    const char* expected;
  };
  const Row rows[] = {
      {"postgresql://u:s3cret@h:5432/d", "u@h:5432/d"},
      {"postgresql+psycopg2://u:s3cret@h/d?sslmode=require", "u@h/d"},
      {"postgresql://u@h/d?password=s3cret&sslmode=require", "u@h/d"},
      {"postgresql://h/d?user=me@corp&password=s3@cret", "me@corp@h/d"},
      {"postgresql://u:s3#?cret@h/d", "u@h/d"},
      {"postgresql://u:s3%40%2Fcret@h/d", "u@h/d"},
      {"postgresql://u:s3cret@[::1]:1/d", "u@::1:1/d"},
      {"postgresql://u:s3cret@%2Ftmp%2Fs/d", "u@/tmp/s/d"},
      {"postgresql://h:5432/d", "h:5432/d"},
      {"host=h password=s3cret dbname=d", "h/d"},
      {"host=h password = 's3 \\' cret' dbname=d", "h/d"},
      {"postgresql://", "postgresql://…"},
      {"${DATABASE_URL}", "${DATABASE_URL}"},
      {"embedded", "embedded"},
      {"", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.url);
    CHECK(Shown(row.url) == row.expected);
  }
  CHECK(ShownTarget("postgresql://u:s3cret@h:1/d") == "u@h:1/d");
  CHECK(absl::StartsWith(ShownTarget("postgresql://u:s3cret@h"), "u@h:"));
  CHECK(absl::EndsWith(ShownTarget("service=app user=u"), "of service app"));
  CHECK(ShownSource("models/tasks.txtpb") == "models/tasks.txtpb");
  CHECK(ShownSource("u:s3cret@h/d") == "…");
  CHECK(ShownSource("oracle://u:s3cret@h") == "oracle://…");
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

}  // namespace
}  // namespace autogen::postgres
