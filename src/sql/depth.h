// How deep the parse tree of a text can be. libpg_query, and all that walks its trees, calls itself
// once for each level without looking at the stack.
#ifndef AUTOGEN_SQL_DEPTH_H_
#define AUTOGEN_SQL_DEPTH_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "src/sql/scan.h"

namespace autogen::sql {

// A thread's stack of 8 MB holds several times as much, and people write less: a thousand operators
// in a row, or brackets in one another.
inline constexpr size_t kMaxDepth = 1000;

// InvalidArgument with SyntaxPosition() where the tree of `text` might be deeper than kMaxDepth.
// The bound is made of tokens, whether or not they are SQL: in each bracket the longest run of
// operators and keywords between two commas, ANDs or ORs (those are lists in the tree), and all
// joins and set operations. What Scan() refuses is OK here: the parser refuses it too.
absl::Status CheckDepth(absl::string_view text);
absl::Status CheckDepth(absl::string_view text, absl::Span<const Token> tokens);

}  // namespace autogen::sql

#endif  // AUTOGEN_SQL_DEPTH_H_
