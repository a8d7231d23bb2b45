#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "src/apply/compile.h"
#include "src/base/file.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/cli/commands.h"
#include "src/cli/output.h"
#include "src/cli/scripts.h"
#include "src/cli/settings.h"
#include "src/lint/history.h"
#include "src/lint/judge.h"
#include "src/lint/read.h"
#include "src/lint/rules/page.h"
#include "src/project/git.h"
#include "src/report/report.h"
#include "src/revision/plan.h"
#include "src/revision/script.h"

namespace autogen::cli {
namespace {

// One file to be judged.
struct Input {
  std::string path;
  std::optional<revision::Node> node;  // where it is one of the project's scripts
};

class Linter {
 public:
  Linter(const Project& project, const Invocation& invocation, lint::Policy policy)
      : project_(project),
        invocation_(invocation),
        policy_(std::move(policy)),
        engine_(EngineFor(project)) {}

  absl::Status ChooseFiles(const std::vector<std::string>& files) {
    std::map<std::string, revision::Node> nodes;
    // Of files elsewhere the project's scripts say nothing.
    const bool ours = std::any_of(files.begin(), files.end(), [&](const std::string& file) {
      return !FolderOf(project_, Normal(file)).empty();
    });
    if (ours) {
      if (absl::StatusOr<revision::Graph> graph = LoadScripts(project_); graph.ok()) {
        graph_ = *std::move(graph);
        for (size_t i = 0; i < graph_->size(); ++i) {
          const auto node = static_cast<revision::Node>(i);
          nodes[Normal(graph_->at(node).path)] = node;
        }
      }
    }
    for (const std::string& file : files) {
      const auto found = nodes.find(Normal(file));
      inputs_.push_back({file, found == nodes.end() ? std::nullopt : std::optional(found->second)});
    }
    noun_ = "file";
    return absl::OkStatus();
  }

  // The heads, --rev-range or --since.
  absl::Status ChooseScripts() {
    ASSIGN_OR_RETURN(graph_, LoadScripts(project_));
    revision::Nodes nodes = graph_->heads();
    if (invocation_.Has("--rev-range")) {
      ASSIGN_OR_RETURN(nodes, revision::PlanHistory(*graph_, {}, invocation_.Get("--rev-range")));
    } else if (invocation_.Has("--since")) {
      ASSIGN_OR_RETURN(const auto changes, project::ChangedSince(invocation_.Get("--since"),
                                                                 project_.version_folders()));
      nodes.clear();
      for (const revision::Node node : graph_->order()) {
        if (changes.count(Normal(graph_->at(node).path)) > 0) nodes.push_back(node);
      }
      together_ = true;
    }
    for (const revision::Node node : nodes) inputs_.push_back({graph_->at(node).path, node});
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<report::Finding>> Run() {
    std::vector<report::Finding> all;
    std::optional<lint::History> history;
    if (graph_.has_value()) history.emplace(*graph_);
    for (const Input& input : inputs_) {
      ASSIGN_OR_RETURN(std::vector<report::Finding> findings, JudgeOne(input, history));
      all.insert(all.end(), std::make_move_iterator(findings.begin()),
                 std::make_move_iterator(findings.end()));
    }
    return all;
  }

  report::Report ToReport(std::vector<report::Finding> findings) const {
    report::Report report{.command = "lint",
                          .summary = absl::StrCat(Count(findings.size(), "finding"), " in ",
                                                  Count(inputs_.size(), noun_)),
                          .findings = std::move(findings)};
    for (const Input& input : inputs_) report.paths.push_back(input.path);
    for (const lint::Rule& rule : lint::Rules()) {
      report.rules.push_back({.id = rule.name,
                              .meaning = rule.meaning,
                              .help = absl::StrCat(rule.why, "\n\n", rule.fix)});
    }
    return report;
  }

 private:
  static std::string Normal(const std::string& path) {
    std::error_code ignored;
    return std::filesystem::weakly_canonical(path, ignored).string();
  }

  // As the configuration's patterns see it.
  std::string ShownPath(const std::string& path) const {
    absl::string_view shown = path;
    absl::ConsumePrefix(&shown, absl::StrCat(project_.folder(), "/"));
    absl::ConsumePrefix(&shown, "./");
    return std::string(shown);
  }

  static absl::StatusOr<std::string> ReadOne(const std::string& path) {
    absl::StatusOr<std::string> text = ReadTextInput(path == "-" ? "/dev/stdin" : path);
    // user:password@host is not repeated.
    if (text.ok() || !absl::StrContains(path, '@')) return text;
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored)) return text;
    return absl::NotFoundError("no such file: the name with an \"@\". Name a database with --url");
  }

  absl::StatusOr<std::vector<report::Finding>> JudgeOne(const Input& input,
                                                        std::optional<lint::History>& history) {
    ASSIGN_OR_RETURN(const std::string text, ReadOne(input.path));
    lint::ReadOptions read{.in_transaction = invocation_.Has("--in-transaction")};
    lint::JudgeOptions options{.path = ShownPath(input.path), .engine = engine_.name};
    options.rules.path = options.path;
    options.rules.oldest_version = project_.config().oldest_version();
    if (together_) read.pending = Pending(*input.node);
    options.rules.pending = read.pending;
    std::vector<report::Finding> problems;
    lint::Script script = lint::Read(text, input.path, engine_.dialect(), read, &problems);
    AddRefusal(text, script, &problems);
    if (input.node.has_value() && history.has_value() && lint::NeedsHistory(script)) {
      options.rules.before = &history->Before(*input.node);
    }
    std::vector<report::Finding> findings =
        lint::Judge(script, std::move(problems), engine_.dialect(), policy_, std::move(options));
    if (together_) read_.emplace(*input.node, std::move(script));
    return findings;
  }

  // What `upgrade` refuses of a script that can be read.
  void AddRefusal(const std::string& text, const lint::Script& script,
                  std::vector<report::Finding>* problems) const {
    if (script.revision.empty()) return;
    const absl::StatusOr<revision::Script> read =
        revision::ParseScript(text, script.path, engine_.dialect());
    if (!read.ok()) return;
    const absl::Status refused = apply::CheckRunnable(*read, engine_.dialect());
    if (refused.ok()) return;
    report::Finding finding = lint::SyntaxFinding(text, script.path, refused.message());
    const bool said = std::any_of(
        script.statements.begin(), script.statements.end(), [&](const lint::Statement& statement) {
          return statement.sql.line == finding.line &&
                 statement.impact.run == impact::RunMode::kTransactionControl;
        });
    if (!said) problems->push_back(std::move(finding));
  }

  // Those that were judged before and that it follows.
  std::vector<const lint::Script*> Pending(revision::Node node) const {
    const revision::NodeSet before =
        graph_->Ancestors({node}, revision::Edges::kRevisesAndDependencies);
    std::vector<const lint::Script*> pending;
    for (const Input& input : inputs_) {
      const auto found = read_.find(*input.node);
      if (found != read_.end() && before[static_cast<size_t>(*input.node)]) {
        pending.push_back(&found->second);
      }
    }
    return pending;
  }

  const Project& project_;
  const Invocation& invocation_;
  const lint::Policy policy_;
  const generate::Engine& engine_;
  std::optional<revision::Graph> graph_;
  std::vector<Input> inputs_;
  bool together_ = false;  // all of them are applied together: what one makes is new to the next
  std::map<revision::Node, lint::Script> read_;
  const char* noun_ = "script";
};

// --list and --explain: nothing is read.
absl::StatusOr<int> ShowRules(const Invocation& invocation) {
  if (invocation.Has("--list")) {
    std::cout << lint::RulesList();
    return 0;
  }
  const std::string name = invocation.Get("--explain");
  const lint::Rule* rule = lint::FindRule(name);
  if (rule == nullptr) return absl::InvalidArgumentError(lint::NoRule(name));
  std::cout << lint::RuleText(*rule);
  return 0;
}

absl::StatusOr<int> Lint(const Invocation& invocation, Output& output) {
  const std::vector<std::string> files = invocation.All("file");
  const int ways = (files.empty() ? 0 : 1) + (invocation.Has("--rev-range") ? 1 : 0) +
                   (invocation.Has("--since") ? 1 : 0);
  if (ways > 1) {
    return absl::InvalidArgumentError("give files, --rev-range or --since, not several of them");
  }
  ASSIGN_OR_RETURN(std::unique_ptr<Project> project, OpenProject(invocation));
  ASSIGN_OR_RETURN(lint::Policy policy,
                   lint::Policy::Make(project->config().lint(), invocation.All("--set"),
                                      invocation.All("--allow")));
  Linter linter(*project, invocation, std::move(policy));
  RETURN_IF_ERROR(files.empty() ? linter.ChooseScripts() : linter.ChooseFiles(files));
  ASSIGN_OR_RETURN(std::vector<report::Finding> findings, linter.Run());
  const bool bad = std::any_of(findings.begin(), findings.end(), [](const report::Finding& f) {
    return f.severity != report::Severity::kNote;
  });
  RETURN_IF_ERROR(output.Write(linter.ToReport(std::move(findings))));
  return bad ? 1 : 0;
}

absl::StatusOr<int> Run(const Invocation& invocation) {
  if (invocation.Has("--list") || invocation.Has("--explain")) return ShowRules(invocation);
  return RunWithOutput(invocation, "lint", Lint);
}

std::string Details() {
  std::string text =
      "Judges SQL without a database: the upgrades of the newest scripts (or of a range, or of "
      "those "
      "that are not as a commit of git has them), or any files, \"-\" for standard input. A file "
      "need "
      "not be a script: psql's commands and variables are passed over. Each finding has a rule, "
      "which "
      "--explain explains; the configuration sets how severe it is where, and \"-- autogen: allow "
      "RULE "
      "\"why\"\" above a statement silences it there (docs/rules.md). Exit code 1 where there "
      "is an "
      "error or a warning; notes alone leave it 0. The hazards, which may need an approval before "
      "`upgrade` runs a script (see `autogen approve`):\n\n";
  for (const lint::HazardKind kind : lint::HazardKinds()) {
    const lint::Rule& rule = *lint::FindRule(lint::HazardName(kind));
    absl::StrAppendFormat(&text, "    %-14s %s\n", rule.name, rule.meaning);
  }
  absl::StrAppend(
      &text,
      "\nChanges of a table that the script itself creates, or with --since one before it, "
      "are no hazards. What only a look at the database could tell is marked as unsure.");
  return text;
}

}  // namespace

Command LintCommand() {
  static const std::string details = Details();
  return {
      .name = "lint",
      .summary = "judge scripts or any SQL, for a review",
      .details = details.c_str(),
      .example = "autogen lint --since origin/main",
      .flags = WithOutputFlags({
          {.name = "-r,--rev-range",
           .value = "RANGE",
           .help = "as for history; default: the heads"},
          {.name = "--since",
           .value = "REF",
           .help = "the scripts that are new or changed since this work tree left REF, such as "
                   "origin/main"},
          {.name = "--in-transaction",
           .help = "files that are no scripts are run in one transaction each"},
          {.name = "--allow", .value = "RULE", .help = "not this one", .repeated = true},
          {.name = "--set",
           .value = "SET",
           .help = "rules of this set; default: the configuration's, else safety",
           .repeated = true,
           .choices = "safety|style|all"},
          {.name = "--list", .help = "list the rules"},
          {.name = "--explain", .value = "RULE", .help = "explain a rule, with examples"},
      }),
      .positionals = {{.name = "file",
                       .help = "SQL, of a script or not; default: the project's scripts",
                       .repeated = true}},
      .run = Run,
  };
}

}  // namespace autogen::cli
