#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "src/sql/parse.h"
#include "src/sql/quote.h"
#include "src/sql/scan.h"
#include "src/sql/session.h"
#include "src/sql/statement.h"

namespace autogen::sql {
namespace {

using nlohmann::json;

bool IsTrue(const json& node, const char* key) {
  const json& value = Get(node, key);
  return value.is_boolean() && value.get<bool>();
}

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

void SetRelation(const json& range, std::string& schema, std::string& name) {
  schema = GetString(range, "schemaname");
  name = GetString(range, "relname");
}

void ClassifyIndex(const json& body, StatementClass& out) {
  out.concurrently = out.no_transaction = IsTrue(body, "concurrent");
  SetRelation(Get(body, "relation"), out.relation_schema, out.relation_name);
  out.index_name = GetString(body, "idxname");
  // An index is made in its table's schema.
  if (!out.index_name.empty()) out.index_schema = out.relation_schema;
}

void ClassifyDrop(const json& body, StatementClass& out) {
  out.concurrently = out.no_transaction = IsTrue(body, "concurrent");
  if (GetString(body, "removeType") != "OBJECT_INDEX") return;
  const json& objects = Get(body, "objects");
  if (objects.size() != 1) return;
  const json& items = Get(Get(objects[0], "List"), "items");
  if (items.empty()) return;
  out.index_name = GetString(Get(items.back(), "String"), "sval");
  if (items.size() > 1)
    out.index_schema = GetString(Get(items[items.size() - 2], "String"), "sval");
}

void ClassifyReindex(const json& body, StatementClass& out) {
  const std::string kind = GetString(body, "kind");
  out.concurrently = OptionIsOn(Get(body, "params"), "concurrently", false);
  out.no_transaction = out.concurrently || kind == "REINDEX_OBJECT_SCHEMA" ||
                       kind == "REINDEX_OBJECT_SYSTEM" || kind == "REINDEX_OBJECT_DATABASE";
  if (kind == "REINDEX_OBJECT_INDEX") {
    SetRelation(Get(body, "relation"), out.index_schema, out.index_name);
  } else if (kind == "REINDEX_OBJECT_TABLE") {
    SetRelation(Get(body, "relation"), out.relation_schema, out.relation_name);
  }
}

void ClassifyAlterTable(const json& body, StatementClass& out) {
  SetRelation(Get(body, "relation"), out.relation_schema, out.relation_name);
  for (const json& item : Get(body, "cmds")) {
    const json& partition = Get(Get(Get(item, "AlterTableCmd"), "def"), "PartitionCmd");
    if (!IsTrue(partition, "concurrent")) continue;
    out.concurrently = out.no_transaction = true;
    SetRelation(Get(partition, "name"), out.partition_schema, out.partition_name);
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

void ClassifyNode(const std::string& node, const json& body, StatementClass& out) {
  if (node == "TransactionStmt") {
    out.transaction_control = true;
  } else if (node == "IndexStmt") {
    ClassifyIndex(body, out);
  } else if (node == "DropStmt") {
    ClassifyDrop(body, out);
  } else if (node == "ReindexStmt") {
    ClassifyReindex(body, out);
  } else if (node == "AlterTableStmt") {
    ClassifyAlterTable(body, out);
  } else if (node == "AlterEnumStmt") {
    out.adds_enum_value = GetString(body, "oldVal").empty();
  } else if (node == "VacuumStmt") {
    out.no_transaction = IsTrue(body, "is_vacuumcmd");
  } else if (node == "ClusterStmt") {
    // Without a table it works through the whole database in transactions of its own.
    out.no_transaction = Get(body, "relation").is_null();
  } else if (node == "AlterDatabaseStmt") {
    out.no_transaction = !Option(Get(body, "options"), "tablespace").is_null();
  } else if (node == "CreateSubscriptionStmt") {
    const json& options = Get(body, "options");
    out.no_transaction = OptionIsOn(options, "create_slot", OptionIsOn(options, "connect", true));
  } else if (node == "AlterSubscriptionStmt") {
    const std::string kind = GetString(body, "kind");
    out.no_transaction = kind != "ALTER_SUBSCRIPTION_ENABLED" &&
                         kind != "ALTER_SUBSCRIPTION_CONNECTION" &&
                         kind != "ALTER_SUBSCRIPTION_OPTIONS" && kind != "ALTER_SUBSCRIPTION_SKIP";
  } else {
    static constexpr std::array<absl::string_view, 6> kAlone = {
        "CreatedbStmt",         "DropdbStmt",         "AlterSystemStmt",
        "CreateTableSpaceStmt", "DropTableSpaceStmt", "DropSubscriptionStmt"};
    out.no_transaction =
        std::find(kAlone.begin(), kAlone.end(), absl::string_view(node)) != kAlone.end() ||
        (node == "DiscardStmt" && GetString(body, "target") == "DISCARD_ALL");
  }
}

// The name that starts at token `i`, which is moved behind it.
SplitName NameAt(const std::vector<Token>& tokens, size_t& i) {
  if (i >= tokens.size()) return {};
  std::string name(tokens[i++].text);
  if (i + 1 < tokens.size() && tokens[i].IsChar('.')) {
    absl::StrAppend(&name, ".", tokens[i + 1].text);
    i += 2;
  }
  return SplitQualified(name);
}

// … CONCURRENTLY [IF [NOT] EXISTS] [index] [ON [ONLY] relation]
void NameConcurrentIndex(const std::vector<Token>& tokens, bool drop, StatementClass& out) {
  auto is = [&](size_t i, absl::string_view word) {
    return i < tokens.size() && tokens[i].Is(word);
  };
  size_t i = 0;
  while (!is(i, "concurrently")) ++i;
  ++i;
  while (is(i, "if") || is(i, "not") || is(i, "exists")) ++i;
  SplitName index;
  if (!is(i, "on")) index = NameAt(tokens, i);
  out.index_schema = index.schema;
  out.index_name = index.name;
  if (drop || !is(i, "on")) return;
  ++i;
  if (is(i, "only")) ++i;
  SplitName relation = NameAt(tokens, i);
  out.relation_schema = relation.schema;
  out.relation_name = relation.name;
  if (!out.index_name.empty()) out.index_schema = out.relation_schema;
}

bool IsLongByWords(const std::vector<Token>& tokens) {
  if (tokens.empty()) return false;
  auto has = [&](absl::string_view a, absl::string_view b) {
    for (size_t i = 0; i < tokens.size(); ++i) {
      if (tokens[i].Is(a) && (b.empty() || (i + 1 < tokens.size() && tokens[i + 1].Is(b)))) {
        return true;
      }
    }
    return false;
  };
  const Token& first = tokens[0];
  if (first.Is("create")) return has("create", "index") || has("unique", "index");
  if (first.Is("alter")) {
    return has("primary", "key") || has("unique", "") || has("exclude", "") ||
           has("validate", "constraint") || has("attach", "partition");
  }
  return first.Is("reindex") || first.Is("refresh") || first.Is("cluster") || first.Is("vacuum");
}

// For syntax newer than PostgreSQL 15: by the leading words.
void ClassifyTokens(const std::vector<Token>& tokens, StatementClass& out) {
  std::vector<absl::string_view> words;
  bool concurrently = false;
  for (const Token& token : tokens) {
    if (words.size() < 2) words.push_back(token.word);
    concurrently = concurrently || token.Is("concurrently");
  }
  words.resize(2);
  const absl::string_view first = words[0];
  const absl::string_view second = words[1];
  // REFRESH MATERIALIZED VIEW CONCURRENTLY may run in a transaction.
  if (first == "create" || first == "drop" || first == "reindex" || first == "alter") {
    out.concurrently = out.no_transaction = concurrently;
    const bool index = second == "index" || second == "unique";
    if (concurrently && index && first != "alter") {
      NameConcurrentIndex(tokens, first == "drop", out);
    }
  }
  static constexpr std::array<absl::string_view, 9> kControl = {
      "abort", "begin", "commit", "end", "release", "rollback", "savepoint", "start", "prepare"};
  if (std::find(kControl.begin(), kControl.end(), first) != kControl.end()) {
    out.transaction_control = first != "prepare" || second == "transaction";
  }
  if (first == "vacuum" || (first == "alter" && second == "system")) out.no_transaction = true;
  out.repeatable = first == "vacuum" || first == "reindex" || first == "cluster" ||
                   first == "analyze" || first == "create" || first == "alter" || first == "drop";
  out.long_by_nature = IsLongByWords(tokens);
  if ((first == "create" || first == "drop") &&
      (second == "database" || second == "tablespace" || second == "subscription")) {
    out.no_transaction = true;
  }
  if (first == "alter" && second == "type") {
    for (size_t i = 0; i + 1 < tokens.size(); ++i) {
      if (tokens[i].Is("add") && tokens[i + 1].Is("value")) out.adds_enum_value = true;
    }
  }
}

}  // namespace

StatementClass Classify(absl::string_view statement) {
  StatementClass out;
  // What cannot be read may be anything.
  out.repeatable = false;
  out.session.kind = SessionEffect::Kind::kCode;
  absl::StatusOr<json> parsed = Parse(statement);
  if (parsed.ok() && parsed->size() == 1) {
    const json& node = Get((*parsed)[0], "stmt");
    out.node = NodeName(node);
    const json& body = NodeBody(node);
    ClassifyNode(out.node, body, out);
    out.copies_client = out.node == "CopyStmt" && GetString(body, "filename").empty();
    out.long_by_nature = IsLongByNature(out.node, body);
    out.repeatable = out.node != "CallStmt" && out.node != "DoStmt";
    out.session = FindSessionEffect(out.node, body);
  } else if (absl::StatusOr<std::vector<Token>> tokens = Scan(statement); tokens.ok()) {
    tokens->erase(
        std::remove_if(tokens->begin(), tokens->end(),
                       [](const Token& token) { return token.kind == Token::Kind::kComment; }),
        tokens->end());
    ClassifyTokens(*tokens, out);
  }
  return out;
}

}  // namespace autogen::sql
