#include "src/render/online.h"

#include <algorithm>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/model/inheritance.h"
#include "src/model/names.h"
#include "src/render/online_ways.h"

namespace autogen::render {
namespace {

using diff::Action;
using diff::Operation;
using Name = std::pair<std::string, std::string>;

bool IsRelation(Kind kind) { return kind == TABLE || kind == MATERIALIZED_VIEW; }

bool IsIndexed(Kind kind) {
  return kind == INDEX || kind == PRIMARY_KEY || kind == UNIQUE || kind == EXCLUSION;
}

// To be created or to become NOT NULL, to get another default or comment, changes no value.
bool ChangesValues(const Operation& op) {
  if (op.action != Action::kAlter) return op.action != Action::kCreate;
  return op.retype || !std::all_of(op.changed.begin(), op.changed.end(), [](const auto* field) {
           return field->name() == "not_null" || field->name() == "not_null_constraint" ||
                  field->name() == "default" || field->name() == "comment" ||
                  field->name() == "statistics" || field->name() == "grant" ||
                  field->name() == "revoke";
         });
}

bool ChangesParent(const Operation& op) {
  return std::any_of(op.changed.begin(), op.changed.end(), [](const auto* field) {
    return field->name() == "inherits" || field->name() == "partition_of" ||
           field->name() == "of_type";
  });
}

std::set<Name> NamesOf(const model::Catalog& catalog) {
  std::set<Name> names;
  for (const model::Object& object : catalog.objects()) {
    const Kind kind = object.id.kind;
    if (IsRelation(kind) || IsIndexed(kind) || kind == VIEW || kind == SEQUENCE ||
        kind == COMPOSITE_TYPE) {
      names.insert({object.id.schema, object.id.name});
    }
  }
  return names;
}

std::set<Name> RelationsOf(const model::Catalog* catalog) {
  std::set<Name> names;
  if (catalog == nullptr) return names;
  for (const model::Object& object : catalog->objects()) {
    if (!IsRelation(object.id.kind)) continue;
    const bool foreign =
        object.id.kind == TABLE && static_cast<const Table*>(object.message)->has_foreign();
    if (!foreign) names.insert({object.id.schema, object.id.name});
  }
  return names;
}

}  // namespace

Online::Online(const diff::Plan& plan, const Options& options) : plan_(plan) {
  if (options.online == nullptr || plan.before == nullptr || plan.after == nullptr) return;
  before_ = NamesOf(*plan.before);
  after_ = NamesOf(*plan.after);
  const std::set<Name> before = RelationsOf(plan.before.get()),
                       after = RelationsOf(plan.after.get());
  for (const Name& name : before) {
    if (after.count(name) > 0 && options.online(name.first, name.second)) covered_.insert(name);
  }
  in_use_ = covered_;
  for (const Operation& op : plan.operations) {
    if (op.action == Action::kDrop) drops_.insert(op.id);
    if (op.action == Action::kCreate) makes_.insert(op.id);
    if (!op.because.empty()) rebuilt_.insert(op.id);
    drops_extension_ |= op.action == Action::kDrop && op.id.kind == EXTENSION;
    // One that is recreated holds no rows in between; what a parent gives or takes changes with it.
    if (IsRelation(op.id.kind) && (op.action != Action::kAlter || ChangesParent(op))) {
      for (const model::ObjectId& id : {op.id, op.old_id}) {
        covered_.erase({id.schema, id.name});
        if (op.action != Action::kAlter) in_use_.erase({id.schema, id.name});
      }
    }
    if (op.id.kind == COLUMN && ChangesValues(op))
      for (const model::ObjectId& id : {op.id, op.old_id}) columns_.insert(id);
  }
}

bool Online::Covers(absl::string_view schema, absl::string_view relation) const {
  return covered_.count({std::string(schema), std::string(relation)}) > 0;
}

bool Online::IsInUse(absl::string_view schema, absl::string_view relation) const {
  return in_use_.count({std::string(schema), std::string(relation)}) > 0;
}

bool Online::IsTouched(const Index& index, const model::ObjectId& id) const {
  // No catalog tells which object needs an extension: it goes when all else is gone.
  if (drops_extension_) return true;
  const int at = plan_.before->Find(id);
  if (at >= 0) {
    for (const model::Edge& edge : plan_.before->Needs(at)) {
      // A column may be a parent's.
      const model::ObjectId& needed = plan_.before->at(edge.to).id;
      if (drops_.count(needed) > 0 || columns_.count(needed) > 0) return true;
    }
  }
  const std::string text = index.SerializePartialAsString();
  const auto of_table = columns_.lower_bound({COLUMN, id.schema, id.parent, ""});
  for (auto column = of_table; column != columns_.end(); ++column) {
    if (column->schema != id.schema || column->parent != id.parent) break;
    if (absl::StrContains(text, column->name)) return true;
  }
  return false;
}

std::optional<Place> Online::PlaceOfReplacement(const model::ObjectId& id) const {
  if (!Covers(id.schema, id.parent) || makes_.count(id) == 0 || drops_.count(id) == 0) {
    return std::nullopt;
  }
  if (rebuilt_.count(id) > 0) return std::nullopt;
  const int was = plan_.before->Find(id), will = plan_.after->Find(id);
  if (was < 0 || will < 0) return std::nullopt;
  const auto& before = static_cast<const Index&>(*plan_.before->at(was).message);
  const auto& after = static_cast<const Index&>(*plan_.after->at(will).message);
  if (!IsTouched(before, id)) return CanBuildLast(id) ? Place::kLast : Place::kMain;
  std::vector<std::string> columns(after.include().begin(), after.include().end());
  for (const IndexKey& key : after.key()) {
    if (key.column().empty()) return std::nullopt;
    columns.push_back(key.column());
  }
  const bool first =
      after.where().empty() && plan_.before->NeededBy(was).empty() && CanBuildFirst(id, columns);
  return first ? std::optional(Place::kFirst) : std::nullopt;
}

bool Online::CanBuildFirst(const model::ObjectId& key,
                           const std::vector<std::string>& columns) const {
  return std::all_of(columns.begin(), columns.end(), [&](const std::string& name) {
    const model::ObjectId column{COLUMN, key.schema, key.parent, name};
    return plan_.before->Find(column) >= 0 && columns_.count(column) == 0;
  });
}

bool Online::CanBuildLast(const model::ObjectId& index) const {
  const int at = plan_.after->Find(index);
  return at >= 0 && plan_.after->NeededBy(at).empty();
}

Place Online::PlaceOfDrop(const Index& before, const model::ObjectId& index) const {
  if (!IsTouched(before, index) && after_.count({index.schema, index.name}) == 0) {
    return Place::kLast;
  }
  const int at = plan_.before->Find(index);
  return at >= 0 && plan_.before->NeededBy(at).empty() ? Place::kDroppedFirst : Place::kMain;
}

std::string Online::FreeName(const model::ObjectId& id, absl::string_view suffix) const {
  auto taken = [&](const std::string& name) {
    return before_.count({id.schema, name}) > 0 || after_.count({id.schema, name}) > 0;
  };
  std::string name = model::ObjectName(id.name, "", suffix);
  for (int i = 1; taken(name); ++i) name = model::ObjectName(id.name, "", absl::StrCat(suffix, i));
  return name;
}

namespace {

using Names = std::set<Name>;

// The relations that an operation locks, of those that are there before the plan.
Names LockedBy(const Operation& op, const diff::Plan& plan) {
  Names names;
  auto add = [&](const std::string& schema, const std::string& name) {
    if (plan.before->FindRelation(schema, name) >= 0) names.insert({schema, name});
  };
  auto add_target = [&](const google::protobuf::Message* message) {
    const auto& target = static_cast<const ForeignKey*>(message)->references();
    add(model::SchemaOrPublic(target.schema()), target.table());
  };
  add(op.id.schema, op.id.parent.empty() ? op.id.name : op.id.parent);
  if (op.id.kind == FOREIGN_KEY) add_target(op.after != nullptr ? op.after : op.before);
  for (const Operation& child : op.folded) {
    if (child.id.kind == FOREIGN_KEY && child.after != nullptr) add_target(child.after);
  }
  if (op.id.kind == TABLE && op.action == Action::kDrop) {
    for (const ForeignKey& key : static_cast<const Table*>(op.before)->foreign_key()) {
      add_target(&key);
    }
  }
  return names;
}

// For each operation, whether something that is dropped before it is not there again.
std::vector<bool> WithinRebuild(const diff::Plan& plan) {
  const size_t n = plan.operations.size();
  std::vector<bool> within(n, false);
  std::map<model::ObjectId, size_t> dropped;
  for (size_t i = 0; i < n; ++i) {
    const Operation& op = plan.operations[i];
    if (op.action == Action::kDrop) dropped.emplace(op.id, i);
    const auto from = dropped.find(op.id);
    if (op.action != Action::kCreate || from == dropped.end()) continue;
    for (size_t k = from->second + 1; k <= i; ++k) within[k] = true;
  }
  return within;
}

// Begins a step where the next operation locks another relation than those of the step.
void SplitByRelation(const diff::Plan& plan, const Online& online,
                     std::vector<Statement>* statements) {
  const std::vector<bool> within = WithinRebuild(plan);
  Names held;
  int last = -1;
  for (Statement& s : *statements) {
    if (s.place != Place::kMain || s.operation < 0) continue;
    const size_t i = static_cast<size_t>(s.operation);
    if (within[i]) s.step.clear();
    if (s.operation == last) continue;
    last = s.operation;
    const Names locked = LockedBy(plan.operations[i], plan);
    const bool same = std::includes(held.begin(), held.end(), locked.begin(), locked.end());
    if (same) continue;
    auto covers = [&](const Name& name) { return online.Covers(name.first, name.second); };
    const bool in_use = std::any_of(held.begin(), held.end(), covers) ||
                        std::any_of(locked.begin(), locked.end(), covers);
    if (!held.empty() && in_use && !within[i] && s.step.empty()) {
      s.step = kOneTable;
      held.clear();
    }
    held.insert(locked.begin(), locked.end());
  }
}

}  // namespace

std::vector<Statement> InSteps(const diff::Plan& plan, const Online& online, bool together,
                               std::vector<Statement> statements) {
  std::stable_sort(statements.begin(), statements.end(),
                   [](const Statement& a, const Statement& b) {
                     return static_cast<int>(a.place) < static_cast<int>(b.place);
                   });
  if (!together) SplitByRelation(plan, online, &statements);
  for (size_t i = 0; i < statements.size(); ++i) {
    Statement& s = statements[i];
    if (i == 0) {
      s.step.clear();
    } else if (s.place != statements[i - 1].place && s.step.empty()) {
      s.step = s.place == Place::kMain
                   ? "what was prepared is committed"
                   : "what comes before is committed, and its locks are given up";
    }
  }
  return statements;
}

void SayWhatBlocks(
    const std::function<bool(absl::string_view schema, absl::string_view relation)>& online,
    std::vector<Statement>* statements) {
  using Kind = impact::Consequence::Kind;
  for (Statement& s : *statements) {
    for (const impact::Consequence& c : s.impact.consequences) {
      const bool works =
          c.kind == Kind::kRewrites || c.kind == Kind::kScans || c.kind == Kind::kBuilds;
      if (!works || c.is_new || !impact::BlocksWriters(s.impact.LockOn(c.relation))) continue;
      if (c.relation.name.empty() || !online(c.relation.schema, c.relation.name)) continue;
      s.remarks.emplace_back("no online way: others wait as long as it takes");
      break;
    }
  }
}

}  // namespace autogen::render
