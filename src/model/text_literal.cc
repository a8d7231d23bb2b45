#include "src/model/text_literal.h"

namespace autogen::model {

std::string TextLiteral(absl::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  out.push_back('"');
  for (char c : text) {
    unsigned char byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (byte >= 0x20 && byte != 0x7F) {
      out.push_back(c);
    } else if (c == '\n') {
      out.append("\\n");
    } else if (c == '\t') {
      out.append("\\t");
    } else if (c == '\r') {
      out.append("\\r");
    } else {
      out.push_back('\\');
      for (int shift : {6, 3, 0}) out.push_back(static_cast<char>('0' + ((byte >> shift) & 7)));
    }
  }
  out.push_back('"');
  return out;
}

std::vector<std::string> TextLiterals(absl::string_view text) {
  std::vector<std::string> literals;
  size_t start = 0;
  do {
    size_t end = text.find('\n', start);
    end = end == absl::string_view::npos ? text.size() : end + 1;
    literals.push_back(TextLiteral(text.substr(start, end - start)));
    start = end;
  } while (start < text.size());
  return literals;
}

}  // namespace autogen::model
