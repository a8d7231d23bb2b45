#include "src/sql/effect.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/sql/parse.h"
#include "src/sql/quote.h"

namespace autogen::sql {
namespace {

using nlohmann::json;
using Kind = Effect::Kind;

bool IsTrue(const json& node, const char* key) {
  const json& value = Get(node, key);
  return value.is_boolean() && value.get<bool>();
}

// Functions that give one value for a whole transaction: as a default they need no rewrite.
bool IsStableFunction(absl::string_view name) {
  return name == "now" || name == "transaction_timestamp" || name == "statement_timestamp" ||
         name == "current_setting" || name == "to_timestamp" || name == "to_date";
}

// A call of anything else may give each row its own value.
bool HasVolatileCall(const json& node) {
  if (node.is_object()) {
    if (auto call = node.find("FuncCall"); call != node.end()) {
      const json& names = Get(*call, "funcname");
      if (names.empty() || !IsStableFunction(GetString(Get(names.back(), "String"), "sval"))) {
        return true;
      }
    }
  }
  if (!node.is_structured()) return false;
  return std::any_of(node.begin(), node.end(), HasVolatileCall);
}

bool IsSerial(const json& column) {
  const json& names = Get(Get(column, "typeName"), "names");
  if (names.empty()) return false;
  const std::string name = GetString(Get(names.back(), "String"), "sval");
  return absl::StrContains(name, "serial");
}

class Finder {
 public:
  std::vector<Effect> Find(const std::string& node, const json& body) {
    if (node == "CreateStmt" || node == "CreateForeignTableStmt") {
      const json& base = node == "CreateStmt" ? body : Get(body, "base");
      Relation(Get(base, "relation"));
      Add(Kind::kCreates, absl::StrCat("creates ", Name()));
    } else if (node == "CreateTableAsStmt") {
      Relation(Get(Get(body, "into"), "rel"));
      Add(Kind::kCreates, absl::StrCat("creates ", Name()));
    } else if (node == "AlterTableStmt") {
      AlterTable(body);
    } else if (node == "RenameStmt") {
      Rename(body);
    } else if (node == "AlterObjectSchemaStmt") {
      Relation(Get(body, "relation"));
      Add(Kind::kRenames, absl::StrCat("moves ", relation_.empty() ? "an object" : Name(),
                                       " to schema ", GetString(body, "newschema")));
    } else if (node == "IndexStmt") {
      Relation(Get(body, "relation"));
      Add(Kind::kAlters, absl::StrCat("indexes ", Name()));
      if (!IsTrue(body, "concurrent")) {
        Add(Kind::kBuildsIndex, absl::StrCat("builds an index of ", Name()));
      }
    } else if (node == "DropStmt") {
      Drop(body);
    } else if (node == "TruncateStmt") {
      for (const json& relation : Get(body, "relations")) {
        Relation(Get(relation, "RangeVar"));
        Add(Kind::kLosesData, absl::StrCat("empties ", Name()));
      }
    } else if (node == "DeleteStmt" && Get(body, "whereClause").is_null()) {
      Relation(Get(body, "relation"));
      Add(Kind::kLosesData, absl::StrCat("deletes every row of ", Name()));
    } else if (node == "DropdbStmt") {
      Add(Kind::kLosesData, absl::StrCat("drops database ", GetString(body, "dbname")));
    } else if (node == "VacuumStmt") {
      Vacuum(body);
    } else if (node == "ClusterStmt") {
      Relation(Get(body, "relation"));
      Add(Kind::kRewrites, absl::StrCat("rewrites ", relation_.empty() ? "tables" : Name()));
    } else if (node == "RefreshMatViewStmt") {
      Relation(Get(body, "relation"));
      Add(Kind::kAlters, absl::StrCat("refreshes ", Name()));
      if (!IsTrue(body, "concurrent")) Add(Kind::kRewrites, absl::StrCat("rewrites ", Name()));
    } else if (node == "ReindexStmt") {
      Reindex(body);
    } else if (node == "DoStmt" || node == "CallStmt") {
      Add(Kind::kOpaque, "runs code that is not looked into");
    }
    return std::move(effects_);
  }

 private:
  void Relation(const json& range) {
    schema_ = GetString(range, "schemaname");
    relation_ = GetString(range, "relname");
  }
  std::string Name() const { return Qualified(schema_, relation_); }
  void Add(Kind kind, std::string what) {
    effects_.push_back({kind, schema_, relation_, std::move(what)});
  }

  void AlterTable(const json& body) {
    const std::string type = GetString(body, "objtype");
    // Views, sequences, types and indexes have no rows of their own to look at.
    if (type != "OBJECT_TABLE" && type != "OBJECT_MATVIEW") return;
    Relation(Get(body, "relation"));
    Add(Kind::kAlters, absl::StrCat("alters ", Name()));
    for (const json& item : Get(body, "cmds")) AlterCommand(Get(item, "AlterTableCmd"));
  }

  void AlterCommand(const json& command) {
    const std::string type = GetString(command, "subtype");
    const std::string column = absl::StrCat(Name(), ".", Ident(GetString(command, "name")));
    const json& def = Get(command, "def");
    if (type == "AT_AddColumn") {
      AddColumn(Get(def, "ColumnDef"));
    } else if (type == "AT_DropColumn") {
      Add(Kind::kLosesData, absl::StrCat("drops column ", column));
    } else if (type == "AT_AlterColumnType") {
      Add(Kind::kRewrites, absl::StrCat("changes the type of ", column));
    } else if (type == "AT_SetNotNull") {
      Add(Kind::kScans, absl::StrCat("sets ", column, " NOT NULL"));
    } else if (type == "AT_AddConstraint") {
      AddConstraint(Get(def, "Constraint"));
    } else if (type == "AT_SetLogged" || type == "AT_SetUnLogged" || type == "AT_SetAccessMethod" ||
               type == "AT_SetTableSpace") {
      Add(Kind::kRewrites, absl::StrCat("rewrites ", Name()));
    } else if (type == "AT_SetExpression") {
      Add(Kind::kRewrites, absl::StrCat("computes ", column, " anew"));
    } else if (type == "AT_AttachPartition") {
      Relation(Get(Get(def, "PartitionCmd"), "name"));
      Add(Kind::kScans, absl::StrCat("attaches ", Name()));
    }
  }

  void AddColumn(const json& column) {
    const std::string name = absl::StrCat(Name(), ".", Ident(GetString(column, "colname")));
    bool rewrites = IsSerial(column);
    for (const json& item : Get(column, "constraints")) {
      const json& constraint = Get(item, "Constraint");
      const std::string type = GetString(constraint, "contype");
      rewrites = rewrites || type == "CONSTR_IDENTITY" || type == "CONSTR_GENERATED" ||
                 (type == "CONSTR_DEFAULT" && HasVolatileCall(Get(constraint, "raw_expr")));
      // A new foreign key over a column without values needs no look at the rows.
      if (type != "CONSTR_FOREIGN") AddConstraint(constraint);
    }
    if (rewrites) Add(Kind::kRewrites, absl::StrCat("gives each row a value of ", name));
  }

  void AddConstraint(const json& constraint) {
    const std::string type = GetString(constraint, "contype");
    if ((type == "CONSTR_CHECK" || type == "CONSTR_FOREIGN") &&
        !IsTrue(constraint, "skip_validation")) {
      Add(Kind::kScans, absl::StrCat("checks every row of ", Name()));
    } else if ((type == "CONSTR_PRIMARY" || type == "CONSTR_UNIQUE" ||
                type == "CONSTR_EXCLUSION") &&
               GetString(constraint, "indexname").empty()) {
      Add(Kind::kBuildsIndex, absl::StrCat("builds an index of ", Name()));
    }
  }

  void Rename(const json& body) {
    static constexpr absl::string_view kUnseen[] = {
        "OBJECT_TABCONSTRAINT", "OBJECT_INDEX", "OBJECT_TRIGGER", "OBJECT_POLICY", "OBJECT_RULE"};
    const std::string type = GetString(body, "renameType");
    if (std::find(std::begin(kUnseen), std::end(kUnseen), absl::string_view(type)) !=
        std::end(kUnseen)) {
      return;
    }
    Relation(Get(body, "relation"));
    const std::string old = GetString(body, "subname");
    Add(Kind::kRenames, absl::StrCat("renames ", relation_.empty() ? "an object" : Name(),
                                     old.empty() ? "" : absl::StrCat(".", Ident(old)), " to ",
                                     Ident(GetString(body, "newname"))));
  }

  void Drop(const json& body) {
    const std::string type = GetString(body, "removeType");
    const bool rows = type == "OBJECT_TABLE" || type == "OBJECT_SCHEMA" ||
                      type == "OBJECT_MATVIEW" || type == "OBJECT_SEQUENCE" ||
                      type == "OBJECT_FOREIGN_TABLE";
    const bool cascade = GetString(body, "behavior") == "DROP_CASCADE";
    for (const json& object : Get(body, "objects")) {
      const json& items = Get(Get(object, "List"), "items");
      schema_.clear();
      relation_.clear();
      std::string name = GetString(Get(object, "String"), "sval");
      if (!items.empty()) {
        relation_ = GetString(Get(items.back(), "String"), "sval");
        if (items.size() > 1) {
          schema_ = GetString(Get(items[items.size() - 2], "String"), "sval");
        }
        name = Name();
      }
      if (type == "OBJECT_TABLE") Add(Kind::kAlters, absl::StrCat("drops ", name));
      // A type or a function takes columns with it.
      if (rows || cascade) Add(Kind::kLosesData, absl::StrCat("drops ", name));
    }
  }

  void Vacuum(const json& body) {
    const json& options = Get(body, "options");
    const bool full = std::any_of(options.begin(), options.end(), [](const json& option) {
      return GetString(Get(option, "DefElem"), "defname") == "full";
    });
    if (!full) return;
    for (const json& item : Get(body, "rels")) {
      Relation(Get(Get(item, "VacuumRelation"), "relation"));
      Add(Kind::kRewrites, absl::StrCat("rewrites ", Name()));
    }
    if (Get(body, "rels").is_null()) Add(Kind::kRewrites, "rewrites tables");
  }

  void Reindex(const json& body) {
    const json& params = Get(body, "params");
    const bool concurrently = std::any_of(params.begin(), params.end(), [](const json& option) {
      return GetString(Get(option, "DefElem"), "defname") == "concurrently";
    });
    if (concurrently) return;
    Relation(Get(body, "relation"));
    Add(Kind::kBuildsIndex, absl::StrCat("builds anew ", relation_.empty() ? "indexes" : Name()));
  }

  std::vector<Effect> effects_;
  std::string schema_;
  std::string relation_;
};

}  // namespace

std::vector<Effect> FindEffects(absl::string_view statement) {
  absl::StatusOr<json> parsed = Parse(statement);
  if (!parsed.ok() || parsed->size() != 1) {
    return {{Kind::kOpaque, "", "", "is newer than the parser"}};
  }
  const json& node = Get((*parsed)[0], "stmt");
  return Finder().Find(NodeName(node), NodeBody(node));
}

}  // namespace autogen::sql
