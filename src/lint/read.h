// Files of SQL into what lint judges.
#ifndef AUTOGEN_LINT_READ_H_
#define AUTOGEN_LINT_READ_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "src/impact/dialect.h"
#include "src/lint/script.h"
#include "src/report/finding.h"

namespace autogen::lint {

struct ReadOptions {
  // Whoever runs a file without a header does so in one transaction.
  bool in_transaction = false;
  // Scripts that run before it and after what is in use: what they create is new, too.
  std::vector<const Script*> pending;
};

// `text` is a script (its upgrade is judged), or any file for the engine's shell. What cannot be
// read becomes a finding of the rule "syntax" in `problems`, with its place; everything else is
// judged anyway.
Script Read(absl::string_view text, const std::string& path, const impact::Dialect& dialect,
            const ReadOptions& options, std::vector<report::Finding>* problems);

// What somebody else says of the text, "path:3:14: message" or with less of a place.
report::Finding SyntaxFinding(absl::string_view text, const std::string& path,
                              absl::string_view message);

}  // namespace autogen::lint

#endif  // AUTOGEN_LINT_READ_H_
