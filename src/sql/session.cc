#include "src/sql/session.h"

#include <algorithm>
#include <array>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "src/sql/parse.h"
#include "src/sql/scan.h"

namespace autogen::sql {
namespace {

using nlohmann::json;
using Kind = SessionEffect::Kind;

constexpr int kWithHold = 0x20;  // CURSOR_OPT_HOLD

SessionEffect Objects(std::string what) {
  SessionEffect effect;
  effect.kind = Kind::kObjects;
  effect.what = std::move(what);
  return effect;
}

SessionEffect Of(Kind kind) {
  SessionEffect effect;
  effect.kind = kind;
  return effect;
}

// The last part of a function's name.
std::string FunctionName(const json& call) {
  const json& names = Get(call, "funcname");
  return names.empty() ? "" : GetString(Get(names.back(), "String"), "sval");
}

// Every object of the tree, outermost first, by the key that it stands under.
template <typename Visit>
void Walk(const json& tree, const Visit& visit) {
  if (!tree.is_structured()) return;
  for (const auto& item : tree.items()) {
    if (item.value().is_object()) visit(item.key(), item.value());
    Walk(item.value(), visit);
  }
}

std::optional<bool> BoolConstant(const json& node) {
  const json& cast = Get(node, "TypeCast");
  const json& constant = Get(cast.is_null() ? node : Get(cast, "arg"), "A_Const");
  if (const json& value = Get(constant, "boolval"); value.is_object()) {
    return Get(value, "boolval").is_boolean();
  }
  const std::string text = GetString(Get(constant, "sval"), "sval");
  if (text == "t" || text == "true" || text == "on") return true;
  if (text == "f" || text == "false" || text == "off") return false;
  return std::nullopt;
}

// An expression that gives the same again in a session that has the same settings.
bool IsRepeatable(const json& node) {
  const std::string name = NodeName(node);
  const json& body = NodeBody(node);
  if (name == "A_Const") return true;
  if (name == "TypeCast") return IsRepeatable(Get(body, "arg"));
  if (name == "A_Expr") {
    return IsRepeatable(Get(body, "rexpr")) &&
           (Get(body, "lexpr").is_null() || IsRepeatable(Get(body, "lexpr")));
  }
  if (name != "FuncCall" && name != "CoalesceExpr") return false;
  static constexpr std::array<absl::string_view, 10> kPure = {
      "current_setting", "set_config", "concat", "concat_ws", "format",
      "quote_ident",     "lower",      "upper",  "replace",   "nullif"};
  const std::string function = name == "FuncCall" ? FunctionName(body) : "concat";
  const json& args = Get(body, "args");
  return std::find(kPure.begin(), kPure.end(), absl::string_view(function)) != kPure.end() &&
         std::all_of(args.begin(), args.end(), [](const json& arg) { return IsRepeatable(arg); });
}

// A SELECT of nothing but set_config(…) and constants.
bool SelectsOnlySettings(const json& select) {
  static constexpr std::array<const char*, 5> kMore = {"fromClause", "whereClause", "withClause",
                                                       "larg", "sortClause"};
  for (const char* clause : kMore) {
    if (!Get(select, clause).is_null()) return false;
  }
  const json& targets = Get(select, "targetList");
  return std::all_of(targets.begin(), targets.end(), [](const json& target) {
    return IsRepeatable(Get(Get(target, "ResTarget"), "val"));
  });
}

// What the functions that are called say of themselves.
SessionEffect OfCalls(const std::string& node, const json& body) {
  static constexpr std::array<absl::string_view, 4> kLocks = {
      "pg_advisory_lock", "pg_advisory_lock_shared", "pg_try_advisory_lock",
      "pg_try_advisory_lock_shared"};
  bool calls = false, settings = false, local = true, lock = false;
  std::string setting;
  Walk(body, [&](const std::string& key, const json& call) {
    if (key != "FuncCall") return;
    const std::string name = FunctionName(call);
    calls = true;
    lock = lock || std::find(kLocks.begin(), kLocks.end(), absl::string_view(name)) != kLocks.end();
    const json& args = Get(call, "args");
    if (name != "set_config" || args.size() != 3) return;
    settings = true;
    setting = GetString(Get(Get(args[0], "A_Const"), "sval"), "sval");
    local = local && BoolConstant(args[2]).value_or(false);
  });
  if (lock) return Objects("an advisory lock of the session");
  if (!settings) return Of(calls ? Kind::kCode : Kind::kNothing);
  const bool only = node == "SelectStmt" && SelectsOnlySettings(body);
  if (!only && !local) return Objects("a setting whose value is not known again (set_config)");
  SessionEffect effect = Of(!local ? Kind::kSettings : only ? Kind::kNothing : Kind::kCode);
  effect.local = local;
  effect.setting = setting;
  return effect;
}

bool IsTemporarySchema(absl::string_view name) { return absl::StartsWith(name, "pg_temp"); }

// Of a setting's value, as parse_bool() in bool.c reads it.
bool IsOn(const json& value) {
  const json& constant = Get(value, "A_Const");
  const json& number = Get(Get(constant, "ival"), "ival");
  if (number.is_number()) return number.get<int>() == 1;
  const std::string text = absl::AsciiStrToLower(GetString(Get(constant, "sval"), "sval"));
  return text == "on" || text == "1" ||
         (!text.empty() && (absl::StartsWith("true", text) || absl::StartsWith("yes", text)));
}

// Of SET transaction_read_only and of the modes in SET TRANSACTION.
bool MakesReadOnly(const json& body) {
  const json& args = Get(body, "args");
  if (GetString(body, "name") == "transaction_read_only") return !args.empty() && IsOn(args[0]);
  return std::any_of(args.begin(), args.end(), [](const json& item) {
    const json& mode = Get(item, "DefElem");
    return GetString(mode, "defname") == "transaction_read_only" && IsOn(Get(mode, "arg"));
  });
}

SessionEffect OfSet(const json& body) {
  SessionEffect effect;
  effect.setting = GetString(body, "name");
  static constexpr std::array<absl::string_view, 4> kOfTransaction = {
      "transaction_isolation", "transaction_read_only", "transaction_deferrable",
      "TRANSACTION SNAPSHOT"};
  if (effect.setting == "TRANSACTION" ||
      std::find(kOfTransaction.begin(), kOfTransaction.end(), absl::string_view(effect.setting)) !=
          kOfTransaction.end()) {
    effect.local = effect.transaction_mode = true;
    effect.read_only = MakesReadOnly(body);
    return effect;
  }
  effect.local = Get(body, "is_local").is_boolean();
  if (!effect.local) effect.kind = Kind::kSettings;
  const json& args = Get(body, "args");
  if (effect.setting == "search_path" && !args.empty() && !effect.local &&
      IsTemporarySchema(GetString(Get(Get(args[0], "A_Const"), "sval"), "sval"))) {
    return Objects("a search_path that begins with the session's temporary schema");
  }
  return effect;
}

// CREATE TEMP …, SELECT INTO TEMP, CREATE … pg_temp.x.
bool CreatesTemporary(const std::string& node, const json& body) {
  bool found = false;
  const bool creates = absl::StartsWith(node, "Create") || absl::StartsWith(node, "Define") ||
                       node == "CompositeTypeStmt" || node == "ViewStmt";
  static constexpr std::array<const char*, 3> kNames = {"funcname", "typeName", "defnames"};
  for (const char* key : kNames) {
    const json& names = Get(body, key);
    if (creates && names.is_array() && !names.empty() &&
        IsTemporarySchema(GetString(Get(names[0], "String"), "sval"))) {
      return true;
    }
  }
  static constexpr std::array<absl::string_view, 6> kMade = {"relation", "rel",     "view",
                                                             "sequence", "typevar", "objectname"};
  Walk(body, [&](const std::string& key, const json& range) {
    if (std::find(kMade.begin(), kMade.end(), absl::string_view(key)) == kMade.end()) return;
    found = found || GetString(range, "relpersistence") == "t" ||
            ((creates || key == "rel") && IsTemporarySchema(GetString(range, "schemaname")));
  });
  return found;
}

bool DropsOnCommit(const std::string& node, const json& body) {
  if (node == "CreateStmt") return GetString(body, "oncommit") == "ONCOMMIT_DROP";
  return GetString(Get(body, node == "SelectStmt" ? "intoClause" : "into"), "onCommit") ==
         "ONCOMMIT_DROP";
}

SessionEffect OfStatement(absl::string_view statement) {
  absl::StatusOr<json> parsed = Parse(statement);
  if (!parsed.ok() || parsed->size() != 1) return Of(Kind::kCode);
  const json& node = Get((*parsed)[0], "stmt");
  return FindSessionEffect(NodeName(node), NodeBody(node));
}

// The text in the quotes of a token: '…', E'…', $x$…$x$.
std::string Unquoted(absl::string_view token) {
  const size_t quote = token.find_first_of("'$");
  if (quote == absl::string_view::npos) return "";
  token = token.substr(quote);
  const size_t mark = token[0] == '$' ? token.find('$', 1) + 1 : 1;
  if (token.size() < 2 * mark) return "";
  token = token.substr(mark, token.size() - 2 * mark);
  return mark > 1 ? std::string(token) : absl::StrReplaceAll(token, {{"''", "'"}});
}

// EXECUTE '…', EXECUTE format('…', …): what stands in the quotes.
SessionEffect OfExecute(const std::vector<Token>& tokens, size_t begin, size_t end) {
  const auto quoted =
      std::find_if(tokens.begin() + begin, tokens.begin() + end,
                   [](const Token& token) { return token.kind == Token::Kind::kString; });
  if (quoted == tokens.begin() + end) return Of(Kind::kCode);
  const std::string text = Unquoted(quoted->text);
  absl::StatusOr<std::vector<Token>> inner = Scan(text);
  if (!inner.ok() || inner->empty()) return Of(Kind::kCode);
  // Put together from pieces, it may not parse; its first words are there.
  const bool local = inner->size() > 1 && (*inner)[1].Is("local");
  const bool sets = ((*inner)[0].Is("set") && !local) || (*inner)[0].Is("reset");
  const SessionEffect effect = OfStatement(text);
  return effect.kind == Kind::kCode && sets ? Of(Kind::kSettings) : effect;
}

// One statement of a PL/pgSQL block.
SessionEffect OfPiece(absl::string_view body, const std::vector<Token>& tokens, size_t begin,
                      size_t end) {
  static constexpr std::array<absl::string_view, 7> kTelling = {
      "set", "reset", "create", "listen", "load", "select", "prepare"};
  const Token& first = tokens[begin];
  auto text = [&](size_t from) {
    return body.substr(tokens[from].start, tokens[end - 1].end - tokens[from].start);
  };
  SessionEffect effect = Of(Kind::kCode);
  if (first.Is("execute")) return OfExecute(tokens, begin, end);
  if (first.Is("perform") && end > begin + 1) {
    effect = OfStatement(absl::StrCat("SELECT ", text(begin + 1)));
  } else if (std::any_of(kTelling.begin(), kTelling.end(),
                         [&](absl::string_view word) { return first.Is(word); })) {
    effect = OfStatement(text(begin));
  }
  auto has = [&](absl::string_view word) {
    return std::any_of(tokens.begin() + begin, tokens.begin() + end,
                       [&](const Token& token) { return token.Is(word); });
  };
  // x := set_config(…), IF set_config(…) …
  const bool sets = effect.kind == Kind::kCode && has("set_config") && !has("true");
  return sets ? Of(Kind::kSettings) : effect;
}

SessionEffect OfBlock(absl::string_view body) {
  absl::StatusOr<std::vector<Token>> tokens = Scan(body);
  if (!tokens.ok()) return Of(Kind::kCode);
  auto ends = [](const Token& token) {
    static constexpr std::array<absl::string_view, 5> kBefore = {"begin", "then", "else", "loop",
                                                                 "declare"};
    return token.IsChar(';') || std::any_of(kBefore.begin(), kBefore.end(),
                                            [&](absl::string_view word) { return token.Is(word); });
  };
  tokens->erase(
      std::remove_if(tokens->begin(), tokens->end(),
                     [](const Token& token) { return token.kind == Token::Kind::kComment; }),
      tokens->end());
  for (size_t i = 0; i < tokens->size();) {
    size_t end = i;
    while (end < tokens->size() && !ends((*tokens)[end])) ++end;
    if (end > i) {
      const SessionEffect effect = OfPiece(body, *tokens, i, end);
      // In a block even a plain SET is not for us to say again: it may be under a condition.
      const bool sets = effect.kind == Kind::kSettings;
      if (sets && effect.setting.empty()) return Objects("a DO block that changes settings");
      if (sets) return Objects(absl::StrCat("a DO block that sets ", effect.setting));
      if (effect.kind == Kind::kObjects) return Objects(absl::StrCat(effect.what, " (in DO)"));
    }
    i = end + 1;
  }
  return Of(Kind::kCode);
}

SessionEffect OfDo(const json& body) {
  std::string language = "plpgsql", text;
  for (const json& item : Get(body, "args")) {
    const json& element = Get(item, "DefElem");
    const std::string value = GetString(Get(Get(element, "arg"), "String"), "sval");
    (GetString(element, "defname") == "as" ? text : language) = value;
  }
  return language == "plpgsql" ? OfBlock(text) : Of(Kind::kCode);
}

// Statements that define something and run nothing of it.
bool OnlyDefines(const std::string& node) {
  static constexpr std::array<absl::string_view, 16> kDefinitions = {
      "CreateStmt",       "ViewStmt",          "CreateFunctionStmt", "RuleStmt",
      "CreatePolicyStmt", "AlterPolicyStmt",   "CreateTrigStmt",     "CreateDomainStmt",
      "CreateSeqStmt",    "AlterSeqStmt",      "CompositeTypeStmt",  "DefineStmt",
      "CreateStatsStmt",  "AlterFunctionStmt", "CommentStmt",        "CreatePublicationStmt"};
  return std::find(kDefinitions.begin(), kDefinitions.end(), absl::string_view(node)) !=
         kDefinitions.end();
}

// What a statement runs without a call in its text.
Kind RunsCode(const std::string& node, const json& body) {
  static constexpr std::array<absl::string_view, 6> kCode = {
      "CallStmt",       "ExecuteStmt",         "ExplainStmt",
      "DeallocateStmt", "CreateExtensionStmt", "AlterExtensionStmt"};
  static constexpr std::array<absl::string_view, 7> kTriggers = {
      "InsertStmt", "UpdateStmt",   "DeleteStmt",       "MergeStmt",
      "CopyStmt",   "TruncateStmt", "CreateTableAsStmt"};
  const auto is_one_of = [&](const auto& list) {
    return std::find(list.begin(), list.end(), absl::string_view(node)) != list.end();
  };
  if (is_one_of(kCode)) return Kind::kCode;
  if (is_one_of(kTriggers)) return Kind::kTriggers;
  if (node == "SelectStmt") {
    return Get(body, "fromClause").is_null() ? Kind::kNothing : Kind::kTriggers;
  }
  if (node != "AlterTableStmt") return Kind::kNothing;
  const json& commands = Get(body, "cmds");
  const bool runs = std::any_of(commands.begin(), commands.end(), [](const json& item) {
    const std::string type = GetString(Get(item, "AlterTableCmd"), "subtype");
    return type == "AT_ValidateConstraint" || type == "AT_AttachPartition" ||
           type == "AT_AlterColumnType";
  });
  return runs ? Kind::kTriggers : Kind::kNothing;
}

}  // namespace

SessionEffect FindSessionEffect(const std::string& node, const json& body) {
  if (node == "VariableSetStmt") return OfSet(body);
  if (node == "ConstraintsSetStmt") {
    SessionEffect effect;
    effect.local = effect.transaction_mode = true;
    return effect;
  }
  if (node == "ListenStmt") return Objects("LISTEN");
  if (node == "PrepareStmt") return Objects("a prepared statement");
  if (node == "LoadStmt") return Objects("a loaded library (LOAD)");
  if (node == "DoStmt") return OfDo(body);
  if (node == "DiscardStmt") {
    SessionEffect effect = Of(Kind::kCode);
    effect.discards_all = GetString(body, "target") == "DISCARD_ALL";
    return effect;
  }
  if (node == "DeclareCursorStmt") {
    const json& options = Get(body, "options");
    if (options.is_number() && (options.get<int>() & kWithHold) != 0) {
      return Objects("a cursor WITH HOLD");
    }
  }
  if (CreatesTemporary(node, body)) {
    if (!DropsOnCommit(node, body)) return Objects("a temporary object");
    SessionEffect effect = Of(Kind::kCode);
    effect.local = true;
    return effect;
  }
  if (OnlyDefines(node)) return Of(Kind::kNothing);
  SessionEffect effect = OfCalls(node, body);
  if (effect.kind == Kind::kNothing) effect.kind = RunsCode(node, body);
  return effect;
}

}  // namespace autogen::sql
