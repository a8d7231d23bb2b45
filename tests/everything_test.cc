// The schema of tests/fixtures/everything uses every kind of object and every attribute: it must
// come out of introspection, diff and render as it went in, and go away again.
#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/diff/diff.h"
#include "src/introspect/introspect.h"
#include "src/render/render.h"
#include "tests/support/fields.h"
#include "tests/support/schemas.h"
#include "tests/support/server.h"

namespace autogen {
namespace {

using testing::TestDatabase;
using testing::TestServer;

std::shared_ptr<const model::Catalog> Read(const TestDatabase& database) {
  auto connection = postgres::Connection::Open({.url = database.Url()});
  REQUIRE_MESSAGE(connection.ok(), connection.status().ToString());
  auto snapshot = introspect::Introspect(*connection, {.privileges = true, .owners = true});
  REQUIRE_MESSAGE(snapshot.ok(), snapshot.status().ToString());
  for (const introspect::Unmanaged& u : snapshot->unmanaged) {
    FAIL_CHECK(absl::StrCat("not managed: ", u.what, " ", u.name));
  }
  auto catalog = model::Catalog::Build(snapshot->schema, snapshot->dependencies);
  REQUIRE_MESSAGE(catalog.ok(), catalog.status().ToString());
  return std::move(*catalog);
}

std::string Migration(std::shared_ptr<const model::Catalog> from,
                      std::shared_ptr<const model::Catalog> to) {
  diff::Options options;
  options.server_version = TestServer::Get().version();
  options.compare = {.privileges = true, .owners = true};
  auto plan = diff::Diff(std::move(from), std::move(to), options);
  REQUIRE_MESSAGE(plan.ok(), plan.status().ToString());
  auto statements = render::Render(
      *plan, {.server_version = TestServer::Get().version(), .privileges = true, .owners = true});
  REQUIRE_MESSAGE(statements.ok(), statements.status().ToString());
  return render::ToSql(*statements);
}

void Apply(const TestDatabase& database, const std::string& sql) {
  absl::Status applied = testing::RunSql(database.Url(), absl::StrCat("BEGIN;\n", sql, "COMMIT;"));
  REQUIRE_MESSAGE(applied.ok(), absl::StrCat(applied.ToString(), "\n", sql));
}

TEST_CASE("a schema of everything is rebuilt from its introspection, and dropped again") {
  TestDatabase original, copy;
  testing::LoadEverything(original);
  auto empty = Read(copy);
  auto wanted = Read(original);
  if (TestServer::Get().version() >= 180000) {
    testing::FieldCoverage fields;
    fields.AddSet(*wanted);
    CHECK(absl::StrJoin(fields.NeverSet(), " ") == "");
  }
  auto empty_dump = testing::PgDump(copy.Url());

  Apply(copy, Migration(empty, wanted));
  CHECK(Migration(Read(copy), wanted) == "");
  // pg_dump refuses servers newer than itself.
  auto wanted_dump = testing::PgDump(original.Url());
  if (wanted_dump.ok()) CHECK(*testing::PgDump(copy.Url()) == *wanted_dump);

  Apply(copy, Migration(Read(copy), empty));
  CHECK(Migration(Read(copy), empty) == "");
  if (empty_dump.ok()) CHECK(*testing::PgDump(copy.Url()) == *empty_dump);
}

}  // namespace
}  // namespace autogen
