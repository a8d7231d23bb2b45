// The recorded cases of $AUTOGEN_CORPUS_DIR/conformance/autogen_cases.json: `before` makes one
// database, `model_ddl` another, which is imported as a model. The script that autogen writes from
// the first to the model is proved, written, read again and run: up, back and up again.
//
// Where the recorder saw no difference none may be shown, and where it saw one it must be seen;
// unless pg_dump says otherwise of the two databases: some cases tell the recorder what to see. Its
// own statements are not looked at: the states decide.
#include <doctest/doctest.h>
#include <stdlib.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "src/base/file.h"
#include "src/base/status.h"
#include "src/generate/pipeline.h"
#include "src/generate/section.h"
#include "src/model/print.h"
#include "src/revision/script.h"
#include "src/revision/write.h"
#include "src/scratch/build.h"
#include "src/scratch/replay.h"
#include "tests/support/server.h"

namespace autogen {
namespace {

using nlohmann::json;

class Folder {
 public:
  Folder() {
    path_ = "/tmp/autogen-conformance-XXXXXX";
    REQUIRE(mkdtemp(path_.data()) != nullptr);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string File(absl::string_view name) const { return absl::StrCat(path_, "/", name); }

 private:
  std::string path_;
};

// pg_dump's lines without regard to their order: where a column stands in its table says nothing.
absl::StatusOr<std::multiset<std::string>> DumpLines(const std::string& url) {
  ASSIGN_OR_RETURN(std::string dump, testing::PgDump(url));
  std::multiset<std::string> lines;
  for (absl::string_view line : absl::StrSplit(dump, '\n', absl::SkipEmpty())) {
    absl::ConsumeSuffix(&line, ",");
    lines.emplace(line);
  }
  return lines;
}

enum class Seen { kNothing, kDifference, kOnlyByUs, kRefused };

// Empties a database: a new one costs more than what it is asked here.
constexpr char kReset[] = R"sql(
DO $$
DECLARE name text;
BEGIN
  FOR name IN SELECT nspname FROM pg_namespace
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
  LOOP EXECUTE format('DROP SCHEMA %I CASCADE', name); END LOOP;
  CREATE SCHEMA public;
END $$)sql";

class Case {
 public:
  Case(const json& test, const Folder& folder, const testing::TestDatabase& before,
       const testing::TestDatabase& wanted)
      : test_(test), folder_(folder), before_(before), wanted_(wanted) {}

  Seen seen = Seen::kNothing;
  std::string refused;  // PostgreSQL's message

  absl::Status Run() {
    const json& options = test_["options"];
    generate::Settings settings;
    std::string schema = options["version_table_schema"].is_null()
                             ? std::string()
                             : options["version_table_schema"].get<std::string>();
    own_tables_ = {{schema, options["version_table"].get<std::string>()}};
    settings.own_tables = own_tables_;

    RETURN_IF_ERROR(Load(before_, test_["before"].get<std::string>()));
    absl::Status loaded =
        Load(wanted_, absl::StrJoin(test_["model_ddl"].get<std::vector<std::string>>(), ";\n"));
    if (!loaded.ok()) {
      seen = Seen::kRefused;
      refused = std::string(loaded.message());
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(model::Snapshot imported, Look(wanted_));
    std::string model = folder_.File("model.txtpb");
    RETURN_IF_ERROR(WriteFile(model, model::PrintModel(*imported.schema), Overwrite::kReplace));

    scratch::Options scratch;
    scratch.url = before_.Url();
    scratch.disposable = true;
    scratch.cache_folder = folder_.File("cache");
    generate::Pipeline pipeline(settings, scratch);
    generate::Source database{generate::SourceKind::kDatabase, {}, before_.Url()};
    generate::Source wanted{generate::SourceKind::kModel, {model}, ""};
    ASSIGN_OR_RETURN(generate::Pair pair, pipeline.Read(database, wanted, true));
    ASSIGN_OR_RETURN(generate::Comparison comparison, pipeline.Compare(pair));
    bool recorded = !test_["expect_diffs"].empty();
    if (comparison.plan.empty() && !recorded) return absl::OkStatus();
    ASSIGN_OR_RETURN(start_, DumpLines(before_.Url()));
    ASSIGN_OR_RETURN(goal_, DumpLines(wanted_.Url()));
    if (comparison.plan.empty()) {
      return start_ == goal_ ? absl::OkStatus() : absl::InternalError("no difference is seen");
    }
    seen = recorded ? Seen::kDifference : Seen::kOnlyByUs;
    if (!recorded && start_ == goal_) {
      return absl::InternalError(
          absl::StrCat("a difference that is none:\n", diff::PrintPlan(comparison.plan)));
    }
    ASSIGN_OR_RETURN(scratch::Proof proof, pipeline.Prove(pair, comparison));
    if (!proof.proved) return absl::InternalError(absl::StrCat("no proof: ", proof.difference));
    return RunScript(comparison);
  }

 private:
  // What cases take for given, a schema and a function, is in both databases.
  absl::Status Load(const testing::TestDatabase& database, const std::string& ddl) {
    return testing::RunSql(
        database.Url(),
        absl::StrCat(kReset,
                     "; CREATE SCHEMA test_schema; CREATE FUNCTION len(text) RETURNS int LANGUAGE "
                     "sql IMMUTABLE AS 'SELECT length($1)';\n",
                     ddl));
  }

  absl::StatusOr<model::Snapshot> Look(const testing::TestDatabase& database) {
    ASSIGN_OR_RETURN(postgres::Connection connection,
                     postgres::Connection::Open({.url = database.Url()}));
    introspect::Options options;
    options.own_tables = own_tables_;
    return introspect::Introspect(connection, options);
  }

  absl::Status RunScript(const generate::Comparison& comparison) {
    revision::ScriptSpec spec;
    spec.id = "0123456789ab";
    spec.message = "conformance";
    spec.created = absl::UnixEpoch();
    spec.upgrade = generate::SectionFor(comparison.upgrade);
    spec.downgrade = generate::SectionFor(comparison.downgrade);
    ASSIGN_OR_RETURN(std::string text, revision::RenderScript(spec, {}));
    ASSIGN_OR_RETURN(revision::Script script, revision::ParseScript(text, "script.sql"));
    ASSIGN_OR_RETURN(model::Snapshot from, Look(before_));
    ASSIGN_OR_RETURN(model::Snapshot to, Look(wanted_));
    RETURN_IF_ERROR(Expect("upgrade", script, script.upgrade, to, &goal_));
    RETURN_IF_ERROR(Expect("downgrade", script, script.downgrade, from, &start_));
    return Expect("second upgrade", script, script.upgrade, to, nullptr);
  }

  absl::Status Expect(absl::string_view what, const revision::Script& script,
                      const revision::Section& section, const model::Snapshot& state,
                      const std::multiset<std::string>* dump) {
    ASSIGN_OR_RETURN(postgres::Connection connection,
                     postgres::Connection::Open({.url = before_.Url()}));
    absl::Status run = scratch::Build(connection, scratch::ScriptSteps(script, section));
    if (!run.ok()) return Annotate(run, what);
    ASSIGN_OR_RETURN(model::Snapshot found, Look(before_));
    ASSIGN_OR_RETURN(generate::Comparison left, generate::Compare(found, state, {}));
    if (!left.plan.empty()) {
      return absl::InternalError(
          absl::StrCat("after the ", what, " this is left:\n", diff::PrintPlan(left.plan)));
    }
    if (dump == nullptr) return absl::OkStatus();
    ASSIGN_OR_RETURN(std::multiset<std::string> lines, DumpLines(before_.Url()));
    if (lines != *dump) {
      return absl::InternalError(absl::StrCat("pg_dump differs after the ", what, "; have:\n",
                                              absl::StrJoin(lines, "\n"), "\nwant:\n",
                                              absl::StrJoin(*dump, "\n")));
    }
    return absl::OkStatus();
  }

  const json& test_;
  const Folder& folder_;
  const testing::TestDatabase& before_;
  const testing::TestDatabase& wanted_;
  std::vector<std::pair<std::string, std::string>> own_tables_;
  std::multiset<std::string> start_, goal_;
};

TEST_CASE("every recorded case reaches the wanted catalog and comes back") {
  const char* corpus = getenv("AUTOGEN_CORPUS_DIR");
  if (corpus == nullptr || *corpus == '\0') {
    std::printf(
        "NOT RUN: AUTOGEN_CORPUS_DIR is not set; conformance/autogen_cases.json is looked for "
        "there\n");
    return;
  }
  std::ifstream file(absl::StrCat(corpus, "/conformance/autogen_cases.json"));
  REQUIRE(file.good());
  json cases = json::parse(file);
  const char* only = getenv("AUTOGEN_CONFORMANCE");
  testing::TestDatabase before, wanted;
  std::map<Seen, std::vector<std::string>> met;
  size_t run = 0;
  int failed = 0;
  for (const json& test : cases) {
    std::string name = test["name"];
    if (only != nullptr && !absl::StrContains(name, only)) continue;
    ++run;
    Folder folder;
    Case one(test, folder, before, wanted);
    absl::Status status = one.Run();
    if (!status.ok()) {
      ++failed;
      FAIL_CHECK(name, ": ", std::string(status.message()));
    }
    if (!one.refused.empty()) absl::StrAppend(&name, ": ", one.refused);
    if (status.ok()) met[one.seen].push_back(name);
  }
  auto list = [&](Seen seen) {
    return absl::StrCat(met[seen].size(), met[seen].empty() ? "" : "\n    ",
                        absl::StrJoin(met[seen], "\n    "));
  };
  std::printf(
      "%zu cases, %d failed\n  no difference: %zu\n  scripts, up, down and up again: %zu\n  the "
      "same, for a difference that pg_dump sees and the recorder does not: %s\n  the recorded SQL "
      "is refused by PostgreSQL: %s\n",
      run, failed, met[Seen::kNothing].size(), met[Seen::kDifference].size(),
      list(Seen::kOnlyByUs).c_str(), list(Seen::kRefused).c_str());
}

}  // namespace
}  // namespace autogen
