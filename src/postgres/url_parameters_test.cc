// What becomes of a URL's parameters that libpq does not have, and of its lists of hosts.
#include <cstdlib>
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "doctest/doctest.h"
#include "src/base/file.h"
#include "src/postgres/connection.h"
#include "src/postgres/url.h"
#include "src/postgres/url_parts.h"
#include "tests/support/server.h"

namespace autogen::postgres {
namespace {

using testing::TestServer;

TEST_CASE("the parameters that are ignored stand in docs/production.md, each with its reason") {
  const absl::StatusOr<std::string> page = ReadFile(AUTOGEN_SOURCE_DIR "/docs/production.md");
  REQUIRE(page.ok());
  const size_t start = page->find("| parameter | why it cannot matter |");
  REQUIRE(start != std::string::npos);
  const std::string table = page->substr(start, page->find("\n\n", start) - start);
  long named = 0;
  for (absl::string_view parameter : IgnoredParameters()) {
    CAPTURE(parameter);
    CHECK(absl::StrContains(table, absl::StrCat("`", parameter, "`")));
    CHECK(NormalizeUrl(absl::StrCat("postgresql://h/d?", parameter, "=1")).value() ==
          "postgresql://h/d");
    ++named;
  }
  // Nor does the table name others, but for the flag that it refers to.
  CHECK(std::count(table.begin(), table.end(), '`') == 2 * (named + 1));
}

TEST_CASE("a schema in a URL is the session's search path, and is shown") {
  struct Case {
    const char* parameters;
    const char* path;
  } cases[] = {
      {"schema=core", "core"},
      {"schema=Team%20Data", "\"Team Data\""},
      {"schema=a%2Cb", "\"a,b\""},
      {"schema=we%22ird%5C", "\"we\"\"ird\\\""},
      {"currentSchema=core,public", "core,public"},
      {"currentSchema=core%2C%20public", "core, public"},
      {"search_path=core,public", "core,public"},
      {"options=-cgeqo%3Doff&schema=core", "core"},
      {"schema=core&options=-csearch_path%3Dother", "core"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.parameters);
    const absl::StatusOr<std::string> normal =
        NormalizeUrl(absl::StrCat("postgresql://h/d?", c.parameters));
    REQUIRE(normal.ok());
    CHECK(absl::StrContains(ShownTarget(*normal), absl::StrCat("(search_path ", c.path, ")")));
    const std::optional<Fields> fields = ReadFields(*normal);
    REQUIRE(fields.has_value());
    setenv("PGOPTIONS", fields->options.c_str(), 1);
    absl::StatusOr<Connection> connection = Connection::Open({.url = TestServer::Get().Url()});
    unsetenv("PGOPTIONS");
    REQUIRE(connection.status() == absl::OkStatus());
    CHECK(connection->Exec("SHOW search_path")->Text(0, 0) == c.path);
  }
  CHECK(!NormalizeUrl("postgresql://h/d?schema=").ok());
  CHECK(!NormalizeUrl("host=h schema=core").ok());
}

TEST_CASE("a list of hosts is resolved once, and its server is lost rather than changed") {
  absl::StatusOr<Connection> server = Connection::Open({.url = TestServer::Get().Url()});
  REQUIRE(server.ok());
  const std::string socket = PQhost(server->raw());
  if (socket.empty() || socket[0] != '/') {
    MESSAGE("the test server has no socket: skipped");
    return;
  }
  char folder[] = "/tmp/agXXXXXX";
  REQUIRE(mkdtemp(folder) != nullptr);
  const std::string first = absl::StrCat(folder, "/first"),
                    second = absl::StrCat(folder, "/second");
  const std::string url = absl::StrCat("host=", first, ",", second, " port=", PQport(server->raw()),
                                       " user=", PQuser(server->raw()), " dbname=");
  auto host = [&](const std::string& database) -> std::string {
    absl::StatusOr<Connection> connection = Connection::Open({.url = url + database});
    return connection.ok() ? PQhost(connection->raw()) : std::string(connection.status().message());
  };
  std::filesystem::create_directory_symlink(socket, second);
  CHECK(host("postgres") == second);
  // The first of the list is back: everything in this run stays where it was, other databases too.
  std::filesystem::create_directory_symlink(socket, first);
  CHECK(host("postgres") == second);
  CHECK(host("template1") == second);
  std::filesystem::remove(second);
  CHECK(absl::StrContains(host("postgres"), "to which the list of hosts led at its start"));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace autogen::postgres
