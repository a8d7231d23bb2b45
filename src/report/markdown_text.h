// Texts of others (names, messages, SQL) as GitHub's and GitLab's Markdown: shown as they are, with
// no markup of their own, no mention of a person and no link.
#ifndef AUTOGEN_REPORT_MARKDOWN_TEXT_H_
#define AUTOGEN_REPORT_MARKDOWN_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace autogen::report::markdown {

// Within a line, in a table's cell as well. Line ends stand as \n.
std::string Text(absl::string_view text);
// `text` as code, in a line and, with `cell`, in a table's cell.
std::string Code(absl::string_view text, bool cell = false);
// A fenced block; ends with a newline.
std::string Block(absl::string_view text, absl::string_view language);
// For a line of HTML, as a <summary> is.
std::string Html(absl::string_view text);

// `body` folded away below `summary`, which is HTML.
std::string Details(absl::string_view summary, absl::string_view body);

}  // namespace autogen::report::markdown

#endif  // AUTOGEN_REPORT_MARKDOWN_TEXT_H_
