#include "src/sql/mask.h"

#include "absl/strings/match.h"
#include "doctest/doctest.h"

namespace autogen::sql {
namespace {

TEST_CASE("secrets are masked where they stand, all else is as written") {
  struct Row {
    const char* statement;
    const char* masked;
  };
  const Row rows[] = {
      {"CREATE ROLE a LOGIN PASSWORD 's3cret' VALID UNTIL '2030-01-01'",
       "CREATE ROLE a LOGIN PASSWORD '***' VALID UNTIL '2030-01-01'"},
      {"ALTER USER a ENCRYPTED PASSWORD E's3c\\'ret'", "ALTER USER a ENCRYPTED PASSWORD '***'"},
      {"ALTER ROLE a PASSWORD NULL VALID UNTIL 'x'", "ALTER ROLE a PASSWORD NULL VALID UNTIL 'x'"},
      {"ALTER ROLE a PASSWORD 's3c'\n'ret'", "ALTER ROLE a PASSWORD '***'"},
      {"CREATE SUBSCRIPTION s CONNECTION 'host=h password=s3cret' PUBLICATION p",
       "CREATE SUBSCRIPTION s CONNECTION '***' PUBLICATION p"},
      {"ALTER SUBSCRIPTION s /* é */ CONNECTION 's3cret'",
       "ALTER SUBSCRIPTION s /* é */ CONNECTION '***'"},
      {"CREATE USER MAPPING FOR a SERVER s OPTIONS (user 'u', password 's3cret', passkey 's3')",
       "CREATE USER MAPPING FOR a SERVER s OPTIONS (user 'u', password '***', passkey '***')"},
      {"ALTER USER MAPPING FOR a SERVER s OPTIONS (SET \"password\" 's3cret', DROP user)",
       "ALTER USER MAPPING FOR a SERVER s OPTIONS (SET \"password\" '***', DROP user)"},
      {"CREATE SERVER s FOREIGN DATA WRAPPER f OPTIONS (host 'h', api_key 's3cret')",
       "CREATE SERVER s FOREIGN DATA WRAPPER f OPTIONS (host 'h', api_key '***')"},
      {"ALTER SYSTEM SET primary_conninfo = 'host=h password=s3cret'",
       "ALTER SYSTEM SET primary_conninfo = '***'"},
      {"ALTER SYSTEM SET ssl_passphrase_command = 's3cret'",
       "ALTER SYSTEM SET ssl_passphrase_command = '***'"},
      {"SET app.jwt_secret TO s3cret, 's3'", "SET app.jwt_secret TO '***', '***'"},
      {"ALTER ROLE a SET app.token = 's3cret'", "ALTER ROLE a SET app.token = '***'"},
      {"ALTER DATABASE d SET app.token = 's3cret'", "ALTER DATABASE d SET app.token = '***'"},
      {"SELECT set_config('app.secret', 's3cret', false), 'seen'",
       "SELECT set_config('app.secret', '***', false), 'seen'"},
      {"SELECT * FROM dblink('host=h password = s3cret', 'SELECT 1') AS t(a int)",
       "SELECT * FROM dblink('***', 'SELECT 1') AS t(a int)"},
      {"SELECT dblink_connect('c', 'postgresql://u:s3cret@h/d')",
       "SELECT dblink_connect('c', '***')"},
      {"UPDATE u SET hash = crypt('s3cret', gen_salt('bf'))",
       "UPDATE u SET hash = crypt('***', gen_salt('bf'))"},
      {"SELECT pgp_sym_encrypt(x, 's3cret'::text) FROM t",
       "SELECT pgp_sym_encrypt(x, '***'::text) FROM t"},
      {"DO $x$ BEGIN EXECUTE 'ALTER ROLE a PASSWORD ''s3cret'''; END $x$",
       "DO $x$ BEGIN EXECUTE '***'; END $x$"},
      {"DO 'BEGIN ALTER ROLE a PASSWORD ''s3cret''; END'", "DO '***'"},
      {"CREATE TABLE t (password text DEFAULT 'x', token text)",
       "CREATE TABLE t (password text DEFAULT 'x', token text)"},
      {"INSERT INTO t VALUES ('token', 'see https://example.com')",
       "INSERT INTO t VALUES ('token', 'see https://example.com')"},
      {"SELECT 'no words here'", "SELECT 'no words here'"},
      // What does not parse.
      {"ALTER ROLE a PASSWRD 's3cret'", "ALTER ROLE a PASSWRD '***'"},
      {"ALTER ROLE a PASSWORD s3cret VALID", "ALTER ROLE a PASSWORD *** VALID"},
      {"CREATE SUBSCRIPTION s CONECTION 'x' CONNECTION $a$s3cret$a$ 'it''s'",
       "CREATE SUBSCRIPTION s CONECTION '***' CONNECTION $a$***$a$ '***'"},
      {"ALTER ROLE a PASSWORD 's3cret", "ALTER ROLE a PASSWORD '***'"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.statement);
    CHECK(Masked(row.statement) == row.masked);
  }
}

TEST_CASE("a server's message does not repeat them") {
  struct Row {
    const char* message;
    const char* statement;
    const char* masked;
  };
  const Row rows[] = {
      {"syntax error at or near \"s3cret\"", "ALTER ROLE a PASSWORD s3cret",
       "syntax error at or near \"***\""},
      {"syntax error at or near \"tabel\"", "CREATE tabel x", "syntax error at or near \"tabel\""},
      {"invalid connection string syntax: missing \"=\" after \"s3cret\" in connection info string",
       "ALTER SUBSCRIPTION s CONNECTION 's3cret'",
       "invalid connection string syntax: missing \"=\" after \"***\" in connection info string"},
      {"SQL statement \"ALTER ROLE a PASSWORD 's3cret'\"\nPL/pgSQL function f() line 1",
       "SELECT f()", "SQL statement \"ALTER ROLE a PASSWORD '***'\"\nPL/pgSQL function f() line 1"},
      {"Target server's authentication method must be changed or password_required=false set",
       "SELECT 1",
       "Target server's authentication method must be changed or password_required=false set"},
      {"SQL statement \"ALTER ROLE a PASSWORD's'\"", "SELECT f()",
       "SQL statement \"ALTER ROLE a PASSWORD'***'\""},
      {"relation \"t\" doesn't exist", "SELECT 'a' FROM t", "relation \"t\" doesn't exist"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.message);
    CHECK(MaskedMessage(row.message, row.statement) == row.masked);
  }
}

TEST_CASE("of a secret that is a part of another nothing is left") {
  const char* statement = "ALTER USER MAPPING FOR u SERVER s OPTIONS (a 'abcd', b 'abcdefgh')";
  CHECK(MaskedMessage("no such key: abcdefgh, abcd", statement) == "no such key: ***, ***");
}

TEST_CASE("every subscription of a text is masked") {
  CHECK(
      Masked("CREATE SUBSCRIPTION a CONNECTION 'x' PUBLICATION p; CREATE SUBSCRIPTION b CONNECTION "
             "'y' PUBLICATION p") ==
      "CREATE SUBSCRIPTION a CONNECTION '***' PUBLICATION p; CREATE SUBSCRIPTION b CONNECTION "
      "'***' PUBLICATION p");
}

}  // namespace
}  // namespace autogen::sql
