// Functions, window functions and procedures.
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "autogen/routine.pb.h"
#include "src/render/renderers.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;

const char* ModePrefix(Argument::Mode mode) {
  switch (mode) {
    case Argument::OUT:
      return "OUT ";
    case Argument::INOUT:
      return "INOUT ";
    case Argument::VARIADIC:
      return "VARIADIC ";
    default:  // IN needs no word, and TABLE stands in RETURNS TABLE
      return "";
  }
}

std::string ArgumentSql(const Argument& a) {
  std::string sql = ModePrefix(a.mode());
  if (!a.name().empty()) absl::StrAppend(&sql, sql::Ident(a.name()), " ");
  absl::StrAppend(&sql, a.type());
  if (!a.default_().empty()) absl::StrAppend(&sql, " DEFAULT ", a.default_());
  return sql;
}

std::string Arguments(const Function& f, bool table) {
  std::vector<std::string> arguments;
  for (const Argument& a : f.argument()) {
    if ((a.mode() == Argument::TABLE) == table) arguments.push_back(ArgumentSql(a));
  }
  return absl::StrJoin(arguments, ", ");
}

// What OUT arguments give: their row, or the one of them.
std::string OutType(const Function& f) {
  const Argument* only = nullptr;
  for (const Argument& a : f.argument()) {
    if (a.mode() != Argument::OUT && a.mode() != Argument::INOUT) continue;
    if (only != nullptr) return "record";
    only = &a;
  }
  return only == nullptr ? "record" : only->type();
}

std::string Returns(const Function& f) {
  if (f.procedure()) return "";
  std::string columns = Arguments(f, /*table=*/true);
  if (!columns.empty()) return absl::StrCat(" RETURNS TABLE(", columns, ")");
  if (!f.returns_set()) return f.returns().empty() ? "" : absl::StrCat(" RETURNS ", f.returns());
  return absl::StrCat(" RETURNS SETOF ", f.returns().empty() ? OutType(f) : f.returns());
}

// A setting whose value is a list of names (variable_is_guc_list_quote in pg_dump): each must be
// written as a value of its own, or the list would be taken for one name.
bool IsQuotedList(absl::string_view name) {
  for (absl::string_view list :
       {"local_preload_libraries", "search_path", "session_preload_libraries",
        "shared_preload_libraries", "temp_tablespaces", "unix_socket_directories"}) {
    if (absl::AsciiStrToLower(name) == list) return true;
  }
  return false;
}

// As SplitGUCList reads it: names between commas, in double quotes where need be.
std::vector<std::string> SplitList(absl::string_view value) {
  std::vector<std::string> names;
  std::string name;
  bool quoted = false, any = false;
  for (size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (c == '"') {
      if (quoted && i + 1 < value.size() && value[i + 1] == '"') {
        name.push_back('"');
        ++i;
      } else {
        quoted = !quoted;
        any = true;
      }
    } else if (quoted) {
      name.push_back(c);
    } else if (c == ',') {
      names.push_back(std::move(name));
      name.clear();
      any = false;
    } else if (!absl::ascii_isspace(static_cast<unsigned char>(c))) {
      name.push_back(c);
    }
  }
  if (any || !name.empty()) names.push_back(std::move(name));
  return names;
}

std::string Setting(const Option& o) {
  std::vector<std::string> values = {o.value()};
  if (IsQuotedList(o.name())) values = SplitList(o.value());
  if (values.empty()) values = {""};
  return absl::StrCat("SET ", sql::Ident(o.name()), " TO ",
                      absl::StrJoin(values, ", ", [](std::string* out, const std::string& v) {
                        absl::StrAppend(out, sql::Literal(v));
                      }));
}

// Everything between LANGUAGE and the settings, on one line.
std::string Attributes(const Function& f) {
  std::string sql =
      absl::StrCat("LANGUAGE ", f.language().empty() ? "sql" : sql::Ident(f.language()));
  if (f.transform_type_size() > 0) {
    absl::StrAppend(&sql, " TRANSFORM FOR TYPE ", absl::StrJoin(f.transform_type(), ", FOR TYPE "));
  }
  if (f.window()) absl::StrAppend(&sql, " WINDOW");
  if (f.volatility() == Function::STABLE) absl::StrAppend(&sql, " STABLE");
  if (f.volatility() == Function::IMMUTABLE) absl::StrAppend(&sql, " IMMUTABLE");
  if (f.strict()) absl::StrAppend(&sql, " STRICT");
  if (f.security_definer()) absl::StrAppend(&sql, " SECURITY DEFINER");
  if (f.leakproof()) absl::StrAppend(&sql, " LEAKPROOF");
  if (f.parallel() == Function::RESTRICTED) absl::StrAppend(&sql, " PARALLEL RESTRICTED");
  if (f.parallel() == Function::SAFE) absl::StrAppend(&sql, " PARALLEL SAFE");
  if (f.has_cost()) absl::StrAppend(&sql, " COST ", absl::StrFormat("%.9g", f.cost()));
  if (f.has_rows()) absl::StrAppend(&sql, " ROWS ", absl::StrFormat("%.9g", f.rows()));
  if (f.has_support()) absl::StrAppend(&sql, " SUPPORT ", SqlName(f.support(), "pg_catalog"));
  return sql;
}

std::string Body(const Function& f) {
  if (!f.sql_body().empty()) return f.sql_body();
  if (!f.library().empty()) {
    return absl::StrCat("AS ", sql::Literal(f.library()), ", ", sql::Literal(f.body()));
  }
  return absl::StrCat("AS ", sql::DollarQuoted(f.body(), f.procedure() ? "procedure" : "function"));
}

std::string Definition(const Function& f, const model::ObjectId& id) {
  std::string sql =
      absl::StrCat(SqlKeyword(f), " ", sql::Qualified(id.schema, f.name()), "(",
                   Arguments(f, /*table=*/false), ")", Returns(f), "\n    ", Attributes(f));
  for (const Option& o : f.set()) absl::StrAppend(&sql, "\n    ", Setting(o));
  absl::StrAppend(&sql, "\n", Body(f));
  return sql;
}

absl::Status Create(const Operation& op, Context& context) {
  const auto& f = static_cast<const Function&>(*op.after);
  if (!f.sql_body().empty() && !context.AtLeast(14)) {
    return absl::UnimplementedError(absl::StrCat(
        model::Describe(op.id), " has a standard-SQL body, which PostgreSQL knows from 14 on"));
  }
  context.Add(absl::StrCat("CREATE ", Definition(f, op.id)));
  return absl::OkStatus();
}

absl::Status Alter(const Operation& op, Context& context) {
  if (!ChangesOwnFields(op)) return absl::OkStatus();
  // Keeps the owner, privileges, comment and dependents of the function.
  const auto& f = static_cast<const Function&>(*op.after);
  context.Add(absl::StrCat("CREATE OR REPLACE ", Definition(f, op.id)));
  return absl::OkStatus();
}

}  // namespace

KindRenderer FunctionRenderer() { return {.create = Create, .drop = DropObject, .alter = Alter}; }

bool NeedsUncheckedBodies(const diff::Plan& plan) {
  bool function = false;
  for (const Operation& op : plan.operations) {
    const bool makes = op.action == diff::Action::kCreate || op.action == diff::Action::kAlter ||
                       op.action == diff::Action::kRename;
    // A body may name whatever comes after it.
    if (function && makes) return true;
    if (op.id.kind != FUNCTION || !makes) continue;
    const auto& f = static_cast<const Function&>(*op.after);
    function |= f.sql_body().empty() && f.language() != "c" && f.language() != "internal";
  }
  return false;
}

}  // namespace autogen::render
