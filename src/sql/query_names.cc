#include "src/sql/query_names.h"

#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/sql/parse.h"

namespace autogen::sql {
namespace {

using nlohmann::json;

// What may stand in a query that only reads. CurrentOfExpr, ParamRef, LockingClause, the statements
// that change something and whatever a later grammar adds are not among them.
constexpr absl::string_view kHarmless[] = {
    "A_ArrayExpr",       "A_Const",          "A_Expr",
    "A_Indices",         "A_Indirection",    "A_Star",
    "BitString",         "BoolExpr",         "Boolean",
    "BooleanTest",       "CaseExpr",         "CaseWhen",
    "CoalesceExpr",      "CollateClause",    "ColumnDef",
    "ColumnRef",         "CommonTableExpr",  "Float",
    "FuncCall",          "GroupingFunc",     "GroupingSet",
    "Integer",           "JoinExpr",         "List",
    "MinMaxExpr",        "NamedArgExpr",     "NullTest",
    "RangeFunction",     "RangeSubselect",   "RangeTableFunc",
    "RangeTableFuncCol", "RangeTableSample", "RangeVar",
    "ResTarget",         "RowExpr",          "SQLValueFunction",
    "SelectStmt",        "SortBy",           "String",
    "SubLink",           "TypeCast",         "TypeName",
    "WindowDef",         "XmlExpr",          "XmlSerialize",
};

std::vector<std::string> Strings(const json& list) {
  std::vector<std::string> names;
  for (const json& item : list) {
    if (item.is_object() && item.contains("String")) {
      names.push_back(GetString(Get(item, "String"), "sval"));
    }
  }
  return names;
}

// database.schema.name is the same as schema.name: the server refuses another database.
QualifiedName LastTwo(const std::vector<std::string>& names) {
  if (names.empty()) return {};
  return {names.size() > 1 ? names[names.size() - 2] : "", names.back()};
}

// Of a plain string constant; nullptr for anything else.
const std::string* StringConstant(const json& node) {
  const json& value = Get(Get(Get(node, "A_Const"), "sval"), "sval");
  return value.is_string() ? value.get_ptr<const std::string*>() : nullptr;
}

class Collector {
 public:
  explicit Collector(QueryNames& names) : names_(names) {}

  absl::Status Walk(const json& value) {
    if (value.is_array()) {
      for (const json& item : value) RETURN_IF_ERROR(Walk(item));
      return absl::OkStatus();
    }
    if (!value.is_object()) return absl::OkStatus();
    for (auto it = value.begin(); it != value.end(); ++it) {
      const std::string& key = it.key();
      if (absl::ascii_isupper(static_cast<unsigned char>(key[0]))) {
        if (!absl::c_linear_search(kHarmless, key)) {
          return absl::InvalidArgumentError(absl::StrCat("it has a ", key));
        }
        RETURN_IF_ERROR(Visit(key, it.value()));
      } else if (key == "intoClause") {
        return absl::InvalidArgumentError("it has an INTO");
      } else if (key == "search_clause" || key == "cycle_clause") {
        return absl::InvalidArgumentError("it has a SEARCH or CYCLE clause");
      } else if (key == "typeName") {
        RETURN_IF_ERROR(VisitType(it.value()));
      } else if (key == "alias") {
        VisitAlias(it.value());
      }
      RETURN_IF_ERROR(Walk(it.value()));
    }
    return absl::OkStatus();
  }

  // Once all is seen: an alias that stands for its whole row.
  void Finish() {
    for (const std::string& value : values_) names_.whole_rows |= aliases_.count(value) > 0;
  }

 private:
  absl::Status Visit(const std::string& kind, const json& node) {
    if (kind == "TypeName") return VisitType(node);
    if (kind == "FuncCall") return VisitFunction(node);
    if (kind == "RangeVar") {
      names_.relations.insert({GetString(node, "schemaname"), GetString(node, "relname")});
      aliases_.insert(GetString(node, "relname"));
    } else if (kind == "CommonTableExpr") {
      names_.ctes.insert(GetString(node, "ctename"));
      names_.whole_rows |= !Get(node, "aliascolnames").empty();
    } else if (kind == "RangeTableSample") {
      const QualifiedName method = LastTwo(Strings(Get(node, "method")));
      if ((method.first.empty() || method.first == "pg_catalog") &&
          (method.second == "system" || method.second == "bernoulli")) {
        return absl::OkStatus();
      }
      return absl::InvalidArgumentError(
          absl::StrCat("it has a TABLESAMPLE method of its own, ", method.second));
    } else if (kind == "A_Expr") {
      VisitOperator(Get(node, "name"), GetString(node, "kind"));
    } else if (kind == "SubLink") {
      VisitOperator(Get(node, "operName"), "");
    } else if (kind == "SortBy") {
      VisitOperator(Get(node, "useOp"), "");
    } else if (kind == "ColumnRef") {
      VisitColumn(Get(node, "fields"));
    } else if (kind == "A_Indirection") {
      for (const std::string& field : Strings(Get(node, "indirection"))) AddField(field);
    } else if (kind == "A_Star") {
      names_.whole_rows = true;
    } else if (kind == "JoinExpr") {
      for (const std::string& name : Strings(Get(node, "usingClause"))) names_.columns.insert(name);
      const json& natural = Get(node, "isNatural");
      names_.whole_rows |= natural.is_boolean() && natural.get<bool>();
    }
    return absl::OkStatus();
  }

  absl::Status VisitType(const json& type) {
    if (Get(type, "pct_type").is_boolean()) return absl::InvalidArgumentError("it has a %TYPE");
    const QualifiedName name = LastTwo(Strings(Get(type, "names")));
    if (!name.second.empty()) names_.types.insert(name);
    return absl::OkStatus();
  }

  absl::Status VisitFunction(const json& call) {
    const QualifiedName name = LastTwo(Strings(Get(call, "funcname")));
    const bool reads_type =
        name.second == "pg_input_is_valid" || name.second == "pg_input_error_info";
    if (!reads_type || (!name.first.empty() && name.first != "pg_catalog")) {
      names_.functions.insert(name);
      return absl::OkStatus();
    }
    // The second argument is the name of a type, whose input function is called.
    const json& arguments = Get(call, "args");
    const std::string* type =
        arguments.is_array() && arguments.size() == 2 ? StringConstant(arguments[1]) : nullptr;
    if (type == nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat(name.second, " is not given a type as a plain literal"));
    }
    ASSIGN_OR_RETURN(json cast, Parse(absl::StrCat("SELECT NULL::", *type)));
    return Walk(Get(cast[0], "stmt"));
  }

  void VisitOperator(const json& name, const std::string& kind) {
    // The name is then a keyword; < and the like are looked up as any unqualified name.
    if (absl::StrContains(kind, "BETWEEN")) return;
    const QualifiedName found = LastTwo(Strings(name));
    if (!found.second.empty()) names_.operators.insert(found);
  }

  void VisitColumn(const json& fields) {
    const std::vector<std::string> names = Strings(fields);
    for (const std::string& name : names) names_.columns.insert(name);
    if (names.empty()) return;
    values_.insert(names.back());
    if (names.size() > 1) AddField(names.back());
  }

  void AddField(const std::string& name) {
    names_.columns.insert(name);
    names_.fields.insert(name);
  }

  void VisitAlias(const json& alias) {
    aliases_.insert(GetString(alias, "aliasname"));
    names_.whole_rows |= !Get(alias, "colnames").empty();
  }

  QueryNames& names_;
  std::set<std::string> aliases_;
  std::set<std::string> values_;
};

}  // namespace

absl::StatusOr<QueryNames> NamesOfQuery(absl::string_view text) {
  ASSIGN_OR_RETURN(json statements, Parse(text));
  if (statements.size() != 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("it is ", statements.size(), " statements, not one"));
  }
  const json& statement = Get(statements[0], "stmt");
  if (NodeName(statement) != "SelectStmt") {
    return absl::InvalidArgumentError("it is not a SELECT");
  }
  QueryNames names;
  Collector collector(names);
  RETURN_IF_ERROR(collector.Walk(statement));
  collector.Finish();
  return names;
}

}  // namespace autogen::sql
