// Small texts: nearest names, slugs, plurals, UTF-8 cuts.
#ifndef AUTOGEN_BASE_TEXT_H_
#define AUTOGEN_BASE_TEXT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace autogen {

// The candidate with the least edit distance to `word`, if it is close enough to be a likely typo;
// else "".
std::string Nearest(absl::string_view word, const std::vector<std::string>& candidates);

// Lower case, runs of anything but [a-z0-9] as one "_", at most `length` bytes,
// cut at a word's end where there is one.
std::string Slug(absl::string_view text, size_t length);

// `text` cut to at most `bytes` bytes, never inside a UTF-8 sequence
// (as PostgreSQL's pg_mbcliplen does with identifiers over 63 bytes).
std::string ClipUtf8(absl::string_view text, size_t bytes);

// Of UTF-8: bytes that begin one.
size_t CountCharacters(absl::string_view text);

// What editors of Windows write before UTF-8.
inline constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";
// `text` without a byte order mark at its front.
absl::string_view WithoutByteOrderMark(absl::string_view text);
// Whether the text of a file is UTF-16, by its byte order mark.
bool IsUtf16(absl::string_view text);

// "1 table", "2 tables".
std::string Count(size_t n, absl::string_view noun);

// Every line of `text` with `prefix` before it; empty lines get the prefix without trailing blanks.
std::string Indent(absl::string_view text, absl::string_view prefix);

}  // namespace autogen

#endif  // AUTOGEN_BASE_TEXT_H_
