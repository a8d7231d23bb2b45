#include "src/sql/statement.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/sql/scan.h"

namespace autogen::sql {
namespace {

// "line 3:14", as SplitStatements() says where the scanner stopped.
std::string PlaceOf(absl::string_view text, int character) {
  int line = 1, column = 1;
  for (char c : text) {
    if ((static_cast<unsigned char>(c) & 0xC0) == 0x80) continue;
    if (--character == 0) break;
    column = c == '\n' ? 1 : column + 1;
    line += c == '\n';
  }
  return absl::StrCat("line ", line, ":", column);
}

int LineAt(absl::string_view text, size_t byte) {
  return 1 + static_cast<int>(std::count(text.begin(), text.begin() + byte, '\n'));
}

// Knows where a semicolon ends a statement: outside brackets and outside BEGIN ATOMIC … END, which
// only CREATE FUNCTION and CREATE PROCEDURE have. The same rules as psql's (psqlscan.l).
class Nesting {
 public:
  void Add(const Token& token) {
    if (first_words_.size() < 4) first_words_.push_back(token.word);
    if (token.IsChar('(') || token.IsChar('[')) ++brackets_;
    if ((token.IsChar(')') || token.IsChar(']')) && brackets_ > 0) --brackets_;
    if (brackets_ == 0 && IsRoutine() && !after_name_) {
      if (token.Is("begin") || (token.Is("case") && blocks_ > 0)) ++blocks_;
      if (token.Is("end") && blocks_ > 0) --blocks_;
    }
    after_name_ = token.IsChar('.') || token.Is("as");
  }
  bool AtTop() const { return brackets_ == 0 && blocks_ == 0; }

 private:
  bool IsRoutine() const {
    const size_t n = first_words_.size();
    if (n < 2 || first_words_[0] != "create") return false;
    const size_t at = first_words_[1] == "or" ? 3 : 1;
    return at < n && (first_words_[at] == "function" || first_words_[at] == "procedure");
  }
  std::vector<std::string> first_words_;
  int brackets_ = 0;
  int blocks_ = 0;
  bool after_name_ = false;
};

// COPY … FROM stdin, COPY … TO stdout: psql feeds and prints the rows, nobody would here.
bool CopiesClient(const std::vector<Token>& tokens, size_t begin, size_t end) {
  if (!tokens[begin].Is("copy")) return false;
  const Token* before = &tokens[begin];
  int brackets = 0;
  for (size_t i = begin + 1; i < end; ++i) {
    const Token& token = tokens[i];
    if (token.kind == Token::Kind::kComment) continue;
    if (token.IsChar('(')) ++brackets;
    if (token.IsChar(')')) --brackets;
    const bool client = token.Is("stdin") || token.Is("stdout");
    if (client && brackets == 0 && (before->Is("from") || before->Is("to"))) return true;
    before = &token;
  }
  return false;
}

// Starts of the comments before tokens[statement]: each on a line of its own, with no empty line
// between.
size_t CommentStart(absl::string_view script, const std::vector<Token>& tokens, size_t statement,
                    size_t previous_end) {
  size_t start = tokens[statement].start;
  // A comment behind a semicolon on its line belongs to the statement before.
  const size_t own = previous_end == 0 ? 0 : script.substr(0, start).find('\n', previous_end);
  for (size_t i = statement; i-- > 0;) {
    const Token& token = tokens[i];
    if (token.kind != Token::Kind::kComment || token.start < previous_end) break;
    const absl::string_view gap = script.substr(token.end, start - token.end);
    if (std::count(gap.begin(), gap.end(), '\n') > 1) break;
    if (token.start < own) break;
    start = token.start;
  }
  return start;
}

constexpr char kClientCopy[] =
    "COPY … FROM stdin and COPY … TO stdout need psql; use INSERT, or COPY with a file or program "
    "of the server";

// The line of the first statement that copies from or to the client; 0 where there is none. What
// follows one is data, not SQL, whatever its errors.
int ClientCopyLine(absl::string_view script, const std::vector<Token>& tokens) {
  for (size_t begin = 0; begin < tokens.size();) {
    Nesting nesting;
    size_t end = begin;
    for (; end < tokens.size() && !(tokens[end].IsChar(';') && nesting.AtTop()); ++end) {
      if (tokens[end].kind != Token::Kind::kComment) nesting.Add(tokens[end]);
    }
    while (begin < end && tokens[begin].kind == Token::Kind::kComment) ++begin;
    if (begin < end && CopiesClient(tokens, begin, end)) {
      return LineAt(script, tokens[begin].start);
    }
    begin = end + 1;
  }
  return 0;
}

absl::Status ClientCopyError(int line) {
  return absl::InvalidArgumentError(absl::StrCat("line ", line, ": ", kClientCopy));
}

// The bytes before a 1-based character.
absl::string_view BeforeCharacter(absl::string_view text, int position) {
  size_t at = 0;
  for (int i = 1; at < text.size() && i < position; ++i) {
    do {
      ++at;
    } while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80);
  }
  return text.substr(0, at);
}

// Scan(), with the line of an error.
absl::StatusOr<std::vector<Token>> ScanScript(absl::string_view script) {
  absl::StatusOr<std::vector<Token>> scanned = Scan(script);
  if (scanned.ok()) return scanned;
  const int position = SyntaxPosition(scanned.status());
  if (position == 0) return scanned.status();
  // The rows of a COPY may hold anything.
  const absl::string_view before = BeforeCharacter(script, position);
  if (absl::StatusOr<std::vector<Token>> start = Scan(before); start.ok()) {
    if (const int line = ClientCopyLine(before, *start); line > 0) return ClientCopyError(line);
  }
  return absl::InvalidArgumentError(
      absl::StrCat(PlaceOf(script, position), ": ", scanned.status().message()));
}

}  // namespace

absl::StatusOr<std::vector<Statement>> SplitStatements(absl::string_view script) {
  ASSIGN_OR_RETURN(const std::vector<Token> tokens, ScanScript(script));
  std::vector<Statement> statements;
  size_t previous_end = 0;
  size_t counted = 0;  // bytes whose lines are in `line`
  int line = 1;
  for (size_t i = 0; i < tokens.size();) {
    if (tokens[i].kind == Token::Kind::kComment) {
      ++i;
      continue;
    }
    if (tokens[i].IsChar(';')) {
      previous_end = tokens[i].end;
      ++i;
      continue;
    }
    Nesting nesting;
    size_t end = i;
    size_t last = i;  // the last token that is not a comment
    for (; end < tokens.size() && !(tokens[end].IsChar(';') && nesting.AtTop()); ++end) {
      if (tokens[end].kind == Token::Kind::kComment) continue;
      if (tokens[end].IsChar('\\')) {
        return absl::InvalidArgumentError(absl::StrCat(
            "line ", LineAt(script, tokens[end].start),
            ": psql's meta-commands (\\…) are not SQL; only statements are allowed in a script"));
      }
      nesting.Add(tokens[end]);
      last = end;
    }
    Statement statement;
    statement.offset = tokens[i].start;
    statement.text =
        std::string(script.substr(statement.offset, tokens[last].end - statement.offset));
    line += static_cast<int>(
        std::count(script.begin() + counted, script.begin() + statement.offset, '\n'));
    counted = statement.offset;
    statement.line = line;
    if (CopiesClient(tokens, i, end)) {
      return ClientCopyError(line);
    }
    const size_t comment = CommentStart(script, tokens, i, previous_end);
    statement.comment = std::string(
        absl::StripTrailingAsciiWhitespace(script.substr(comment, statement.offset - comment)));
    statements.push_back(std::move(statement));
    if (end < tokens.size()) previous_end = tokens[end].end;
    i = end + 1;
  }
  return statements;
}

bool IsBlank(absl::string_view text) {
  absl::StatusOr<std::vector<Token>> tokens = Scan(text);
  if (!tokens.ok()) return false;
  return std::all_of(tokens->begin(), tokens->end(), [](const Token& token) {
    return token.kind == Token::Kind::kComment || token.IsChar(';');
  });
}

}  // namespace autogen::sql
