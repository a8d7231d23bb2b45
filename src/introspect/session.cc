#include "src/introspect/session.h"

#include <re2/re2.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/status.h"
#include "src/introspect/queries.h"

namespace autogen::introspect {
namespace {

constexpr const char* kBegin = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";

// Local to the transaction. Everything that changes how the server spells what it deparses, as
// pg_dump sets it; jit, because its start costs more than any of these queries;
// join_collapse_limit, because they are written in the order of their joins and planning is half of
// their time; row_security, so that no policy on a catalog could hide rows without an error.
constexpr const char* kSettings =
    "SELECT set_config('search_path', '', true), set_config('datestyle', 'ISO', true), "
    "set_config('intervalstyle', 'postgres', true), set_config('extra_float_digits', '3', true), "
    "set_config('quote_all_identifiers', 'off', true), set_config('bytea_output', 'hex', true), "
    "set_config('xmloption', 'content', true), set_config('standard_conforming_strings', 'on', "
    "true), "
    "set_config('timezone', 'UTC', true), set_config('jit', 'off', true), "
    "set_config('join_collapse_limit', '1', true), "
    "set_config('row_security', 'off', true), "
    "current_user AS user_name, current_database() AS database";

// The names that the patterns select, for a filter that SQL can use.
absl::StatusOr<std::vector<std::string>> SelectNamespaces(const std::vector<std::string>& names,
                                                          const Options& options) {
  auto compile = [](const std::vector<std::string>& patterns)
      -> absl::StatusOr<std::vector<std::unique_ptr<RE2>>> {
    std::vector<std::unique_ptr<RE2>> compiled;
    for (const std::string& pattern : patterns) {
      compiled.push_back(std::make_unique<RE2>(pattern, RE2::Quiet));
      if (!compiled.back()->ok()) {
        return absl::InvalidArgumentError(
            absl::StrCat("the schema pattern \"", pattern,
                         "\" is not a regular expression: ", compiled.back()->error()));
      }
    }
    return compiled;
  };
  ASSIGN_OR_RETURN(auto include, compile(options.include));
  ASSIGN_OR_RETURN(auto exclude, compile(options.exclude));
  auto matches = [](const std::string& name, const std::vector<std::unique_ptr<RE2>>& patterns) {
    for (const auto& pattern : patterns) {
      if (RE2::FullMatch(name, *pattern)) return true;
    }
    return false;
  };
  std::vector<std::string> selected;
  for (const std::string& name : names) {
    if ((include.empty() || matches(name, include)) && !matches(name, exclude)) {
      selected.push_back(name);
    }
  }
  return selected;
}

// The queries with a condition of RowsNeededBy.
std::vector<std::pair<const char*, absl::string_view>> ConditionalQueries(int major) {
  std::vector<std::pair<const char*, absl::string_view>> queries;
  for (const Query& query : Queries()) {
    if (query.since > major) continue;
    absl::string_view rows = RowsNeededBy(query.name);
    if (!rows.empty()) queries.emplace_back(query.name, rows);
  }
  return queries;
}

// One column for each: whether it may have rows.
std::string PresenceQuery(
    const std::vector<std::pair<const char*, absl::string_view>>& conditional) {
  return absl::StrCat("SELECT ",
                      absl::StrJoin(conditional, ", ", [](std::string* out, const auto& query) {
                        absl::StrAppend(out, "EXISTS (SELECT FROM ", query.second, ")");
                      }));
}

absl::Status Failed(postgres::Connection& connection, const absl::Status& status) {
  // What failed may have left its transaction open; a connection that is gone cannot tell.
  (void)connection.Exec("ROLLBACK");
  return Annotate(status, absl::StrCat("reading ", connection.Describe()));
}

absl::Status Run(postgres::Connection& connection, const Options& options, const Opening& opening,
                 const std::vector<const char*>& names,
                 const std::function<void(size_t, const postgres::Result&)>& take) {
  const int major = Major(connection.server_version());
  NamespaceFilter filter = FilterFor(options);
  if (filter.has_patterns) {
    ASSIGN_OR_RETURN(std::vector<std::string> selected, SelectNamespaces(opening.schemas, options));
    filter.condition = NamespacesIn(selected);
  }
  std::vector<std::string> texts;
  std::vector<size_t> sent;
  for (size_t i = 0; i < names.size(); ++i) {
    if (opening.without_rows.count(names[i]) > 0) continue;
    texts.push_back(QueryText(names[i], major, filter.condition));
    sent.push_back(i);
  }
  texts.push_back("COMMIT");
  return connection.Stream(texts, [&](size_t i, const postgres::Result& result) {
    if (i < sent.size()) take(sent[i], result);
  });
}

}  // namespace

absl::StatusOr<Opening> Open(postgres::Connection& connection) {
  const int major = Major(connection.server_version());
  if (major < 13) {
    return Failed(connection, absl::FailedPreconditionError(
                                  absl::StrCat("the server is PostgreSQL ", major,
                                               "; autogen reads PostgreSQL 13 and newer")));
  }
  const auto conditional = ConditionalQueries(major);
  absl::StatusOr<std::vector<postgres::Result>> results =
      connection.Pipeline({kBegin, kSettings, PresenceQuery(conditional),
                           absl::StrCat("SELECT n.nspname FROM pg_namespace n WHERE ",
                                        FilterFor({}).condition, " ORDER BY n.nspname")});
  if (!results.ok()) return Failed(connection, results.status());

  Opening opening;
  Row row((*results)[1]);
  row.Next();
  opening.current_user = row.String("user_name");
  opening.database = row.String("database");
  for (size_t i = 0; i < conditional.size(); ++i) {
    if (!(*results)[2].Bool(0, static_cast<int>(i))) {
      opening.without_rows.insert(conditional[i].first);
    }
  }
  const postgres::Result& schemas = (*results)[3];
  for (int i = 0; i < schemas.rows(); ++i) opening.schemas.emplace_back(schemas.Text(i, 0));
  return opening;
}

absl::Status RunQueries(postgres::Connection& connection, const Options& options,
                        const Opening& opening, const std::vector<const char*>& names,
                        const std::function<void(size_t, const postgres::Result&)>& take) {
  absl::Status status = Run(connection, options, opening, names, take);
  return status.ok() ? status : Failed(connection, status);
}

}  // namespace autogen::introspect
