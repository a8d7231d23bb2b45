#include "src/sqlite/test_step.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "absl/strings/match.h"
#include "src/sqlite/read.h"
#include "src/sqlite/sample_rows.h"
#include "src/sqlite/script.h"

namespace autogen::sqlite {
namespace {

const Table* Find(const Schema& schema, const std::string& name) {
  for (const Table& t : schema.table()) {
    if (t.name() == name) return &t;
  }
  return nullptr;
}

// The columns that both tables have, the same on both, and that hold values of their own.
std::vector<std::string> Shared(const Table& a, const Table& b) {
  std::vector<std::string> names;
  for (const Column& c : a.column()) {
    for (const Column& d : b.column()) {
      if (!c.has_generated() && c.SerializeAsString() == d.SerializeAsString())
        names.push_back(c.name());
    }
  }
  return names;
}

}  // namespace

model::Snapshot ReadOf(Database& database) {
  absl::StatusOr<model::Snapshot> read = Read(database);
  REQUIRE_MESSAGE(read.ok(), read.status().ToString());
  return *std::move(read);
}

Database Make(const std::string& sql) {
  absl::StatusOr<Database> database = Database::InMemory();
  REQUIRE(database.ok());
  const absl::Status made = database->Exec(sql);
  REQUIRE_MESSAGE(made.ok(), sql << ": " << made.ToString());
  return *std::move(database);
}

std::string ScriptText(const Script& script) {
  std::string text = "PRAGMA foreign_keys = OFF;\nBEGIN IMMEDIATE;\n";
  for (const ScriptStep& step : script.steps) absl::StrAppend(&text, step.sql, ";\n");
  return absl::StrCat(text, "COMMIT;\nPRAGMA foreign_keys = ON;\n");
}

std::string Text(const model::Snapshot& snapshot) {
  std::vector<std::string> parts;
  for (const Table& t : snapshot.schema->table()) {
    Table sorted = t;
    auto by_name = [](const auto& a, const auto& b) {
      return a.SerializeAsString() < b.SerializeAsString();
    };
    std::sort(sorted.mutable_index()->begin(), sorted.mutable_index()->end(), by_name);
    std::sort(sorted.mutable_trigger()->begin(), sorted.mutable_trigger()->end(), by_name);
    std::sort(sorted.mutable_check()->begin(), sorted.mutable_check()->end(), by_name);
    std::sort(sorted.mutable_unique()->begin(), sorted.mutable_unique()->end(), by_name);
    std::sort(sorted.mutable_foreign_key()->begin(), sorted.mutable_foreign_key()->end(), by_name);
    parts.push_back(sorted.DebugString());
  }
  for (const View& v : snapshot.schema->view()) parts.push_back(v.DebugString());
  std::sort(parts.begin(), parts.end());
  std::string text;
  for (const std::string& part : parts) text += part;
  return text;
}

bool Step(Database& database, const model::Snapshot& from, const model::Snapshot& to,
          bool may_refuse) {
  absl::StatusOr<Script> script = WriteScript(*from.schema, *to.schema, {});
  REQUIRE_MESSAGE(script.ok(), script.status().ToString());
  CHECK_FALSE(script->steps.empty());
  const std::string text = ScriptText(*script);
  CAPTURE(text);
  std::map<std::string, std::vector<std::string>> rows;
  for (const Table& t : from.schema->table()) {
    if (const Table* now = Find(*to.schema, t.name()); now != nullptr && !t.has_virtual_()) {
      rows[t.name()] = *RowsOf(database, t.name(), Shared(t, *now));
    }
  }
  const absl::Status run = database.Exec(text);
  if (may_refuse && absl::StrContains(run.message(), "newly violated")) {
    REQUIRE(database.Exec("ROLLBACK; PRAGMA foreign_keys = ON").ok());
    CHECK_EQ(Text(ReadOf(database)), Text(from));
    for (const auto& [name, before] : rows) {
      const Table& t = *Find(*from.schema, name);
      CHECK_EQ(*RowsOf(database, t.name(), Shared(t, *Find(*to.schema, name))), before);
    }
    return false;
  }
  REQUIRE_MESSAGE(run.ok(), run.ToString());
  CHECK_EQ(Text(ReadOf(database)), Text(to));
  absl::StatusOr<Script> again = WriteScript(*ReadOf(database).schema, *to.schema, {});
  REQUIRE(again.ok());
  CHECK(again->steps.empty());
  for (const auto& [name, before] : rows) {
    CAPTURE(name);
    CHECK_EQ(*RowsOf(database, name, Shared(*Find(*from.schema, name), *Find(*to.schema, name))),
             before);
  }
  absl::StatusOr<std::vector<Database::Row>> sound = database.Query("PRAGMA integrity_check");
  REQUIRE(sound.ok());
  CHECK_EQ((*sound)[0][0], "ok");
  return true;
}

}  // namespace autogen::sqlite
