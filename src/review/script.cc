#include "src/review/script.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "src/base/file.h"
#include "src/base/status.h"
#include "src/impact/lock_mode.h"

namespace autogen::review {
namespace {

using impact::Consequence;
using impact::Impact;

std::string NameOf(const sql::SplitName& name) {
  return name.schema.empty() ? name.name : absl::StrCat(name.schema, ".", name.name);
}

void AddOnce(std::string text, std::vector<std::string>* list) {
  if (text.empty() || std::find(list->begin(), list->end(), text) != list->end()) return;
  list->push_back(std::move(text));
}

// Who waits while `consequence` takes its time.
std::string WaitersOf(const Impact& impact, const Consequence& consequence) {
  impact::LockMode mode = impact::LockMode::kNone;
  if (!consequence.relation.name.empty()) {
    mode = impact.LockOn(consequence.relation);
  } else {
    for (const impact::Lock& lock : impact.locks) mode = std::max(mode, lock.mode);
  }
  if (impact::BlocksReaders(mode)) return "readers and writers";
  return impact::BlocksWriters(mode) ? "writers" : "";
}

void AddConsequence(const Impact& impact, const Consequence& c, Statement* statement) {
  std::string what = c.what.empty() ? c.note : c.what;
  // Of a change of type, only what is changed stands there.
  if (c.kind == Consequence::Kind::kRewrites && !absl::StartsWith(what, "rewrites")) {
    what = absl::StrCat("rewrites ", NameOf(c.relation), " (", what, ")");
  }
  if (c.unsure) what += ", unsure: it depends on what is in the database";
  switch (c.kind) {
    case Consequence::Kind::kRewrites:
    case Consequence::Kind::kScans:
    case Consequence::Kind::kBuilds: {
      AddOnce(what, &statement->work);
      const std::string waiters = WaitersOf(impact, c);
      if (!waiters.empty()) {
        AddOnce(absl::StrCat(waiters, c.relation.name.empty() ? "" : " of ", NameOf(c.relation),
                             " wait: it ", what),
                &statement->blocks);
      }
      break;
    }
    case Consequence::Kind::kLoses:
      AddOnce(what, &statement->losses);
      break;
    case Consequence::Kind::kMayFail:
      AddOnce(what, &statement->failures);
      break;
    case Consequence::Kind::kCreates:
    case Consequence::Kind::kAlters:
    case Consequence::Kind::kSpares:
    case Consequence::Kind::kRenames:
    case Consequence::Kind::kDrops:
    case Consequence::Kind::kUnguards:
    case Consequence::Kind::kHolds:
      break;
  }
  statement->unsure = statement->unsure || c.unsure;
}

Statement StatementOf(const impact::Dialect& dialect, const sql::Statement& statement,
                      const Impact& impact) {
  Statement out{.line = statement.line,
                .sql = dialect.masked(statement.text),
                .opaque = impact.opaque,
                .outside = impact.outside};
  for (const impact::Lock& lock : impact.locks) {
    if (lock.is_new || lock.mode == impact::LockMode::kNone) continue;
    const std::string on = lock.others.empty() ? NameOf(lock.relation) : lock.others;
    AddOnce(absl::StrCat(impact::LockModeName(lock.mode), " on ", on), &out.locks);
  }
  for (const Consequence& c : impact.consequences) {
    if (!c.is_new) AddConsequence(impact, c, &out);
  }
  return out;
}

std::vector<sql::Statement> StatementsOf(const revision::Section& section) {
  std::vector<sql::Statement> statements;
  for (const revision::Step& step : section.steps) statements.push_back(step.statement);
  return statements;
}

// The value of a header's line "-- NAME: value", "" where there is none.
std::string HeaderLine(absl::string_view text, absl::string_view name) {
  const std::string start = absl::StrCat("-- ", name, ":");
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    if (!absl::StartsWith(line, "--")) return "";
    if (!absl::StartsWith(line, start)) continue;
    return std::string(absl::StripAsciiWhitespace(line.substr(start.size())));
  }
  return "";
}

// What the proof measured stands above the statements: "-- downgrade: lossy (…)".
void AddMeasured(const std::vector<sql::Statement>& statements, Script* script) {
  for (const sql::Statement& statement : statements) {
    for (absl::string_view line : absl::StrSplit(statement.comment, '\n')) {
      line = absl::StripAsciiWhitespace(line);
      if (!absl::ConsumePrefix(&line, "-- downgrade: ")) continue;
      if (absl::StartsWith(line, "not reversible")) {
        script->downgrade = Downgrade::kNotReversible;
      } else if (absl::StartsWith(line, "lossy")) {
        if (script->downgrade != Downgrade::kNotReversible) script->downgrade = Downgrade::kLossy;
      } else {
        continue;
      }
      AddOnce(absl::StrCat("line ", statement.line, ": ", line), &script->downgrade_notes);
    }
  }
}

bool IsSame(const sql::SplitName& a, const sql::SplitName& b) {
  return a.name == b.name && (a.schema == b.schema || a.schema.empty() || b.schema.empty());
}

// What a downgrade drops of what the upgrade made is no loss: it was not there before.
bool IsMadeBy(const std::vector<Impact>& upgrade, const Consequence& loss) {
  for (const Impact& impact : upgrade) {
    for (const Consequence& c : impact.consequences) {
      if (c.kind == Consequence::Kind::kCreates && IsSame(c.relation, loss.relation)) return true;
    }
    for (const auto& [relation, column] : impact.trace.new_columns) {
      if (column == loss.column && IsSame(relation, loss.relation)) return true;
    }
  }
  return false;
}

void AddLosses(const std::vector<sql::Statement>& statements, const std::vector<Impact>& impacts,
               absl::string_view words, const std::vector<Impact>& made_by, Script* out) {
  for (size_t i = 0; i < statements.size(); ++i) {
    for (const Consequence& c : impacts[i].consequences) {
      if (c.kind != Consequence::Kind::kLoses || c.is_new || IsMadeBy(made_by, c)) continue;
      out->downgrade = Downgrade::kLossy;
      AddOnce(
          absl::StrCat("line ", statements[i].line, ": ", words, c.what.empty() ? c.note : c.what),
          &out->downgrade_notes);
    }
  }
}

void JudgeDowngrade(const ReadScript& read, const std::vector<sql::Statement>& down,
                    const std::vector<Impact>& down_impacts, Script* out) {
  const revision::Script& script = read.script;
  if (script.irreversible || !script.downgrade.present) {
    out->downgrade = Downgrade::kNotReversible;
    out->downgrade_notes = {script.irreversible ? script.irreversible_reason
                                                : std::string("the script has no downgrade")};
    return;
  }
  const bool proved = !out->proof.empty() && !out->edited_since_proof;
  if (proved) {
    out->downgrade = Downgrade::kLossless;
    AddMeasured(read.statements, out);
    return;
  }
  AddLosses(read.statements, read.impacts, "the upgrade ", {}, out);
  AddLosses(down, down_impacts, "", read.impacts, out);
}

}  // namespace

bool Script::online() const {
  return std::all_of(upgrade.begin(), upgrade.end(),
                     [](const Statement& statement) { return statement.blocks.empty(); });
}

absl::string_view Words(Downgrade downgrade) {
  switch (downgrade) {
    case Downgrade::kLossless:
      return "lossless";
    case Downgrade::kLossy:
      return "lossy";
    case Downgrade::kNotReversible:
      return "not reversible";
    case Downgrade::kNotMeasured:
      return "not measured";
  }
  return "";
}

absl::StatusOr<ReadScript> Read(const revision::Graph& graph, revision::Node node) {
  ReadScript read;
  const std::string& path = graph.at(node).path;
  ASSIGN_OR_RETURN(read.text, ReadTextFile(path));
  ASSIGN_OR_RETURN(read.script, revision::ParseScript(read.text, path, graph.dialect()));
  read.statements = StatementsOf(read.script.upgrade);
  read.impacts = graph.dialect().impacts(read.statements);
  return read;
}

Script ReviewOf(const revision::Graph& graph, const ReadScript& read) {
  const revision::Revision& header = read.script.header;
  Script out{.revision = header.id,
             .path = header.path,
             .message = header.message.substr(0, header.message.find('\n')),
             .proof = HeaderLine(read.text, "proof"),
             .rows = HeaderLine(read.text, "rows"),
             .edited_since_proof = read.script.EditedSinceProof()};
  for (size_t i = 0; i < read.statements.size(); ++i) {
    out.upgrade.push_back(StatementOf(graph.dialect(), read.statements[i], read.impacts[i]));
  }
  const std::vector<sql::Statement> down = StatementsOf(read.script.downgrade);
  const std::vector<Impact> impacts = graph.dialect().impacts(down);
  for (size_t i = 0; i < down.size(); ++i) {
    out.downgrade_statements.push_back(StatementOf(graph.dialect(), down[i], impacts[i]));
  }
  JudgeDowngrade(read, down, impacts, &out);
  return out;
}

std::set<std::pair<std::string, std::string>> TouchedRelations(const ReadScript& read) {
  std::set<std::pair<std::string, std::string>> names;
  auto add = [&](const sql::SplitName& name) {
    if (!name.name.empty()) names.emplace(name.schema, name.name);
  };
  for (const Impact& impact : read.impacts) {
    for (const impact::Lock& lock : impact.locks) add(lock.relation);
    for (const Consequence& c : impact.consequences) add(c.relation);
  }
  return names;
}

}  // namespace autogen::review
