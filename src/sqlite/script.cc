#include "src/sqlite/script.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/status.h"
#include "src/sqlite/create.h"
#include "src/sqlite/dependencies.h"
#include "src/sqlite/rebuild.h"
#include "src/sqlite/renames.h"
#include "src/sqlite/table_change.h"
#include "src/sqlite/token.h"

namespace autogen::sqlite {
namespace {

constexpr absl::string_view kViolations = "autogen_violations";

// Counts the violations of foreign keys, but for those of `mismatched` tables.
std::string FindViolations(const std::set<std::string>& mismatched) {
  std::string from = "pragma_foreign_key_check AS v";
  if (!mismatched.empty()) {
    std::vector<std::string> names;
    for (const std::string& name : mismatched) names.push_back(QuoteString(name));
    from = absl::StrCat(
        "sqlite_schema AS s, pragma_foreign_key_check(s.name) AS v WHERE s.type = "
        "'table' AND s.name NOT IN (",
        absl::StrJoin(names, ", "), ")");
  }
  return absl::StrCat("SELECT v.\"table\", v.rowid, v.parent, count(*) FROM ", from,
                      " GROUP BY 1, 2, 3");
}

template <typename List>
const typename List::value_type* Find(const List& list, absl::string_view name) {
  for (const auto& one : list) {
    if (one.name() == name) return &one;
  }
  return nullptr;
}

bool Same(const google::protobuf::Message& a, const google::protobuf::Message& b) {
  return a.SerializeAsString() == b.SerializeAsString();
}

View WithoutTriggers(const View& view) {
  View bare = view;
  bare.clear_trigger();
  return bare;
}

class Writer {
 public:
  Writer(const Schema& before, const Schema& after, int version)
      : dependencies_(FindDependencies(before)),
        before_(before),
        after_(after),
        version_(version) {}

  absl::StatusOr<Script> Run() {
    FindTableChanges();
    FindDropped();
    DropTriggersAndViews();
    DropIndexes();
    DropTables();
    RETURN_IF_ERROR(MakeTables());
    MakeIndexes();
    MakeViewsAndTriggers();
    if (checks_) RETURN_IF_ERROR(AddChecks());
    return std::move(script_);
  }

 private:
  struct Target {
    std::string relation, name = "";  // of an object of the relation
    std::string object() const {
      return name.empty() ? relation : absl::StrCat(relation, ".", name);
    }
  };
  void Add(std::string sql, const Target& of, std::string what, std::string because = "") {
    script_.steps.push_back(
        {std::move(sql), of.object(), of.relation, std::move(what), std::move(because)});
  }

  // What happens to each table; those that are not there afterwards are affected.
  void FindTableChanges() {
    for (const Table& was : before_.table()) {
      const Table* now = Find(after_.table(), was.name());
      const bool is_virtual = was.has_virtual_() || (now != nullptr && now->has_virtual_());
      if (now != nullptr && !is_virtual) {
        TableChange& change = changes_[was.name()] = ChangeTable(was, *now, version_);
        if (change.rebuild) affected_.insert(model::IdOf(was));
      } else if (now == nullptr || !Same(was.virtual_(), now->virtual_()) ||
                 was.has_virtual_() != now->has_virtual_()) {
        replaced_.insert(was.name());
        affected_.insert(model::IdOf(was));
      }
    }
    checks_ = !affected_.empty();
  }

  bool IsMadeAnew(const std::string& table) const {
    auto change = changes_.find(table);
    return replaced_.count(table) > 0 || (change != changes_.end() && change->second.rebuild);
  }

  void Drop(const model::ObjectId& id) {
    if (dropped_.insert(id).second) queue_.push_back(id);
  }

  // Views and triggers that change or go, or that need what is rebuilt or dropped.
  void FindDropped() {
    ForEachTrigger(before_, [&](const Trigger& was, const std::string& relation) {
      const Trigger* now = nullptr;
      ForEachTrigger(after_, [&](const Trigger& t, const std::string& on) {
        if (on == relation && t.name() == was.name()) now = &t;
      });
      if (now == nullptr || !Same(was, *now)) Drop(IdOfTrigger(was, relation));
    });
    for (const View& was : before_.view()) {
      const View* now = Find(after_.view(), was.name());
      if (now == nullptr || !Same(WithoutTriggers(was), WithoutTriggers(*now))) {
        Drop(model::IdOf(was));
      }
    }
    for (const model::ObjectId& id : affected_) queue_.push_back(id);
    while (!queue_.empty()) {
      const model::ObjectId id = queue_.front();
      queue_.pop_front();
      for (const model::Dependency& d : dependencies_) {
        if (d.referenced == id) Drop(d.dependent);
      }
      // With their view; those of a table only with the table itself.
      if (id.kind != VIEW) continue;
      for (const Trigger& t : Find(before_.view(), id.name)->trigger()) {
        Drop(IdOfTrigger(t, id.name));
      }
    }
  }

  static void ForEachTrigger(const Schema& schema,
                             const std::function<void(const Trigger&, const std::string&)>& visit) {
    for (const Table& t : schema.table()) {
      for (const Trigger& g : t.trigger()) visit(g, t.name());
    }
    for (const View& v : schema.view()) {
      for (const Trigger& g : v.trigger()) visit(g, v.name());
    }
  }

  std::string Because(bool stays) const {
    return stays ? "made again after the tables that it names" : "";
  }

  void DropTriggersAndViews() {
    ForEachTrigger(before_, [&](const Trigger& t, const std::string& relation) {
      // One on a view goes with it, before anything else. One on a table that is rebuilt would go
      // with that, too late for an ALTER TABLE before it, which looks at every trigger.
      if (dropped_.count(IdOfTrigger(t, relation)) == 0 ||
          Find(before_.view(), relation) != nullptr) {
        return;
      }
      Add(absl::StrCat("DROP TRIGGER ", QuoteName(t.name())), {relation, t.name()}, "drop trigger",
          Because(HasTrigger(after_, t, relation)));
    });
    for (const View& v : before_.view()) {
      if (dropped_.count(model::IdOf(v)) == 0) continue;
      const View* now = Find(after_.view(), v.name());
      Add(absl::StrCat("DROP VIEW ", QuoteName(v.name())), {v.name()}, "drop view",
          Because(now != nullptr && Same(WithoutTriggers(v), WithoutTriggers(*now))));
    }
  }

  static bool HasTrigger(const Schema& schema, const Trigger& trigger,
                         const std::string& relation) {
    bool has = false;
    ForEachTrigger(schema, [&](const Trigger& t, const std::string& on) {
      has = has || (on == relation && Same(t, trigger));
    });
    return has;
  }

  void DropIndexes() {
    for (const Table& was : before_.table()) {
      if (IsMadeAnew(was.name())) continue;
      const Table* now = Find(after_.table(), was.name());
      for (const Index& i : was.index()) {
        const Index* stays = now == nullptr ? nullptr : Find(now->index(), i.name());
        if (stays != nullptr && Same(*stays, i)) continue;
        Add(absl::StrCat("DROP INDEX ", QuoteName(i.name())), {was.name(), i.name()},
            stays == nullptr ? "drop index" : "change index");
      }
    }
  }

  void DropTables() {
    for (const std::string& name : replaced_) {
      const bool comes_back = Find(after_.table(), name) != nullptr;
      Add(absl::StrCat("DROP TABLE ", QuoteName(name)), {name},
          comes_back ? "replace table" : "drop table");
      script_.steps.back().loses = true;
    }
  }

  // "autogen_new_tasks", with a number where that is taken.
  std::string FreeName(const std::string& table) const {
    for (int n = 0;; ++n) {
      const std::string name =
          absl::StrCat("autogen_new_", table, n == 0 ? "" : absl::StrCat("_", n));
      const std::string lower = absl::AsciiStrToLower(name);
      bool taken = false;
      for (const Schema* schema : {&before_, &after_}) {
        for (const Table& t : schema->table()) taken |= absl::AsciiStrToLower(t.name()) == lower;
        for (const View& v : schema->view()) taken |= absl::AsciiStrToLower(v.name()) == lower;
      }
      if (!taken) return name;
    }
  }

  absl::Status MakeTables() {
    for (const Table& now : after_.table()) {
      auto change = changes_.find(now.name());
      if (change == changes_.end()) {
        if (Find(before_.table(), now.name()) != nullptr && replaced_.count(now.name()) == 0)
          continue;
        Add(CreateTable(now), {now.name()}, "create table");
        continue;
      }
      const Table& was = *Find(before_.table(), now.name());
      if (change->second.rebuild) {
        for (std::string& sql : RebuildTable(was, now, FreeName(now.name()))) {
          Add(std::move(sql), {now.name()}, "rebuild table", change->second.why);
          script_.steps.back().copies = true;
        }
        continue;
      }
      for (Step& step : change->second.steps) {
        Add(std::move(step.sql), {now.name(), step.name}, step.what);
        script_.steps.back().loses = step.what == "drop column";
      }
    }
    return absl::OkStatus();
  }

  void MakeIndexes() {
    for (const Table& now : after_.table()) {
      const Table* was = IsMadeAnew(now.name()) ? nullptr : Find(before_.table(), now.name());
      for (const Index& i : now.index()) {
        const Index* there = was == nullptr ? nullptr : Find(was->index(), i.name());
        if (there != nullptr && Same(*there, i)) continue;
        Add(CreateIndex(i, now.name()), {now.name(), i.name()}, "create index");
      }
    }
  }

  bool IsThere(const model::ObjectId& id) const {
    return dropped_.count(id) == 0 && !(id.parent.empty() ? false : IsMadeAnew(id.parent));
  }

  void MakeViewsAndTriggers() {
    for (const View& v : after_.view()) {
      if (Find(before_.view(), v.name()) != nullptr && IsThere(model::IdOf(v))) continue;
      Add(CreateView(v), {v.name()}, "create view");
    }
    ForEachTrigger(after_, [&](const Trigger& t, const std::string& relation) {
      if (HasTrigger(before_, t, relation) && IsThere(IdOfTrigger(t, relation))) return;
      Add(CreateTrigger(t, relation), {relation, t.name()}, "create trigger");
    });
  }

  absl::Status AddChecks() {
    std::set<std::string> mismatched;
    for (const Schema* schema : {&before_, &after_}) {
      ASSIGN_OR_RETURN(const std::vector<std::string> tables, MismatchedTables(*schema));
      mismatched.insert(tables.begin(), tables.end());
    }
    const std::string violations = FindViolations(mismatched);
    std::vector<ScriptStep> steps;
    steps.push_back({.sql = CreateChecks(), .what = "check the result"});
    steps.push_back({.sql = absl::StrCat("CREATE TEMP TABLE ", kViolations, " AS\n  ", violations),
                     .what = "check the result"});
    script_.steps.insert(script_.steps.begin(), steps.begin(), steps.end());
    Add(absl::StrCat("INSERT INTO temp.", kChecks, " (foreign_keys)\n  SELECT NOT EXISTS (",
                     violations, "\n    EXCEPT SELECT * FROM temp.", kViolations, ")"),
        {}, "check the result");
    Add(absl::StrCat("DROP TABLE temp.", kChecks), {}, "check the result");
    Add(absl::StrCat("DROP TABLE temp.", kViolations), {}, "check the result");
    return absl::OkStatus();
  }

  const std::vector<model::Dependency> dependencies_;
  const Schema& before_;
  const Schema& after_;
  const int version_;
  Script script_;
  bool checks_ = false;
  std::map<std::string, TableChange> changes_;  // of tables that stay
  std::set<std::string> replaced_;              // dropped, and created again where they come back
  std::set<model::ObjectId> affected_, dropped_;
  std::deque<model::ObjectId> queue_;
};

// Drops the views and triggers that name the tables, or one another.
std::vector<ScriptStep> DropAllThatNames(const Schema& before, const std::vector<Rename>& renames) {
  const std::vector<model::Dependency> dependencies = FindDependencies(before);
  std::set<model::ObjectId> found;
  std::deque<model::ObjectId> queue;
  for (const Rename& r : renames) {
    if (const Table* t = Find(before.table(), r.table)) queue.push_back(model::IdOf(*t));
  }
  while (!queue.empty()) {
    const model::ObjectId id = queue.front();
    queue.pop_front();
    for (const model::Dependency& d : dependencies) {
      if (d.referenced == id && found.insert(d.dependent).second) queue.push_back(d.dependent);
    }
  }
  std::vector<ScriptStep> steps;
  const std::string because = "SQLite refuses to rename beside it";
  for (const Table& t : before.table()) {
    for (const Trigger& g : t.trigger()) {
      if (found.count(IdOfTrigger(g, t.name())) == 0) continue;
      steps.push_back({absl::StrCat("DROP TRIGGER ", QuoteName(g.name())),
                       absl::StrCat(t.name(), ".", g.name()), t.name(), "drop trigger", because});
    }
  }
  for (const View& v : before.view()) {
    if (found.count(model::IdOf(v)) == 0) continue;
    steps.push_back({absl::StrCat("DROP VIEW ", QuoteName(v.name())), v.name(), v.name(),
                     "drop view", because});
  }
  return steps;
}

}  // namespace

absl::StatusOr<Renamed> RunRenames(const Schema& before, const std::vector<Rename>& renames) {
  Renamed renamed;
  std::vector<std::string> statements;
  for (const Rename& r : renames) {
    ScriptStep step;
    step.relation = r.column.empty() ? r.to : r.table;
    step.object = r.column.empty() ? r.to : absl::StrCat(r.table, ".", r.to);
    step.what = r.column.empty() ? "rename table" : "rename column";
    step.sql =
        absl::StrCat("ALTER TABLE ", QuoteName(r.table), " RENAME ",
                     r.column.empty() ? "" : absl::StrCat("COLUMN ", QuoteName(r.column), " "),
                     "TO ", QuoteName(r.to));
    statements.push_back(step.sql);
    renamed.steps.push_back(std::move(step));
  }
  absl::StatusOr<model::Snapshot> schema = AfterStatements(before, statements);
  if (!schema.ok()) {
    // A view or trigger conflicts with it: one that names a column of a view that gets a new name
    // with it.
    const std::vector<ScriptStep> drops = DropAllThatNames(before, renames);
    renamed.steps.insert(renamed.steps.begin(), drops.begin(), drops.end());
    statements.clear();
    for (const ScriptStep& step : renamed.steps) statements.push_back(step.sql);
    schema = AfterStatements(before, statements);
  }
  ASSIGN_OR_RETURN(renamed.schema, std::move(schema));
  return renamed;
}

absl::StatusOr<Script> WriteScript(const Schema& before, const Schema& after,
                                   const std::vector<Rename>& renames, int version) {
  if (renames.empty()) return Writer(before, after, version).Run();
  ASSIGN_OR_RETURN(const Renamed renamed, RunRenames(before, renames));
  ASSIGN_OR_RETURN(Script script, Writer(*renamed.schema.schema, after, version).Run());
  script.steps.insert(script.steps.begin(), renamed.steps.begin(), renamed.steps.end());
  return script;
}

}  // namespace autogen::sqlite
