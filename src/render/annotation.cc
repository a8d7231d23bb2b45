// The comment above a statement: every fact of its impact once, in one order.

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/render/catalog_facts.h"
#include "src/render/render.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using impact::Consequence;
using impact::Lock;
using impact::LockMode;
using Kind = Consequence::Kind;

// "SHARE ROW EXCLUSIVE on public.a and public.b, ACCESS EXCLUSIVE on public.c": those that somebody
// may wait for.
std::string Locks(const impact::Impact& impact) {
  std::vector<std::pair<LockMode, std::vector<std::string>>> modes;
  for (const Lock& lock : impact.locks) {
    if (lock.is_new || lock.mode < LockMode::kShareUpdateExclusive) continue;
    auto same = std::find_if(modes.begin(), modes.end(),
                             [&](const auto& entry) { return entry.first == lock.mode; });
    if (same == modes.end()) same = modes.insert(modes.end(), {lock.mode, {}});
    same->second.push_back(lock.others.empty()
                               ? sql::Qualified(lock.relation.schema, lock.relation.name)
                               : lock.others);
  }
  return absl::StrJoin(modes, ", ", [](std::string* out, const auto& entry) {
    absl::StrAppend(out, impact::LockModeName(entry.first), " on ",
                    absl::StrJoin(entry.second, " and "));
  });
}

// The heaviest of what it does to rows.
std::string Work(const impact::Impact& impact) {
  for (Kind kind : {Kind::kRewrites, Kind::kBuilds, Kind::kScans, Kind::kSpares}) {
    std::string found;
    for (const Consequence& c : impact.consequences) {
      if (c.kind != kind || c.is_new || c.note.empty()) continue;
      // A default that leaves rows alone does not mean that the other subcommands do.
      if (found.empty() || found == "existing rows unchanged") found = c.note;
    }
    if (!found.empty()) return found;
  }
  return "";
}

std::string Join(const impact::Impact& impact, Kind kind, absl::string_view separator) {
  std::vector<std::string> notes;
  for (const Consequence& c : impact.consequences) {
    if (c.kind != kind || c.is_new || c.note.empty()) continue;
    if (std::find(notes.begin(), notes.end(), c.note) == notes.end()) notes.push_back(c.note);
  }
  return absl::StrJoin(notes, separator);
}

std::string Facts(const Statement::Purpose& purpose, const impact::Impact& impact) {
  std::string facts = Locks(impact);
  const std::string work = purpose.kept.empty() ? Work(impact) : purpose.kept;
  if (!work.empty()) absl::StrAppend(&facts, facts.empty() ? "" : ", ", work);
  return facts;
}

// "tasks.score: add column (ACCESS EXCLUSIVE on public.tasks, no rewrite). FAILS where rows exist:
// NOT NULL without a default", or "" where there is nothing that a person must know. Locks, work
// and rows of relations that the script itself creates are left out.
std::string Annotation(const Statement& statement) {
  const Statement::Purpose& purpose = statement.purpose;
  if (purpose.what.empty()) {
    return purpose.because.empty() ? "" : absl::StrCat(purpose.object, ": ", purpose.because);
  }
  const impact::Impact& impact = statement.impact;
  const std::string facts = Facts(purpose, impact);
  const std::string loses = purpose.kept.empty() ? Join(impact, Kind::kLoses, ", ") : "";
  const std::string fails = Join(impact, Kind::kMayFail, ", or ");
  const bool says = !facts.empty() || !loses.empty() || !fails.empty();
  if (!says && purpose.because.empty()) return "";
  std::string note = absl::StrCat(purpose.object, ": ");
  if (says) absl::StrAppend(&note, purpose.what);
  if (!facts.empty()) absl::StrAppend(&note, " (", facts, ")");
  if (!loses.empty()) absl::StrAppend(&note, ". LOSES DATA: ", loses);
  if (!fails.empty()) absl::StrAppend(&note, ". FAILS ", fails);
  if (purpose.because.empty()) return note;
  return absl::StrCat(note, says ? "; " : "", purpose.because);
}

}  // namespace

void Annotate(const diff::Plan& plan, std::vector<Statement>* statements) {
  const CatalogFacts facts(plan.before.get(), plan.after.get());
  std::vector<impact::Impact> impacts = impact::FindImpacts(StatementTexts(*statements), &facts);
  for (size_t i = 0; i < statements->size(); ++i) (*statements)[i].impact = std::move(impacts[i]);
}

std::vector<std::string> Notes(const Statement& statement) {
  std::vector<std::string> notes;
  if (std::string first = Annotation(statement); !first.empty()) notes.push_back(std::move(first));
  notes.insert(notes.end(), statement.remarks.begin(), statement.remarks.end());
  if (!statement.step.empty()) notes.push_back(absl::StrCat("a new step: ", statement.step));
  return notes;
}

}  // namespace autogen::render
