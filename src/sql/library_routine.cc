#include "src/sql/library_routine.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "src/sql/parse.h"
#include "src/sql/scan.h"

namespace autogen::sql {
namespace {

using nlohmann::json;

size_t Location(const json& node) {
  const json& location = Get(node, "location");
  return location.is_number() ? location.get<size_t>() : 0;
}

std::vector<std::string> Names(const json& list) {
  std::vector<std::string> names;
  for (const json& name : list) names.push_back(GetString(Get(name, "String"), "sval"));
  return names;
}

// The literals in a row from `from` on: 'library', or 'library', 'symbol'.
bool FindLiterals(const std::vector<Token>& tokens, size_t from, size_t count, size_t* begin,
                  size_t* end) {
  size_t found = 0;
  for (const Token& token : tokens) {
    if (token.start < from || token.kind != Token::Kind::kString) continue;
    if (found++ == 0) *begin = token.start;
    *end = token.end;
    if (found == count) return true;
  }
  return false;
}

// The token behind the word LANGUAGE at `from`.
bool FindLanguage(const std::vector<Token>& tokens, size_t from, size_t* begin, size_t* end) {
  for (const Token& token : tokens) {
    if (token.start <= from || token.kind == Token::Kind::kComment) continue;
    *begin = token.start;
    *end = token.end;
    return true;
  }
  return false;
}

}  // namespace

std::optional<LibraryRoutine> FindLibraryRoutine(absl::string_view statement) {
  absl::StatusOr<json> parsed = Parse(statement);
  if (!parsed.ok() || parsed->size() != 1) return std::nullopt;
  const json& node = Get((*parsed)[0], "stmt");
  absl::StatusOr<std::vector<Token>> tokens = Scan(statement);
  if (NodeName(node) != "CreateFunctionStmt" || !tokens.ok()) return std::nullopt;
  const json& body = NodeBody(node);
  LibraryRoutine routine;
  std::string language;
  std::vector<std::string> as;
  for (const json& option : Get(body, "options")) {
    const json& element = Get(option, "DefElem");
    const std::string name = GetString(element, "defname");
    if (name == "language") {
      language = GetString(Get(Get(element, "arg"), "String"), "sval");
      if (!FindLanguage(*tokens, Location(element), &routine.language_begin,
                        &routine.language_end)) {
        return std::nullopt;
      }
    } else if (name == "as") {
      as = Names(Get(Get(Get(element, "arg"), "List"), "items"));
      if (!FindLiterals(*tokens, Location(element), as.size(), &routine.as_begin,
                        &routine.as_end)) {
        return std::nullopt;
      }
    }
  }
  const std::vector<std::string> name = Names(Get(body, "funcname"));
  if (language != "c" || as.empty() || name.empty()) return std::nullopt;
  routine.name = name.size() == 1 ? name[0] : absl::StrCat(name[name.size() - 2], ".", name.back());
  routine.library = as[0];
  routine.symbol = as.size() > 1 ? as[1] : name.back();
  const std::vector<std::string> returns = Names(Get(Get(body, "returnType"), "names"));
  if (!returns.empty()) routine.returns = returns.back();
  return routine;
}

}  // namespace autogen::sql
