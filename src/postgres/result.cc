#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "src/postgres/connection.h"

namespace autogen::postgres {

int64_t Result::Int(int row, int column) const {
  int64_t value = 0;
  return absl::SimpleAtoi(Text(row, column), &value) ? value : 0;
}

int64_t Result::affected() const {
  int64_t value = 0;
  return result_ != nullptr && absl::SimpleAtoi(PQcmdTuples(result_.get()), &value) ? value : 0;
}

// The output syntax of a one-dimensional array: manual, section 8.15.6.
std::vector<std::string> Result::Array(int row, int column) const {
  std::vector<std::string> elements;
  absl::string_view text = Text(row, column);
  // Bounds, where they are not from 1: "[0:2]={…}".
  if (absl::StartsWith(text, "[")) text.remove_prefix(text.find('=') + 1);
  if (text.size() < 2 || text.front() != '{') return elements;
  text = text.substr(1, text.size() - 2);
  size_t i = 0;
  while (i < text.size()) {
    std::string element;
    if (text[i] == '"') {
      for (++i; i < text.size() && text[i] != '"'; ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) ++i;
        element += text[i];
      }
      ++i;
    } else {
      size_t start = i;
      while (i < text.size() && text[i] != ',') ++i;
      element = std::string(text.substr(start, i - start));
      if (element == "NULL") element.clear();
    }
    elements.push_back(std::move(element));
    if (i < text.size()) ++i;  // the comma
  }
  return elements;
}

}  // namespace autogen::postgres
