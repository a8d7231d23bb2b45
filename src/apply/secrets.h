// The variables of scripts that stand for secrets, and their values: see src/sql/secret_variable.h.
#ifndef AUTOGEN_APPLY_SECRETS_H_
#define AUTOGEN_APPLY_SECRETS_H_

#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "src/apply/script_run.h"

namespace autogen::apply {

// The names of the scripts' variables.
std::set<std::string> SecretsOf(absl::Span<const ScriptRun> scripts);

// FailedPrecondition names each variable of the scripts that the environment lacks, or has empty,
// and where it stands first.
absl::Status CheckSecrets(absl::Span<const ScriptRun> scripts);

// The statement as it is sent: with the values, quoted. Whatever is shown or recorded is made of
// the statement as it stands in its script.
std::string WithSecretValues(absl::string_view statement);

// A server's words without the values of AUTOGEN_SECRET_* in the environment, and without the words
// of those: a server may quote a part of a connection string.
std::string WithoutSecretValues(absl::string_view message);

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_SECRETS_H_
