#include "src/scratch/superuser.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "src/base/status.h"
#include "src/scratch/extensions.h"
#include "src/scratch/library_stubs.h"
#include "src/scratch/stubs.h"
#include "src/sql/quote.h"

namespace autogen::scratch {
namespace {

using Kind = sql::PrivilegedStatement::Kind;

// Installed, but out of use: they open connections and files.
constexpr absl::string_view kUnusable[] = {"dblink", "file_fdw", "postgres_fdw"};

bool IsUnusable(absl::string_view extension) {
  return std::find(std::begin(kUnusable), std::end(kUnusable), extension) != std::end(kUnusable);
}

absl::Status Refused(const absl::Status& refusal, absl::string_view why) {
  absl::Status status(absl::StatusCode::kPermissionDenied,
                      absl::StrCat(refusal.message(), "\n", why));
  refusal.ForEachPayload(
      [&](absl::string_view url, const absl::Cord& payload) { status.SetPayload(url, payload); });
  return status;
}

// "$libdir/hstore" and "hstore": hstore; "" for a path.
std::string LibraryName(absl::string_view library) {
  absl::ConsumePrefix(&library, "$libdir/");
  absl::ConsumeSuffix(&library, ".so");
  return absl::StrContains(library, '/') ? "" : std::string(library);
}

// A kind of object that may belong to the superuser. pg_shdepend has no entry for what the
// bootstrap superuser owns, so each catalog is asked.
struct Owned {
  const char* catalog;
  const char* owner;  // its column
  const char* joins;
  const char* target;  // of ALTER … OWNER TO, for format()
  const char* arguments;
  const char* condition = "";
};

constexpr Owned kOwned[] = {
    {"pg_proc", "proowner", "", "ROUTINE %s", "o.oid::pg_catalog.regprocedure"},
    {"pg_type", "typowner", "", "TYPE %s", "o.oid::pg_catalog.regtype",
     " AND o.typtype IN ('b', 'p') AND o.typelem = 0"},
    {"pg_foreign_server", "srvowner", "", "SERVER %I", "o.srvname"},
    {"pg_opclass", "opcowner",
     "JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace "
     "JOIN pg_catalog.pg_am a ON a.oid = o.opcmethod",
     "OPERATOR CLASS %I.%I USING %I", "n.nspname, o.opcname, a.amname"},
    {"pg_opfamily", "opfowner",
     "JOIN pg_catalog.pg_namespace n ON n.oid = o.opfnamespace "
     "JOIN pg_catalog.pg_am a ON a.oid = o.opfmethod",
     "OPERATOR FAMILY %I.%I USING %I", "n.nspname, o.opfname, a.amname"},
};

// Gives, as statements, what belongs to the superuser to the role $1; members of extensions stay.
std::string GiveQuery() {
  std::string query;
  for (const Owned& kind : kOwned) {
    absl::StrAppend(
        &query, query.empty() ? "" : " UNION ALL ", "SELECT pg_catalog.format('ALTER ", kind.target,
        " OWNER TO %I', ", kind.arguments, ", $1::pg_catalog.text) FROM pg_catalog.", kind.catalog,
        " o ", kind.joins, " WHERE o.", kind.owner,
        " = current_user::pg_catalog.regrole AND o.oid >= 16384", kind.condition,
        " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = "
        "'pg_catalog.",
        kind.catalog, "'::pg_catalog.regclass AND d.objid = o.oid AND d.deptype = 'e')");
  }
  return query;
}

}  // namespace

absl::StatusOr<Superuser> Superuser::Take(postgres::Connection connection, std::string role,
                                          std::set<std::string> extensions) {
  // Triggers that are enabled for replicas, or always, are switched off one by one: see RunInert().
  RETURN_IF_ERROR(connection.Exec("SET session_replication_role = replica").status());
  if (connection.server_version() >= 170000) {
    RETURN_IF_ERROR(connection.Exec("SET event_triggers = off").status());
  }
  ASSIGN_OR_RETURN(postgres::Result name, connection.Exec("SELECT current_user"));
  Superuser superuser(std::move(connection), std::move(role), std::move(extensions));
  superuser.name_ = std::string(name.Text(0, 0));
  return superuser;
}

bool Superuser::IsReserved(absl::string_view role) const {
  return role.empty() || role == name_ || role == role_ || absl::StartsWith(role, "pg_");
}

bool Superuser::MayInstall(const std::string& extension) const {
  auto harmless = HarmlessExtensions();
  return std::find(harmless.begin(), harmless.end(), extension) != harmless.end() ||
         extensions_.count(extension) > 0;
}

absl::StatusOr<bool> Superuser::Ask(const std::string& sql) {
  ASSIGN_OR_RETURN(postgres::Result result, connection_.Exec(sql));
  return result.rows() > 0 && result.Bool(0, 0);
}

absl::Status Superuser::Run(const std::string& sql, const std::string& search_path,
                            const absl::Status& refusal) {
  const sql::PrivilegedStatement statement = sql::ClassifyPrivileged(sql);
  switch (statement.kind) {
    case Kind::kNever:
      return Refused(refusal,
                     "Scratch databases are used by a role without a superuser's rights, and this "
                     "statement must not run with them");
    case Kind::kExtension:
      return RunExtension(sql, search_path, statement.name, refusal);
    case Kind::kRoutine:
      return RunRoutine(sql, search_path, statement, refusal);
    case Kind::kAsItStands:
      for (const std::string& function : statement.functions) {
        // What is in LANGUAGE c or internal was looked at when it was made; a stub does nothing.
        ASSIGN_OR_RETURN(
            bool known,
            Ask(absl::StrCat(
                "SELECT EXISTS (SELECT FROM pg_catalog.pg_proc p JOIN "
                "pg_catalog.pg_language l ON l.oid = p.prolang WHERE l.oid < 16384 AND "
                "(l.lanname IN ('c', 'internal') OR l.lanname IN ('plpgsql', 'sql') AND p.prosrc "
                "~ '^/\\* autogen: not run in scratch databases; [0-9a-f]{64} \\*/ "
                "(BEGIN (RETURN (NULL|true); )?END|SELECT true|)$') AND p.oid = "
                "pg_catalog.to_regproc(",
                sql::Literal(function), "))")));
        if (!known) {
          return Refused(refusal, absl::StrCat("The function ", function,
                                               " is not one in LANGUAGE c or internal: it would "
                                               "run with a superuser's rights"));
        }
      }
      return RunInert(sql, search_path, statement.node);
    case Kind::kCreateRole:
    case Kind::kAlterRole:
    case Kind::kDropRole:
    case Kind::kGrantRole:
    case Kind::kRevokeRole:
      return RunRole(statement);
  }
  return refusal;
}

absl::Status Superuser::RunInert(const std::string& sql, const std::string& search_path,
                                 const std::string& node) {
  std::vector<std::string> queries = {"BEGIN"};
  std::vector<std::string> enable;
  if (node == "DefineStmt") {
    // Only the owner of a shell type completes it, whatever else the role may do.
    ASSIGN_OR_RETURN(
        postgres::Result shells,
        connection_.Exec("SELECT pg_catalog.format('ALTER TYPE %s OWNER TO %I', "
                         "oid::pg_catalog.regtype, current_user) FROM pg_catalog.pg_type WHERE "
                         "typtype = 'p' AND NOT typisdefined AND oid >= 16384"));
    for (int i = 0; i < shells.rows(); ++i) queries.emplace_back(shells.Text(i, 0));
  }
  // Statements about event triggers fire none.
  if (!absl::EndsWith(node, "EventTrigStmt")) {
    ASSIGN_OR_RETURN(
        postgres::Result triggers,
        connection_.Exec("SELECT pg_catalog.quote_ident(evtname), evtenabled = 'A' FROM "
                         "pg_catalog.pg_event_trigger WHERE evtenabled IN ('A', 'R')"));
    for (int i = 0; i < triggers.rows(); ++i) {
      const std::string name(triggers.Text(i, 0));
      queries.push_back(absl::StrCat("ALTER EVENT TRIGGER ", name, " DISABLE"));
      enable.push_back(absl::StrCat("ALTER EVENT TRIGGER ", name,
                                    triggers.Bool(i, 1) ? " ENABLE ALWAYS" : " ENABLE REPLICA"));
    }
  }
  queries.push_back(
      absl::StrCat("SET LOCAL search_path = ", search_path.empty() ? "''" : search_path));
  queries.push_back(sql);
  queries.push_back("SET LOCAL search_path = ''");
  absl::Status status = connection_.Pipeline(queries).status();
  if (status.ok()) status = GiveToRole();
  if (status.ok() && !enable.empty()) {
    // The statement may have dropped one.
    for (const std::string& statement : enable) {
      absl::Status on = connection_.Exec(absl::StrCat("SAVEPOINT s; ", statement)).status();
      if (!on.ok()) RETURN_IF_ERROR(connection_.Exec("ROLLBACK TO SAVEPOINT s").status());
    }
  }
  const absl::Status ended = connection_.Exec(status.ok() ? "COMMIT" : "ROLLBACK").status();
  return status.ok() ? ended : status;
}

absl::Status Superuser::GiveToRole() {
  ASSIGN_OR_RETURN(postgres::Result owned, connection_.ExecParams(GiveQuery(), {role_}));
  std::vector<std::string> statements;
  for (int i = 0; i < owned.rows(); ++i) statements.emplace_back(owned.Text(i, 0));
  return connection_.Pipeline(statements).status();
}

absl::Status Superuser::RunExtension(const std::string& sql, const std::string& search_path,
                                     const std::string& name, const absl::Status& refusal) {
  const bool unusable = IsUnusable(name);
  if (!unusable && !MayInstall(name)) {
    return Refused(refusal, absl::StrCat("Its script would run with a superuser's rights. Where it "
                                         "can be trusted, say so in the user-level file: "
                                         "allowed_extension: \"",
                                         name, "\""));
  }
  RETURN_IF_ERROR(RunInert(sql, search_path, "CreateExtensionStmt"));
  if (!unusable) return absl::OkStatus();
  ASSIGN_OR_RETURN(
      postgres::Result members,
      connection_.ExecParams(
          "SELECT CASE d.classid WHEN 'pg_catalog.pg_proc'::pg_catalog.regclass THEN "
          "pg_catalog.format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', "
          "d.objid::pg_catalog.regprocedure) ELSE pg_catalog.format('ALTER FOREIGN DATA WRAPPER %I "
          "NO HANDLER', w.fdwname) END FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension e "
          "ON e.oid = d.refobjid LEFT JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = d.objid "
          "WHERE e.extname = $1 AND d.deptype = 'e' AND d.refclassid = "
          "'pg_catalog.pg_extension'::pg_catalog.regclass AND d.classid IN "
          "('pg_catalog.pg_proc'::pg_catalog.regclass, "
          "'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass)",
          {name}));
  std::vector<std::string> statements;
  for (int i = 0; i < members.rows(); ++i) statements.emplace_back(members.Text(i, 0));
  return connection_.Pipeline(statements).status();
}

absl::Status Superuser::RunSubscription(const SubscriptionStep& step) {
  // A cluster whose workers could apply changes is none that we have started.
  ASSIGN_OR_RETURN(bool idle, Ask("SELECT pg_catalog.current_setting("
                                  "'max_logical_replication_workers')::integer = 0"));
  if (!idle) return absl::InternalError("subscriptions would run here");
  if (step.may_miss) {
    ASSIGN_OR_RETURN(
        bool there,
        Ask(absl::StrCat("SELECT EXISTS (SELECT FROM pg_catalog.pg_subscription s JOIN "
                         "pg_catalog.pg_database d ON d.oid = s.subdbid WHERE d.datname = "
                         "pg_catalog.current_database() AND s.subname = ",
                         sql::Literal(step.name), ")")));
    if (!there) return absl::OkStatus();
  }
  for (const std::string& statement : step.statements) {
    RETURN_IF_ERROR(connection_.Exec(statement).status());
  }
  return absl::OkStatus();
}

absl::Status Superuser::RunRoutine(const std::string& sql, const std::string& search_path,
                                   const sql::PrivilegedStatement& statement,
                                   const absl::Status& refusal) {
  if (statement.language == "internal" && !statement.as.empty()) {
    // Another name for a function that everybody may call.
    ASSIGN_OR_RETURN(bool open,
                     Ask(absl::StrCat("SELECT EXISTS (SELECT FROM pg_catalog.pg_proc WHERE oid < "
                                      "16384 AND proacl IS NULL AND prosrc = ",
                                      sql::Literal(statement.as[0]), ")")));
    if (open) return RunInert(sql, search_path, statement.node);
    return Refused(
        refusal, absl::StrCat("No function that every role may call is \"", statement.as[0], "\""));
  }
  if (statement.language == "c" && !statement.as.empty()) {
    return RunOfLibrary(sql, search_path, statement, refusal);
  }
  ASSIGN_OR_RETURN(bool trusted,
                   Ask(absl::StrCat("SELECT EXISTS (SELECT FROM pg_catalog.pg_language WHERE "
                                    "lanpltrusted AND lanname = ",
                                    sql::Literal(statement.language), ")")));
  if (trusted) return RunInert(sql, search_path, statement.node);
  const std::string stubbed = WithoutBody(sql);
  if (stubbed.empty()) return refusal;
  RETURN_IF_ERROR(RunInert(stubbed, search_path, statement.node));
  not_proved_.push_back(absl::StrCat("a routine in ", statement.language,
                                     ", which is not trusted: built without its body"));
  return absl::OkStatus();
}

absl::Status Superuser::RunOfLibrary(const std::string& sql, const std::string& search_path,
                                     const sql::PrivilegedStatement& statement,
                                     const absl::Status& refusal) {
  absl::Status status = refusal;
  absl::string_view why = "a library of no extension that is known to be harmless";
  if (MayInstall(LibraryName(statement.as[0]))) {
    status = RunInert(sql, search_path, statement.node);
    if (status.ok()) return status;
    why = "a library that cannot be loaded here";
  }
  const std::optional<sql::LibraryRoutine> routine = sql::FindLibraryRoutine(sql);
  if (!routine.has_value()) return status;
  RETURN_IF_ERROR(RunInert(WithoutLibrary(sql, *routine), search_path, statement.node));
  not_proved_.push_back(absl::StrCat("routine ", routine->name, " of ", routine->library, ", ", why,
                                     ": built as one that only fails"));
  return absl::OkStatus();
}

absl::Status Superuser::EnsureRole(const std::string& name) {
  if (IsReserved(name)) {
    return absl::PermissionDeniedError(absl::StrCat("role \"", name, "\" cannot be made"));
  }
  // Another database of the same cluster may be faster.
  absl::Status made = connection_.Exec(absl::StrCat("CREATE ROLE ", sql::Ident(name))).status();
  const std::string state = postgres::SqlState(made);
  if (!made.ok() && state != "42710" && state != "23505") return made;
  return connection_.Exec(absl::StrCat("GRANT ", sql::Ident(name), " TO ", sql::Ident(role_)))
      .status();
}

absl::Status Superuser::EnsureTablespace(const std::string& name) {
  if (absl::StartsWith(name, "pg_")) {
    return absl::PermissionDeniedError(absl::StrCat("tablespace \"", name, "\" cannot be made"));
  }
  // In place: a folder below pg_tblspc, of the minor releases of August 2022 and later.
  RETURN_IF_ERROR(connection_.Exec("SET allow_in_place_tablespaces = on").status());
  absl::Status made =
      connection_.Exec(absl::StrCat("CREATE TABLESPACE ", sql::Ident(name), " LOCATION ''"))
          .status();
  const std::string state = postgres::SqlState(made);
  if (!made.ok() && state != "42710" && state != "23505") return made;
  return connection_
      .Exec(absl::StrCat("GRANT CREATE ON TABLESPACE ", sql::Ident(name), " TO PUBLIC"))
      .status();
}

absl::Status Superuser::DropRole(const std::string& name, bool if_exists) {
  ASSIGN_OR_RETURN(
      postgres::Result role,
      connection_.ExecParams("SELECT oid FROM pg_catalog.pg_roles WHERE rolname = $1", {name}));
  if (role.rows() == 0) {
    if (if_exists) return absl::OkStatus();
    return absl::NotFoundError(absl::StrCat("role \"", name, "\" does not exist"));
  }
  // Other databases of the cluster use it too: it only must not be in use here.
  ASSIGN_OR_RETURN(bool used,
                   Ask(absl::StrCat("SELECT EXISTS (SELECT FROM pg_catalog.pg_shdepend s JOIN "
                                    "pg_catalog.pg_database d ON d.oid = s.dbid WHERE d.datname = "
                                    "pg_catalog.current_database() AND s.refclassid = "
                                    "'pg_catalog.pg_authid'::pg_catalog.regclass AND s.refobjid = ",
                                    role.Text(0, 0), ")")));
  if (!used) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("role \"", name, "\" cannot be dropped because some objects depend on it"));
}

// A role is a name here: its attributes, settings and memberships are nobody's business in a
// scratch database, and predefined roles may do too much.
absl::Status Superuser::RunRole(const sql::PrivilegedStatement& statement) {
  switch (statement.kind) {
    case Kind::kCreateRole:
      return EnsureRole(statement.name);
    case Kind::kDropRole:
      for (const std::string& role : statement.roles) {
        RETURN_IF_ERROR(DropRole(role, statement.if_exists));
      }
      return absl::OkStatus();
    case Kind::kGrantRole:
      for (const std::string& role : statement.roles) {
        for (const std::string& member : statement.members) {
          if (IsReserved(role) || IsReserved(member)) continue;
          RETURN_IF_ERROR(
              connection_.Exec(absl::StrCat("GRANT ", sql::Ident(role), " TO ", sql::Ident(member)))
                  .status());
        }
      }
      return absl::OkStatus();
    default:
      return absl::OkStatus();
  }
}

}  // namespace autogen::scratch
