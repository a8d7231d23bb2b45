// The statements of a script one after the other: what is certainly new to a later one.

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "src/impact/finder.h"
#include "src/impact/impact.h"

namespace autogen::impact {
namespace {

using Kind = Consequence::Kind;
using Name = std::pair<std::string, std::string>;

Name Key(const sql::SplitName& name) { return {name.schema, name.name}; }

class Script {
 public:
  void Follow(Impact& impact) {
    Mark(impact);
    FindProvedColumns(impact);
    FindProvedBounds(impact);
    FindCallsOfItsOwn(impact);
    Learn(impact);
  }

 private:
  bool IsNew(const sql::SplitName& name) const {
    return !name.name.empty() && new_.count(Key(name)) > 0;
  }

  void Mark(Impact& impact) const {
    for (Lock& lock : impact.locks) lock.is_new = IsNew(lock.relation);
    for (Consequence& c : impact.consequences) {
      c.is_new = IsNew(c.relation) ||
                 (!c.column.empty() && new_columns_.count({Key(c.relation), c.column}) > 0);
    }
  }

  // SET NOT NULL does not look at the rows where a validated CHECK has done it, and what validates
  // that fails on NULLs.
  void FindProvedColumns(Impact& impact) {
    if (impact.node == "RenameStmt" && !impact.locks.empty() &&
        impact.locks.front().mode == LockMode::kAccessExclusive) {
      ForgetChecks();
    }
    for (const Impact::Trace::NullCheck& drop : impact.trace.drops_constraint) {
      null_checks_.erase({Key(drop.relation), drop.constraint});
    }
    for (const Impact::Trace::NullCheck& add : impact.trace.adds_null_check) {
      null_checks_[{Key(add.relation), add.constraint}] = {add.column, false};
    }
    for (const Impact::Trace::NullCheck& validated : impact.trace.validates) {
      const auto check = null_checks_.find({Key(validated.relation), validated.constraint});
      if (check == null_checks_.end()) continue;
      check->second.second = true;
      for (Consequence& c : impact.consequences) {
        if (c.kind == Kind::kMayFail) c.note = kFailsOnNulls;
      }
    }
    const std::vector<Impact::Trace::NullCheck>& set = impact.trace.sets_not_null;
    const bool proved =
        !set.empty() && std::all_of(set.begin(), set.end(), [&](const auto& column) {
          return std::any_of(null_checks_.begin(), null_checks_.end(), [&](const auto& check) {
            return check.first.first == Key(column.relation) &&
                   check.second == std::pair(column.column, true);
          });
        });
    if (!proved) return;
    for (Consequence& c : impact.consequences) {
      if (c.kind == Kind::kScans) {
        c = {Kind::kSpares, c.relation, "", "", "no scan", false, false};
      }
    }
    std::erase_if(impact.consequences, [](const Consequence& c) {
      return c.kind == Kind::kMayFail && c.note == kFailsOnNulls;
    });
  }

  // ATTACH PARTITION reads no row where a validated CHECK says that all are within the bounds. What
  // a CHECK says is not looked at: one that the script adds NOT VALID to the very table and then
  // validates is there for it.
  void FindProvedBounds(Impact& impact) {
    for (const Impact::Trace::NullCheck& drop : impact.trace.drops_constraint) {
      checks_.erase({Key(drop.relation), drop.constraint});
    }
    for (const Impact::Trace::NullCheck& add : impact.trace.adds_check) {
      checks_[{Key(add.relation), add.constraint}] = false;
    }
    for (const Impact::Trace::NullCheck& validated : impact.trace.validates) {
      const auto check = checks_.find({Key(validated.relation), validated.constraint});
      if (check != checks_.end()) check->second = true;
    }
    const sql::SplitName& partition = impact.trace.attaches;
    const bool proved = std::any_of(checks_.begin(), checks_.end(), [&](const auto& check) {
      return check.second && check.first.first == Key(partition);
    });
    if (partition.name.empty() || !proved) return;
    for (Consequence& c : impact.consequences) {
      if (c.kind != Kind::kScans) continue;
      c = {
          Kind::kSpares, c.relation, "", "", "no scan where its validated CHECK implies the bounds",
          false,         false};
    }
    std::erase_if(impact.consequences, [&](const Consequence& c) {
      return c.kind == Kind::kMayFail && Key(c.relation) == Key(partition);
    });
  }

  // A name may mean another table or column now.
  void ForgetChecks() {
    null_checks_.clear();
    checks_.clear();
  }

  // A body that was not inspected runs: one that this script defines.
  void FindCallsOfItsOwn(Impact& impact) const {
    if (!impact.opaque.empty() || impact.trace.defines) return;
    for (const sql::SplitName& call : impact.calls) {
      if (routines_.count(call.name) == 0) continue;
      impact.opaque = absl::StrCat("calls ", sql::Qualified(call.schema, call.name),
                                   "(), which is not inspected");
      return;
    }
    if (!impact.trace.changes_rows) return;
    for (const Lock& lock : impact.locks) {
      if (fires_.count(lock.relation.name) == 0) continue;
      impact.opaque = absl::StrCat("fires a trigger or rule of ",
                                   sql::Qualified(lock.relation.schema, lock.relation.name),
                                   ", which is not inspected");
      return;
    }
  }

  void Learn(const Impact& impact) {
    const Impact::Trace& trace = impact.trace;
    if (!trace.routine.name.empty()) routines_.insert(trace.routine.name);
    if (!trace.fires_on.name.empty()) fires_.insert(trace.fires_on.name);
    if (!impact.opaque.empty() || impact.node == "CreateEventTrigStmt") return Forget();
    if (ChangesPath(impact.session)) {
      ForgetChecks();
      ForgetUnqualified();
    }
    for (const Consequence& c : impact.consequences) {
      if (c.kind == Kind::kCreates && trace.certain) new_.insert(Key(c.relation));
      // A label is no name of anything that the script may have as new.
      if (c.kind != Kind::kRenames || impact.node == "AlterEnumStmt") continue;
      ForgetChecks();
      // A schema, a type: any name may mean another thing now.
      if (c.relation.name.empty()) return Forget();
      new_columns_.clear();
      if (trace.renames_column) continue;
      ForgetUnqualified();
      ForgetName(c.relation.name);
      ForgetName(trace.renamed_to);
    }
    for (const Impact::Trace::NoLongerNew& gone : trace.no_longer_new) {
      if (!IsNew(gone.because)) ForgetName(gone.relation.name);
    }
    for (const auto& [table, column] : trace.new_columns) new_columns_.insert({Key(table), column});
  }

  // SET search_path or SET ROLE, by whatever way: unqualified names may mean other relations.
  static bool ChangesPath(const sql::SessionEffect& session) {
    const std::string& name = session.setting;
    if (name == "search_path" || name == "role" || name == "session_authorization") return true;
    const bool some = session.kind == sql::SessionEffect::Kind::kSettings || session.local;
    return session.discards_all || (name.empty() && some && !session.transaction_mode);
  }

  void Forget() {
    ForgetChecks();
    new_.clear();
    new_columns_.clear();
  }
  // In every schema: an unqualified name may mean any of them.
  void ForgetName(const std::string& name) {
    for (auto it = new_.begin(); it != new_.end();) {
      it = it->second == name ? new_.erase(it) : std::next(it);
    }
  }
  void ForgetUnqualified() {
    for (auto it = new_.begin(); it != new_.end();) {
      it = it->first.empty() ? new_.erase(it) : std::next(it);
    }
    for (auto it = new_columns_.begin(); it != new_columns_.end();) {
      it = it->first.first.empty() ? new_columns_.erase(it) : std::next(it);
    }
  }

  std::set<Name> new_;
  std::set<std::pair<Name, std::string>> new_columns_;
  // CHECKs of the script itself that keep NULLs out, by table and name: their column, and whether
  // they are valid.
  std::map<std::pair<Name, std::string>, std::pair<std::string, bool>> null_checks_;
  // All CHECKs that it added NOT VALID, and whether they are valid by now.
  std::map<std::pair<Name, std::string>, bool> checks_;
  std::set<std::string> routines_;
  std::set<std::string> fires_;
};

template <typename Texts, typename TextOf>
std::vector<Impact> Find(const Texts& statements, const CatalogView* catalog, TextOf text_of) {
  std::vector<Impact> impacts;
  impacts.reserve(statements.size());
  Script script;
  for (const auto& statement : statements) {
    impacts.push_back(FindImpact(text_of(statement), catalog));
    script.Follow(impacts.back());
  }
  return impacts;
}

}  // namespace

std::vector<Impact> FindImpacts(absl::Span<const sql::Statement> statements,
                                const CatalogView* catalog) {
  return Find(statements, catalog,
              [](const sql::Statement& statement) -> absl::string_view { return statement.text; });
}

std::vector<Impact> FindImpacts(absl::Span<const std::string> statements,
                                const CatalogView* catalog) {
  return Find(statements, catalog,
              [](const std::string& statement) -> absl::string_view { return statement; });
}

}  // namespace autogen::impact
