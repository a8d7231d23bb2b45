#include "src/sql/references.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "src/sql/parse.h"
#include "src/sql/plain.h"
#include "src/sql/quote.h"
#include "src/sql/scan.h"

namespace autogen::sql {
namespace {

using nlohmann::json;
using Class = Reference::Class;

std::vector<std::string> Names(const json& list) {
  std::vector<std::string> names;
  for (const json& item : list) {
    const json& name = Get(item, "String");
    if (name.is_null()) return {};
    names.push_back(GetString(name, "sval"));
  }
  return names;
}

// Collects mentions from a parse tree.
class Collector {
 public:
  explicit Collector(std::vector<Reference>& out) : out_(out) {}

  void Walk(const json& node) {
    if (node.is_array()) {
      for (const json& item : node) Walk(item);
      return;
    }
    if (!node.is_object()) return;
    const size_t scope = ctes_.size();
    const json& with = Get(node, "withClause");
    if (!with.is_null()) WalkWith(with);
    Visit(node);
    for (auto it = node.begin(); it != node.end(); ++it) {
      if (it.key() != "withClause") Walk(it.value());
    }
    ctes_.resize(scope);
  }

  // Qualifiers that are aliases become what they stand for.
  void ResolveAliases() {
    for (Reference& reference : out_) {
      if (reference.reference_class != Class::kColumn || !reference.schema.empty()) continue;
      auto alias = aliases_.find(reference.relation);
      if (alias == aliases_.end()) continue;
      std::tie(reference.schema, reference.relation) = alias->second;
    }
  }

 private:
  void Add(Class reference_class, std::string schema, std::string name) {
    if (schema == "pg_catalog" || name.empty()) return;
    out_.push_back({reference_class, std::move(schema), "", std::move(name)});
  }

  void AddNames(Class reference_class, const json& list) {
    std::vector<std::string> names = Names(list);
    if (names.empty() || names.size() > 2) return;
    Add(reference_class, names.size() == 2 ? names[0] : "", names.back());
  }

  void AddText(Class reference_class, absl::string_view text) {
    // regprocedure and regoperator constants carry argument types.
    SplitName name = SplitQualified(text.substr(0, text.find('(')));
    Add(reference_class, name.schema, name.name);
  }

  void WalkWith(const json& with) {
    const json& list = Get(with, "ctes");
    const bool recursive = Get(with, "recursive").is_boolean();
    auto name = [](const json& cte) { return GetString(Get(cte, "CommonTableExpr"), "ctename"); };
    if (recursive) {
      for (const json& cte : list) ctes_.push_back(name(cte));
    }
    for (const json& cte : list) {
      Walk(cte);
      if (!recursive) ctes_.push_back(name(cte));
    }
  }

  void Visit(const json& node) {
    if (Get(node, "relname").is_string()) VisitRange(node);
    if (Get(node, "names").is_array() && Get(node, "typemod").is_number()) {
      AddNames(Class::kType, Get(node, "names"));
    }
    if (const json& call = Get(node, "FuncCall"); !call.is_null()) VisitCall(call);
    if (const json& cast = Get(node, "TypeCast"); !cast.is_null()) VisitCast(cast);
    if (const json& column = Get(node, "ColumnRef"); !column.is_null()) VisitColumn(column);
    if (const json& expr = Get(node, "A_Expr"); !expr.is_null()) {
      AddNames(Class::kOperator, Get(expr, "name"));
    }
    if (const json& collate = Get(node, "CollateClause"); !collate.is_null()) {
      AddNames(Class::kCollation, Get(collate, "collname"));
    }
    if (const json& names = Get(node, "operName"); names.is_array()) {
      AddNames(Class::kOperator, names);
    }
    if (const json& names = Get(node, "useOp"); names.is_array()) {
      AddNames(Class::kOperator, names);
    }
  }

  void VisitRange(const json& range) {
    const std::string schema = GetString(range, "schemaname");
    const std::string name = GetString(range, "relname");
    const std::string alias = GetString(Get(range, "alias"), "aliasname");
    const bool is_cte =
        schema.empty() && std::find(ctes_.begin(), ctes_.end(), name) != ctes_.end();
    if (!alias.empty()) aliases_[alias] = {is_cte ? "" : schema, is_cte ? "" : name};
    if (!is_cte) Add(Class::kRelation, schema, name);
  }

  void VisitCall(const json& call) {
    AddNames(Class::kFunction, Get(call, "funcname"));
    const std::vector<std::string> names = Names(Get(call, "funcname"));
    if (names.empty()) return;
    const std::string& name = names.back();
    if (name != "nextval" && name != "currval" && name != "setval") return;
    const json& args = Get(call, "args");
    if (args.empty()) return;
    AddText(Class::kRelation, GetString(Get(Get(args[0], "A_Const"), "sval"), "sval"));
  }

  void VisitCast(const json& cast) {
    const std::string text = GetString(Get(Get(Get(cast, "arg"), "A_Const"), "sval"), "sval");
    const std::vector<std::string> names = Names(Get(Get(cast, "typeName"), "names"));
    if (text.empty() || names.empty()) return;
    const std::string& type = names.back();
    if (type == "regclass") AddText(Class::kRelation, text);
    if (type == "regproc" || type == "regprocedure") AddText(Class::kFunction, text);
    if (type == "regtype") AddText(Class::kType, text);
    if (type == "regcollation") AddText(Class::kCollation, text);
  }

  void VisitColumn(const json& column) {
    const std::vector<std::string> names = Names(Get(column, "fields"));
    const size_t n = names.size();
    if (n == 0 || n > 3) return;  // "*" among them, or a database's name
    out_.push_back(
        {Class::kColumn, n == 3 ? names[0] : "", n > 1 ? names[n - 2] : "", names[n - 1]});
  }

  std::vector<Reference>& out_;
  std::vector<std::string> ctes_;
  std::map<std::string, std::pair<std::string, std::string>> aliases_;
};

// Syntax that libpg_query's grammar does not know: every name that is not a keyword.
void CollectNames(absl::string_view text, std::vector<Reference>& out) {
  absl::StatusOr<std::vector<Token>> tokens = Scan(text);
  if (!tokens.ok()) return;
  auto is_name = [&](size_t i) {
    if (i >= tokens->size()) return false;
    const Token& token = (*tokens)[i];
    return token.kind == Token::Kind::kIdentifier ||
           (token.kind == Token::Kind::kWord && KeywordOf(token.word) == Keyword::kNone);
  };
  auto name = [&](size_t i) { return SplitQualified((*tokens)[i].text).name; };
  for (size_t i = 0; i < tokens->size(); ++i) {
    if (!is_name(i)) continue;
    std::vector<std::string> parts = {name(i)};
    while (i + 1 < tokens->size() && (*tokens)[i + 1].IsChar('.') && is_name(i + 2)) {
      parts.push_back(name(i + 2));
      i += 2;
    }
    const size_t n = parts.size();
    if (parts[0] == "pg_catalog" || parts.back().empty()) continue;
    out.push_back({Class::kAny, n > 1 ? parts[n - 2] : "", "", parts[n - 1]});
  }
}

const json& FindKey(const json& node, const char* key) {
  if (node.is_object() && node.contains(key)) return node[key];
  if (node.is_object() || node.is_array()) {
    for (const json& item : node) {
      if (const json& found = FindKey(item, key); !found.is_null()) return found;
    }
  }
  return Get(json(), key);
}

void Finish(std::vector<Reference>& out) {
  auto key = [](const Reference& r) {
    return std::tie(r.reference_class, r.schema, r.relation, r.name);
  };
  std::sort(out.begin(), out.end(),
            [&](const Reference& a, const Reference& b) { return key(a) < key(b); });
  out.erase(std::unique(out.begin(), out.end(),
                        [&](const Reference& a, const Reference& b) { return key(a) == key(b); }),
            out.end());
}

void CollectTree(const json& tree, std::vector<Reference>& out) {
  Collector collector(out);
  collector.Walk(tree);
  collector.ResolveAliases();
}

void CollectSignature(absl::string_view text, std::vector<Reference>& out) {
  absl::StatusOr<json> function = Parse(absl::StrCat("ALTER FUNCTION ", text, " RESET ALL"));
  const bool is_function = function.ok();
  if (!is_function) function = Parse(absl::StrCat("ALTER OPERATOR ", text, " OWNER TO x"));
  if (!function.ok()) return CollectNames(text, out);
  const std::vector<std::string> names = Names(FindKey(*function, "objname"));
  if (!names.empty() && names.size() <= 2 && names[0] != "pg_catalog") {
    out.push_back({is_function ? Class::kFunction : Class::kOperator,
                   names.size() == 2 ? names[0] : "", "", names.back()});
  }
  CollectTree(FindKey(*function, "objargs"), out);
}

void Collect(Fragment fragment, absl::string_view text, std::vector<Reference>& out) {
  absl::StatusOr<json> tree = json();
  const char* part = nullptr;
  switch (fragment) {
    case TYPE:
      if (IsPlainType(text, &out)) return;
      tree = Parse(absl::StrCat("SELECT CAST(NULL AS ", text, ")"));
      part = "typeName";
      break;
    case EXPRESSION:
      if (IsPlainExpression(text, &out)) return;
      tree = Parse(absl::StrCat("ALTER TABLE x ADD CHECK (", text, ")"));
      part = "raw_expr";
      break;
    case PARTITION_BOUND:
      tree = Parse(absl::StrCat("ALTER TABLE x ATTACH PARTITION y ", text));
      part = "bound";
      break;
    case ROUTINE_BODY:
      tree = Parse(absl::StrCat("CREATE FUNCTION f() RETURNS x ", text));
      part = "sql_body";
      break;
    case SIGNATURE:
      return CollectSignature(text, out);
    case QUERY:
    case RULE_DEFINITION:
      tree = Parse(text);
      break;
    default:
      return;
  }
  out.clear();
  if (!tree.ok()) return CollectNames(text, out);
  CollectTree(part == nullptr ? *tree : FindKey(*tree, part), out);
}

}  // namespace

std::vector<Reference> FindReferences(Fragment fragment, absl::string_view text) {
  std::vector<Reference> out;
  Collect(fragment, text, out);
  Finish(out);
  return out;
}

std::vector<Reference> FindReferencesInStatements(absl::string_view text) {
  std::vector<Reference> out;
  if (absl::StatusOr<json> tree = Parse(text); tree.ok()) {
    CollectTree(*tree, out);
  } else {
    CollectNames(text, out);
  }
  Finish(out);
  return out;
}

}  // namespace autogen::sql
