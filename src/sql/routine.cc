#include "src/sql/routine.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "src/sql/parse.h"
#include "src/sql/scan.h"

namespace autogen::sql {
namespace {

using nlohmann::json;

size_t Location(const json& node) {
  const json& location = Get(node, "location");
  return location.is_number() ? location.get<size_t>() : 0;
}

bool HasOutArguments(const json& parameters) {
  return std::any_of(parameters.begin(), parameters.end(), [](const json& parameter) {
    const std::string mode = GetString(Get(parameter, "FunctionParameter"), "mode");
    return mode == "FUNC_PARAM_OUT" || mode == "FUNC_PARAM_INOUT" || mode == "FUNC_PARAM_TABLE";
  });
}

// The first string literal at or behind `from`.
bool FindLiteral(absl::string_view statement, size_t from, QuotedRoutine* routine) {
  absl::StatusOr<std::vector<Token>> tokens = Scan(statement);
  if (!tokens.ok()) return false;
  for (const Token& token : *tokens) {
    if (token.kind != Token::Kind::kString || token.start < from) continue;
    routine->begin = token.start;
    routine->end = token.end;
    return true;
  }
  return false;
}

}  // namespace

std::optional<QuotedRoutine> FindQuotedRoutine(absl::string_view statement) {
  absl::StatusOr<json> parsed = Parse(statement);
  if (!parsed.ok() || parsed->size() != 1) return std::nullopt;
  const json& node = Get((*parsed)[0], "stmt");
  if (NodeName(node) != "CreateFunctionStmt") return std::nullopt;
  const json& body = NodeBody(node);
  QuotedRoutine routine;
  routine.has_out_arguments = HasOutArguments(Get(body, "parameters"));
  bool found = false;
  size_t first_option = statement.size();
  for (const json& option : Get(body, "options")) {
    const json& element = Get(option, "DefElem");
    const std::string name = GetString(element, "defname");
    first_option = std::min(first_option, Location(element));
    if (name == "language") {
      routine.language = GetString(Get(Get(element, "arg"), "String"), "sval");
    } else if (name == "leakproof") {
      const json& value = Get(Get(Get(element, "arg"), "Boolean"), "boolval");
      routine.leakproof = value.is_boolean() && value.get<bool>();
    } else if (name == "as") {
      const json& items = Get(Get(Get(element, "arg"), "List"), "items");
      if (items.size() != 1) return std::nullopt;
      routine.body = GetString(Get(items[0], "String"), "sval");
      found = FindLiteral(statement, Location(element), &routine);
    }
  }
  if (!found) return std::nullopt;
  const json& returns = Get(body, "returnType");
  const json& set = Get(returns, "setof");
  const bool is_set = set.is_boolean() && set.get<bool>();
  if (returns.is_object() && !is_set && !routine.has_out_arguments) {
    const size_t start = Location(returns);
    if (start < first_option) {
      routine.returns =
          std::string(absl::StripAsciiWhitespace(statement.substr(start, first_option - start)));
    }
  }
  return routine;
}

}  // namespace autogen::sql
