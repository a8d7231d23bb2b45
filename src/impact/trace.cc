// What a statement changes for those after it in its script.

#include <algorithm>

#include "src/impact/finder.h"

namespace autogen::impact {
namespace {

// DROP, and what takes older rows in.
void FindNoLongerNew(const std::string& node, const json& body, Impact::Trace* trace) {
  if (node == "DropStmt") {
    for (const json& object : Get(body, "objects")) {
      trace->no_longer_new.push_back({ListName(Get(Get(object, "List"), "items")), {}});
    }
  }
  if (node != "AlterTableStmt") return;
  const SplitName table = RangeName(Get(body, "relation"));
  for (const json& item : Get(body, "cmds")) {
    const json& command = Get(item, "AlterTableCmd");
    const std::string type = GetString(command, "subtype");
    const json& def = Get(command, "def");
    if (type == "AT_AttachPartition") {
      trace->no_longer_new.push_back({table, RangeName(Get(Get(def, "PartitionCmd"), "name"))});
    } else if (type == "AT_AddInherit") {
      trace->no_longer_new.push_back({RangeName(Get(def, "RangeVar")), table});
    } else if (type == "AT_AddColumn" && !IsTrue(command, "missing_ok")) {
      trace->new_columns.emplace_back(table, GetString(Get(def, "ColumnDef"), "colname"));
    }
  }
}

// Of CHECK (column IS NOT NULL) the column.
std::string NotNullColumn(const json& constraint) {
  if (GetString(constraint, "contype") != "CONSTR_CHECK") return "";
  const json& test = Get(Get(constraint, "raw_expr"), "NullTest");
  if (GetString(test, "nulltesttype") != "IS_NOT_NULL") return "";
  const json& fields = Get(Get(Get(test, "arg"), "ColumnRef"), "fields");
  return fields.size() == 1 ? GetString(Get(fields[0], "String"), "sval") : "";
}

void FindNullChecks(const std::string& node, const json& body, Impact::Trace* trace) {
  if (node != "AlterTableStmt") return;
  const SplitName table = RangeName(Get(body, "relation"));
  for (const json& item : Get(body, "cmds")) {
    const json& command = Get(item, "AlterTableCmd");
    const std::string type = GetString(command, "subtype"), name = GetString(command, "name");
    if (type == "AT_AddConstraint") {
      const json& constraint = Get(Get(command, "def"), "Constraint");
      if (GetString(constraint, "contype") != "CONSTR_CHECK") continue;
      const std::string column = NotNullColumn(constraint);
      if (IsTrue(constraint, "skip_validation")) {
        trace->adds_check.push_back({table, GetString(constraint, "conname"), ""});
      }
      if (!column.empty()) {
        trace->adds_null_check.push_back({table, GetString(constraint, "conname"), column});
      }
      if (!IsTrue(constraint, "skip_validation")) {
        trace->validates.push_back({table, GetString(constraint, "conname"), ""});
      }
    } else if (type == "AT_ValidateConstraint") {
      trace->validates.push_back({table, name, ""});
    } else if (type == "AT_AttachPartition") {
      trace->attaches = RangeName(Get(Get(Get(command, "def"), "PartitionCmd"), "name"));
    } else if (type == "AT_DropConstraint") {
      trace->drops_constraint.push_back({table, name, ""});
    } else if (type == "AT_SetNotNull") {
      trace->sets_not_null.push_back({table, "", name});
    }
  }
}

// A plain CREATE: not IF NOT EXISTS, and there as long as its session is.
bool CreatesForCertain(const std::string& node, const json& body) {
  if (node == "SelectStmt") return true;  // SELECT INTO
  if (node != "CreateStmt" && node != "CreateForeignTableStmt" && node != "CreateTableAsStmt") {
    return false;
  }
  const json& base = Get(body, "base").is_object() ? Get(body, "base") : body;
  const json& into = Get(body, "into");
  return !IsTrue(base, "if_not_exists") && GetString(base, "oncommit") != "ONCOMMIT_DROP" &&
         GetString(into, "onCommit") != "ONCOMMIT_DROP";
}

}  // namespace

bool OnlyDefines(absl::string_view node) {
  static constexpr absl::string_view kDefinitions[] = {"CreateStmt",
                                                       "CreateForeignTableStmt",
                                                       "ViewStmt",
                                                       "CreateFunctionStmt",
                                                       "RuleStmt",
                                                       "CreatePolicyStmt",
                                                       "AlterPolicyStmt",
                                                       "CreateTrigStmt",
                                                       "CreateDomainStmt",
                                                       "DefineStmt",
                                                       "CreatePublicationStmt",
                                                       "CreateStatsStmt"};
  return std::find(std::begin(kDefinitions), std::end(kDefinitions), node) !=
         std::end(kDefinitions);
}

void FindTrace(const std::string& node, const json& body, Impact* out) {
  Impact::Trace& trace = out->trace;
  trace.defines = OnlyDefines(node);
  trace.changes_rows = trace.changes_rows || (node == "CopyStmt" && IsTrue(body, "is_from"));
  trace.certain = CreatesForCertain(node, body);
  if (node == "CreateFunctionStmt" && !HasHarmlessBody(body))
    trace.routine = ListName(Get(body, "funcname"));
  if (node == "CreateTrigStmt" || node == "RuleStmt") {
    trace.fires_on = RangeName(Get(body, "relation"));
  }
  if (node == "RenameStmt") {
    trace.renamed_to = GetString(body, "newname");
    trace.renames_column = !GetString(body, "subname").empty();
  }
  FindNoLongerNew(node, body, &trace);
  FindNullChecks(node, body, &trace);
}

}  // namespace autogen::impact
