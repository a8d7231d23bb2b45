// Which options of foreign data hold a secret.
#ifndef AUTOGEN_MODEL_SECRET_H_
#define AUTOGEN_MODEL_SECRET_H_

#include "absl/strings/string_view.h"

namespace autogen::model {

// A regular expression, for RE2 and for PostgreSQL's ~* alike: option names in which it matches
// suggest a secret.
extern const char* const kSecretPattern;

// The option's name suggests a secret: it is never read, written or compared.
bool IsSecretOption(absl::string_view name);

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_SECRET_H_
