// Golden cases: tests/fixtures/<object>/<case>/{old,new}.sql are two databases; upgrade.sql and
// downgrade.sql what autogen writes between them. Each is applied there, back and there again, and
// every state is judged by introspection and by pg_dump, which does not read what introspection
// forgets.
//
// A renames.txtpb beside them holds what a model would say about renames: objects with their new
// names and renamed_from, nothing else.
//
// A first line "-- privileges and owners are not managed" leaves both out of the comparison, not
// out of what pg_dump must find again.
//
// lint has no objection to an online script, but where it says that there is no online way.
//
// A data.sql beside them fills the old one before the upgrade; the one query of a rows.sql must
// then give the same before, after the upgrade and after the downgrade, and a check.sql must run
// after the upgrade.
//
// An online_upgrade.sql and online_downgrade.sql are what is written where tables are changed
// online (online/: every case has them); each case also runs in this way.
//
// tools/update-goldens rewrites the expected files. A first line "-- needs PostgreSQL 17" is for
// servers from that version on; what is expected is PostgreSQL 15's text, or that of the version
// which the case needs. AUTOGEN_GOLDEN=text runs the cases with that in their names ("/" all of
// them, also on a newer server, where by default only those run that need it).
#include <doctest/doctest.h>
#include <google/protobuf/text_format.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "src/base/file.h"
#include "src/base/status.h"
#include "src/diff/plan.h"
#include "src/generate/compare.h"
#include "src/generate/pipeline.h"
#include "src/generate/scope.h"
#include "src/generate/section.h"
#include "src/introspect/introspect.h"
#include "src/model/load.h"
#include "src/model/print.h"
#include "src/postgres/connection.h"
#include "src/render/render.h"
#include "tests/support/fields.h"
#include "tests/support/judged.h"
#include "tests/support/server.h"
#include "tests/support/state.h"

namespace autogen {
namespace {

using testing::State;

constexpr char kRoot[] = AUTOGEN_SOURCE_DIR "/tests/fixtures";
constexpr int kExpectedVersion = 15;

std::string Env(const char* name) {
  const char* value = getenv(name);
  return value == nullptr ? "" : value;
}

// "tables/add_column": every folder with an old.sql, sorted.
std::vector<std::string> Cases() {
  std::vector<std::string> cases;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kRoot)) {
    if (entry.path().filename() != "old.sql") continue;
    cases.push_back(std::filesystem::relative(entry.path().parent_path(), kRoot).string());
  }
  std::sort(cases.begin(), cases.end());
  return cases;
}

int NeededVersion(absl::string_view sql) {
  constexpr absl::string_view kNeeds = "-- needs PostgreSQL ";
  int version = 0;
  if (!absl::StartsWith(sql, kNeeds)) return 0;
  absl::string_view rest = sql.substr(kNeeds.size());
  return absl::SimpleAtoi(rest.substr(0, rest.find('\n')), &version) ? version : 0;
}

// pg_dump is asked on the server that the cases are written for.
absl::StatusOr<testing::State> Look(const testing::Session& d) {
  return testing::Look(d, testing::TestServer::Get().version() / 10000 == kExpectedVersion);
}

// Used by one case after another.
struct Databases {
  testing::Session work, other;
};

class GoldenCase {
 public:
  GoldenCase(std::string name, bool online, Databases& databases, testing::FieldCoverage& fields)
      : name_(std::move(name)), online_(online), databases_(databases), fields_(fields) {
    if (online) settings_.online = [](absl::string_view, absl::string_view) { return true; };
  }

  // What went wrong, or "".
  std::string Run() {
    absl::Status status = Try();
    if (!status.ok()) absl::StrAppend(&problems_, status.message(), "\n");
    return problems_;
  }
  bool skipped() const { return skipped_; }

 private:
  std::string Path(absl::string_view file) const {
    return absl::StrCat(kRoot, "/", name_, "/", file);
  }

  absl::Status Try() {
    ASSIGN_OR_RETURN(std::string old_sql, ReadFile(Path("old.sql")));
    ASSIGN_OR_RETURN(std::string new_sql, ReadFile(Path("new.sql")));
    int needed = std::max(NeededVersion(old_sql), NeededVersion(new_sql));
    int major = testing::TestServer::Get().version() / 10000;
    skipped_ = needed > major;
    if (skipped_) return absl::OkStatus();

    testing::Session& work = databases_.work;
    testing::Session& other = databases_.other;
    RETURN_IF_ERROR(testing::Reset(&work));
    RETURN_IF_ERROR(testing::Reset(&other));
    absl::Status made = Annotate(work.connection->Exec(old_sql).status(), "old.sql");
    if (made.ok()) made = Annotate(other.connection->Exec(new_sql).status(), "new.sql");
    skipped_ = absl::StrContains(made.message(), "requires the server to be built with");
    if (skipped_) return absl::OkStatus();
    RETURN_IF_ERROR(made);
    if (!absl::StartsWith(old_sql, "-- privileges and owners are not managed")) {
      settings_.owners = settings_.privileges = true;
    }
    ASSIGN_OR_RETURN(State from, Look(work));
    ASSIGN_OR_RETURN(State to, Look(other));
    RETURN_IF_ERROR(Import("old.sql", from));
    RETURN_IF_ERROR(Import("new.sql", to));
    RETURN_IF_ERROR(CountFields(from, to));
    ASSIGN_OR_RETURN(generate::Comparison c, CompareStates(from.snapshot, to.snapshot));
    const Text upgrade = TextOf(c.upgrade), downgrade = TextOf(c.downgrade);
    if (c.plan.empty()) absl::StrAppend(&problems_, "no difference is seen\n");
    if (major == std::max(kExpectedVersion, needed)) {
      Expect("upgrade.sql", upgrade.whole);
      Expect("downgrade.sql", downgrade.whole);
    }
    if (online_ && absl::StartsWith(name_, "online/")) {
      for (const Text* text : {&upgrade, &downgrade}) {
        const std::string objections = testing::Unexplained(text->whole, /*online=*/true);
        if (!objections.empty()) absl::StrAppend(&problems_, "lint objects to:\n", objections);
      }
    }
    RETURN_IF_ERROR(RunFile("data.sql", work));
    ASSIGN_OR_RETURN(const std::string rows, Rows(work));
    RETURN_IF_ERROR(Apply("upgrade", work, upgrade, to));
    RETURN_IF_ERROR(ExpectRows("upgrade", rows, work));
    RETURN_IF_ERROR(RunFile("check.sql", work));
    RETURN_IF_ERROR(Apply("downgrade", work, downgrade, from));
    RETURN_IF_ERROR(ExpectRows("downgrade", rows, work));
    return Annotate(RunSteps(work, upgrade),
                    absl::StrCat("the second upgrade fails:\n", upgrade.whole));
  }

  // As it stands in a file, and what of it is committed together.
  struct Text {
    std::string whole;
    std::vector<std::string> steps;
  };
  Text TextOf(const std::vector<render::Statement>& statements) const {
    if (!online_) return {render::ToSql(statements), {render::ToSql(statements)}};
    Text text{generate::SectionFor(statements).sql, {}};
    bool ends = true;
    for (const render::Statement& s : statements) {
      const bool alone = s.impact.run == impact::RunMode::kAlone;
      if (ends || alone || !s.step.empty()) text.steps.emplace_back();
      absl::StrAppend(&text.steps.back(), s.sql, ";\n");
      ends = alone || s.impact.run == impact::RunMode::kCommitBeforeUse;
    }
    return text;
  }

  static absl::Status RunSteps(const testing::Session& d, const Text& text) {
    for (const std::string& step : text.steps) {
      const absl::Status run = d.connection->Exec(testing::WithTestSecrets(step)).status();
      if (!run.ok()) return Annotate(run, step);
    }
    return absl::OkStatus();
  }

  // Where the case has such a file. A check.sql leaves no trace.
  absl::Status RunFile(absl::string_view file, const testing::Session& d) {
    if (!std::filesystem::exists(Path(file))) return absl::OkStatus();
    ASSIGN_OR_RETURN(std::string sql, ReadFile(Path(file)));
    if (file == "check.sql") sql = absl::StrCat("BEGIN;\n", sql, "\n;ROLLBACK");
    const absl::Status status = d.connection->Exec(sql).status();
    return status.ok() ? status : Annotate(status, file);
  }

  // What rows.sql gives, a line for each row; "" where there is none.
  absl::StatusOr<std::string> Rows(const testing::Session& d) {
    if (!std::filesystem::exists(Path("rows.sql"))) return "";
    ASSIGN_OR_RETURN(std::string sql, ReadFile(Path("rows.sql")));
    ASSIGN_OR_RETURN(postgres::Result result, d.connection->Exec(sql));
    if (result.rows() == 0) return absl::InvalidArgumentError("rows.sql gives no row");
    std::string text;
    for (int row = 0; row < result.rows(); ++row) {
      for (int column = 0; column < result.columns(); ++column) {
        absl::StrAppend(&text, column > 0 ? " | " : "",
                        result.IsNull(row, column) ? "NULL" : result.Text(row, column));
      }
      absl::StrAppend(&text, "\n");
    }
    return text;
  }

  absl::Status ExpectRows(absl::string_view what, const std::string& rows,
                          const testing::Session& d) {
    ASSIGN_OR_RETURN(const std::string now, Rows(d));
    if (now != rows) {
      absl::StrAppend(&problems_, "rows after the ", what, ":\n", now, "before:\n", rows);
    }
    return absl::OkStatus();
  }

  absl::Status CountFields(const State& from, const State& to) {
    ASSIGN_OR_RETURN(auto before, model::Catalog::Build(from.snapshot.schema, {}));
    ASSIGN_OR_RETURN(auto after, model::Catalog::Build(to.snapshot.schema, {}));
    fields_.AddDifference(*before, *after);
    return absl::OkStatus();
  }

  absl::StatusOr<generate::Comparison> CompareStates(const model::Snapshot& from,
                                                     const model::Snapshot& to) const {
    std::shared_ptr<Schema> hints;
    if (std::filesystem::exists(Path("renames.txtpb"))) {
      ASSIGN_OR_RETURN(std::string text, ReadFile(Path("renames.txtpb")));
      hints = std::make_shared<Schema>();
      if (!google::protobuf::TextFormat::ParseFromString(text, hints.get())) {
        return absl::InvalidArgumentError("renames.txtpb is no model");
      }
    }
    scratch::Options scratch;
    scratch.url = testing::TestServer::Get().Url();
    scratch.disposable = true;
    generate::Pipeline pipeline(settings_, scratch);
    return pipeline.Compare({.before = from, .after = to, .wanted = std::move(hints)});
  }

  // What is imported can be loaded, and says the same.
  absl::Status Import(absl::string_view file, const State& state) {
    const std::string text = model::PrintModel(*state.snapshot.schema);
    absl::StatusOr<std::shared_ptr<Schema>> model = model::LoadModelText("model", text);
    if (!model.ok()) return Annotate(model.status(), absl::StrCat("the import of ", file));
    model::Snapshot imported = state.snapshot;
    imported.schema = *std::move(model);
    generate::DeclareSchemas(generate::SchemasOf(*state.snapshot.schema), imported.schema.get());
    ASSIGN_OR_RETURN(diff::Plan plan, generate::PlanFor(state.snapshot, imported, settings_));
    if (!plan.empty()) {
      absl::StrAppend(&problems_, "the import of ", file, " differs:\n", diff::PrintPlan(plan));
    }
    return absl::OkStatus();
  }

  // An online script stands beside the plain one where the case is about it.
  void Expect(absl::string_view name, const std::string& text) {
    const std::string file = absl::StrCat(online_ ? "online_" : "", name);
    const bool about = absl::StartsWith(name_, "online/");
    if (online_ && !about && !std::filesystem::exists(Path(file))) return;
    if (!Env("AUTOGEN_UPDATE_GOLDENS").empty()) {
      absl::Status written = WriteFile(Path(file), text, Overwrite::kReplace);
      if (!written.ok()) absl::StrAppend(&problems_, written.message(), "\n");
      return;
    }
    absl::StatusOr<std::string> expected = ReadFile(Path(file));
    if (!expected.ok() || *expected != text) {
      absl::StrAppend(&problems_, file, " is not as expected, but:\n", text, "\n");
    }
  }

  absl::Status Apply(absl::string_view what, const testing::Session& d, const Text& text,
                     const State& want) {
    const std::string& sql = text.whole;
    absl::Status run = RunSteps(d, text);
    if (!run.ok()) return Annotate(run, absl::StrCat("the ", what, " fails:\n", sql));
    ASSIGN_OR_RETURN(State have, Look(d));
    ASSIGN_OR_RETURN(generate::Comparison left,
                     generate::Compare(have.snapshot, want.snapshot, settings_));
    if (!left.plan.empty()) {
      absl::StrAppend(&problems_, "after the ", what, " this is left:\n",
                      diff::PrintPlan(left.plan), "\nafter:\n", sql);
    }
    if (have.dump != want.dump) {
      absl::StrAppend(&problems_, "pg_dump differs after the ", what, ":\n",
                      testing::LineDifference(have.dump, want.dump), "after:\n", sql);
    }
    return absl::OkStatus();
  }

  const std::string name_;
  const bool online_;
  Databases& databases_;
  testing::FieldCoverage& fields_;
  generate::Settings settings_;
  std::string problems_;
  bool skipped_ = false;
};

// "Table.unlogged": a field of a schema, an enum, a sequence, a table or what a table has.
bool IsOfTables(absl::string_view field) {
  static constexpr absl::string_view kMessages[] = {
      "Namespace", "Enum",        "Sequence",       "OwnedBy",    "Table",    "PartitionBy",
      "Column",    "NotNull",     "Identity",       "Generated",  "IndexKey", "PrimaryKey",
      "Unique",    "Check",       "Exclusion",      "ForeignKey", "Target",   "Index",
      "Foreign",   "PartitionOf", "ReplicaIdentity"};
  const absl::string_view message = field.substr(0, field.find('.'));
  return std::find(std::begin(kMessages), std::end(kMessages), message) != std::end(kMessages);
}

// What a case cannot have: a tablespace, a label's provider, a failed build, the library for lz4.
bool NeedsMore(absl::string_view field) {
  return absl::EndsWith(field, ".tablespace") || absl::EndsWith(field, ".security_label") ||
         field == "Index.invalid" || field == "Column.compression" || field == "Column.revoke";
}

TEST_CASE("every golden case runs up, down and up again, and leaves what it should") {
  const std::string only = Env("AUTOGEN_GOLDEN");
  int run = 0;
  std::vector<std::string> skipped;
  Databases databases;
  testing::FieldCoverage fields;
  for (const std::string& name : Cases()) {
    if (!absl::StrContains(name, only)) continue;
    CAPTURE(name);
    GoldenCase golden(name, /*online=*/false, databases, fields);
    std::string problems = golden.Run();
    CHECK_MESSAGE(problems.empty(), problems);
    if (golden.skipped()) {
      skipped.push_back(name);
    } else {
      ++run;
    }
  }
  MESSAGE(run, " cases on PostgreSQL ", testing::TestServer::Get().version() / 10000);
  if (!skipped.empty()) {
    MESSAGE(skipped.size(),
            " need a newer server, or one that is built with more: ", absl::StrJoin(skipped, ", "));
  }
  CHECK(run > 0);
  // The newest server has all fields. Those of other kinds are changed in tests/everything_test.cc.
  if (only.empty() && testing::TestServer::Get().version() >= 180000) {
    std::vector<std::string> missing;
    for (const std::string& field : fields.NeverDifferent()) {
      if (IsOfTables(field) && !NeedsMore(field)) missing.push_back(field);
    }
    CHECK(absl::StrJoin(missing, " ") == "");
  }
}

// Those about it, and of the others every eighth; all with AUTOGEN_ONLINE=all.
TEST_CASE("an online script leads to what the plain one leads to, each step committed") {
  const std::string only = Env("AUTOGEN_GOLDEN");
  const bool all = !only.empty() || Env("AUTOGEN_ONLINE") == "all";
  Databases databases;
  testing::FieldCoverage fields;
  int run = 0, at = 0;
  for (const std::string& name : Cases()) {
    if (!absl::StrContains(name, only)) continue;
    if (!all && !absl::StartsWith(name, "online/") && at++ % 8 != 0) continue;
    CAPTURE(name);
    GoldenCase golden(name, /*online=*/true, databases, fields);
    const std::string problems = golden.Run();
    CHECK_MESSAGE(problems.empty(), problems);
    if (!golden.skipped()) ++run;
  }
  MESSAGE(run, " cases on PostgreSQL ", testing::TestServer::Get().version() / 10000);
  CHECK(run > 0);
}

}  // namespace
}  // namespace autogen
