#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/sqlite/canonical.h"
#include "src/sqlite/constraint_text.h"
#include "src/sqlite/cursor.h"
#include "src/sqlite/statement_text.h"

namespace autogen::sqlite {
namespace {

// Where a declared type ends: at a word that begins a constraint.
bool IsPartOfType(const Token& token) {
  return token.kind == Token::Kind::kQuoted || token.kind == Token::Kind::kString ||
         (token.kind == Token::Kind::kWord && !IsReserved(token.text));
}

class TableParser {
 public:
  TableParser(Cursor cursor, Table* table) : cursor_(cursor), table_(*table) {}

  absl::Status Run() {
    RETURN_IF_ERROR(cursor_.Expect("CREATE"));
    const bool is_virtual = cursor_.Take("VIRTUAL");
    if (!cursor_.Take("TEMP")) (void)cursor_.Take("TEMPORARY");
    RETURN_IF_ERROR(cursor_.Expect("TABLE"));
    (void)cursor_.Take({"IF", "NOT", "EXISTS"});
    ASSIGN_OR_RETURN(std::string name, cursor_.Name());
    if (cursor_.Take(".")) {
      ASSIGN_OR_RETURN(name, cursor_.Name());
    }
    table_.set_name(name);
    if (is_virtual) return ReadModule();
    ASSIGN_OR_RETURN(const absl::Span<const Token> inside, cursor_.Parenthesised());
    RETURN_IF_ERROR(ReadOptions());
    // Expressions may name columns that stand behind them.
    const std::vector<absl::Span<const Token>> parts = SplitList(inside);
    RETURN_IF_ERROR(FindColumns(parts));
    for (absl::Span<const Token> part : parts) RETURN_IF_ERROR(ReadPart(part));
    return absl::OkStatus();
  }

 private:
  absl::Status ReadModule() {
    RETURN_IF_ERROR(cursor_.Expect("USING"));
    ASSIGN_OR_RETURN(*table_.mutable_virtual_()->mutable_module(), cursor_.Name());
    if (cursor_.AtEnd() || cursor_.Sees(";")) return absl::OkStatus();
    ASSIGN_OR_RETURN(const absl::Span<const Token> inside, cursor_.Parenthesised());
    for (absl::Span<const Token> part : SplitList(inside)) {
      // A module reads its arguments as they are written.
      table_.mutable_virtual_()->add_argument(std::string(
          part.empty() ? ""
                       : cursor_.text().substr(part.front().offset,
                                               part.back().end() - part.front().offset)));
    }
    return absl::OkStatus();
  }

  absl::Status ReadOptions() {
    while (!cursor_.AtEnd() && !cursor_.Sees(";")) {
      if (cursor_.Take("STRICT")) {
        table_.set_strict(true);
      } else if (cursor_.Take({"WITHOUT", "ROWID"})) {
        table_.set_without_rowid(true);
      } else {
        return cursor_.Unexpected("STRICT or WITHOUT ROWID");
      }
      if (!cursor_.Take(",")) break;
    }
    return absl::OkStatus();
  }

  // Constraints of the table follow the columns; the commas between them may be left out.
  static bool BeginsConstraint(const Token& token) {
    for (absl::string_view word : {"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"}) {
      if (token.Is(word)) return true;
    }
    return false;
  }

  absl::Status FindColumns(const std::vector<absl::Span<const Token>>& parts) {
    for (absl::Span<const Token> part : parts) {
      Cursor cursor(cursor_.text(), part);
      if (part.empty()) return cursor.Unexpected("a column or a constraint");
      if (BeginsConstraint(part.front())) break;
      ASSIGN_OR_RETURN(std::string name, cursor.Name());
      scope_.columns.push_back(name);
    }
    return absl::OkStatus();
  }

  absl::Status ReadPart(absl::Span<const Token> part) {
    Cursor cursor(cursor_.text(), part);
    ConstraintReader constraints(&cursor, scope_, &table_);
    if (BeginsConstraint(part.front())) {
      while (!cursor.AtEnd()) RETURN_IF_ERROR(constraints.ReadOfTable());
      return absl::OkStatus();
    }
    Column* column = table_.add_column();
    ASSIGN_OR_RETURN(*column->mutable_name(), cursor.Name());
    RETURN_IF_ERROR(ReadType(&cursor, column));
    while (!cursor.AtEnd()) RETURN_IF_ERROR(constraints.ReadOfColumn(column));
    return absl::OkStatus();
  }

  static absl::Status ReadType(Cursor* cursor, Column* column) {
    const size_t begin = cursor->position();
    while (!cursor->AtEnd() && IsPartOfType(cursor->Peek())) {
      // "GENERATED ALWAYS" are names to SQLite's grammar, too, until "AS" follows.
      Cursor ahead = *cursor;
      if (ahead.Take({"GENERATED", "ALWAYS", "AS"})) break;
      cursor->Next();
    }
    if (cursor->position() > begin && cursor->Sees("(")) {
      RETURN_IF_ERROR(cursor->Parenthesised().status());
    }
    column->set_type(CanonicalType(cursor->Between(begin, cursor->position())));
    return absl::OkStatus();
  }

  Cursor cursor_;
  Scope scope_;
  Table& table_;
};

}  // namespace

absl::Status ParseTable(absl::string_view sql, Table* table) {
  ASSIGN_OR_RETURN(const std::vector<Token> tokens, Tokenize(sql));
  return TableParser(Cursor(sql, tokens), table).Run();
}

}  // namespace autogen::sqlite
