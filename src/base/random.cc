#include "src/base/random.h"

#include <sys/random.h>

#include "absl/strings/escaping.h"

namespace autogen {

std::string RandomHex(size_t bytes) {
  std::string random(bytes, '\0');
  size_t got = 0;
  while (got < bytes) {
    const ssize_t n = getrandom(random.data() + got, bytes - got, 0);
    if (n > 0) got += static_cast<size_t>(n);
  }
  return absl::BytesToHexString(random);
}

}  // namespace autogen
