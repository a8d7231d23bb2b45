#include "src/postgres/variables.h"

#include <stdlib.h>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "doctest/doctest.h"
#include "src/postgres/connection.h"
#include "src/postgres/url.h"

namespace autogen::postgres {
namespace {

void SetVariables() {
  setenv("AG_PW", "p@s/s:w#o%r'd \\x", 1);
  setenv("AG_HOST", "db.example", 1);
  setenv("AG_HOST_PORT", "db.example:6432", 1);
  setenv("AG_URL", "postgresql://u:s3cret@db.example/d", 1);
  setenv("AG_DB", "visible", 1);
  setenv("AG_EMPTY", "", 1);
  unsetenv("AG_NONE");
  unsetenv("AG_NONE2");
}

TEST_CASE("a value is written as its place demands, and the hosts that the text names are known") {
  SetVariables();
  struct Row {
    const char* text;
    const char* url;
    const char* hosts;
    bool password;
  };
  const Row rows[] = {
      {"${AG_URL}", "postgresql://u:s3cret@db.example/d", "", false},
      {"postgresql://u:${AG_PW}@h/d", "postgresql://u:p%40s%2Fs%3Aw%23o%25r%27d%20%5Cx@h/d", "h",
       true},
      {"postgresql://u:${AG_PW}@${AG_HOST}/d",
       "postgresql://u:p%40s%2Fs%3Aw%23o%25r%27d%20%5Cx@db.example/d", "", true},
      {"postgresql://u@${AG_HOST_PORT}/${AG_DB}", "postgresql://u@db.example:6432/visible", "",
       false},
      {"postgresql://u@${AG_HOST}.evil.example/d", "postgresql://u@db.example.evil.example/d",
       "${AG_HOST}.evil.example", false},
      {"postgresql://u@${AG_HOST},evil.example/d", "postgresql://u@db.example,evil.example/d",
       "evil.example", false},
      {"postgresql://u@${AG_HOST}/d?hostaddr=6.6.6.6",
       "postgresql://u@db.example/d?hostaddr=6.6.6.6", "6.6.6.6", false},
      {"postgresql://u@${AG_HOST}/d?host=evil.example&password=${AG_DB}",
       "postgresql://u@db.example/d?host=evil.example&password=visible", "evil.example", true},
      {"${AG_URL}?sslmode=require", "postgresql://u:s3cret@db.example/d?sslmode=require", "",
       false},
      {"${AG_URL}?host=evil.example", "postgresql://u:s3cret@db.example/d?host=evil.example",
       "evil.example", false},
      {"host=h password=${AG_PW}", "host=h password=p@s/s:w#o%r\\'d\\ \\\\x", "h", true},
      {"host=${AG_HOST} password='${AG_PW}'", "host=db.example password='p@s/s:w#o%r\\'d\\ \\\\x'",
       "", true},
      {"postgresql://h1:1,h2:2/d", "postgresql://h1:1,h2:2/d", "h1 h2", false},
      {"service=app", "service=app", "", false},
      {"postgresql:///d", "postgresql:///d", "", false},
      {"postgresql://u:a$b@h/d", "postgresql://u:a$b@h/d", "h", true},
      {"embedded", "embedded", "", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    absl::StatusOr<Expansion> got = ExpandVariables(row.text);
    REQUIRE_MESSAGE(got.ok(), got.status().ToString());
    CHECK(got->url == row.url);
    CHECK(absl::StrJoin(got->hosts, " ") == row.hosts);
    CHECK(got->has_password == row.password);
  }
}

TEST_CASE("all variables that are missing are named at once; nothing else of the text is") {
  SetVariables();
  absl::Status status =
      ExpandVariables("postgresql://${AG_NONE}:${AG_NONE2}@h/${AG_EMPTY}").status();
  CHECK(status.code() == absl::StatusCode::kFailedPrecondition);
  CHECK(status.message() ==
        "environment variables AG_NONE, AG_NONE2 are not set; environment variable AG_EMPTY is "
        "empty");
  CHECK(ExpandVariables("${AG_NONE}").status().message() ==
        "environment variable AG_NONE is not set");
  for (const char* text :
       {"postgresql://u:s3cret${@h", "postgresql://u:s3cret@h/${A B}", "${}s3cret",
        "u:s3cret${AG_DB}@h", "${AG_DB}=s3cret", "postgresql://h/d?${AG_DB}=s3cret",
        "host=h ${AG_DB}=s3cret", "postgresql://u:s3cret@x@${AG_HOST}/d",
        "${AG_URL}@evil.example/s3cret"}) {
    CAPTURE(text);
    status = ExpandVariables(text).status();
    CHECK(status.code() == absl::StatusCode::kInvalidArgument);
    CAPTURE(status.message());
    CHECK_FALSE(absl::StrContains(status.message(), "s3cret"));
    CHECK_FALSE(absl::StrContains(status.message(), "visible"));
  }
}

TEST_CASE("a value that became a piece of a connection string is not shown") {
  SetVariables();
  absl::StatusOr<Expansion> got =
      ExpandVariables("postgresql://u:${AG_DB}@127.0.0.1:1/${AG_DB}?connect_timeout=2");
  REQUIRE(got.ok());
  CHECK(ShownTarget(got->url) == "u@127.0.0.1:1/${AG_DB}");
  absl::Status status = Connection::Open({.url = got->url}).status();
  CHECK(absl::StrContains(status.message(), "connecting to u@127.0.0.1:1/${AG_DB}: "));
  CHECK_FALSE(absl::StrContains(status.message(), "visible"));
  CHECK(WithoutValues("database \"visible\" is invisible, visible2") ==
        "database \"${AG_DB}\" is invisible, visible2");
}

TEST_CASE("a value that became a piece of a word is not shown either") {
  SetVariables();
  struct Row {
    const char* url;
    const char* shown;
  };
  const Row rows[] = {
      {"postgresql://u@127.0.0.1/x${AG_DB}", "u@127.0.0.1/x${AG_DB}"},
      {"postgresql://u@127.0.0.1/${AG_DB}${AG_DB}_y", "u@127.0.0.1/${AG_DB}${AG_DB}_y"},
      {"postgresql://u@127.0.0.1/%41${AG_DB}%42", "u@127.0.0.1/A${AG_DB}B"},
      {"host=127.0.0.1 dbname=1${AG_DB}2${AG_DB}", "127.0.0.1/1${AG_DB}2${AG_DB}"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.url);
    absl::StatusOr<Expansion> got = ExpandVariables(row.url);
    REQUIRE(got.ok());
    CHECK(Shown(got->url) == row.shown);
  }
}

TEST_CASE("hosts of this machine") {
  for (const char* host : {"", "localhost", "LocalHost", "127.0.0.1", "127.1.2.3", "::1", "/tmp"}) {
    CHECK(IsLocalHost(host));
  }
  for (const char* host : {"127.evil.example", "localhost.evil.example", "10.0.0.1", "h"}) {
    CHECK_FALSE(IsLocalHost(host));
  }
}

}  // namespace
}  // namespace autogen::postgres
