#include "src/report/markdown_text.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "src/base/printable.h"

namespace autogen::report::markdown {
namespace {

// An empty comment between a sign and its name: what is rendered stays the same, and neither a
// mention nor a link is found in it.
constexpr char kApart[] = "<!-- -->";

size_t LongestRun(absl::string_view text, char c) {
  size_t longest = 0, run = 0;
  for (const char one : text) {
    run = one == c ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

// What names a person, an issue, a merge request, a label or a page.
bool IsReference(absl::string_view text, size_t i) {
  const absl::string_view rest = text.substr(i + 1);
  const bool before_name = !rest.empty() && (absl::ascii_isalnum(rest[0]) || rest[0] == '"');
  switch (text[i]) {
    case '@':
    case '#':
    case '!':
    case '%':
    case '~':
    case '&':
      return before_name;
    case ':':
      return absl::StartsWith(rest, "//") || before_name;
    case 'w':
    case 'W':
      return i >= 2 && absl::StartsWith(rest, ".") &&
             absl::EqualsIgnoreCase(text.substr(i - 2, 2), "ww");
    default:
      return false;
  }
}

}  // namespace

std::string Text(absl::string_view text) {
  const std::string visible = Visible(text, Lines::kOne);
  std::string out;
  for (size_t i = 0; i < visible.size(); ++i) {
    const char c = visible[i];
    if (c == '&') {
      out.append("&amp;");
    } else if (c == '<') {
      out.append("&lt;");
    } else if (c == '>') {
      out.append("&gt;");
    } else if (c == '|') {  // a backslash before it may be one of the text
      out.append("&#124;");
    } else if (c == '$') {  // a formula
      out.append("<span>$</span>");
    } else {
      if (absl::StrContains("\\`*_[]~!#", absl::string_view(&c, 1))) out.push_back('\\');
      out.push_back(c);
    }
    if (IsReference(visible, i)) out.append(kApart);
  }
  return out;
}

std::string Code(absl::string_view text, bool cell) {
  const std::string shown = Visible(text, Lines::kOne);
  if (shown.empty()) return "";
  // A bar would end the cell within the code; behind a backslash of the text even an escaped one.
  if (cell && absl::StrContains(shown, "|")) return absl::StrCat("<code>", Text(text), "</code>");
  const std::string fence(LongestRun(shown, '`') + 1, '`');
  // One blank at each end is dropped again, where there is one at both.
  const bool padded =
      shown.front() == '`' || shown.back() == '`' || (shown.front() == ' ' && shown.back() == ' ');
  const char* pad = padded ? " " : "";
  return absl::StrCat(fence, pad, shown, pad, fence);
}

std::string Block(absl::string_view text, absl::string_view language) {
  const std::string shown = Visible(text, Lines::kMany);
  const std::string fence(std::max<size_t>(LongestRun(shown, '`') + 1, 3), '`');
  return absl::StrCat(fence, language, "\n", absl::StripSuffix(shown, "\n"), "\n", fence, "\n");
}

std::string Html(absl::string_view text) {
  const std::string visible = Visible(text, Lines::kOne);
  std::string out;
  for (size_t i = 0; i < visible.size(); ++i) {
    const absl::string_view c(&visible[i], 1);
    absl::StrAppend(
        &out,
        absl::StrReplaceAll(
            c, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}}));
    if (IsReference(visible, i)) out.append(kApart);
  }
  return out;
}

std::string Details(absl::string_view summary, absl::string_view body) {
  return absl::StrCat("<details><summary>", summary, "</summary>\n\n",
                      absl::StripSuffix(body, "\n"), "\n\n</details>\n");
}

}  // namespace autogen::report::markdown
