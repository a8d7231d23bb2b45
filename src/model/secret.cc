#include "src/model/secret.h"

#include <re2/re2.h>

#include "absl/strings/str_cat.h"

namespace autogen::model {

// "key" alone or as a last word (sslkey, api_key, keyfile), but not "primary_key_column" or
// "keyspace".
const char* const kSecretPattern =
    "pass|pwd|secret|token|credential|private|(ssl|api|access|account|shared|auth)_?key|"
    "^key$|_key$|^keyfile$|keytab";

bool IsSecretOption(absl::string_view name) {
  static const RE2* const kPattern = new RE2(absl::StrCat("(?i)", kSecretPattern));
  return RE2::PartialMatch(re2::StringPiece(name.data(), name.size()), *kPattern);
}

}  // namespace autogen::model
