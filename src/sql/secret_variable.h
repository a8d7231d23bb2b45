// Secrets in scripts: variables in their place.
#ifndef AUTOGEN_SQL_SECRET_VARIABLE_H_
#define AUTOGEN_SQL_SECRET_VARIABLE_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace autogen::sql {

// What the name of every such variable begins with: nothing else of an environment can be named.
inline constexpr absl::string_view kSecretPrefix = "AUTOGEN_SECRET_";

// '${AUTOGEN_SECRET_NAME}': a whole plain literal.
struct SecretVariable {
  std::string name;
  // Bytes [start, end) of the statement: the literal with its quotes.
  size_t start = 0;
  size_t end = 0;
};

// The variables of one statement, in order. They may be the connection string of a subscription,
// and values among the OPTIONS of a foreign-data wrapper, a server or a user mapping; the name is
// AUTOGEN_SECRET_ and capital letters, digits and underscores. InvalidArgument where one stands
// elsewhere (in a function's body, too), is a part of a literal, or has another name.
absl::StatusOr<std::vector<SecretVariable>> FindSecretVariables(absl::string_view statement);

// The statement with `literal(name)` in the place of each variable; as it is where
// FindSecretVariables() fails.
std::string WithSecretVariables(absl::string_view statement,
                                const std::function<std::string(const std::string& name)>& literal);

// For psql: :'AUTOGEN_SECRET_NAME'.
std::string WithPsqlSecrets(absl::string_view statement);

// "'${AUTOGEN_SECRET_SALES_PASSWORD}'" for {"sales", "password"}: the words in capitals, every
// other character as an underscore. Where that makes other words the same, the end of a checksum
// keeps them apart.
std::string SecretLiteral(const std::vector<std::string>& words);

}  // namespace autogen::sql

#endif  // AUTOGEN_SQL_SECRET_VARIABLE_H_
