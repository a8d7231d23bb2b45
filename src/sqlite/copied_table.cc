#include "src/sqlite/copied_table.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "src/sqlite/cursor.h"
#include "src/sqlite/rebuild.h"

namespace autogen::sqlite {
namespace {

struct CopyOfRows {
  std::string from, into;
  std::vector<absl::Span<const Token>> values;
};

// INSERT INTO into (…) SELECT … FROM from, and nothing else.
std::optional<CopyOfRows> ReadCopy(const ReadStatement& statement) {
  Cursor cursor(statement.text, statement.tokens);
  if (!cursor.Take({"INSERT", "INTO"})) return std::nullopt;
  CopyOfRows copy;
  absl::StatusOr<std::string> into = cursor.Name();
  if (!into.ok() || !cursor.Sees("(")) return std::nullopt;
  copy.into = *std::move(into);
  if (!cursor.Parenthesised().ok() || !cursor.Take("SELECT")) return std::nullopt;
  const size_t begin = cursor.position();
  int depth = 0;
  for (; !cursor.AtEnd() && !(depth == 0 && cursor.Sees("FROM")); cursor.Next()) {
    depth += cursor.Sees("(") ? 1 : cursor.Sees(")") ? -1 : 0;
    if (depth == 0 && cursor.Sees("DISTINCT")) return std::nullopt;
  }
  copy.values = SplitList(cursor.Between(begin, cursor.position()));
  if (!cursor.Take("FROM")) return std::nullopt;
  absl::StatusOr<std::string> from = cursor.Name();
  if (!from.ok() || !cursor.AtEnd()) return std::nullopt;
  copy.from = *std::move(from);
  return copy;
}

bool HasText(const ReadStatement& statement, const std::string& sql) {
  const absl::StatusOr<std::vector<Token>> wanted = Tokenize(sql);
  return wanted.ok() && std::equal(wanted->begin(), wanted->end(), statement.tokens.begin(),
                                   statement.tokens.end(), [](const Token& a, const Token& b) {
                                     return a.kind == b.kind && a.text == b.text;
                                   });
}

bool Mentions(const ReadStatement& statement, absl::string_view name) {
  return std::any_of(statement.tokens.begin(), statement.tokens.end(), [&](const Token& token) {
    return absl::EqualsIgnoreCase(NameOf(token), name);
  });
}

// Column names that CheckColumns() holds for `table`; nothing where the statement is another.
std::optional<std::vector<std::string>> ReadKnownColumns(const ReadStatement& statement,
                                                         const std::string& table) {
  std::vector<std::string> columns;
  bool values = false;
  for (const Token& token : statement.tokens) {
    values |= token.Is("VALUES");
    if (values && token.kind == Token::Kind::kString) columns.push_back(NameOf(token));
  }
  if (columns.empty() || !HasText(statement, CheckColumns(table, columns))) return std::nullopt;
  return columns;
}

// The value is the column itself, or IFNULL(the column, …).
bool Carries(absl::Span<const Token> value, const std::string& column) {
  if (value.size() > 3 && value[0].Is("IFNULL") && value[1].Is("(") && value[3].Is(",")) {
    value = value.subspan(2, 1);
  }
  const bool name = value.size() == 1 &&
                    (value[0].kind == Token::Kind::kWord || value[0].kind == Token::Kind::kQuoted);
  return name && absl::EqualsIgnoreCase(NameOf(value[0]), column);
}

// CREATE TABLE without IF NOT EXISTS.
bool Creates(const ReadStatement& statement, const std::string& table) {
  Cursor cursor(statement.text, statement.tokens);
  if (!cursor.Take({"CREATE", "TABLE"})) return false;
  const absl::StatusOr<std::string> name = cursor.Name();
  return name.ok() && absl::EqualsIgnoreCase(*name, table);
}

class Reader {
 public:
  explicit Reader(absl::Span<const ReadStatement> statements) : statements_(statements) {
    size_t others = 0;
    for (const ReadStatement& s : statements_) {
      // A table of that name that checks nothing would prove nothing.
      if (HasText(s, CreateChecks())) {
        ++checks_;
      } else if (Mentions(s, kChecks) && !absl::StartsWith(s.text, "INSERT INTO temp.") &&
                 !absl::StartsWith(s.text, "DROP TABLE temp.")) {
        ++others;
      }
    }
    if (others > 0) checks_ = 0;
  }

  std::optional<CopiedTable> At(size_t drop) const {
    Cursor cursor(statements_[drop].text, statements_[drop].tokens);
    if (!cursor.Take({"DROP", "TABLE"})) return std::nullopt;
    const absl::StatusOr<std::string> table = cursor.Name();
    if (!table.ok() || !cursor.AtEnd() || checks_ != 1) return std::nullopt;
    for (size_t i = 0; i < drop; ++i) {
      const std::optional<CopyOfRows> copy = ReadCopy(statements_[i]);
      if (!copy.has_value() || !absl::EqualsIgnoreCase(copy->from, *table)) continue;
      if (std::optional<CopiedTable> found = Judge(*copy, i, drop); found.has_value()) return found;
    }
    return std::nullopt;
  }

 private:
  std::optional<CopiedTable> Judge(const CopyOfRows& copy, size_t at, size_t drop) const {
    auto any = [&](size_t begin, size_t end, const auto& is) {
      return std::any_of(statements_.begin() + static_cast<long>(begin),
                         statements_.begin() + static_cast<long>(end), is);
    };
    if (!any(0, at, [&](const ReadStatement& s) { return Creates(s, copy.into); })) {
      return std::nullopt;
    }
    if (!any(at + 1, drop,
             [&](const ReadStatement& s) { return HasText(s, CheckRows(copy.from, copy.into)); })) {
      return std::nullopt;
    }
    CopiedTable found;
    found.table = copy.from;
    for (size_t i = drop + 1; i < statements_.size() && found.renamed_at == 0; ++i) {
      Cursor cursor(statements_[i].text, statements_[i].tokens);
      if (!cursor.Take({"ALTER", "TABLE"})) continue;
      const absl::StatusOr<std::string> old = cursor.Name();
      if (!old.ok() || !absl::EqualsIgnoreCase(*old, copy.into)) continue;
      if (!cursor.Take({"RENAME", "TO"})) return std::nullopt;
      const absl::StatusOr<std::string> now = cursor.Name();
      if (!now.ok() || !absl::EqualsIgnoreCase(*now, copy.from)) return std::nullopt;
      found.renamed_at = i;
    }
    if (found.renamed_at == 0) return std::nullopt;
    for (size_t i = 0; i < drop && !found.known; ++i) {
      const auto columns = ReadKnownColumns(statements_[i], copy.from);
      if (!columns.has_value()) continue;
      found.known = true;
      for (const std::string& column : *columns) {
        const bool carried =
            std::any_of(copy.values.begin(), copy.values.end(),
                        [&](absl::Span<const Token> value) { return Carries(value, column); });
        if (!carried) found.lost.push_back(column);
      }
    }
    return found;
  }

  absl::Span<const ReadStatement> statements_;
  size_t checks_ = 0;
};

}  // namespace

std::map<size_t, CopiedTable> FindCopiedTables(absl::Span<const ReadStatement> statements) {
  const Reader reader(statements);
  std::map<size_t, CopiedTable> found;
  for (size_t i = 0; i < statements.size(); ++i) {
    if (std::optional<CopiedTable> copy = reader.At(i); copy.has_value()) {
      found.emplace(i, *std::move(copy));
    }
  }
  return found;
}

}  // namespace autogen::sqlite
