// Extensions that are known to reach nothing outside their database.
#ifndef AUTOGEN_SCRATCH_EXTENSIONS_H_
#define AUTOGEN_SCRATCH_EXTENSIONS_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace autogen::scratch {

// Those of PostgreSQL's own distribution (appendix F of its manual) and a few others that reach no
// file, program, server or other session, sorted. dblink, postgres_fdw and file_fdw are not among
// them: they may be installed, but not used (see Superuser).
absl::Span<const absl::string_view> HarmlessExtensions();

}  // namespace autogen::scratch

#endif  // AUTOGEN_SCRATCH_EXTENSIONS_H_
