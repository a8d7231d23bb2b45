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
absl::StatusOr<std::vector<std::string>> SelectNamespaces(const postgres::Result& names,
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
  for (int i = 0; i < names.rows(); ++i) {
    std::string name(names.Text(i, 0));
    if ((include.empty() || matches(name, include)) && !matches(name, exclude)) {
      selected.push_back(std::move(name));
    }
  }
  return selected;
}

// One column for each query: whether it may have rows.
std::string PresenceQuery(const std::vector<const char*>& names) {
  std::vector<std::string> columns;
  columns.reserve(names.size());
  for (const char* name : names) {
    absl::string_view rows = RowsNeededBy(name);
    columns.push_back(rows.empty() ? "true" : absl::StrCat("EXISTS (SELECT FROM ", rows, ")"));
  }
  return absl::StrCat("SELECT ", absl::StrJoin(columns, ", "));
}

absl::StatusOr<Reading> Read(postgres::Connection& connection, const Options& options,
                             const std::vector<const char*>& names) {
  const int major = Major(connection.server_version());
  if (major < 13) {
    return absl::FailedPreconditionError(absl::StrCat("the server is PostgreSQL ", major,
                                                      "; autogen reads PostgreSQL 13 and newer"));
  }
  NamespaceFilter filter = FilterFor(options);
  std::vector<std::string> texts = {kBegin, kSettings, PresenceQuery(names)};
  if (filter.has_patterns) {
    texts.push_back(absl::StrCat("SELECT n.nspname FROM pg_namespace n WHERE ", filter.condition,
                                 " ORDER BY n.nspname"));
  }
  ASSIGN_OR_RETURN(std::vector<postgres::Result> first, connection.Pipeline(texts));
  if (filter.has_patterns) {
    ASSIGN_OR_RETURN(std::vector<std::string> selected, SelectNamespaces(first[3], options));
    filter.condition = NamespacesIn(selected);
  }
  texts.clear();
  for (size_t i = 0; i < names.size(); ++i) {
    if (first[2].Bool(0, static_cast<int>(i))) {
      texts.push_back(QueryText(names[i], major, filter.condition));
    }
  }
  texts.push_back("COMMIT");
  ASSIGN_OR_RETURN(std::vector<postgres::Result> results, connection.Pipeline(texts));

  Reading reading;
  Row row(first[1]);
  row.Next();
  reading.current_user = row.String("user_name");
  reading.database = row.String("database");
  size_t next = 0;
  for (size_t i = 0; i < names.size(); ++i) {
    bool sent = first[2].Bool(0, static_cast<int>(i));
    reading.results.push_back(sent ? std::move(results[next++]) : postgres::Result());
  }
  return reading;
}

}  // namespace

absl::StatusOr<Reading> ReadInTransaction(postgres::Connection& connection, const Options& options,
                                          const std::vector<const char*>& names) {
  absl::StatusOr<Reading> reading = Read(connection, options, names);
  if (reading.ok()) return reading;
  // What failed may have left its transaction open; a connection that is gone cannot tell.
  (void)connection.Exec("ROLLBACK");
  return Annotate(reading.status(), absl::StrCat("reading ", connection.Describe()));
}

}  // namespace autogen::introspect
