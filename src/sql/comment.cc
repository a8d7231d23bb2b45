#include "src/sql/comment.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "src/base/printable.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/sql/statement.h"

namespace autogen::sql {
namespace {

constexpr absl::string_view kDirective = "autogen:";
constexpr size_t kShown = 120;

std::string Shown(absl::string_view text) {
  std::string line = Printable(text, Lines::kOne);
  return line.size() <= kShown ? line : absl::StrCat(ClipUtf8(line, kShown), "…");
}

}  // namespace

std::string CommentText(absl::string_view text) {
  std::string line = Printable(text, Lines::kOne);
  const size_t start = line.find_first_not_of(' ');
  if (start != std::string::npos &&
      absl::StartsWith(absl::string_view(line).substr(start), kDirective)) {
    line.insert(start, 1, '\\');
  }
  return line;
}

std::string Comment(absl::string_view text) { return absl::StrCat("-- ", CommentText(text), "\n"); }

std::string Directive(absl::string_view name, absl::Span<const std::string> words) {
  std::string line = absl::StrCat("-- ", kDirective, " ", name);
  for (absl::string_view word : words) {
    line.append(" \"");
    while (!word.empty()) {
      const Utf8Char c = FirstChar(word);
      // "##" begins a command for some readers of logs.
      const bool plain = c.valid && IsPrintable(c.code) && !absl::StartsWith(word, "##");
      if (c.code == '\n') {
        line.append("\\n");
      } else if (plain) {
        if (c.code == '"' || c.code == '\\') line.push_back('\\');
        absl::StrAppend(&line, word.substr(0, c.bytes));
      } else {
        for (char byte : word.substr(0, c.bytes)) {
          absl::StrAppendFormat(&line, "\\x%02x", static_cast<unsigned char>(byte));
        }
      }
      word.remove_prefix(c.bytes);
    }
    line.push_back('"');
  }
  return line;
}

std::optional<std::string> TakeDirectiveWord(absl::string_view& text) {
  if (text.empty() || text.front() != '"') return std::nullopt;
  std::string word;
  size_t i = 1;
  for (; i < text.size() && text[i] != '"'; ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      word.push_back(text[i]);
      continue;
    }
    ++i;
    if (text[i] == 'n') {
      word.push_back('\n');
    } else if (text[i] == 'x' && i + 2 < text.size() && absl::ascii_isxdigit(text[i + 1]) &&
               absl::ascii_isxdigit(text[i + 2])) {
      word.append(absl::HexStringToBytes(text.substr(i + 1, 2)));
      i += 2;
    } else {
      word.push_back(text[i]);
    }
  }
  if (i >= text.size()) return std::nullopt;
  text = absl::StripLeadingAsciiWhitespace(text.substr(i + 1));
  return word;
}

absl::Status CheckSame(absl::string_view what, absl::Span<const std::string> found,
                       absl::Span<const std::string> wanted) {
  for (size_t i = 0; i < std::max(found.size(), wanted.size()); ++i) {
    if (i < found.size() && i < wanted.size() && found[i] == wanted[i]) continue;
    if (i >= wanted.size()) {
      return absl::InvalidArgumentError(
          absl::StrCat("an unexpected ", what, " is in it: \"", Shown(found[i]), "\""));
    }
    if (i >= found.size()) {
      return absl::InvalidArgumentError(
          absl::StrCat("a ", what, " is missing from it: \"", Shown(wanted[i]), "\""));
    }
    return absl::InvalidArgumentError(absl::StrCat("the ", what, " \"", Shown(found[i]),
                                                   "\" is in it, where \"", Shown(wanted[i]),
                                                   "\" was expected"));
  }
  return absl::OkStatus();
}

std::vector<std::string> DirectivesAmong(absl::Span<const Token> tokens) {
  std::vector<std::string> lines;
  for (const Token& token : tokens) {
    if (!token.IsLineComment()) continue;
    const absl::string_view text = absl::StripLeadingAsciiWhitespace(token.text.substr(2));
    if (absl::StartsWith(text, kDirective)) lines.emplace_back(token.text);
  }
  return lines;
}

absl::Status CheckHolds(absl::string_view script, absl::Span<const std::string> statements,
                        absl::Span<const std::string> directives) {
  ASSIGN_OR_RETURN(std::vector<Statement> split, SplitStatements(script));
  std::vector<std::string> texts;
  for (Statement& statement : split) texts.push_back(std::move(statement.text));
  RETURN_IF_ERROR(CheckSame("statement", texts, statements));
  ASSIGN_OR_RETURN(const std::vector<Token> tokens, Scan(script));
  return CheckSame("directive", DirectivesAmong(tokens), directives);
}

}  // namespace autogen::sql
