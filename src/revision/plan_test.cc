#include "src/revision/plan.h"

#include <doctest/doctest.h>

#include <ctime>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/revision/argument.h"
#include "src/revision/state.h"

namespace autogen::revision {
namespace {

Graph Build(std::vector<Revision> revisions) {
  absl::StatusOr<Graph> graph = Graph::Build(std::move(revisions));
  REQUIRE_MESSAGE(graph.ok(), graph.status().ToString());
  return *std::move(graph);
}

std::string Ids(const Graph& graph, const Nodes& nodes) {
  return absl::StrJoin(nodes, " ", [&](std::string* out, Node n) { out->append(graph.id(n)); });
}

TEST_CASE("an argument comes apart into label, symbol and steps") {
  struct {
    const char* text;
    const char* label;
    const char* symbol;
    int steps;  // 0: none
  } rows[] = {
      {"head", "", "head", 0},
      {"+2", "", "", 2},
      {"-1", "", "", -1},
      {"3f2a+2", "", "3f2a", 2},
      {"billing@head", "billing", "head", 0},
      {"billing@+1", "billing", "", 1},
      {"billing@3f2a-1", "billing", "3f2a", -1},
      {"", "", "", 0},
      {"a+b", "", "a+b", 0},
      {"x@y@z", "x", "y@z", 0},
      {"a+99999999999999", "", "a+99999999999999", 0},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    Argument argument = ParseArgument(row.text);
    CHECK(argument.label == row.label);
    CHECK(argument.symbol == row.symbol);
    CHECK(argument.steps.value_or(0) == row.steps);
  }
}

TEST_CASE("an invalid graph is refused, with the names concerned") {
  struct {
    std::vector<Revision> revisions;
    const char* message;
  } rows[] = {
      {{{.id = "a", .revises = {"a"}}}, "Self-loop is detected in revisions (a): a revises itself"},
      {{{.id = "a", .depends_on = {"a"}}},
       "Dependency self-loop is detected in revisions (a): a depends on itself"},
      {{{.id = "a", .revises = {"c"}},
        {.id = "b", .revises = {"a"}},
        {.id = "c", .revises = {"b"}}},
       "Cycle is detected in revisions (a, c, b)"},
      {{{.id = "a", .depends_on = {"b"}}, {.id = "b", .revises = {"a"}}},
       "Dependency cycle is detected in revisions (a, b)"},
      {{{.id = "a1b2"}, {.id = "b", .revises = {"a1b3"}}},
       "Can't locate revision identified by 'a1b3', which revision b revises; did you mean "
       "'a1b2'?"},
      {{{.id = "a", .path = "x.sql"}, {.id = "a", .path = "y.sql"}},
       "Revision a (y.sql) is present more than once, also as x.sql"},
      {{{.id = "a+b"}}, "Character(s) '+' not allowed in revision identifier 'a+b' of a+b"},
      // With such an id an upgrade would run a script again.
      {{{.id = "a"}, {.id = "base", .revises = {"a"}, .path = "x.sql"}},
       "'base' is a word of revision arguments, not allowed as revision identifier of base "
       "(x.sql); "
       "choose another"},
      {{{.id = "a", .labels = {"head"}}},
       "'head' is a word of revision arguments, not allowed as branch label of a; choose another"},
      {{{.id = "a", .labels = {"x"}}, {.id = "b", .labels = {"x"}}},
       "Branch name 'x' in revision b already used by revision a"},
      {{{.id = "a", .labels = {"b"}}, {.id = "b"}},
       "Branch name 'b' in revision a already used by revision b"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.message);
    absl::StatusOr<Graph> graph = Graph::Build(row.revisions);
    REQUIRE(!graph.ok());
    CHECK(graph.status().message() == row.message);
  }
}

TEST_CASE("a stamped revision replaces the rows above and below it, and no others") {
  // a - b - c, a - d, e needs b
  Graph graph = Build({{.id = "a"},
                       {.id = "b", .revises = {"a"}},
                       {.id = "c", .revises = {"b"}},
                       {.id = "d", .revises = {"a"}, .labels = {"other"}},
                       {.id = "e", .depends_on = {"b"}}});
  constexpr Node b = 1, c = 2, d = 3, e = 4;
  struct {
    Nodes rows;
    std::vector<std::string> targets;
    const char* expected;
  } rows[] = {
      {{}, {"c"}, "c"},
      {{c, d}, {"b"}, "b d"},
      {{b, d}, {"c"}, "c d"},
      {{c, d}, {"a"}, "a"},
      {{c, d, e}, {"b"}, "b d"},
      {{d}, {"heads"}, "c d e"},
      {{b, d}, {"heads"}, "c d e"},
      {{}, {"a", "c"}, "c"},
      {{c}, {"c"}, "c"},
      {{c}, {"c", "a"}, "a"},
      {{c}, {"a", "c"}, "a"},
      {{c, d}, {"base"}, ""},
      {{c, d}, {"other@base"}, "c"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.expected);
    CAPTURE(absl::StrJoin(row.targets, " "));
    absl::StatusOr<Nodes> nodes = PlanStamp(graph, row.rows, row.targets);
    REQUIRE_MESSAGE(nodes.ok(), nodes.status().ToString());
    CHECK(Ids(graph, *nodes) == row.expected);
  }
}

TEST_CASE("scripts that depend on one another can be shown, not run") {
  Graph graph = Build({{.id = "a"},
                       {.id = "b", .revises = {"a"}, .depends_on = {"c"}},
                       {.id = "c", .revises = {"a"}, .depends_on = {"b"}},
                       {.id = "d", .revises = {"b", "c"}}});
  CHECK(graph.cycle().message() == "Dependency cycle is detected in revisions (b, c)");
  CHECK(Ids(graph, graph.heads()) == "d");
  CHECK(PlanHistory(graph, {}, "")->size() == 4);
  CHECK(PlanUpgrade(graph, {}, {"heads"}).status() == graph.cycle());
  CHECK(PlanDowngrade(graph, {3}, "base").status() == graph.cycle());
  CHECK(PlanStamp(graph, {}, {"heads"}).status() == graph.cycle());
}

TEST_CASE("an ambiguous start of an id is called ambiguous, and a label's start counts") {
  Graph graph = Build({{.id = "3f2a00000001"}, {.id = "3f2a00000002", .labels = {"billing"}}});
  CHECK(Resolve(graph, "3f2a").status().message() ==
        "Revision identifier '3f2a' is ambiguous: 3f2a00000001, 3f2a00000002 start so");
  CHECK(Ids(graph, *Resolve(graph, "bill")) == "3f2a00000002");
  CHECK(Ids(graph, *Resolve(graph, "3f2a00000001")) == "3f2a00000001");
  CHECK(Ids(graph, *Resolve(graph, "current", {1})) == "3f2a00000002");
}

TEST_CASE("a row without a script is an error with the nearest one and a remedy") {
  Graph graph = Build({{.id = "3f2a9c1d7b60"}});
  absl::Status status = LocateRows(graph, {"3f2a9c1d7b61"}).status();
  CHECK(absl::IsNotFound(status));
  for (const char* part : {"Can't locate revision identified by '3f2a9c1d7b61'",
                           "nearest is '3f2a9c1d7b60'", "autogen stamp --purge"}) {
    CHECK(status.message().find(part) != absl::string_view::npos);
  }
}

// r3 revises r0 and depends on r1 and r2, of which r2 revises r0: Alembic's step-by-step updates
// lose track of the rows here.
TEST_CASE("rows are the maximal applied revisions at every step, up and down") {
  Graph graph = Build({{.id = "r0"},
                       {.id = "r1"},
                       {.id = "r2", .revises = {"r0"}},
                       {.id = "r3", .revises = {"r0"}, .depends_on = {"r1", "r2"}}});
  Steps up = *PlanUpgrade(graph, {}, {"heads"});
  CHECK(Ids(graph, up.nodes) == "r0 r1 r2 r3");
  State state(&graph, {});
  const char* rows[] = {"r0", "r0 r1", "r1 r2", "r3"};
  for (size_t i = 0; i < up.nodes.size(); ++i) {
    state.Apply(up.nodes[i]);
    CHECK(absl::StrJoin(state.rows(), " ") == rows[i]);
  }
  Steps down = *PlanDowngrade(graph, state.row_nodes(), "base");
  CHECK(Ids(graph, down.nodes) == "r3 r2 r1 r0");
  for (size_t i = 0; i < down.nodes.size(); ++i) {
    State::Change change = state.Revert(down.nodes[i]);
    CHECK(change.remove == std::vector<std::string>{graph.id(down.nodes[i])});
    CHECK(absl::StrJoin(state.rows(), " ") == (i == 3 ? "" : rows[2 - i]));
  }
}

TEST_CASE("histories of 10,000 scripts are planned at once") {
  std::vector<Revision> revisions;
  for (int i = 0; i < 10000; ++i) {
    Revision revision = {.id = absl::StrCat("rev", 100000 + i)};
    if (i > 0) revision.revises = {absl::StrCat("rev", 100000 + i - 1)};
    // Side branches that are merged again.
    if (i % 50 == 7) revision.depends_on = {absl::StrCat("rev", 100000 + i - 5)};
    revisions.push_back(std::move(revision));
  }
  std::clock_t start = std::clock();
  Graph graph = Build(std::move(revisions));
  Steps up = *PlanUpgrade(graph, {}, {"head"});
  CHECK(up.nodes.size() == 10000);
  State state(&graph, {});
  for (Node node : up.nodes) state.Apply(node);
  CHECK(PlanDowngrade(graph, state.row_nodes(), "base")->nodes.size() == 10000);
  CHECK(PlanHistory(graph, {}, "")->size() == 10000);
  CHECK(double(std::clock() - start) / CLOCKS_PER_SEC < 2);
}

}  // namespace
}  // namespace autogen::revision
