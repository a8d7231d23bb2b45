// CREATE INDEX, CREATE VIEW and CREATE TRIGGER.
#include <string>
#include <utility>
#include <vector>

#include "src/base/status.h"
#include "src/sqlite/canonical.h"
#include "src/sqlite/constraint_text.h"
#include "src/sqlite/cursor.h"
#include "src/sqlite/statement_text.h"

namespace autogen::sqlite {
namespace {

// Behind CREATE [TEMP] <kind>: [IF NOT EXISTS] [schema.]name.
absl::StatusOr<std::string> TakeObjectName(Cursor* cursor) {
  (void)cursor->Take({"IF", "NOT", "EXISTS"});
  ASSIGN_OR_RETURN(std::string name, cursor->Name());
  if (!cursor->Take(".")) return name;
  return cursor->Name();
}

// All that is left, without a last semicolon.
absl::Span<const Token> RestOf(Cursor* cursor) {
  absl::Span<const Token> rest = cursor->Rest();
  while (!rest.empty() && rest.back().Is(";")) rest.remove_suffix(1);
  return rest;
}

}  // namespace

absl::StatusOr<Index> ParseIndex(absl::string_view sql, const std::vector<std::string>& columns) {
  ASSIGN_OR_RETURN(const std::vector<Token> tokens, Tokenize(sql));
  Cursor cursor(sql, tokens);
  Index index;
  const Scope scope{columns, true};
  RETURN_IF_ERROR(cursor.Expect("CREATE"));
  index.set_unique(cursor.Take("UNIQUE"));
  RETURN_IF_ERROR(cursor.Expect("INDEX"));
  ASSIGN_OR_RETURN(*index.mutable_name(), TakeObjectName(&cursor));
  RETURN_IF_ERROR(cursor.Expect("ON"));
  RETURN_IF_ERROR(cursor.Name().status());
  ASSIGN_OR_RETURN(const absl::Span<const Token> inside, cursor.Parenthesised());
  for (absl::Span<const Token> part : SplitList(inside)) {
    ASSIGN_OR_RETURN(*index.add_key(), ParseIndexKey(part, sql, scope));
  }
  if (cursor.Take("WHERE")) index.set_where(CanonicalExpression(RestOf(&cursor), scope));
  return index;
}

absl::StatusOr<View> ParseView(absl::string_view sql) {
  ASSIGN_OR_RETURN(const std::vector<Token> tokens, Tokenize(sql));
  Cursor cursor(sql, tokens);
  View view;
  RETURN_IF_ERROR(cursor.Expect("CREATE"));
  if (!cursor.Take("TEMP")) (void)cursor.Take("TEMPORARY");
  RETURN_IF_ERROR(cursor.Expect("VIEW"));
  ASSIGN_OR_RETURN(*view.mutable_name(), TakeObjectName(&cursor));
  if (cursor.Sees("(")) {
    ASSIGN_OR_RETURN(const absl::Span<const Token> inside, cursor.Parenthesised());
    for (absl::Span<const Token> part : SplitList(inside)) {
      Cursor one(sql, part);
      ASSIGN_OR_RETURN(*view.add_column_name(), one.Name());
    }
  }
  RETURN_IF_ERROR(cursor.Expect("AS"));
  view.set_definition(CanonicalStatement(RestOf(&cursor)));
  return view;
}

absl::StatusOr<Trigger> ParseTrigger(absl::string_view sql) {
  ASSIGN_OR_RETURN(const std::vector<Token> tokens, Tokenize(sql));
  Cursor cursor(sql, tokens);
  Trigger trigger;
  RETURN_IF_ERROR(cursor.Expect("CREATE"));
  if (!cursor.Take("TEMP")) (void)cursor.Take("TEMPORARY");
  RETURN_IF_ERROR(cursor.Expect("TRIGGER"));
  ASSIGN_OR_RETURN(*trigger.mutable_name(), TakeObjectName(&cursor));
  if (cursor.Take("AFTER")) {
    trigger.set_timing(Trigger::AFTER);
  } else if (cursor.Take({"INSTEAD", "OF"})) {
    trigger.set_timing(Trigger::INSTEAD_OF);
  } else {
    (void)cursor.Take("BEFORE");
  }
  if (cursor.Take("INSERT")) {
    trigger.add_event(Trigger::INSERT);
  } else if (cursor.Take("DELETE")) {
    trigger.add_event(Trigger::DELETE);
  } else {
    RETURN_IF_ERROR(cursor.Expect("UPDATE"));
    trigger.add_event(Trigger::UPDATE);
    if (cursor.Take("OF")) {
      do {
        ASSIGN_OR_RETURN(*trigger.add_update_of(), cursor.Name());
      } while (cursor.Take(","));
    }
  }
  RETURN_IF_ERROR(cursor.Expect("ON"));
  RETURN_IF_ERROR(cursor.Name().status());
  (void)cursor.Take({"FOR", "EACH", "ROW"});
  trigger.set_for_each_row(true);  // there are no others
  if (cursor.Take("WHEN")) {
    const size_t begin = cursor.position();
    int depth = 0;  // of CASE … END, which is no end of the condition
    while (!cursor.AtEnd() && (depth > 0 || !cursor.Sees("BEGIN"))) {
      if (cursor.Sees("CASE")) ++depth;
      if (cursor.Sees("END")) --depth;
      cursor.Next();
    }
    trigger.set_when(CanonicalStatement(cursor.Between(begin, cursor.position())));
  }
  RETURN_IF_ERROR(cursor.Expect("BEGIN"));
  absl::Span<const Token> body = RestOf(&cursor);
  if (body.empty() || !body.back().Is("END")) return cursor.Unexpected("END");
  body.remove_suffix(1);
  trigger.set_body(CanonicalStatement(body));
  return trigger;
}

}  // namespace autogen::sqlite
