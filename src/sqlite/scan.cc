#include "src/sqlite/scan.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/sqlite/cursor.h"
#include "src/sqlite/token.h"

namespace autogen::sqlite {
namespace {

sql::Token::Kind KindOf(Token::Kind kind) {
  switch (kind) {
    case Token::Kind::kWord:
    case Token::Kind::kQuoted:
      return sql::Token::Kind::kIdentifier;
    case Token::Kind::kString:
    case Token::Kind::kBlob:
      return sql::Token::Kind::kString;
    case Token::Kind::kNumber:
      return sql::Token::Kind::kNumber;
    case Token::Kind::kVariable:
      return sql::Token::Kind::kParameter;
    case Token::Kind::kOperator:
      return sql::Token::Kind::kOperator;
  }
  return sql::Token::Kind::kOperator;
}

// The comments among `text` from `begin` to `end`, where no token stands.
void AddComments(absl::string_view text, size_t begin, size_t end, std::vector<sql::Token>* out) {
  for (size_t at = begin; at < end;) {
    const bool line = absl::StartsWith(text.substr(at), "--");
    if (!line && !absl::StartsWith(text.substr(at), "/*")) {
      ++at;
      continue;
    }
    size_t stop = line ? text.find('\n', at) : text.find("*/", at + 2);
    stop = stop == absl::string_view::npos ? end : stop + (line ? 0 : 2);
    out->push_back({sql::Token::Kind::kComment, at, stop, text.substr(at, stop - at), ""});
    at = stop;
  }
}

absl::Status At(absl::string_view script, size_t offset, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("line ", PlaceOf(script, offset), ": ", what));
}

class Splitter {
 public:
  Splitter(absl::string_view script, std::vector<Token> tokens)
      : script_(script), tokens_(std::move(tokens)) {
    AddComments();
  }

  absl::StatusOr<std::vector<sql::Statement>> Run() {
    while (at_ < tokens_.size()) {
      if (tokens_[at_].Is(";")) {
        previous_end_ = tokens_[at_++].end();
      } else if (tokens_[at_].Is(".")) {
        RETURN_IF_ERROR(TakeCommand());
      } else {
        TakeStatement();
      }
    }
    LeaveOutFrame();
    for (const Piece& piece : pieces_) {
      if (!IsForeignKeysPragma(piece)) continue;
      return At(script_, piece.statement.offset,
                "PRAGMA foreign_keys does nothing inside a transaction; a script runs with foreign "
                "keys off, and fails where one is violated afterwards that was not before");
    }
    std::vector<sql::Statement> statements;
    for (Piece& piece : pieces_) statements.push_back(std::move(piece.statement));
    return statements;
  }

 private:
  struct Piece {
    sql::Statement statement;
    absl::Span<const Token> tokens;
  };

  void AddComments() {
    size_t end = 0;
    for (const Token& token : tokens_) {
      sqlite::AddComments(script_, end, token.offset, &comments_);
      end = token.end();
    }
  }

  // A command of the sqlite3 shell: a line that begins with a dot.
  absl::Status TakeCommand() {
    const size_t begin = tokens_[at_].offset;
    const size_t end = std::min(script_.find('\n', begin), script_.size());
    const absl::string_view line = script_.substr(begin, end - begin);
    const size_t first = at_;
    while (at_ < tokens_.size() && tokens_[at_].offset < end) ++at_;
    const bool bail =
        at_ - first == 3 && tokens_[first + 1].Is("bail") && tokens_[first + 2].Is("on");
    if (!bail) {
      return At(script_, begin,
                absl::StrCat(absl::StripAsciiWhitespace(line),
                             " is a command of the sqlite3 shell; of these a script may hold "
                             "\".bail on\" alone"));
    }
    previous_end_ = tokens_[at_ - 1].end();
    return absl::OkStatus();
  }

  // One past its last token: the semicolon, of a trigger that behind END, or the end of the script.
  size_t EndOfStatement() const {
    Cursor cursor(script_, absl::MakeConstSpan(tokens_).subspan(at_));
    cursor.Take("EXPLAIN");
    cursor.Take({"QUERY", "PLAN"});
    bool trigger = cursor.Take("CREATE");
    if (trigger && !cursor.Take("TEMP")) cursor.Take("TEMPORARY");
    trigger = trigger && cursor.Take("TRIGGER");
    for (size_t i = at_; i < tokens_.size(); ++i) {
      if (!tokens_[i].Is(";")) continue;
      // As sqlite3_complete() does: "; END ;".
      if (!trigger || (i >= at_ + 2 && tokens_[i - 1].Is("END") && tokens_[i - 2].Is(";"))) {
        return i;
      }
    }
    return tokens_.size();
  }

  void TakeStatement() {
    const size_t end = EndOfStatement();
    const size_t from = tokens_[at_].offset;
    Piece piece;
    piece.tokens = absl::MakeConstSpan(tokens_).subspan(at_, end - at_);
    piece.statement.text = std::string(script_.substr(from, tokens_[end - 1].end() - from));
    piece.statement.comment = CommentBefore(from);
    piece.statement.offset = from;
    piece.statement.line =
        1 + static_cast<int>(std::count(script_.begin(), script_.begin() + from, '\n'));
    previous_end_ = tokens_[end - 1].end();
    if (end < tokens_.size()) previous_end_ = tokens_[end].end();
    pieces_.push_back(std::move(piece));
    at_ = end + (end < tokens_.size() ? 1 : 0);
  }

  // The run of comments directly before, each on a line of its own.
  std::string CommentBefore(size_t statement) const {
    size_t start = statement;
    // A comment behind a semicolon on its line belongs to the statement before.
    const size_t own = previous_end_ == 0 ? 0 : script_.find('\n', previous_end_);
    for (size_t i = comments_.size(); i-- > 0;) {
      const sql::Token& comment = comments_[i];
      if (comment.start > statement) continue;
      if (comment.start < previous_end_ || comment.start < own) break;
      const absl::string_view gap = script_.substr(comment.end, start - comment.end);
      if (std::count(gap.begin(), gap.end(), '\n') > 1) break;
      start = comment.start;
    }
    return std::string(
        absl::StripTrailingAsciiWhitespace(script_.substr(start, statement - start)));
  }

  static bool IsForeignKeysPragma(const Piece& piece) {
    Cursor cursor(piece.statement.text, piece.tokens);
    return cursor.Take({"PRAGMA", "foreign_keys"}) && !cursor.AtEnd();
  }
  static bool SetsForeignKeys(const Piece& piece, std::initializer_list<absl::string_view> values) {
    if (!IsForeignKeysPragma(piece)) return false;
    const Token& value = piece.tokens[piece.tokens.size() - (piece.tokens.back().Is(")") ? 2 : 1)];
    return std::any_of(values.begin(), values.end(), [&](absl::string_view one) {
      return absl::EqualsIgnoreCase(value.text, one);
    });
  }
  static bool Begins(const Piece& piece) { return piece.tokens.front().Is("BEGIN"); }
  static bool Commits(const Piece& piece) {
    return piece.tokens.front().Is("COMMIT") || piece.tokens.front().Is("END");
  }

  void LeaveOutFrame() {
    if (!pieces_.empty() && SetsForeignKeys(pieces_.front(), {"OFF", "0", "FALSE", "NO"})) {
      pieces_.erase(pieces_.begin());
    }
    if (!pieces_.empty() && SetsForeignKeys(pieces_.back(), {"ON", "1", "TRUE", "YES"})) {
      pieces_.pop_back();
    }
    if (pieces_.size() >= 2 && Begins(pieces_.front()) && Commits(pieces_.back())) {
      pieces_.erase(pieces_.begin());
      pieces_.pop_back();
    }
  }

  absl::string_view script_;
  std::vector<Token> tokens_;
  std::vector<sql::Token> comments_;
  std::vector<Piece> pieces_;
  size_t at_ = 0;
  size_t previous_end_ = 0;
};

}  // namespace

absl::StatusOr<std::vector<sql::Token>> ScanScript(absl::string_view text) {
  ASSIGN_OR_RETURN(const std::vector<Token> tokens, Tokenize(text));
  std::vector<sql::Token> all;
  size_t end = 0;
  for (const Token& token : tokens) {
    AddComments(text, end, token.offset, &all);
    end = token.end();
    all.push_back({KindOf(token.kind), token.offset, end, token.text,
                   token.kind == Token::Kind::kWord ? absl::AsciiStrToLower(token.text) : ""});
  }
  AddComments(text, end, text.size(), &all);
  return all;
}

bool IsBlankScript(absl::string_view text) {
  const absl::StatusOr<std::vector<Token>> tokens = Tokenize(text);
  return tokens.ok() && std::all_of(tokens->begin(), tokens->end(),
                                    [](const Token& token) { return token.Is(";"); });
}

absl::StatusOr<std::vector<sql::Statement>> SplitScript(absl::string_view script) {
  ASSIGN_OR_RETURN(std::vector<Token> tokens, Tokenize(script));
  return Splitter(script, std::move(tokens)).Run();
}

}  // namespace autogen::sqlite
