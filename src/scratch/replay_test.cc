#include "src/scratch/replay.h"

#include <stdlib.h>

#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "doctest/doctest.h"
#include "src/base/file.h"
#include "src/revision/load.h"
#include "tests/support/server.h"

namespace autogen::scratch {
namespace {

// A straight history: each script gives its two sections.
class History {
 public:
  History() {
    path = "/tmp/autogen-replay-test-XXXXXX";
    REQUIRE(mkdtemp(path.data()) != nullptr);
  }
  ~History() { std::filesystem::remove_all(path); }
  void Add(const std::string& up, const std::string& down) {
    std::string id = Id(++count_);
    std::string text =
        absl::StrCat("-- step\n--\n-- revision:   ", id,
                     "\n-- revises:    ", count_ == 1 ? "base" : Id(count_ - 1),
                     "\n-- created:    2026-01-01 00:00:00 UTC\n\n-- autogen: upgrade\n\n", up,
                     "\n\n-- autogen: downgrade\n\n", down, "\n");
    REQUIRE(WriteFile(absl::StrCat(path, "/", id, ".sql"), text, Overwrite::kReplace).ok());
  }
  static std::string Id(int n) {
    std::string digits = std::to_string(n);
    return std::string(12 - digits.size(), '0') + digits;
  }
  revision::Graph Load() const {
    auto graph = revision::LoadGraph({path});
    REQUIRE_MESSAGE(graph.ok(), graph.status().ToString());
    return *std::move(graph);
  }
  std::string path;

 private:
  int count_ = 0;
};

Options BesideTarget() {
  Options options;
  options.url = testing::TestServer::Get().Url();
  options.disposable = true;
  return options;
}

TEST_CASE("a history is replayed to its end or to a script") {
  History history;
  history.Add("CREATE TABLE a (x int);", "DROP TABLE a;");
  history.Add("SET search_path = nowhere; CREATE TABLE public.b (x int);", "DROP TABLE b;");
  history.Add("CREATE TABLE c (x int);", "DROP TABLE c;");
  revision::Graph graph = history.Load();
  Server server(BesideTarget());
  auto end = Replay(server, graph, {}, {});
  REQUIRE_MESSAGE(end.ok(), end.status().ToString());
  CHECK(end->schema->table_size() == 3);
  auto middle = Replay(server, graph, {*graph.Find(History::Id(2))}, {});
  REQUIRE(middle.ok());
  CHECK(middle->schema->table_size() == 2);
}

TEST_CASE("verify finds each script that fails its proof, and only those") {
  History history;
  for (int i = 1; i <= 12; ++i) {
    std::string t = absl::StrCat("t", i);
    if (i == 3) {  // forgets a column
      history.Add("CREATE TABLE t3 (x int); ALTER TABLE t1 ADD y int;", "DROP TABLE t3;");
    } else if (i == 7) {  // fails half way
      history.Add("CREATE TABLE t7 (x int);", "DROP TABLE t7; DROP TABLE nosuch;");
    } else if (i == 9) {  // a new label, used in the same script
      history.Add(
          "CREATE TYPE e AS ENUM ('a'); ALTER TYPE e ADD VALUE 'b';"
          "CREATE TABLE t9 (x e DEFAULT 'b'); CREATE INDEX CONCURRENTLY i9 ON t9 (x);",
          "DROP TABLE t9; DROP TYPE e;");
    } else {
      history.Add(absl::StrCat("CREATE TABLE ", t, " (x int);"),
                  absl::StrCat("DROP TABLE ", t, ";"));
    }
  }
  revision::Graph graph = history.Load();
  Server server(BesideTarget());
  for (int jobs : {1, 3}) {
    CAPTURE(jobs);
    VerifyRequest request;
    request.graph = &graph;
    request.jobs = jobs;
    int told = 0;
    request.progress = [&](const Verdict&) { ++told; };
    auto result = Verify(server, request);
    REQUIRE_MESSAGE(result.ok(), result.status().ToString());
    REQUIRE(result->verdicts.size() == 12);
    CHECK(told == 12);
    CHECK_FALSE(result->ok());
    for (const Verdict& v : result->verdicts) {
      const std::string& id = graph.id(v.node);
      CAPTURE(id);
      if (id == History::Id(3)) {
        CHECK_MESSAGE(absl::StrContains(v.problem, "does not lead back"), v.problem);
        CHECK_MESSAGE(absl::StrContains(v.problem, "public.t1.y"), v.problem);
      } else if (id == History::Id(7)) {
        CHECK_MESSAGE(absl::StrContains(v.problem, "the downgrade fails"), v.problem);
      } else {
        CHECK_MESSAGE(v.problem.empty(), v.problem);
      }
    }
    CHECK(result->end.schema->table_size() == 12);
  }
}

TEST_CASE("after an upgrade that fails, nothing that depends on it is tried") {
  History history;
  history.Add("CREATE TABLE a (x int);", "DROP TABLE a;");
  history.Add("CREATE TABLE b (x nosuch);", "DROP TABLE b;");
  history.Add("CREATE TABLE c (x int);", "DROP TABLE c;");
  revision::Graph graph = history.Load();
  Server server(BesideTarget());
  VerifyRequest request;
  request.graph = &graph;
  auto result = Verify(server, request);
  REQUIRE_MESSAGE(result.ok(), result.status().ToString());
  REQUIRE(result->verdicts.size() == 3);
  CHECK(result->verdicts[0].problem.empty());
  CHECK(absl::StrContains(result->verdicts[1].problem, "upgrade"));
  CHECK(absl::StrContains(result->verdicts[2].problem, "not tried"));
  request.nodes = {*graph.Find(History::Id(1))};
  result = Verify(server, request);
  REQUIRE(result.ok());
  CHECK(result->ok());
  CHECK(result->verdicts.size() == 1);
}

}  // namespace
}  // namespace autogen::scratch
