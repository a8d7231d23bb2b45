#include "src/apply/preflight.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <set>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "src/base/status.h"
#include "src/impact/relations.h"
#include "src/postgres/supported_versions.h"
#include "src/sql/quote.h"

namespace autogen::apply {
namespace {

// The relations that the scripts rewrite, as SQL writes them.
std::set<std::string> FindRewritten(absl::Span<const ScriptRun> scripts) {
  std::set<std::string> rewritten;
  for (const ScriptRun& script : scripts) {
    for (const impact::Impact& impact : script.impacts) {
      for (const impact::Consequence& c : impact.consequences) {
        if (c.kind != impact::Consequence::Kind::kRewrites || c.relation.name.empty()) continue;
        rewritten.insert(sql::Qualified(c.relation.schema, c.relation.name));
      }
    }
  }
  return rewritten;
}

std::string RegclassArray(const std::set<std::string>& names) {
  return absl::StrCat("ARRAY[",
                      absl::StrJoin(names, ", ",
                                    [](std::string* out, const std::string& name) {
                                      absl::StrAppend(out, "to_regclass(", sql::Literal(name), ")");
                                    }),
                      "]::regclass[]");
}

absl::Status ReadServer(postgres::Connection& connection, PreflightFacts& facts) {
  // Columns of pg_stat_replication are NULL for those who may not see them.
  ASSIGN_OR_RETURN(
      postgres::Result result,
      connection.Exec(
          "SELECT pg_is_in_recovery(), current_setting('transaction_read_only') = 'on', "
          "current_user, r.name, r.lag FROM (SELECT 1) one LEFT JOIN LATERAL (SELECT "
          "coalesce(nullif(application_name, ''), 'pid ' || pid) AS name, extract(epoch FROM "
          "replay_lag) AS lag FROM pg_stat_replication WHERE state = 'streaming' AND replay_lag IS "
          "NOT NULL ORDER BY replay_lag DESC LIMIT 1) r ON true"));
  facts.server_version = connection.server_version();
  facts.standby = result.Bool(0, 0);
  facts.read_only = result.Bool(0, 1);
  facts.role = std::string(result.Text(0, 2));
  facts.replica = std::string(result.Text(0, 3));
  if (!absl::SimpleAtod(result.Text(0, 4), &facts.replication_lag_s)) facts.replication_lag_s = 0;
  return absl::OkStatus();
}

absl::Status ReadPrivileges(postgres::Connection& connection, const VersionTable& table,
                            PreflightFacts& facts) {
  const std::string schema = sql::Literal(table.schema());
  ASSIGN_OR_RETURN(
      postgres::Result missing,
      connection.Exec(absl::StrCat(
          "SELECT p || ' on ' || t FROM unnest(ARRAY[", sql::Literal(table.Name()), ", ",
          sql::Literal(table.LedgerName()),
          "]) t, unnest('{SELECT,INSERT,UPDATE,DELETE}'::text[]) p WHERE to_regclass(t) IS NOT "
          "NULL AND NOT has_table_privilege(to_regclass(t)::oid, p) UNION ALL SELECT 'CREATE on "
          "schema ' || quote_ident(n.nspname) FROM pg_namespace n WHERE n.nspname = ",
          schema, " AND to_regclass(", sql::Literal(table.LedgerName()),
          ") IS NULL AND NOT has_schema_privilege(n.oid, 'CREATE')")));
  for (int row = 0; row < missing.rows(); ++row) {
    facts.missing_privileges.emplace_back(missing.Text(row, 0));
  }
  return absl::OkStatus();
}

absl::Status ReadDisk(postgres::Connection& connection, const std::set<std::string>& rewritten,
                      PreflightFacts& facts) {
  if (rewritten.empty()) return absl::OkStatus();
  // Over a Unix socket the server's folders are this machine's. A tablespace of its own may lie on
  // another disk: such tables are left out of the sum.
  ASSIGN_OR_RETURN(
      postgres::Result result,
      connection.Exec(absl::StrCat(
          "SELECT (SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c "
          "WHERE c.reltablespace = 0 AND c.oid = ANY (",
          RegclassArray(rewritten),
          ")), CASE WHEN inet_server_addr() IS NULL AND pg_has_role('pg_read_all_settings', "
          "'USAGE') THEN current_setting('data_directory') END")));
  facts.rewrite_bytes = result.Int(0, 0);
  struct statvfs space;
  const std::string folder(result.Text(0, 1));
  if (!folder.empty() && statvfs(folder.c_str(), &space) == 0) {
    facts.free_bytes = static_cast<int64_t>(space.f_bavail) * static_cast<int64_t>(space.f_frsize);
  }
  return absl::OkStatus();
}

// A generated script calls PostgreSQL's own functions, types and operators by their bare names: a
// search path that looks elsewhere before pg_catalog could find others.
absl::Status ReadHiding(postgres::Connection& connection, PreflightFacts& facts) {
  ASSIGN_OR_RETURN(
      postgres::Result result,
      connection.Exec(
          "WITH path AS (SELECT n.oid, s.name, s.place FROM "
          "unnest(pg_catalog.current_schemas(true)) WITH ORDINALITY s(name, place) JOIN "
          "pg_catalog.pg_namespace n ON n.nspname = s.name), before AS (SELECT oid, name FROM path "
          "WHERE place < (SELECT place FROM path WHERE name = 'pg_catalog') AND oid <> "
          "pg_catalog.pg_my_temp_schema()) SELECT DISTINCT pg_catalog.format('function %I.%I', "
          "b.name, p.proname) AS hiding FROM before b JOIN pg_catalog.pg_proc p ON p.pronamespace "
          "= b.oid JOIN pg_catalog.pg_proc own ON own.proname = p.proname AND own.proargtypes = "
          "p.proargtypes AND own.pronamespace = 11 UNION SELECT pg_catalog.format('type %I.%I', "
          "b.name, t.typname) FROM before b JOIN pg_catalog.pg_type t ON t.typnamespace = b.oid "
          "JOIN pg_catalog.pg_type own ON own.typname = t.typname AND own.typnamespace = 11 UNION "
          "SELECT pg_catalog.format('operator %I.%s', b.name, o.oprname) FROM before b JOIN "
          "pg_catalog.pg_operator o ON o.oprnamespace = b.oid JOIN pg_catalog.pg_operator own ON "
          "own.oprname = o.oprname AND own.oprleft = o.oprleft AND own.oprright = o.oprright AND "
          "own.oprnamespace = 11 ORDER BY hiding"));
  for (int row = 0; row < result.rows(); ++row) facts.hiding.emplace_back(result.Text(row, 0));
  return absl::OkStatus();
}

void CountLocks(absl::Span<const ScriptRun> scripts, PreflightFacts& facts) {
  for (const ScriptRun& script : scripts) {
    size_t begin = 0;
    int64_t kept = 0;
    for (size_t i = 0; i < script.impacts.size(); ++i) {
      if (script.no_transaction ||
          std::binary_search(script.step_starts.begin(), script.step_starts.end(), i)) {
        begin = i;
        kept = 0;
      }
      kept += static_cast<int64_t>(impact::LocksKept(script.statements[i].text, script.impacts[i]));
      if (kept <= facts.locks_kept) continue;
      facts.locks_kept = kept;
      facts.most_locks_at = Place(script, begin);
    }
  }
}

// MaxBackends and the size of the lock table as postinit.c and lock.c reckon them.
absl::Status ReadLockRoom(postgres::Connection& connection, PreflightFacts& facts) {
  ASSIGN_OR_RETURN(
      postgres::Result result,
      connection.Exec(
          "SELECT (1 + sum(setting::bigint)) * "
          "pg_catalog.current_setting('max_locks_per_transaction')::bigint FROM "
          "pg_catalog.pg_settings WHERE name IN ('max_connections', 'max_prepared_transactions', "
          "'autovacuum_max_workers', 'max_worker_processes', 'max_wal_senders')"));
  facts.lock_room = result.Int(0, 0);
  return absl::OkStatus();
}

std::string Megabytes(int64_t bytes) {
  return absl::StrFormat("%.0f MB", static_cast<double>(bytes) / 1e6);
}

}  // namespace

absl::StatusOr<PreflightFacts> ReadPreflightFacts(postgres::Connection& connection,
                                                  const VersionTable& table,
                                                  absl::Span<const ScriptRun> scripts) {
  PreflightFacts facts;
  RETURN_IF_ERROR(ReadServer(connection, facts));
  RETURN_IF_ERROR(ReadPrivileges(connection, table, facts));
  RETURN_IF_ERROR(ReadMissingRights(connection, scripts, &facts.missing_rights));
  CountLocks(scripts, facts);
  RETURN_IF_ERROR(ReadLockRoom(connection, facts));
  RETURN_IF_ERROR(ReadHiding(connection, facts));
  RETURN_IF_ERROR(ReadDisk(connection, FindRewritten(scripts), facts));
  return facts;
}

absl::Status JudgePreflight(const PreflightFacts& facts, const Options& options) {
  std::vector<std::string> lines;
  if (facts.server_version / 10000 < options.min_server_version) {
    lines.push_back(absl::StrCat("the server is PostgreSQL ", facts.server_version / 10000,
                                 ", and ", options.min_server_version,
                                 " is the oldest that is allowed"));
  }
  if (absl::Status tested = postgres::CheckTested(facts.server_version, options.untested_version);
      !tested.ok()) {
    lines.emplace_back(tested.message());
  }
  if (facts.standby) {
    lines.push_back("the server is a standby: connect to its primary");
  } else if (facts.read_only) {
    lines.push_back("transactions are read-only here (default_transaction_read_only)");
  }
  for (const std::string& privilege : facts.missing_privileges) {
    lines.push_back(absl::StrCat("role ", facts.role, " lacks ", privilege));
  }
  const MissingRights& rights = facts.missing_rights;
  lines.insert(lines.end(), rights.foreign_tables.begin(), rights.foreign_tables.end());
  for (const std::string& place : rights.places) {
    // autogen's own tables may need the same right.
    const auto same = absl::c_find_if(
        lines, [&](const std::string& line) { return absl::StartsWith(place, line); });
    if (same == lines.end()) {
      lines.push_back(place);
    } else {
      *same = place;
    }
  }
  for (const std::string& role : rights.forbidden_roles) {
    lines.push_back(absl::StrCat("role ", facts.role, " may not SET ROLE ", role, ": GRANT ", role,
                                 " TO ", facts.role));
  }
  if (facts.locks_kept > facts.lock_room) {
    lines.push_back(absl::StrCat(
        "the transaction from ", facts.most_locks_at, " on keeps about ", facts.locks_kept,
        " locks, and the server has room for ", facts.lock_room,
        "; raise max_locks_per_transaction, or put lines \"-- autogen: step\" into the script"));
  }
  if (!facts.hiding.empty()) {
    lines.push_back(absl::StrCat(
        "the search_path of this role or database looks elsewhere before pg_catalog, where ",
        absl::StrJoin(facts.hiding, ", "),
        " would be taken for PostgreSQL's own; leave pg_catalog out of it, or name it first"));
  }
  if (options.max_replication_lag_s > 0 &&
      facts.replication_lag_s > options.max_replication_lag_s) {
    lines.push_back(absl::StrFormat(
        "replica %s is %.0f s behind, and %d s is the limit (--max-replication-lag)", facts.replica,
        facts.replication_lag_s, options.max_replication_lag_s));
  }
  // The old files go only after the new ones are complete, and the WAL takes about as much again
  // before it is recycled.
  if (facts.free_bytes >= 0 && 2 * facts.rewrite_bytes > facts.free_bytes) {
    lines.push_back(absl::StrCat("tables of ", Megabytes(facts.rewrite_bytes),
                                 " may be rewritten, which takes about twice that, and ",
                                 Megabytes(facts.free_bytes), " of the disk are free"));
  }
  if (lines.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "nothing was run:\n  ", absl::StrJoin(lines, "\n  "), "\nTo run anyway: --no-preflight"));
}

}  // namespace autogen::apply
