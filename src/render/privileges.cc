// GRANT and REVOKE for every kind.
#include <set>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "autogen/routine.pb.h"
#include "autogen/table.pb.h"
#include "autogen/types.pb.h"
#include "autogen/view.pb.h"
#include "src/render/grant_levels.h"
#include "src/render/kind.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Action;
using diff::Operation;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// A shell of a type has no privileges, nor takes any.
bool IsShell(const Operation& op) {
  return op.id.kind == BASE_TYPE && static_cast<const BaseType&>(*op.after).definition().empty();
}

bool IsColumn(Kind kind) { return kind == COLUMN || kind == VIEW_COLUMN; }

// GRANT names an aggregate as a function: by all its argument types, one after another.
std::string AggregateName(const Aggregate& a, const model::ObjectId& id) {
  std::vector<std::string> types;
  for (const Argument& argument : a.argument()) types.push_back(argument.type());
  const bool same_variadic = a.argument_size() > 0 && a.order_by_size() > 0 &&
                             a.argument(a.argument_size() - 1).mode() == Argument::VARIADIC;
  if (!same_variadic) {
    for (const Argument& argument : a.order_by()) types.push_back(argument.type());
  }
  return absl::StrCat(sql::Qualified(id.schema, a.name()), "(", absl::StrJoin(types, ", "), ")");
}

// What stands after ON.
std::string OnClause(const Message& object, const model::ObjectId& id) {
  switch (id.kind) {
    case TABLE:
    case VIEW:
    case MATERIALIZED_VIEW:
      return absl::StrCat("TABLE ", SqlName(object, id));
    case COLUMN:
    case VIEW_COLUMN:
      return absl::StrCat("TABLE ", SqlRelation(id));
    case AGGREGATE:
      return absl::StrCat("FUNCTION ", AggregateName(static_cast<const Aggregate&>(object), id));
    case SERVER:
      return absl::StrCat("FOREIGN SERVER ", SqlName(object, id));
    default:  // the kind's own keywords
      return absl::StrCat(SqlKeyword(object), " ", SqlName(object, id));
  }
}

// ALTER … OWNER TO gives what the old owner had to the new one (aclnewowner() in acl.c).
GrantLevels ChangeOwner(const GrantLevels& levels, const std::string& from, const std::string& to) {
  if (from.empty() || to.empty() || from == to) return levels;
  GrantLevels changed;
  for (const auto& [key, level] : levels) {
    std::pair<std::string, std::string> now = key;
    if (now.first == from) {
      now.first = to;
    } else if (now.first == to && level == GrantLevel::kPlain) {
      continue;  // the owner has it anyway
    }
    changed[now] = level;
  }
  return changed;
}

std::string Columns(const std::set<std::string>& names) {
  return absl::StrCat(" (",
                      absl::StrJoin(names, ", ",
                                    [](std::string* out, const std::string& name) {
                                      out->append(sql::Ident(name));
                                    }),
                      ")");
}

bool Nowhere(const std::string&, const std::string&) { return false; }

// The grants on the columns of a new relation: one statement for all columns with the same.
void GrantOnColumns(const Operation& op, Context& context) {
  std::map<std::string, std::set<std::string>> columns;  // statement with a mark -> columns
  std::map<std::string, GrantStatement> statements;
  std::vector<std::string> order;
  for (const Operation& child : op.folded) {
    if (!IsColumn(child.id.kind) || child.action != Action::kCreate) continue;
    context.privileges.done.insert(child.after);
    for (GrantStatement& s : GrantsBetween({}, LevelsOf(*child.after), Nowhere)) {
      const std::string key = GrantSql(s, "");
      if (columns[key].empty()) order.push_back(key);
      columns[key].insert(child.id.name);
      statements[key] = std::move(s);
    }
  }
  for (const std::string& key : order) {
    context.Add(GrantSql(statements[key], OnClause(*op.after, op.id), Columns(columns[key])));
  }
}

// The columns that the relation of an alter has when it runs.
absl::flat_hash_set<std::string> ColumnsNow(const Operation& op, const Context& context) {
  absl::flat_hash_set<std::string> columns;
  auto add = [&](const auto& relation) {
    for (const auto& c : relation.column()) columns.insert(c.name());
  };
  if (op.id.kind == TABLE) add(static_cast<const Table&>(*op.before));
  if (op.id.kind == VIEW) add(static_cast<const View&>(*op.before));
  if (op.id.kind == MATERIALIZED_VIEW) add(static_cast<const MaterializedView&>(*op.before));
  for (const Operation& earlier : context.plan.operations) {
    if (earlier.action == op.action && earlier.id == op.id && earlier.after == op.after) break;
    if (!IsColumn(earlier.id.kind) || earlier.id.parent != op.id.name ||
        earlier.id.schema != op.id.schema) {
      continue;
    }
    if (earlier.action == Action::kDrop) columns.erase(earlier.id.name);
    if (earlier.action == Action::kRename) columns.erase(earlier.old_id.name);
    if (earlier.action == Action::kCreate || earlier.action == Action::kRename) {
      columns.insert(earlier.id.name);
    }
  }
  return columns;
}

// REVOKE on a table takes the privilege on every column away too (manual: REVOKE): what the columns
// shall have is given again.
template <typename Relation>
void GrantAgain(const Operation& op, const std::vector<GrantStatement>& statements,
                Context& context) {
  std::set<std::pair<std::string, std::string>> revoked;
  for (const GrantStatement& s : statements) {
    if (!s.revoke) continue;
    for (const std::string& role : s.roles) {
      for (const std::string& privilege : s.privileges) revoked.insert({role, privilege});
    }
  }
  if (revoked.empty()) return;
  const absl::flat_hash_set<std::string> now = ColumnsNow(op, context);
  for (const auto& column : static_cast<const Relation&>(*op.after).column()) {
    if (!now.contains(column.name())) continue;
    GrantLevels levels;
    for (const auto& [key, level] : LevelsOf(column)) {
      if (revoked.count(key) > 0) levels[key] = level;
    }
    for (const GrantStatement& s : GrantsBetween({}, levels, Nowhere)) {
      context.Add(GrantSql(s, OnClause(*op.after, op.id), Columns({column.name()})));
    }
  }
}

void RenderColumn(const Operation& op, Context& context) {
  if (context.privileges.done.contains(op.after)) return;
  const GrantLevels before =
      op.action == Action::kCreate || op.before == nullptr ? GrantLevels() : LevelsOf(*op.before);
  for (const GrantStatement& s : GrantsBetween(before, LevelsOf(*op.after), Nowhere)) {
    context.Add(GrantSql(s, OnClause(*op.after, op.id), Columns({op.id.name})));
  }
}

}  // namespace

int DefaultPrivilegesType(Kind kind) {
  switch (kind) {
    case TABLE:
    case VIEW:
    case MATERIALIZED_VIEW:
      return DefaultPrivileges::TABLES;
    case SEQUENCE:
      return DefaultPrivileges::SEQUENCES;
    case FUNCTION:
    case AGGREGATE:
      return DefaultPrivileges::FUNCTIONS;
    case ENUM:
    case BASE_TYPE:
    case RANGE_TYPE:
    case COMPOSITE_TYPE:
    case DOMAIN:
      return DefaultPrivileges::TYPES;
    case SCHEMA:
      return DefaultPrivileges::SCHEMAS;
    default:  // none for the other kinds
      return -1;
  }
}

InDefault DefaultOf(const model::ObjectId& id, const std::string& owner, const Context& context) {
  const int type = DefaultPrivilegesType(id.kind);
  std::set<std::string> to_public;
  if (type == DefaultPrivileges::FUNCTIONS) to_public.insert("EXECUTE");
  if (type == DefaultPrivileges::TYPES || id.kind == LANGUAGE) to_public.insert("USAGE");
  if (id.kind == SCHEMA && id.name == "public") {
    to_public.insert("USAGE");
    if (!context.AtLeast(15)) to_public.insert("CREATE");
  }
  return [=](const std::string& role, const std::string& privilege) {
    return (!owner.empty() && role == owner) ||
           (role == "PUBLIC" && to_public.count(privilege) > 0);
  };
}

void RenderPrivileges(const Operation& op, Context& context) {
  if ((!context.options.privileges && !op.restore) || op.id.kind == DEFAULT_PRIVILEGES ||
      op.after == nullptr || op.after->GetDescriptor()->FindFieldByName("grant") == nullptr) {
    return;
  }
  if (IsColumn(op.id.kind)) return RenderColumn(op, context);
  if (IsShell(op)) return;

  const bool create = op.action == Action::kCreate;
  std::string owner = OwnerOf(op, op.after, context);
  GrantLevels before;
  if (create) {
    const std::string& maker = context.plan.current_user;
    const int type = DefaultPrivilegesType(op.id.kind);
    if (type >= 0 && !maker.empty()) {
      before = context.privileges.defaults.For(maker, op.id.schema,
                                               static_cast<DefaultPrivileges::ObjectType>(type),
                                               DefaultOf(op.id, maker, context));
    }
    before = ChangeOwner(before, maker, owner);
    if (owner.empty()) owner = maker;
  } else {
    if (!context.Changed(op, "grant") && !context.Changed(op, "revoke") &&
        !(context.Changed(op, "owner") && !owner.empty())) {
      return;
    }
    before = LevelsOf(*op.before);
    const std::string was = OwnerOf(op, op.before, context);
    if (!was.empty() && !owner.empty()) before = ChangeOwner(before, was, owner);
    if (owner.empty()) owner = was;
  }
  const std::vector<GrantStatement> statements =
      GrantsBetween(before, LevelsOf(*op.after), DefaultOf(op.id, owner, context));
  const std::string on = OnClause(*op.after, op.id);
  for (const GrantStatement& s : statements) context.Add(GrantSql(s, on));
  if (create) {
    GrantOnColumns(op, context);
  } else if (op.id.kind == TABLE) {
    GrantAgain<Table>(op, statements, context);
  } else if (op.id.kind == VIEW) {
    GrantAgain<View>(op, statements, context);
  } else if (op.id.kind == MATERIALIZED_VIEW) {
    GrantAgain<MaterializedView>(op, statements, context);
  }
}

}  // namespace autogen::render
