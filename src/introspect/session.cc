#include "src/introspect/session.h"

#include <re2/re2.h>

#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/status.h"
#include "src/introspect/queries.h"

namespace autogen::introspect {
namespace {

constexpr const char* kBegin = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";

// Local to the transaction. Everything that changes how the server deparses, as
// pg_dump sets it; jit, because its start costs more than any of these queries. Planning is most of
// their time on a schema of some hundred objects: join_collapse_limit, because they are written in
// the order of their joins; no merge joins and no parallel workers, because neither is ever chosen
// for a good reason. row_security, so that no policy on a catalog could hide rows without an error.
constexpr const char* kSettings =
    "SELECT set_config('search_path', '', true), set_config('datestyle', 'ISO', true), "
    "set_config('intervalstyle', 'postgres', true), set_config('extra_float_digits', '3', true), "
    "set_config('quote_all_identifiers', 'off', true), set_config('bytea_output', 'hex', true), "
    "set_config('xmloption', 'content', true), set_config('standard_conforming_strings', 'on', "
    "true), "
    "set_config('timezone', 'UTC', true), set_config('lc_monetary', 'C', true), "
    "set_config('jit', 'off', true), "
    "set_config('join_collapse_limit', '1', true), set_config('enable_mergejoin', 'off', true), "
    "set_config('max_parallel_workers_per_gather', '0', true), "
    "set_config('row_security', 'off', true), "
    "current_user AS user_name, current_database() AS database";

bool Matches(const std::string& name, const std::vector<std::shared_ptr<RE2>>& patterns) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const auto& pattern) { return RE2::FullMatch(name, *pattern); });
}

absl::StatusOr<std::vector<std::shared_ptr<RE2>>> Compile(
    const std::vector<std::string>& patterns) {
  std::vector<std::shared_ptr<RE2>> compiled;
  for (const std::string& pattern : patterns) {
    compiled.push_back(std::make_shared<RE2>(pattern, RE2::Quiet));
    if (!compiled.back()->ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("the schema pattern \"", pattern,
                       "\" is not a regular expression: ", compiled.back()->error()));
    }
  }
  return compiled;
}

}  // namespace

Options ScopeOf(const Options& options) {
  Options scope;
  scope.include = options.include;
  scope.exclude = options.exclude;
  scope.exclude_extensions = options.exclude_extensions;
  return scope;
}

absl::StatusOr<std::function<bool(const std::string&)>> SelectedSchemas(const Options& options) {
  ASSIGN_OR_RETURN(auto include, Compile(options.include));
  ASSIGN_OR_RETURN(auto exclude, Compile(options.exclude));
  return [include, exclude](const std::string& name) {
    if (IsPostgresOwn(name)) return true;
    return (include.empty() || Matches(name, include)) && !Matches(name, exclude);
  };
}

Session::Session(postgres::Connection& connection, std::vector<const char*> names)
    : connection_(&connection), names_(std::move(names)), batch_(connection) {}

Session::~Session() {
  if (run_) return;
  batch_.Add("ROLLBACK");
  // After an error the server passed that over.
  if (!batch_.Finish().ok()) (void)connection_->Exec("ROLLBACK");
}

absl::StatusOr<std::unique_ptr<Session>> Session::Begin(postgres::Connection& connection,
                                                        std::vector<const char*> names) {
  const int major = Major(connection.server_version());
  if (major < 13) {
    return Annotate(
        absl::FailedPreconditionError(absl::StrCat("the server is PostgreSQL ", major,
                                                   "; autogen reads PostgreSQL 13 and newer")),
        absl::StrCat("reading ", connection.Describe()));
  }
  std::unique_ptr<Session> session(new Session(connection, std::move(names)));
  session->batch_.Add(kBegin);
  session->batch_.Add(kSettings);
  for (const char* name : session->names_) {
    session->early_.push_back(!NamesSchemas(name, major));
    if (session->early_.back()) session->batch_.AddKept(QueryText(name, major, ""));
  }
  session->batch_.Flush();
  return session;
}

absl::StatusOr<std::vector<std::string>> Session::SchemaNames() {
  // The answers before it come first.
  ASSIGN_OR_RETURN(const postgres::Result result, batch_.Next());
  std::vector<std::string> names;
  for (int i = 0; i < result.rows(); ++i) names.emplace_back(result.Text(i, 0));
  return names;
}

absl::Status Session::Read(const Options& options,
                           const std::function<void(size_t, const postgres::Result&)>& take) {
  const int major = Major(connection_->server_version());
  NamespaceFilter filter = FilterFor(options);
  auto add_others = [&] {
    for (size_t i = 0; i < names_.size(); ++i) {
      if (!early_[i]) batch_.AddKept(QueryText(names_[i], major, filter.condition));
    }
    batch_.Add("COMMIT");
    batch_.End();
  };
  if (filter.has_patterns) {
    batch_.Add(absl::StrCat("SELECT n.nspname FROM pg_namespace n WHERE ", FilterFor({}).condition,
                            " ORDER BY n.nspname"));
  } else {
    add_others();
  }
  RETURN_IF_ERROR(batch_.Next().status());  // BEGIN
  ASSIGN_OR_RETURN(const postgres::Result settings, batch_.Next());
  Row row(settings);
  row.Next();
  current_user_ = row.String("user_name");
  database_ = row.String("database");
  std::vector<postgres::Result> results(names_.size());
  for (size_t i = 0; i < names_.size(); ++i) {
    if (early_[i]) {
      ASSIGN_OR_RETURN(results[i], batch_.Next());
    }
  }
  if (filter.has_patterns) {
    ASSIGN_OR_RETURN(std::vector<std::string> schemas, SchemaNames());
    ASSIGN_OR_RETURN(auto selected, SelectedSchemas(options));
    schemas.erase(std::remove_if(schemas.begin(), schemas.end(),
                                 [&](const std::string& name) { return !selected(name); }),
                  schemas.end());
    filter.condition = NamespacesIn(schemas);
    add_others();
  }
  for (size_t i = 0; i < names_.size(); ++i) {
    if (!early_[i]) {
      ASSIGN_OR_RETURN(results[i], batch_.Next());
    }
    take(i, results[i]);
    results[i] = postgres::Result();
  }
  return batch_.Next().status();  // COMMIT
}

absl::Status Session::Run(const Options& options,
                          const std::function<void(size_t, const postgres::Result&)>& take) {
  run_ = true;
  absl::Status read = Read(options, take);
  absl::Status finished = batch_.Finish();
  if (read.ok()) read = finished;
  if (read.ok()) return read;
  // What failed may have left its transaction open; a lost connection cannot tell.
  (void)connection_->Exec("ROLLBACK");
  return Annotate(read, absl::StrCat("reading ", connection_->Describe()));
}

}  // namespace autogen::introspect
