// The recorded cases of $AUTOGEN_CORPUS_DIR/conformance/revision_cases.json, and our own of the
// same form in tests/fixtures/revision: the same set of scripts in a valid order with equal heads,
// or an error of the same meaning. Heads are compared as what is applied: see Met.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/status.h"
#include "src/revision/argument.h"
#include "src/revision/plan.h"
#include "src/revision/range.h"
#include "src/revision/state.h"
#include "src/revision/test_case.h"

namespace autogen::revision {
namespace {

// What an error means, in whatever words.
std::string Meaning(absl::string_view message) {
  static const std::pair<const char*, const char*> kMeanings[] = {
      {"Can't locate revision", "not found"},
      {"No such revision or branch", "not found"},
      {"No such branch", "not found"},
      {"is not a member of branch", "not found"},
      // The recorder says "not found" of an ambiguous start too.
      {"is ambiguous", "not found"},
      {"broken map", "not found"},
      {"Multiple head", "several heads"},
      {"didn't produce", "too far"},
      {"Walked too far", "too far"},
      {"Ambiguous", "ambiguous"},
      {"valid downgrade target", "not a target"},
      {"overlaps with", "overlap"},
      {"is not an ancestor", "not an ancestor"},
      {"does not refer to ancestor/descendant", "not an ancestor"},
      {"ependency cycle", "cycle"},
      {"Cycle is detected", "cycle"},
      {"ependency self-loop", "loop"},
      {"Self-loop", "loop"},
      {"not allowed in", "illegal name"},
      {"already used by", "label used"},
  };
  for (const auto& [part, meaning] : kMeanings) {
    if (absl::StrContains(message, part)) return meaning;
  }
  return std::string(message);
}

// "" where the order respects every edge.
std::string OrderFault(const Graph& graph, const Outcome& outcome) {
  std::map<std::string, size_t> position;
  for (size_t i = 0; i < outcome.steps.size(); ++i) position[outcome.steps[i]] = i;
  if (position.size() != outcome.steps.size()) return "a script twice";
  for (const auto& [id, at] : position) {
    for (Node parent : graph.parents(*graph.Find(id))) {
      auto found = position.find(graph.id(parent));
      if (found == position.end()) continue;
      if ((found->second < at) == outcome.newest_first) return absl::StrCat("order of ", id);
    }
  }
  return "";
}

json SortedInfo(json info) {
  for (const char* list :
       {"branch_points", "merge_points", "heads", "bases", "real_bases", "effective_heads"}) {
    info[list] = Sorted(info[list].get<Strings>());
  }
  for (const char* map : {"normalized_down", "resolved_dependencies", "labels"}) {
    for (auto& [id, list] : info[map].items()) list = Sorted(list.get<Strings>());
  }
  return info;
}

// How a case passes.
enum class Met {
  kAsRecorded,
  // The recorder keeps a row below another one: the same scripts are applied, but rows are the
  // maximal elements of what is applied.
  kWithoutRowsBelowOthers,
  // A fault that the recorder did not mark: it drops the row of a revision that it was to
  // stamp and that is on no line with the others, so that the next upgrade would run its script
  // again.
  kStampThatForgets,
};

// Those of a table's rows on which no other one depends.
absl::StatusOr<Strings> MaximalRows(const Graph& graph, const Strings& rows) {
  ASSIGN_OR_RETURN(Nodes nodes, LocateRows(graph, rows));
  return Sorted(Ids(graph, Maximal(graph, nodes)));
}

// The revisions that a stamp must leave applied: those without another one below that would take
// them down.
absl::StatusOr<Nodes> MustStayStamped(const Graph& graph, const Strings& targets) {
  Nodes nodes, must;
  for (const std::string& target : targets) {
    ASSIGN_OR_RETURN(Nodes found, Resolve(graph, target));
    nodes.insert(nodes.end(), found.begin(), found.end());
  }
  for (Node node : nodes) {
    const NodeSet below = graph.Ancestors({node}, Edges::kRevisesAndDependencies);
    if (std::none_of(nodes.begin(), nodes.end(),
                     [&](Node n) { return n != node && below[static_cast<size_t>(n)]; })) {
      must.push_back(node);
    }
  }
  return must;
}

bool AreApplied(const Graph& graph, const Nodes& nodes, const Strings& rows) {
  absl::StatusOr<Nodes> located = LocateRows(graph, rows);
  if (!located.ok()) return false;
  const NodeSet applied = graph.Ancestors(*located, Edges::kRevisesAndDependencies);
  return std::all_of(nodes.begin(), nodes.end(),
                     [&](Node n) { return applied[static_cast<size_t>(n)]; });
}

// "" where the rows are those that the case wants, else what is wrong.
absl::StatusOr<std::string> JudgeRows(const Graph& graph, const json& test, const Strings& rows,
                                      Met* met) {
  Strings wanted = Texts(test["expect_heads"]);
  // The recorder keeps a row "base" that it was given.
  wanted.erase(std::remove(wanted.begin(), wanted.end(), "base"), wanted.end());
  if (Sorted(wanted) == Sorted(rows)) return "";
  ASSIGN_OR_RETURN(Strings maximal, MaximalRows(graph, wanted));
  if (maximal == Sorted(rows)) {
    *met = Met::kWithoutRowsBelowOthers;
    return "";
  }
  if (test["op"] == "stamp") {
    ASSIGN_OR_RETURN(Nodes must, MustStayStamped(graph, Texts(test["target"])));
    ASSIGN_OR_RETURN(maximal, MaximalRows(graph, rows));
    if (!AreApplied(graph, must, wanted) && AreApplied(graph, must, rows) &&
        maximal == Sorted(rows)) {
      *met = Met::kStampThatForgets;
      return "";
    }
  }
  return absl::StrCat("heads [", absl::StrJoin(rows, " "), "], expected ",
                      test["expect_heads"].dump());
}

// "" where the case is met, else what is wrong.
std::string Judge(const json& test, Met* met) {
  Outcome outcome;
  absl::StatusOr<Graph> graph = BuildGraph(test);
  outcome.status = graph.status();
  if (graph.ok()) outcome.status = RunOperation(*graph, test, outcome);
  bool fault = test.contains("alembic_crash") || test.contains("version_table_error");
  if (!outcome.status.ok()) {
    if (absl::IsInternal(outcome.status)) return std::string(outcome.status.message());
    if (fault) return "";
    Strings expected;
    if (test.contains("expect_error")) expected = {test["expect_error"]};
    if (test.contains("expect_error_any_of")) expected = test["expect_error_any_of"].get<Strings>();
    for (const std::string& error : expected) {
      if (Meaning(error) == Meaning(outcome.status.message())) return "";
      // A start counted past the base: the recorder then looks for a revision called "heads".
      if (test["op"] == "history" && absl::StrContains(error, "'heads'") &&
          Meaning(outcome.status.message()) == "too far") {
        return "";
      }
    }
    return absl::StrCat("error: ", outcome.status.message(), "; expected ",
                        absl::StrJoin(expected, " | "));
  }
  if (std::string bad = OrderFault(*graph, outcome); !bad.empty()) return bad;
  if (fault) return "";
  if (test.contains("expect_error")) {
    // The recorder does not start from rows that include one another; they are normalised here.
    const Strings from = Texts(test["from"]);
    absl::StatusOr<Strings> maximal = MaximalRows(*graph, from);
    if (absl::StrContains(test["expect_error"].get<std::string>(), " overlaps with ") &&
        maximal.ok() && *maximal != Sorted(from)) {
      *met = Met::kWithoutRowsBelowOthers;
      return "";
    }
    return absl::StrCat("no error but [", absl::StrJoin(outcome.steps, " "), "] heads [",
                        absl::StrJoin(outcome.heads, " "), "]; expected ",
                        test["expect_error"].get<std::string>());
  }
  std::vector<Strings> accepted;
  if (test["op"] != "stamp" && test.contains("expect_steps")) {
    accepted.push_back(test["expect_steps"].get<Strings>());
  }
  if (test.contains("expect_steps_any_of")) {
    accepted = test["expect_steps_any_of"].get<std::vector<Strings>>();
  }
  if (test.contains("expect_revisions")) {
    Strings ids;
    for (const json& id : test["expect_revisions"]) {
      if (!id.is_null()) ids.push_back(id);
    }
    accepted.push_back(ids);
  }
  if (!accepted.empty() && std::none_of(accepted.begin(), accepted.end(), [&](const Strings& list) {
        return Sorted(list) == Sorted(outcome.steps);
      })) {
    return absl::StrCat("got [", absl::StrJoin(outcome.steps, " "), "], expected [",
                        absl::StrJoin(accepted.front(), " "), "]");
  }
  if (test.contains("expect_heads")) {
    absl::StatusOr<std::string> wrong = JudgeRows(*graph, test, outcome.heads, met);
    if (!wrong.ok()) return std::string(wrong.status().message());
    if (!wrong->empty()) return *wrong;
  }
  if (test.contains("expect_info") && SortedInfo(test["expect_info"]) != outcome.info) {
    return absl::StrCat("info ", outcome.info.dump(), ", expected ", test["expect_info"].dump());
  }
  return "";
}

struct Counts {
  int run = 0;
  int met = 0;
};

void RunFile(const std::string& path) {
  std::ifstream file(path);
  REQUIRE_MESSAGE(file.good(), path);
  json cases = json::parse(file);
  std::map<std::string, Counts> counts;
  Counts all;
  int faults = 0, below = 0, forgets = 0;
  for (const json& test : cases) {
    Met met = Met::kAsRecorded;
    const std::string wrong = Judge(test, &met);
    Counts& of_op = counts[test["op"]];
    ++of_op.run;
    ++all.run;
    if (!wrong.empty()) {
      FAIL_CHECK(test["name"].get<std::string>(), " ", test["op"].get<std::string>(), " ",
                 (test.contains("from") ? test["from"].dump() : "-"), " ",
                 (test.contains("target") ? test["target"].dump() : "-"), ": ", wrong);
      continue;
    }
    ++of_op.met;
    ++all.met;
    if (test.contains("alembic_crash") || test.contains("version_table_error")) ++faults;
    if (met == Met::kWithoutRowsBelowOthers) ++below;
    if (met == Met::kStampThatForgets) {
      ++forgets;
      std::printf("  a stamp of which the recorder forgets a part: %s\n",
                  test["name"].get<std::string>().c_str());
    }
  }
  std::printf(
      "%s: %d cases, %d met: %d as recorded, %d marked as faults of the recorder, %d where it "
      "keeps "
      "rows below others, %d where it forgets what it was to stamp\n",
      path.c_str(), all.run, all.met, all.met - faults - below - forgets, faults, below, forgets);
  for (const auto& [op, count] : counts) {
    std::printf("  %-12s %5d of %5d\n", op.c_str(), count.met, count.run);
  }
}

TEST_CASE("our own cases pass") {
  RunFile(AUTOGEN_SOURCE_DIR "/tests/fixtures/revision/cases.json");
}

TEST_CASE("the recorded cases pass") {
  const char* corpus = std::getenv("AUTOGEN_CORPUS_DIR");
  if (corpus == nullptr || *corpus == '\0') {
    std::printf(
        "NOT RUN: AUTOGEN_CORPUS_DIR is not set; conformance/revision_cases.json is looked for "
        "there\n");
    return;
  }
  RunFile(absl::StrCat(corpus, "/conformance/revision_cases.json"));
}

}  // namespace
}  // namespace autogen::revision
