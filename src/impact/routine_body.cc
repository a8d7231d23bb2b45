// What stands in a routine: whether calling it could change anything.

#include <algorithm>
#include <array>
#include <vector>

#include "src/impact/finder.h"
#include "src/sql/scan.h"

namespace autogen::impact {
namespace {

using sql::Token;

// Nothing in the tree but queries over known functions.
bool OnlyReads(const json& tree) {
  static constexpr std::array<const char*, 9> kChanges = {
      "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "TruncateStmt",
      "CopyStmt",   "CallStmt",   "DoStmt",     "intoClause"};
  if (!tree.is_structured()) return true;
  if (tree.is_object()) {
    if (std::any_of(kChanges.begin(), kChanges.end(),
                    [&](const char* key) { return tree.contains(key); })) {
      return false;
    }
    auto call = tree.find("FuncCall");
    if (call != tree.end() && !IsHarmlessFunction(ListName(Get(*call, "funcname")))) return false;
  }
  return std::all_of(tree.begin(), tree.end(), OnlyReads);
}

bool IsHarmlessSql(absl::string_view body) {
  absl::StatusOr<json> parsed = sql::Parse(body);
  if (!parsed.ok()) return false;
  return std::all_of(parsed->begin(), parsed->end(), [](const json& item) {
    const json& node = Get(item, "stmt");
    return sql::NodeName(node) == "SelectStmt" && OnlyReads(node);
  });
}

// By its words: PL/pgSQL has no tree here.
bool IsHarmlessPlpgsql(absl::string_view body) {
  static constexpr std::array<absl::string_view, 28> kChanges = {
      "insert", "update",  "delete", "merge",   "truncate", "drop",     "alter",
      "create", "execute", "copy",   "call",    "do",       "grant",    "revoke",
      "set",    "reset",   "lock",   "refresh", "reindex",  "vacuum",   "cluster",
      "notify", "listen",  "import", "comment", "security", "reassign", "commit"};
  absl::StatusOr<std::vector<Token>> tokens = sql::Scan(body);
  if (!tokens.ok()) return false;
  for (size_t i = 0; i < tokens->size(); ++i) {
    const Token& token = (*tokens)[i];
    if (std::find(kChanges.begin(), kChanges.end(), absl::string_view(token.word)) !=
        kChanges.end()) {
      return false;
    }
    const bool call = token.kind == Token::Kind::kIdentifier && i + 1 < tokens->size() &&
                      (*tokens)[i + 1].IsChar('(');
    if (!call) continue;
    const bool qualified = i >= 2 && (*tokens)[i - 1].IsChar('.');
    const SplitName name{qualified ? (*tokens)[i - 2].word : "", token.word};
    if (!IsHarmlessFunction(name)) return false;
  }
  return true;
}

}  // namespace

bool HasHarmlessBody(const json& create_function) {
  if (const json& body = Get(create_function, "sql_body"); !body.is_null()) return OnlyReads(body);
  std::string language, text;
  for (const json& option : Get(create_function, "options")) {
    const json& element = Get(option, "DefElem");
    const std::string name = GetString(element, "defname");
    if (name == "language") language = GetString(Get(Get(element, "arg"), "String"), "sval");
    if (name != "as") continue;
    const json& items = Get(Get(Get(element, "arg"), "List"), "items");
    if (items.size() != 1) return false;
    text = GetString(Get(items[0], "String"), "sval");
  }
  if (language == "sql") return IsHarmlessSql(text);
  return language == "plpgsql" && IsHarmlessPlpgsql(text);
}

}  // namespace autogen::impact
