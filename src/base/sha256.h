// SHA-256 (FIPS 180-4): the checksums of scripts.
#ifndef AUTOGEN_BASE_SHA256_H_
#define AUTOGEN_BASE_SHA256_H_

#include <string>

#include "absl/strings/string_view.h"

namespace autogen {

// In lower-case hexadecimal: 64 characters.
std::string Sha256Hex(absl::string_view data);

}  // namespace autogen

#endif  // AUTOGEN_BASE_SHA256_H_
