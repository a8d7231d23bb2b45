#include "src/sqlite/url.h"

#include <doctest/doctest.h>

#include <string>

#include "absl/strings/match.h"

namespace autogen::sqlite {
namespace {

TEST_CASE("URLs as SQLAlchemy writes them") {
  struct {
    const char* url;
    const char* path;
    const char* normal;
  } const rows[] = {
      {"sqlite:///data/app.db", "data/app.db", "sqlite:///data/app.db"},
      {"sqlite:////var/lib/app.db", "/var/lib/app.db", "sqlite:////var/lib/app.db"},
      {"sqlite+aiosqlite:///app.db", "app.db", "sqlite:///app.db"},
      {"sqlite3:///app.db", "app.db", "sqlite:///app.db"},
      {"sqlite+pysqlite:///a b.db?check_same_thread=False", "a b.db", "sqlite:///a b.db"},
      {"sqlite:///app.db?mode=ro&timeout=2.5", "app.db", "sqlite:///app.db?mode=ro&timeout=2.5"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.url);
    CHECK(LooksLikeUrl(row.url));
    absl::StatusOr<Location> location = ParseUrl(row.url);
    REQUIRE_MESSAGE(location.ok(), location.status().ToString());
    CHECK_EQ(location->path, row.path);
    CHECK_EQ(*NormalizeUrl(row.url), row.normal);
    CHECK_EQ(*NormalizeUrl(*NormalizeUrl(row.url)), row.normal);
  }
}

TEST_CASE("what is no file says what to write") {
  struct {
    const char* url;
    const char* message;
  } const rows[] = {
      {"sqlite://", "ends with the command"},
      {"sqlite:///:memory:", "ends with the command"},
      {"sqlite://app.db", "sqlite:///app.db is a path below the working directory"},
      {"sqlite:app.db", "too few slashes"},
      {"sqlite:///app.db?cache=shared", "cannot say cache=shared"},
      {"sqlite:///app.db?timeout=soon", "cannot say timeout=soon"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.url);
    CHECK(LooksLikeUrl(row.url));
    const std::string message(ParseUrl(row.url).status().message());
    CHECK_MESSAGE(absl::StrContains(message, row.message), message);
  }
  for (const char* other : {"postgresql://h/sqlite", "sqlite", "sqlite.db", "mysql://h/d"}) {
    CHECK_FALSE(LooksLikeUrl(other));
  }
}

}  // namespace
}  // namespace autogen::sqlite
