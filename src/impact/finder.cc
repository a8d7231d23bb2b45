#include "src/impact/finder.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "src/sql/scan.h"

namespace autogen::impact {

std::string Shown(const SplitName& name) { return sql::Qualified(name.schema, name.name); }

void Finder::AddLock(const SplitName& relation, LockMode mode) {
  if (relation.name.empty() || mode == LockMode::kNone) return;
  for (Lock& lock : out_.locks) {
    if (lock.relation.name != relation.name || lock.relation.schema != relation.schema) continue;
    lock.mode = std::max(lock.mode, mode);
    return;
  }
  out_.locks.push_back({mode, relation, "", false});
}

std::string Finder::TypeText(const json& type_name) const {
  const json& location = Get(type_name, "location");
  const size_t start = location.is_number() ? location.get<size_t>() : 0;
  if (start >= text_.size()) return "";
  const absl::string_view rest = text_.substr(start);
  absl::StatusOr<std::vector<sql::Token>> tokens = sql::Scan(rest);
  if (!tokens.ok()) return "";
  int depth = 0;
  size_t end = 0;
  for (const sql::Token& token : *tokens) {
    if (token.IsChar('(') || token.IsChar('[')) ++depth;
    if (token.IsChar(')') || token.IsChar(']')) --depth;
    const bool ends =
        token.Is("using") || token.Is("collate") || token.IsChar(',') || token.IsChar(';');
    if (depth < 0 || (depth == 0 && ends)) break;
    end = token.end;
  }
  return std::string(rest.substr(0, end));
}

std::optional<bool> Finder::IsVolatile(const json& expression) const {
  if (!expression.is_structured()) return false;
  bool unknown = false;
  if (expression.is_object()) {
    if (auto call = expression.find("FuncCall"); call != expression.end()) {
      const SplitName name = ListName(Get(*call, "funcname"));
      std::optional<bool> is = IsVolatileBuiltin(name);
      if (!is && catalog_ != nullptr) is = catalog_->IsVolatile(name);
      if (is.value_or(false)) return true;
      unknown = !is.has_value();
    }
  }
  for (const json& part : expression) {
    const std::optional<bool> is = IsVolatile(part);
    if (is.value_or(false)) return true;
    unknown = unknown || !is.has_value();
  }
  return unknown ? std::nullopt : std::optional<bool>(false);
}

void Finder::Find(const std::string& node, const json& body) {
  using Method = void (Finder::*)(const json&);
  static const auto* methods = new absl::flat_hash_map<std::string, Method>{
      {"CreateStmt", &Finder::CreateTable},
      {"CreateForeignTableStmt", &Finder::CreateTable},
      {"CreateTableAsStmt", &Finder::CreateTable},
      {"AlterTableStmt", &Finder::AlterTable},
      {"AlterDomainStmt", &Finder::AlterDomain},
      {"RenameStmt", &Finder::Rename},
      {"AlterObjectSchemaStmt", &Finder::SetSchema},
      {"IndexStmt", &Finder::Index},
      {"DropStmt", &Finder::Drop},
      {"ViewStmt", &Finder::View},
      {"RefreshMatViewStmt", &Finder::Refresh},
      {"AlterSeqStmt", &Finder::Sequence},
      {"VacuumStmt", &Finder::Vacuum},
      {"ReindexStmt", &Finder::Reindex},
      {"LockStmt", &Finder::LockTables},
      {"GrantStmt", &Finder::Grant},
      {"AlterEnumStmt", &Finder::RenameLabel},
  };
  if (auto it = methods->find(node); it != methods->end()) {
    (this->*it->second)(body);
  } else if (node == "ClusterStmt") {
    const SplitName name = RangeName(Get(body, "relation"));
    AddLock(name, LockMode::kAccessExclusive);
    Add(Kind::kRewrites, name,
        absl::StrCat("rewrites ", name.name.empty() ? "tables" : Shown(name)),
        "rewrites the table");
  } else if (node == "CreateTrigStmt") {
    AddLock(RangeName(Get(body, "relation")), LockMode::kShareRowExclusive);
  } else if (node == "RuleStmt") {
    AddLock(RangeName(Get(body, "relation")), LockMode::kAccessExclusive);
  } else if (node == "CreatePolicyStmt" || node == "AlterPolicyStmt") {
    AddLock(RangeName(Get(body, "table")), LockMode::kAccessExclusive);
  } else if (node == "DropdbStmt") {
    Add(Kind::kLoses, {}, absl::StrCat("drops database ", GetString(body, "dbname")));
  } else if (node == "DropOwnedStmt") {
    Add(Kind::kLoses, {}, "drops whatever a role owns", "whatever the role owns");
  } else if (node == "DoStmt") {
    out_.opaque = "runs a DO block, which is not inspected";
  } else if (node == "CallStmt") {
    out_.opaque = absl::StrCat(
        "calls ", Shown(ListName(Get(Get(Get(body, "funccall"), "FuncCall"), "funcname"))),
        "(), which is not inspected");
  } else if (node == "ExecuteStmt") {
    out_.opaque = "runs a prepared statement, which is not inspected";
  }
  Rows(node, body);
}

}  // namespace autogen::impact
