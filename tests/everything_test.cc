// The schema of tests/fixtures/everything uses every kind of object and every attribute: it must
// come out of introspection, diff and render as it went in, and go away again.
#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

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
  for (const model::Unmanaged& u : snapshot->unmanaged) {
    FAIL_CHECK(absl::StrCat("not managed: ", u.what, " ", u.name));
  }
  auto catalog = model::Catalog::Build(snapshot->schema, snapshot->dependencies);
  REQUIRE_MESSAGE(catalog.ok(), catalog.status().ToString());
  return std::move(*catalog);
}

// What needs a module, a folder on the server or a failed build, and what cannot be: a column has
// no privileges by default that could be revoked. Sorted.
std::vector<std::string> Untestable() {
  return {"Aggregate.security_label",
          "Column.revoke",
          "Column.security_label",
          "CompositeType.security_label",
          "Domain.security_label",
          "Enum.security_label",
          "EventTrigger.security_label",
          "Function.security_label",
          "Index.invalid",
          "MaterializedView.security_label",
          "Namespace.security_label",
          "Publication.security_label",
          "RangeType.security_label",
          "SecurityLabel.label",
          "Sequence.security_label",
          "Table.security_label",
          "View.security_label",
          "ViewColumn.revoke",
          "ViewColumn.security_label"};
}

std::string Migration(std::shared_ptr<const model::Catalog> from,
                      std::shared_ptr<const model::Catalog> to) {
  diff::Options options(diff::PostgresRules());
  options.server_version = TestServer::Get().version();
  options.current_user = testing::QueryText(TestServer::Get().Url(), "SELECT current_user");
  options.compare = {.privileges = true, .owners = true};
  auto plan = diff::Diff(std::move(from), std::move(to), options);
  REQUIRE_MESSAGE(plan.ok(), plan.status().ToString());
  auto statements = render::Render(
      *plan, {.server_version = TestServer::Get().version(), .privileges = true, .owners = true});
  REQUIRE_MESSAGE(statements.ok(), statements.status().ToString());
  return render::ToSql(*statements);
}

void Apply(const TestDatabase& database, const std::string& sql) {
  absl::Status applied = testing::RunSql(
      database.Url(), absl::StrCat("BEGIN;\n", testing::WithTestSecrets(sql), "COMMIT;"));
  REQUIRE_MESSAGE(applied.ok(), absl::StrCat(applied.ToString(), "\n", sql));
}

// Runs `migration` in `database`, which must then be as `wanted` is.
void Reach(const TestDatabase& database, std::shared_ptr<const model::Catalog> wanted,
           const absl::StatusOr<std::string>& wanted_dump) {
  Apply(database, Migration(Read(database), wanted));
  CHECK(Migration(Read(database), wanted) == "");
  // pg_dump refuses servers newer than itself.
  if (!wanted_dump.ok()) return;
  // A column that is dropped and added stands at the end.
  const std::string dump = testing::WithoutColumnOrder(*testing::PgDump(database.Url()));
  const std::string wanted_text = testing::WithoutColumnOrder(*wanted_dump);
  CHECK_MESSAGE(dump == wanted_text, testing::LineDifference(dump, wanted_text));
}

TEST_CASE("a schema of everything is rebuilt from its introspection, and dropped again") {
  TestDatabase original, copy;
  testing::LoadEverything(original);
  auto empty = Read(copy);
  auto wanted = Read(original);
  if (TestServer::Get().version() >= 180000) {
    testing::FieldCoverage fields;
    fields.AddSet(*wanted);
    CHECK(absl::StrJoin(fields.NeverSet(), " ") == absl::StrJoin(Untestable(), " "));
  }
  auto empty_dump = testing::PgDump(copy.Url());
  Reach(copy, wanted, testing::PgDump(original.Url()));
  Reach(copy, empty, empty_dump);
}

TEST_CASE("every attribute of everything changes, and changes back") {
  TestDatabase before, after, migrated;
  testing::LoadEverything(before);
  testing::LoadEverything(after);
  testing::ChangeEverything(after);
  testing::LoadEverything(migrated);
  auto from = Read(before);
  auto to = Read(after);
  if (TestServer::Get().version() >= 180000) {
    testing::FieldCoverage fields;
    fields.AddDifference(*from, *to);
    std::vector<std::string> untestable = Untestable();
    // What changes on the publisher as well.
    for (const char* field : {"disabled", "failover", "two_phase"}) {
      untestable.push_back(absl::StrCat("Subscription.", field));
    }
    std::sort(untestable.begin(), untestable.end());
    CHECK(absl::StrJoin(fields.NeverDifferent(), " ") == absl::StrJoin(untestable, " "));
  }
  Reach(migrated, to, testing::PgDump(after.Url()));
  Reach(migrated, from, testing::PgDump(before.Url()));
}

}  // namespace
}  // namespace autogen
