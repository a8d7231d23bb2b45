#include "src/sql/privileged.h"

#include "doctest/doctest.h"

namespace autogen::sql {
namespace {

using Kind = PrivilegedStatement::Kind;

Kind KindOf(absl::string_view sql) { return ClassifyPrivileged(sql).kind; }

TEST_CASE("what only writes catalogs may run as it stands") {
  for (const char* sql :
       {"CREATE CAST (public.a AS public.b) WITHOUT FUNCTION",
        "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION public.f()",
        "CREATE TYPE public.b (INPUT = public.f, OUTPUT = public.g)",
        "CREATE PUBLICATION p FOR ALL TABLES", "ALTER TABLE public.t OWNER TO app",
        "ALTER FUNCTION public.f() LEAKPROOF", "COMMENT ON EXTENSION hstore IS 'x'",
        "CREATE AGGREGATE public.a (int) (sfunc = public.f, stype = internal)",
        "CREATE OPERATOR CLASS public.c FOR TYPE int USING btree AS OPERATOR 1 <"}) {
    CAPTURE(sql);
    CHECK(KindOf(sql) == Kind::kAsItStands);
  }
}

TEST_CASE("what runs code of others never does") {
  for (const char* sql :
       {"CREATE MATERIALIZED VIEW public.m AS SELECT public.f()",
        "SELECT public.f()",
        "DO $$begin end$$",
        "CALL public.p()",
        "CREATE INDEX i ON public.t (public.f(a))",
        "ALTER TABLE public.t ALTER COLUMN a SET DEFAULT public.f()",
        "ALTER TABLE public.t OWNER TO app, ADD COLUMN b int DEFAULT public.f()",
        "CREATE TABLE public.t (a int)",
        "INSERT INTO public.t VALUES (1)",
        "CREATE AGGREGATE public.a (int) (sfunc = public.f, stype = public.d, initcond = '1')",
        "CREATE PUBLICATION p FOR TABLE public.t WHERE (public.f(a))",
        "ALTER FUNCTION public.f() OWNER TO CURRENT_USER",
        "ALTER TYPE public.t OWNER TO SESSION_USER",
        "CREATE FUNCTION public.f() RETURNS int BEGIN ATOMIC SELECT 1; END",
        "CREATE TABLE public.p PARTITION OF public.t FOR VALUES FROM (public.f()) TO (3)",
        "REFRESH MATERIALIZED VIEW public.m",
        "DROP OWNED BY app",
        "COPY public.t FROM PROGRAM 'x'",
        "ALTER SYSTEM SET port = 1",
        "not SQL at all",
        "CREATE CAST (a AS b) WITHOUT FUNCTION; SELECT 1"}) {
    CAPTURE(sql);
    CHECK(KindOf(sql) == Kind::kNever);
  }
}

TEST_CASE("roles, extensions and routines are distinguished") {
  CHECK(KindOf("CREATE USER a PASSWORD 'x' SUPERUSER") == Kind::kCreateRole);
  CHECK(KindOf("ALTER ROLE a SUPERUSER") == Kind::kAlterRole);
  CHECK(KindOf("ALTER ROLE a SET work_mem = '1MB'") == Kind::kAlterRole);
  PrivilegedStatement drop = ClassifyPrivileged("DROP ROLE IF EXISTS a, b");
  CHECK(drop.kind == Kind::kDropRole);
  CHECK(drop.if_exists);
  CHECK(drop.roles == std::vector<std::string>{"a", "b"});
  PrivilegedStatement grant = ClassifyPrivileged("GRANT pg_execute_server_program, a TO b, c");
  CHECK(grant.kind == Kind::kGrantRole);
  CHECK(grant.roles == std::vector<std::string>{"pg_execute_server_program", "a"});
  CHECK(grant.members == std::vector<std::string>{"b", "c"});
  CHECK(KindOf("REVOKE a FROM b") == Kind::kRevokeRole);
  CHECK(ClassifyPrivileged("CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\"").name == "uuid-ossp");
  PrivilegedStatement routine =
      ClassifyPrivileged("CREATE FUNCTION public.f() RETURNS int LANGUAGE C AS '$libdir/x', 'y'");
  CHECK(routine.kind == Kind::kRoutine);
  CHECK(routine.language == "c");
  CHECK(routine.as == std::vector<std::string>{"$libdir/x", "y"});
  CHECK(ClassifyPrivileged("CREATE FOREIGN DATA WRAPPER w VALIDATOR public.v").functions ==
        std::vector<std::string>{"public.v"});
}

TEST_CASE("roles are found wherever they stand") {
  using Names = std::vector<std::string>;
  CHECK(RolesIn("GRANT SELECT ON t TO a, \"B c\", PUBLIC") == Names{"a", "B c"});
  CHECK(RolesIn("ALTER TABLE t OWNER TO a") == Names{"a"});
  CHECK(RolesIn("CREATE POLICY p ON t TO a, CURRENT_USER") == Names{"a"});
  CHECK(RolesIn("CREATE USER MAPPING FOR a SERVER s OPTIONS (user 'b')") == Names{"a"});
  CHECK(RolesIn("ALTER DEFAULT PRIVILEGES FOR ROLE a GRANT SELECT ON TABLES TO b") ==
        Names{"b", "a"});
  CHECK(RolesIn("CREATE SCHEMA s AUTHORIZATION a") == Names{"a"});
  CHECK(RolesIn("SELECT 1") == Names{});
  CHECK(TablespacesIn("CREATE TABLE t (a int PRIMARY KEY USING INDEX TABLESPACE x) TABLESPACE y") ==
        Names{"x", "y"});
  CHECK(TablespacesIn("CREATE INDEX i ON t (a) TABLESPACE x") == Names{"x"});
  CHECK(TablespacesIn("CREATE MATERIALIZED VIEW m TABLESPACE x AS SELECT 1") == Names{"x"});
  CHECK(TablespacesIn("ALTER TABLE t SET TABLESPACE x") == Names{"x"});
  CHECK(TablespacesIn("CREATE TABLE t (a int)") == Names{});
}

}  // namespace
}  // namespace autogen::sql
