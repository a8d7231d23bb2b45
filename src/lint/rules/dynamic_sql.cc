#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/lint/rules/rules.h"
#include "src/lint/rules/tree.h"
#include "src/sql/plpgsql.h"

namespace autogen::lint::rules {
namespace {

// A text that comes from a variable, a column or a function that does not quote.
bool IsRaw(const json& node) {
  const std::string name = sql::NodeName(node);
  const json& body = sql::NodeBody(node);
  if (name == "ColumnRef" || name == "ParamRef") return true;
  // oid::regclass is quoted as it is printed.
  if (name == "TypeCast") {
    const std::string type = TypeOf(Get(body, "typeName"));
    return !absl::StartsWith(type, "reg") && !absl::StartsWith(type, "int") &&
           IsRaw(Get(body, "arg"));
  }
  if (name != "FuncCall") return false;
  const std::string function = ListName(Get(body, "funcname")).name;
  if (absl::StartsWith(function, "quote_") || function == "format") return false;
  const json& args = Get(body, "args");
  return std::any_of(args.begin(), args.end(), IsRaw);
}

// What is joined to a text as it is.
bool IsJoinedRaw(const std::string& node, const json& body) {
  const json& args = Get(body, "args");
  if (node == "A_Expr") {
    const json& operators = Get(body, "name");
    if (operators.size() != 1 || GetString(Get(operators[0], "String"), "sval") != "||")
      return false;
    return IsRaw(Get(body, "lexpr")) || IsRaw(Get(body, "rexpr"));
  }
  if (node != "FuncCall") return false;
  const std::string function = ListName(Get(body, "funcname")).name;
  if (function == "concat" || function == "concat_ws")
    return std::any_of(args.begin(), args.end(), IsRaw);
  if (function != "format" || args.empty()) return false;
  // %s, %1$s, %-10s: the value as it is.
  const std::string text = GetString(Get(Get(args[0], "A_Const"), "sval"), "sval");
  for (size_t at = text.find('%'); at != std::string::npos; at = text.find('%', at + 2)) {
    const size_t end = text.find_first_not_of("0123456789$-*", at + 1);
    if (end == std::string::npos || text[end] != 's') continue;
    return std::any_of(args.begin() + 1, args.end(), IsRaw);
  }
  return false;
}

void Check(const Script& script, const RuleOptions&, Report report) {
  for (size_t i = 0; i < script.statements.size(); ++i) {
    const std::string node = sql::NodeName(script.statements[i].tree);
    if (node != "CreateFunctionStmt" && node != "DoStmt") continue;
    for (const std::string& query : sql::DynamicQueries(script.statements[i].sql.text)) {
      const absl::StatusOr<json> parsed = sql::Parse(absl::StrCat("SELECT ", query));
      if (!parsed.ok()) continue;
      bool raw = false;
      ForEachNode(*parsed, [&](const std::string& name, const json& body) {
        raw = raw || IsJoinedRaw(name, body);
      });
      if (!raw) continue;
      report({i, "runs a text as SQL that a value is joined to without being quoted",
              "format('… %I … %L', name, value), or EXECUTE … USING value."});
    }
  }
}

}  // namespace

Rule DynamicSql() {
  return {
      .name = "dynamic-sql",
      .meaning = "PL/pgSQL runs a text as SQL that a value is joined to unquoted",
      .why =
          "Whoever chooses the value chooses what is run, with the rights of the function's owner "
          "where "
          "it is SECURITY DEFINER.",
      .fix =
          "Names by format('%I') or quote_ident(), values by EXECUTE … USING, format('%L') or "
          "quote_literal().",
      .documentation =
          "https://www.postgresql.org/docs/current/"
          "plpgsql-statements.html#PLPGSQL-STATEMENTS-EXECUTING-DYN",
      .engine = POSTGRESQL,
      .bad = {"CREATE FUNCTION clear(name text) RETURNS void LANGUAGE plpgsql AS $$\n"
              "BEGIN EXECUTE 'TRUNCATE ' || name; END $$;",
              "CREATE FUNCTION clear(name text) RETURNS void LANGUAGE plpgsql AS $$\n"
              "BEGIN EXECUTE format('TRUNCATE %s', name); END $$;",
              "CREATE FUNCTION find(word text) RETURNS SETOF tasks LANGUAGE plpgsql AS $$\n"
              "BEGIN RETURN QUERY EXECUTE 'SELECT * FROM tasks WHERE title = ''' || word || ''''; "
              "END $$;"},
      .good =
          {"CREATE FUNCTION clear(name text) RETURNS void LANGUAGE plpgsql AS $$\n"
           "BEGIN EXECUTE 'TRUNCATE ' || quote_ident(name); END $$;",
           "CREATE FUNCTION clear(name text) RETURNS void LANGUAGE plpgsql AS $$\n"
           "BEGIN EXECUTE format('TRUNCATE %I', name); END $$;",
           "CREATE FUNCTION clear(name regclass) RETURNS void LANGUAGE plpgsql AS $$\n"
           "BEGIN EXECUTE 'TRUNCATE ' || name::regclass; END $$;",
           "CREATE FUNCTION find(word text) RETURNS SETOF tasks LANGUAGE plpgsql AS $$\n"
           "BEGIN RETURN QUERY EXECUTE 'SELECT * FROM tasks WHERE title = $1' USING word; END $$;"},
      .check = Check};
}

}  // namespace autogen::lint::rules
