// The built-in layout of a script: templates/script.sql.mustache.
#ifndef AUTOGEN_REVISION_TEMPLATE_H_
#define AUTOGEN_REVISION_TEMPLATE_H_

#include "absl/strings/string_view.h"

namespace autogen::revision {

absl::string_view DefaultTemplate();

}  // namespace autogen::revision

#endif  // AUTOGEN_REVISION_TEMPLATE_H_
