// How a statement can run, by its node in the tree.

#include <algorithm>
#include <array>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/impact/finder.h"

namespace autogen::impact {
namespace {

// The DefElem of this name among `options`, or null.
const json& Option(const json& options, absl::string_view name) {
  for (const json& option : options) {
    const json& element = Get(option, "DefElem");
    if (absl::string_view(GetString(element, "defname")) == name) return element;
  }
  return Get(json(), "");
}

// A Boolean option that is on when it has no value; defGetBoolean() takes these words.
bool OptionIsOn(const json& options, absl::string_view name, bool fallback) {
  const json& option = Option(options, name);
  if (option.is_null()) return fallback;
  const json& arg = Get(option, "arg");
  if (arg.is_null()) return true;
  std::string text = GetString(Get(arg, "String"), "sval");
  if (const json& boolean = Get(arg, "Boolean"); boolean.is_object())
    return IsTrue(boolean, "boolval");
  if (const json& integer = Get(arg, "Integer"); integer.is_object()) {
    return Get(integer, "ival").is_number() && Get(integer, "ival") != 0;
  }
  return text != "false" && text != "off";
}

void SetConcurrently(bool concurrently, Impact& out) {
  out.concurrently = concurrently;
  if (concurrently) out.run = RunMode::kAlone;
}

void OfIndex(const json& body, Impact& out) {
  SetConcurrently(IsTrue(body, "concurrent"), out);
  out.relation = RangeName(Get(body, "relation"));
  out.index.name = GetString(body, "idxname");
  // An index is made in its table's schema.
  if (!out.index.name.empty()) out.index.schema = out.relation.schema;
}

void OfDrop(const json& body, Impact& out) {
  SetConcurrently(IsTrue(body, "concurrent"), out);
  if (GetString(body, "removeType") != "OBJECT_INDEX") return;
  const json& objects = Get(body, "objects");
  if (objects.size() != 1) return;
  out.index = ListName(Get(Get(objects[0], "List"), "items"));
}

void OfReindex(const json& body, Impact& out) {
  const std::string kind = GetString(body, "kind");
  out.concurrently = OptionIsOn(Get(body, "params"), "concurrently", false);
  const bool alone = out.concurrently || kind == "REINDEX_OBJECT_SCHEMA" ||
                     kind == "REINDEX_OBJECT_SYSTEM" || kind == "REINDEX_OBJECT_DATABASE";
  if (alone) out.run = RunMode::kAlone;
  if (kind == "REINDEX_OBJECT_INDEX") {
    out.index = RangeName(Get(body, "relation"));
  } else if (kind == "REINDEX_OBJECT_TABLE") {
    out.relation = RangeName(Get(body, "relation"));
  }
}

void OfAlterTable(const json& body, Impact& out) {
  out.relation = RangeName(Get(body, "relation"));
  for (const json& item : Get(body, "cmds")) {
    const json& partition = Get(Get(Get(item, "AlterTableCmd"), "def"), "PartitionCmd");
    if (!IsTrue(partition, "concurrent")) continue;
    SetConcurrently(true, out);
    out.partition = RangeName(Get(partition, "name"));
  }
}

bool BuildsIndex(const json& constraint) {
  const std::string type = GetString(constraint, "contype");
  return type == "CONSTR_PRIMARY" || type == "CONSTR_UNIQUE" || type == "CONSTR_EXCLUSION";
}

bool IsLong(const json& command) {
  const std::string type = GetString(command, "subtype");
  const json& def = Get(command, "def");
  if (type == "AT_AddConstraint") return BuildsIndex(Get(def, "Constraint"));
  if (type == "AT_AddColumn") {
    const json& constraints = Get(Get(def, "ColumnDef"), "constraints");
    return std::any_of(constraints.begin(), constraints.end(),
                       [](const json& item) { return BuildsIndex(Get(item, "Constraint")); });
  }
  // The indexes that the parent has are built on what is attached.
  return type == "AT_ValidateConstraint" || type == "AT_AttachPartition";
}

bool IsLongByNature(const std::string& node, const json& body) {
  if (node == "AlterTableStmt") {
    const json& commands = Get(body, "cmds");
    return std::any_of(commands.begin(), commands.end(),
                       [](const json& item) { return IsLong(Get(item, "AlterTableCmd")); });
  }
  if (node == "AlterDomainStmt") return GetString(body, "subtype") == "V";
  return node == "IndexStmt" || node == "ReindexStmt" || node == "ClusterStmt" ||
         node == "RefreshMatViewStmt" || node == "VacuumStmt";
}

// Of ALTER SUBSCRIPTION: what connects to the publisher.
bool IsAloneOfSubscription(absl::string_view kind, const json& options) {
  if (kind == "ALTER_SUBSCRIPTION_OPTIONS") {
    return !Option(options, "failover").is_null() || !Option(options, "two_phase").is_null();
  }
  if (kind == "ALTER_SUBSCRIPTION_REFRESH") return true;
  return absl::EndsWith(kind, "_PUBLICATION") && OptionIsOn(options, "refresh", true);
}

// Statements that refuse to run inside a transaction block, whatever they say.
bool IsAlone(const std::string& node, const json& body) {
  if (node == "VacuumStmt") return IsTrue(body, "is_vacuumcmd");
  // Without a table it works through the whole database in transactions of its own.
  if (node == "ClusterStmt") return Get(body, "relation").is_null();
  if (node == "AlterDatabaseStmt") return !Option(Get(body, "options"), "tablespace").is_null();
  if (node == "DiscardStmt") return GetString(body, "target") == "DISCARD_ALL";
  if (node == "CreateSubscriptionStmt") {
    const json& options = Get(body, "options");
    return OptionIsOn(options, "create_slot", OptionIsOn(options, "connect", true));
  }
  if (node == "AlterSubscriptionStmt") {
    return IsAloneOfSubscription(GetString(body, "kind"), Get(body, "options"));
  }
  static constexpr std::array<absl::string_view, 6> kAlone = {
      "CreatedbStmt",         "DropdbStmt",         "AlterSystemStmt",
      "CreateTableSpaceStmt", "DropTableSpaceStmt", "DropSubscriptionStmt"};
  return std::find(kAlone.begin(), kAlone.end(), absl::string_view(node)) != kAlone.end();
}

}  // namespace

void FindRunMode(const std::string& node, const json& body, Impact* out) {
  if (node == "TransactionStmt") {
    out->run = RunMode::kTransactionControl;
  } else if (node == "IndexStmt") {
    OfIndex(body, *out);
  } else if (node == "DropStmt") {
    OfDrop(body, *out);
  } else if (node == "ReindexStmt") {
    OfReindex(body, *out);
  } else if (node == "AlterTableStmt") {
    OfAlterTable(body, *out);
  } else if (node == "AlterEnumStmt" && GetString(body, "oldVal").empty()) {
    out->run = RunMode::kCommitBeforeUse;
  } else if (IsAlone(node, body)) {
    out->run = RunMode::kAlone;
  }
  out->copies_client = node == "CopyStmt" && GetString(body, "filename").empty();
  out->long_by_nature = IsLongByNature(node, body);
  out->repeatable = node != "CallStmt" && node != "DoStmt";
}

}  // namespace autogen::impact
