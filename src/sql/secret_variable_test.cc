#include "src/sql/secret_variable.h"

#include <doctest/doctest.h>

#include "absl/strings/str_cat.h"
#include "src/sql/scan.h"

namespace autogen::sql {
namespace {

TEST_CASE("a variable is a connection string, or the value of a foreign option") {
  const char* const kStatements[] = {
      "CREATE SUBSCRIPTION connection CONNECTION '${AUTOGEN_SECRET_A}' PUBLICATION p",
      "ALTER SUBSCRIPTION s CONNECTION '${AUTOGEN_SECRET_A}'",
      "CREATE SERVER options FOREIGN DATA WRAPPER w OPTIONS (a 'b)', t '${AUTOGEN_SECRET_A}')",
      "ALTER SERVER s OPTIONS (SET t '${AUTOGEN_SECRET_A}', DROP x)",
      "create /* x */ user mapping IF NOT EXISTS FOR PUBLIC SERVER s OPTIONS (p "
      "'${AUTOGEN_SECRET_A}')",
      "ALTER USER MAPPING FOR u SERVER s OPTIONS (ADD p '${AUTOGEN_SECRET_A}')",
      "ALTER FOREIGN DATA WRAPPER w OPTIONS (ADD p '${AUTOGEN_SECRET_A}')",
  };
  for (const char* statement : kStatements) {
    CAPTURE(statement);
    const auto found = FindSecretVariables(statement);
    REQUIRE(found.ok());
    REQUIRE(found->size() == 1);
    CHECK(found->front().name == "AUTOGEN_SECRET_A");
    CHECK(WithPsqlSecrets(statement).find(" :'AUTOGEN_SECRET_A'") != std::string::npos);
    CHECK(WithPsqlSecrets(statement).find("${") == std::string::npos);
  }
}

TEST_CASE("anywhere else, in another form or with another name it is an error") {
  const char* const kStatements[] = {
      "SELECT '${AUTOGEN_SECRET_A}'",
      "SELECT $$x ${AUTOGEN_SECRET_A}$$",
      "SELECT \"${AUTOGEN_SECRET_A}\"",
      "DO $$ BEGIN PERFORM '${AUTOGEN_SECRET_A}'; END $$",
      "CREATE ROLE r PASSWORD '${AUTOGEN_SECRET_A}'",
      "COMMENT ON SUBSCRIPTION s IS '${AUTOGEN_SECRET_A}'",
      "CREATE SUBSCRIPTION s CONNECTION 'password=${AUTOGEN_SECRET_A}' PUBLICATION p",
      "CREATE SUBSCRIPTION s CONNECTION E'${AUTOGEN_SECRET_A}' PUBLICATION p",
      "CREATE SUBSCRIPTION s CONNECTION '${HOME}' PUBLICATION p",
      "CREATE SUBSCRIPTION s CONNECTION '${AUTOGEN_SECRET_}' PUBLICATION p",
      "CREATE SUBSCRIPTION s CONNECTION '${AUTOGEN_SECRET_a}' PUBLICATION p",
      "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (slot_name = "
      "'${AUTOGEN_SECRET_A}')",
      "CREATE SERVER s TYPE '${AUTOGEN_SECRET_A}' FOREIGN DATA WRAPPER w",
      "CREATE SUBSCRIPTION s CONNECTION :'AUTOGEN_SECRET_A' PUBLICATION p",
      "CREATE FOREIGN TABLE t (a int) SERVER s OPTIONS (p '${AUTOGEN_SECRET_A}')",
  };
  for (const char* statement : kStatements) {
    CAPTURE(statement);
    const auto found = FindSecretVariables(statement);
    CHECK(!found.ok());
    CHECK(SyntaxPosition(found.status()) > 0);
    CHECK(WithPsqlSecrets(statement) == statement);
  }
}

TEST_CASE("what looks like another language's variable is text") {
  for (const char* statement :
       {"SELECT '${HOME}', $$ `${x}` $$", "SELECT 1 -- ${AUTOGEN_SECRET_A}",
        "CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (a 'b${c', d '${}')"}) {
    CAPTURE(statement);
    const auto found = FindSecretVariables(statement);
    REQUIRE(found.ok());
    CHECK(found->empty());
  }
}

TEST_CASE("the name for what a model calls otherwise") {
  CHECK(SecretLiteral({"sales", "connection"}) == "'${AUTOGEN_SECRET_SALES_CONNECTION}'");
  CHECK(SecretLiteral({"s", "PUBLIC", "password"}) != SecretLiteral({"s", "public", "password"}));
  CHECK(SecretLiteral({"a-b"}) != SecretLiteral({"a_b"}));
  CHECK(SecretLiteral({"a\"b", "x'}"})
            .find_first_not_of("'${}ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == std::string::npos);
  const std::string statement = absl::StrCat("CREATE SUBSCRIPTION s CONNECTION ",
                                             SecretLiteral({"Ünï", "c"}), " PUBLICATION p");
  REQUIRE(FindSecretVariables(statement).ok());
  CHECK(FindSecretVariables(statement)->size() == 1);
}

}  // namespace
}  // namespace autogen::sql
