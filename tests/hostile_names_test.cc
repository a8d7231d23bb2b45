// Names and texts that try to be more: each string of each kind of object is put in the place of
// the one in tests/fixtures/everything, and the script must hold as many statements as with a
// harmless one, and read back as the same.
#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/generate/compare.h"
#include "src/generate/section.h"
#include "src/model/new_schema.h"
#include "src/render/render.h"
#include "src/revision/script.h"
#include "src/revision/write.h"
#include "tests/support/schemas.h"
#include "tests/support/server.h"

namespace autogen {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using testing::TestDatabase;
using testing::TestServer;

constexpr char kHarmless[] = "harmless";

const std::vector<std::string>& Hostile() {
  static const auto* const texts = new std::vector<std::string>{
      "h\rDROP TABLE t; --",
      "h\n\\! touch /tmp/x\n-- autogen: downgrade\nDROP TABLE t; --",
      "autogen: irreversible \"x\"",
      "h'; DROP TABLE t; --\"; DROP TABLE t; --$$; DROP TABLE t; */ /* \\",
      "h\xE2\x80\xA8\xC2\x85\v\f\x1b[2J DROP TABLE t",
  };
  return *texts;
}

// Words and operators of SQL's: a model that has anything else there is refused when it is loaded
// (CheckWords in src/model). Should one get past that, it is still not printed.
bool IsWord(const std::string& field) {
  static const auto* const fields = new std::set<std::string>{"Aggregate.finalfunc_modify",
                                                              "Aggregate.mfinalfunc_modify",
                                                              "Aggregate.sortop",
                                                              "Collation.provider",
                                                              "Column.storage",
                                                              "EventTrigger.event",
                                                              "Grant.privilege",
                                                              "IndexKey.operator",
                                                              "Operator.name",
                                                              "Sequence.type",
                                                              "Statistics.kind",
                                                              "ViewColumn.compression",
                                                              "ViewColumn.storage"};
  return fields->count(field) > 0;
}

// A string field of a kind of message, and where the first of it stands: the path from the schema.
struct Place {
  std::vector<std::pair<const FieldDescriptor*, int>> path;  // -1: not repeated
};

// What PostgreSQL reads as SQL is no name: a model's fragments are parsed before they get here.
bool IsText(const FieldDescriptor* f) {
  const FieldRule& rule = model::RuleOf(f);
  return f->cpp_type() == FieldDescriptor::CPPTYPE_STRING && !rule.sql() && !rule.hint() &&
         !rule.sugar() && !rule.derived();
}

void FindPlaces(const Message& m, Place* at, std::map<std::string, Place>* places) {
  std::vector<const FieldDescriptor*> set;
  m.GetReflection()->ListFields(m, &set);
  for (const FieldDescriptor* f : set) {
    const bool message = f->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (!message && !IsText(f)) continue;
    const int count = f->is_repeated() ? m.GetReflection()->FieldSize(m, f) : 1;
    for (int i = 0; i < count; ++i) {
      at->path.emplace_back(f, f->is_repeated() ? i : -1);
      if (!message) {
        places->emplace(absl::StrCat(m.GetDescriptor()->name(), ".", f->name()), *at);
      } else if (f->is_repeated()) {
        FindPlaces(m.GetReflection()->GetRepeatedMessage(m, f, i), at, places);
      } else {
        FindPlaces(m.GetReflection()->GetMessage(m, f), at, places);
      }
      at->path.pop_back();
    }
  }
}

std::shared_ptr<Schema> With(const Schema& schema, const Place& place, const std::string& text) {
  std::shared_ptr<Schema> copy = model::CopySchema(schema);
  Message* m = copy.get();
  for (const auto& [field, index] : place.path) {
    const Reflection* reflection = m->GetReflection();
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      if (index < 0) {
        reflection->SetString(m, field, text);
      } else {
        reflection->SetRepeatedString(m, field, index, text);
      }
      break;
    }
    m = index < 0 ? reflection->MutableMessage(m, field)
                  : reflection->MutableRepeatedMessage(m, field, index);
  }
  return copy;
}

struct Outcome {
  absl::Status status;
  size_t up = 0;
  size_t down = 0;
};

// What diff prints and what -m writes, from the schema to one with `text` in it.
Outcome Migrate(const model::Snapshot& before, const Place& place, const std::string& text,
                bool word) {
  generate::Settings settings;
  settings.privileges = settings.owners = true;
  model::Snapshot after = before;
  after.schema = With(*before.schema, place, text);
  auto comparison = generate::Compare(before, after, settings);
  if (!comparison.ok()) return {comparison.status()};
  Outcome outcome{absl::OkStatus(), comparison->upgrade.size(), comparison->downgrade.size()};
  for (const auto* statements : {&comparison->upgrade, &comparison->downgrade}) {
    absl::Status printed = render::ToPsql(*statements).status();
    if (word && !printed.ok()) return outcome;
    CHECK_MESSAGE(printed.ok(), printed.ToString());
  }
  revision::ScriptSpec spec;
  spec.id = "a1";
  spec.message = text;
  spec.notes = {absl::StrCat("no rows for: ", text)};
  spec.upgrade = generate::SectionFor(comparison->upgrade);
  spec.downgrade = generate::SectionFor(comparison->downgrade);
  auto script = revision::RenderScript(spec, {});
  CHECK_MESSAGE(script.ok(), script.status().ToString());
  if (!script.ok()) return outcome;
  auto parsed = revision::ParseScript(*script, "a1.sql");
  REQUIRE_MESSAGE(parsed.ok(), parsed.status().ToString());
  CHECK(parsed->upgrade.steps.size() == outcome.up);
  CHECK(parsed->downgrade.steps.size() == outcome.down);
  CHECK(!parsed->irreversible);
  size_t checks = 0;
  for (const render::Statement& s : comparison->upgrade) checks += s.preflight.size();
  CHECK(parsed->upgrade.preflight.size() == checks);
  const std::string plan = diff::PrintPlan(comparison->plan);
  CHECK(std::count(plan.begin(), plan.end(), '\n') ==
        static_cast<ptrdiff_t>(comparison->plan.operations.size()));
  CHECK(plan.find('\r') == std::string::npos);
  return outcome;
}

TEST_CASE("a hostile text in any field makes as many statements as a harmless one") {
  TestDatabase database;
  testing::LoadEverything(database);
  auto connection = postgres::Connection::Open({.url = database.Url()});
  REQUIRE(connection.ok());
  auto snapshot = introspect::Introspect(*connection, {.privileges = true, .owners = true});
  REQUIRE_MESSAGE(snapshot.ok(), snapshot.status().ToString());
  std::map<std::string, Place> places;
  Place top;
  FindPlaces(*snapshot->schema, &top, &places);
  std::vector<std::string> refused;
  for (const auto& [name, place] : places) {
    CAPTURE(name);
    const Outcome harmless = Migrate(*snapshot, place, kHarmless, IsWord(name));
    if (!harmless.status.ok()) refused.push_back(name);
    for (const std::string& text : Hostile()) {
      CAPTURE(text);
      const Outcome hostile = Migrate(*snapshot, place, text, IsWord(name));
      CHECK(hostile.status.ok() == harmless.status.ok());
      CHECK(hostile.up == harmless.up);
      CHECK(hostile.down == harmless.down);
    }
  }
  MESSAGE(absl::StrCat(places.size(), " fields, refused: ", absl::StrJoin(refused, " ")));
  CHECK(places.size() > 150);
}

}  // namespace
}  // namespace autogen
