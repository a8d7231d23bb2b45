#include "src/apply/approvals_table.h"

#include "absl/strings/str_cat.h"
#include "src/base/status.h"

namespace autogen::apply {
namespace {

// A schema of its own, and not one that the configuration names: who owns the schema of the version
// table could replace a table in it.
constexpr char kCreate[] = R"sql(
BEGIN;
CREATE SCHEMA IF NOT EXISTS autogen_approvals;
CREATE TABLE IF NOT EXISTS autogen_approvals.approval (
  revision text NOT NULL,
  checksum text NOT NULL,
  hazard text NOT NULL,
  approved_by text NOT NULL,
  reason text NOT NULL,
  role name NOT NULL DEFAULT session_user,
  approved_at timestamptz NOT NULL DEFAULT now()
);
GRANT USAGE ON SCHEMA autogen_approvals TO PUBLIC;
GRANT SELECT ON autogen_approvals.approval TO PUBLIC;
COMMIT)sql";

constexpr char kOwner[] = R"sql(
SELECT o.rolname, c.relkind = 'r' AND (o.rolname = session_user OR o.rolsuper
  OR NOT s.rolsuper AND pg_catalog.pg_has_role(session_user, o.oid, 'MEMBER'))
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_roles o ON o.oid = c.relowner
JOIN pg_catalog.pg_roles s ON s.rolname = session_user
WHERE n.nspname = 'autogen_approvals' AND c.relname = 'approval')sql";

// Every role that the session can become counts, and before PostgreSQL 16 CREATEROLE can become
// nearly any.
constexpr char kJudge[] = R"sql(
SELECT session_user,
  EXISTS (SELECT FROM pg_catalog.pg_roles r
    WHERE pg_catalog.pg_has_role(session_user, r.oid, 'MEMBER') AND (r.rolsuper OR r.rolcreaterole
      OR r.oid IN (c.relowner, n.nspowner)
      OR pg_catalog.has_schema_privilege(r.oid, n.oid, 'CREATE')
      OR pg_catalog.has_any_column_privilege(r.oid, c.oid, 'INSERT, UPDATE')
      OR pg_catalog.has_table_privilege(r.oid, c.oid, 'TRIGGER'))),
  c.relkind = 'r',
  pg_catalog.has_schema_privilege(n.oid, 'USAGE')
    AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'autogen_approvals' AND c.relname = 'approval')sql";

absl::StatusOr<Approvals> Read(postgres::Connection& connection, std::string* problem) {
  Approvals approvals;
  ASSIGN_OR_RETURN(postgres::Result there, connection.Exec(kJudge));
  if (there.rows() == 0) return approvals;
  const std::string role(there.Text(0, 0));
  if (there.Bool(0, 1) || !there.Bool(0, 2)) {
    *problem = absl::StrCat("approvals in the database do not count: role ", role,
                            ", as which scripts run, could write them");
    return approvals;
  }
  if (!there.Bool(0, 3)) {
    *problem = absl::StrCat("approvals in the database: role ", role, " may not read them");
    return approvals;
  }
  ASSIGN_OR_RETURN(
      postgres::Result rows,
      connection.Exec("SELECT revision, checksum, hazard, approved_by || ' (role ' || role || ', ' "
                      "|| date_trunc('second', approved_at) || ')', reason FROM "
                      "autogen_approvals.approval ORDER BY approved_at"));
  for (int row = 0; row < rows.rows(); ++row) {
    Approvals::Approval& approval = *approvals.add_approval();
    approval.set_revision(std::string(rows.Text(row, 0)));
    approval.set_checksum(std::string(rows.Text(row, 1)));
    approval.add_hazard(std::string(rows.Text(row, 2)));
    approval.set_by(std::string(rows.Text(row, 3)));
    approval.set_reason(std::string(rows.Text(row, 4)));
  }
  return approvals;
}

}  // namespace

absl::Status WriteApprovals(postgres::Connection& connection, const Approvals& approvals) {
  RETURN_IF_ERROR(connection.Exec("SET search_path = pg_catalog").status());
  ASSIGN_OR_RETURN(postgres::Result there, connection.Exec(kOwner));
  if (there.rows() > 0 && !there.Bool(0, 1)) {
    return absl::FailedPreconditionError(absl::StrCat(
        "nothing was approved: autogen_approvals.approval belongs to role ", there.Text(0, 0),
        ", whose triggers would run as yours; approve as that role, or as a member of it that is "
        "no superuser"));
  }
  if (there.rows() == 0) {
    RETURN_IF_ERROR(Annotate(connection.Exec(kCreate).status(), "creating autogen_approvals"));
  }
  for (const Approvals::Approval& approval : approvals.approval()) {
    for (const std::string& hazard : approval.hazard()) {
      RETURN_IF_ERROR(connection
                          .ExecParams("INSERT INTO autogen_approvals.approval (revision, checksum, "
                                      "hazard, approved_by, reason) VALUES ($1, $2, $3, $4, $5)",
                                      {approval.revision(), approval.checksum(), hazard,
                                       approval.by(), approval.reason()})
                          .status());
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Approvals> ReadApprovals(postgres::Connection& connection, std::string* problem) {
  // An earlier script may have left a default search path with operators of its own.
  RETURN_IF_ERROR(
      connection.Exec("BEGIN TRANSACTION READ ONLY; SET LOCAL search_path = pg_catalog").status());
  absl::StatusOr<Approvals> approvals = Read(connection, problem);
  RETURN_IF_ERROR(connection.Exec("ROLLBACK").status());
  return approvals;
}

}  // namespace autogen::apply
