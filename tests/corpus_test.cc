// Pairs of schemas that others have written: $AUTOGEN_CORPUS_DIR/corpus/SUITE/CASE/{old,new}.sql,
// and each two of real/*/schema.sql and an empty database. Every pair is migrated from the one to
// the other and back, then the same with the two changed places; every state is judged by
// introspection, on PostgreSQL 15 by pg_dump as well.
//
// A pair that the server cannot load (it has newer syntax, or goes without an extension) is counted
// and named; meta.json says which server must. AUTOGEN_CORPUS=text runs the pairs with that in
// their names.
#include <doctest/doctest.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "src/base/file.h"
#include "src/base/status.h"
#include "src/diff/plan.h"
#include "src/generate/pipeline.h"
#include "src/render/render.h"
#include "src/sql/uncast.h"
#include "tests/support/schemas.h"
#include "tests/support/server.h"
#include "tests/support/state.h"

namespace autogen {
namespace {

namespace fs = std::filesystem;

using testing::State;

int Major() { return testing::TestServer::Get().version() / 10000; }

struct Pair {
  std::string suite;
  std::string name;
  std::string old_sql, new_sql;  // paths; "": an empty database
  int validated_on = 0;          // the major version that is known to load it; 0: every one
};

absl::StatusOr<google::protobuf::Struct> ReadJson(const std::string& path) {
  google::protobuf::Struct json;
  ASSIGN_OR_RETURN(std::string text, ReadFile(path));
  if (!google::protobuf::util::JsonStringToMessage(text, &json).ok()) {
    return absl::InvalidArgumentError(absl::StrCat(path, " is no JSON"));
  }
  return json;
}

// From a meta.json; -1 where no server is known that loads the pair.
int ValidatedOn(const google::protobuf::Struct& meta) {
  auto validation = meta.fields().find("validation");
  if (validation == meta.fields().end()) return -1;
  const auto& fields = validation->second.struct_value().fields();
  auto pg = fields.find("pg");
  int major = -1;
  return pg != fields.end() && absl::SimpleAtoi(pg->second.string_value(), &major) ? major : -1;
}

std::vector<Pair> CorpusPairs(const std::string& root) {
  std::vector<Pair> pairs;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.path().filename() != "old.sql") continue;
    const fs::path folder = entry.path().parent_path();
    auto meta = ReadJson(folder / "meta.json");
    REQUIRE_MESSAGE(meta.ok(), meta.status().ToString());
    pairs.push_back({folder.parent_path().filename(), folder.filename(), folder / "old.sql",
                     folder / "new.sql", ValidatedOn(*meta)});
  }
  return pairs;
}

std::vector<Pair> RealPairs() {
  std::vector<Pair> pairs;
  std::vector<std::string> schemas = testing::RealSchemas();
  if (!schemas.empty()) schemas.insert(schemas.begin(), "");
  auto name = [](const std::string& path) {
    return path.empty() ? "empty" : fs::path(path).parent_path().filename().string();
  };
  for (size_t i = 0; i < schemas.size(); ++i) {
    for (size_t k = i + 1; k < schemas.size(); ++k) {
      pairs.push_back(
          {"real", absl::StrCat(name(schemas[i]), "_", name(schemas[k])), schemas[i], schemas[k]});
    }
  }
  return pairs;
}

// The roles that the pairs name.
absl::Status CreateRoles(const std::string& root) {
  ASSIGN_OR_RETURN(google::protobuf::Struct roles, ReadJson(absl::StrCat(root, "/roles.json")));
  ASSIGN_OR_RETURN(postgres::Connection connection,
                   postgres::Connection::Open({.url = testing::TestServer::Get().Url()}));
  for (const auto& [role, note] : roles.fields()) {
    absl::Status created =
        connection.ExecParams("SELECT set_config('corpus.role', $1, false)", {role}).status();
    if (created.ok()) {
      created = connection
                    .Exec(
                        "DO $$ BEGIN EXECUTE format('CREATE ROLE %I', "
                        "current_setting('corpus.role')); EXCEPTION WHEN duplicate_object OR "
                        "unique_violation THEN NULL; END $$")
                    .status();
    }
    RETURN_IF_ERROR(created);
  }
  return absl::OkStatus();
}

absl::StatusOr<State> Look(const testing::Session& session) {
  return testing::Look(session, Major() == 15);
}

// Without what one expression can be written with or without.
std::string Bare(const std::string& dump) {
  std::vector<std::string> lines = absl::StrSplit(dump, '\n');
  for (std::string& line : lines) line = sql::WithoutCasts(line);
  return absl::StrJoin(lines, "\n");
}

bool SameDump(const std::string& a, const std::string& b) {
  const std::string x = testing::WithoutColumnOrder(a), y = testing::WithoutColumnOrder(b);
  return x == y || Bare(x) == Bare(y);
}

// As `autogen diff --privileges` between two databases.
absl::StatusOr<generate::Comparison> Compare(const State& before, const State& after) {
  generate::Settings settings;
  settings.privileges = true;
  scratch::Options scratch;
  scratch.url = testing::TestServer::Get().Url();
  scratch.disposable = true;
  generate::Pipeline pipeline(settings, scratch);
  generate::Pair pair = {.before = before.snapshot, .after = after.snapshot};
  pipeline.AlignTexts(&pair);
  return pipeline.Compare(std::move(pair));
}

// Without the comments that a script has.
std::string Sql(const std::vector<render::Statement>& statements) {
  return absl::StrJoin(statements, ";\n", [](std::string* out, const render::Statement& s) {
    absl::StrAppend(out, s.sql);
  });
}

class PairTrial {
 public:
  PairTrial(testing::Session& one, testing::Session& other) : sessions_{&one, &other} {}

  // An error where the server cannot load the pair.
  absl::Status Load(const Pair& pair) {
    for (int i : {0, 1}) {
      const std::string& path = i == 0 ? pair.old_sql : pair.new_sql;
      RETURN_IF_ERROR(testing::Reset(sessions_[i]));
      if (!path.empty()) RETURN_IF_ERROR(testing::LoadFile(*sessions_[i]->database, path));
    }
    return absl::OkStatus();
  }

  // What went wrong with the loaded pair, or "".
  std::string Run() {
    absl::Status status = Try();
    if (!status.ok()) absl::StrAppend(&problems_, status.message(), "\n");
    return problems_;
  }

 private:
  absl::Status Try() {
    ASSIGN_OR_RETURN(const State before, Look(*sessions_[0]));
    ASSIGN_OR_RETURN(const State after, Look(*sessions_[1]));
    ASSIGN_OR_RETURN(generate::Comparison there, Compare(before, after));
    ThereAndBack("", there, *sessions_[0], before, after);
    ASSIGN_OR_RETURN(generate::Comparison swapped, Compare(after, before));
    // The downgrade ran the same statements already.
    if (Major() == 15 || Sql(swapped.upgrade) != Sql(there.downgrade) ||
        Sql(swapped.downgrade) != Sql(there.upgrade)) {
      ThereAndBack("swapped: ", swapped, *sessions_[1], after, before);
    }
    return absl::OkStatus();
  }

  // `work` is as `from`.
  void ThereAndBack(const std::string& which, const generate::Comparison& c, testing::Session& work,
                    const State& from, const State& to) {
    if (Migrate(which + "upgrade", c.upgrade, work, to)) {
      Migrate(which + "downgrade", c.downgrade, work, from);
    }
  }

  bool Migrate(const std::string& what, const std::vector<render::Statement>& statements,
               testing::Session& work, const State& want) {
    absl::Status status = Apply(statements, work, want);
    if (!status.ok()) absl::StrAppend(&problems_, what, ": ", status.message(), "\n");
    return problems_.empty();
  }

  static absl::Status Apply(const std::vector<render::Statement>& statements,
                            testing::Session& work, const State& want) {
    const std::string after = absl::StrCat("\nafter:\n", render::ToSql(statements));
    for (const render::Statement& statement : statements) {
      absl::Status run = work.connection->Exec(statement.sql).status();
      if (!run.ok()) return absl::InternalError(absl::StrCat(run.message(), after));
    }
    ASSIGN_OR_RETURN(State have, Look(work));
    ASSIGN_OR_RETURN(generate::Comparison left, Compare(have, want));
    if (!left.plan.empty()) {
      return absl::InternalError(
          absl::StrCat("this is left:\n", diff::PrintPlan(left.plan), after));
    }
    if (!SameDump(have.dump, want.dump)) {
      return absl::InternalError(
          absl::StrCat("pg_dump differs:\n", testing::LineDifference(have.dump, want.dump), after));
    }
    return absl::OkStatus();
  }

  testing::Session* sessions_[2];
  std::string problems_;
};

TEST_CASE("every pair of a corpus is migrated there and back, either way round") {
  const char* corpus = getenv("AUTOGEN_CORPUS_DIR");
  const char* only = getenv("AUTOGEN_CORPUS");
  std::vector<Pair> pairs = RealPairs();  // says so where the variable is not set
  if (corpus == nullptr) return;
  const std::string root = absl::StrCat(corpus, "/corpus");
  REQUIRE(CreateRoles(root).ok());
  for (Pair& pair : CorpusPairs(root)) pairs.push_back(std::move(pair));
  std::sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) {
    return std::tie(a.suite, a.name) < std::tie(b.suite, b.name);
  });

  struct Count {
    int run = 0, failed = 0;
    std::vector<std::string> not_loaded;
  };
  std::map<std::string, Count> counts;
  testing::Session one, other;
  for (const Pair& pair : pairs) {
    const std::string name = absl::StrCat(pair.suite, "/", pair.name);
    if (only != nullptr && !absl::StrContains(name, only)) continue;
    CAPTURE(name);
    Count& count = counts[pair.suite];
    PairTrial trial(one, other);
    if (absl::Status loaded = trial.Load(pair); !loaded.ok()) {
      const bool must = pair.validated_on == 0 || pair.validated_on == Major();
      CHECK_MESSAGE(!must, loaded.message());
      count.not_loaded.push_back(pair.name);
      continue;
    }
    const std::string problems = trial.Run();
    ++count.run;
    count.failed += !problems.empty();
    CHECK_MESSAGE(problems.empty(), problems);
  }
  for (const auto& [suite, count] : counts) {
    MESSAGE(suite, " on PostgreSQL ", Major(), ": ", count.run, " pairs there and back both ways, ",
            count.failed, " failed",
            count.not_loaded.empty() ? ""
                                     : absl::StrCat("; not loaded by this server: ",
                                                    absl::StrJoin(count.not_loaded, ", ")));
  }
}

}  // namespace
}  // namespace autogen
