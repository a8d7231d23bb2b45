#include "src/sqlite/cursor.h"

namespace autogen::sqlite {

const Token Cursor::kEnd;

std::vector<absl::Span<const Token>> SplitList(absl::Span<const Token> tokens) {
  std::vector<absl::Span<const Token>> parts;
  int depth = 0;
  size_t begin = 0;
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].Is("(")) ++depth;
    if (tokens[i].Is(")")) --depth;
    if (depth > 0 || !tokens[i].Is(",")) continue;
    parts.push_back(tokens.subspan(begin, i - begin));
    begin = i + 1;
  }
  if (!tokens.empty()) parts.push_back(tokens.subspan(begin));
  return parts;
}

}  // namespace autogen::sqlite
