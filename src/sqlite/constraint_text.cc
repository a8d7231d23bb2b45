#include "src/sqlite/constraint_text.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "src/base/status.h"

namespace autogen::sqlite {
namespace {

std::string ColumnNamed(const Scope& scope, const std::string& name) {
  for (const std::string& column : scope.columns) {
    if (absl::EqualsIgnoreCase(column, name)) return column;
  }
  return name;
}

bool IsPlain(const IndexKey& key) {
  return !key.column().empty() && !key.has_collation() && !key.descending();
}

}  // namespace

absl::StatusOr<IndexKey> ParseIndexKey(absl::Span<const Token> tokens, absl::string_view text,
                                       const Scope& scope) {
  IndexKey key;
  if (!tokens.empty() && (tokens.back().Is("ASC") || tokens.back().Is("DESC"))) {
    key.set_descending(tokens.back().Is("DESC"));
    tokens = tokens.first(tokens.size() - 1);
  }
  if (tokens.size() > 2 && tokens[tokens.size() - 2].Is("COLLATE")) {
    key.mutable_collation()->set_name(NameOf(tokens.back()));
    tokens = tokens.first(tokens.size() - 2);
  }
  if (tokens.empty()) return Cursor(text, tokens).Unexpected("a column or an expression");
  const bool is_name = tokens.size() == 1 && (tokens[0].kind == Token::Kind::kQuoted ||
                                              tokens[0].kind == Token::Kind::kString ||
                                              tokens[0].kind == Token::Kind::kWord);
  const std::string name = is_name ? ColumnNamed(scope, NameOf(tokens[0])) : "";
  if (std::find(scope.columns.begin(), scope.columns.end(), name) != scope.columns.end()) {
    key.set_column(name);
  } else {
    key.set_expression(CanonicalExpression(tokens, scope));
  }
  return key;
}

absl::StatusOr<std::string> ConstraintReader::TakeName() {
  if (!cursor_.Take("CONSTRAINT")) return std::string();
  return cursor_.Name();
}

absl::StatusOr<OnConflict> ConstraintReader::TakeOnConflict() {
  if (!cursor_.Take({"ON", "CONFLICT"})) return ABORT;
  for (auto [word, value] :
       {std::pair("ABORT", ABORT), std::pair("ROLLBACK", ROLLBACK), std::pair("FAIL", FAIL),
        std::pair("IGNORE", IGNORE), std::pair("REPLACE", REPLACE)}) {
    if (cursor_.Take(word)) return value;
  }
  return cursor_.Unexpected("ABORT, ROLLBACK, FAIL, IGNORE or REPLACE");
}

template <typename Key>
absl::Status ConstraintReader::ReadKey(Key* key) {
  ASSIGN_OR_RETURN(absl::Span<const Token> inside, cursor_.Parenthesised());
  if constexpr (std::is_same_v<Key, PrimaryKey>) {
    if (!inside.empty() && inside.back().Is("AUTOINCREMENT")) {
      key->set_autoincrement(true);
      inside = inside.first(inside.size() - 1);
    }
  }
  std::vector<IndexKey> keys;
  for (absl::Span<const Token> part : SplitList(inside)) {
    ASSIGN_OR_RETURN(IndexKey one, ParseIndexKey(part, cursor_.text(), scope_));
    keys.push_back(std::move(one));
  }
  const bool plain = std::all_of(keys.begin(), keys.end(), IsPlain);
  for (IndexKey& one : keys) {
    if (plain) {
      key->add_column(one.column());
    } else {
      *key->add_key() = std::move(one);
    }
  }
  ASSIGN_OR_RETURN(const OnConflict on_conflict, TakeOnConflict());
  key->set_on_conflict(on_conflict);
  return absl::OkStatus();
}

absl::Status ConstraintReader::ReadAction(ForeignKey* key) {
  const bool on_delete = cursor_.Take("DELETE");
  const bool on_update = !on_delete && cursor_.Take("UPDATE");
  // "ON INSERT" is read and has no meaning.
  if (!on_delete && !on_update && !cursor_.Take("INSERT")) {
    return cursor_.Unexpected("DELETE or UPDATE");
  }
  ForeignKey::Action action;
  if (cursor_.Take({"SET", "NULL"})) {
    action = ForeignKey::SET_NULL;
  } else if (cursor_.Take({"SET", "DEFAULT"})) {
    action = ForeignKey::SET_DEFAULT;
  } else if (cursor_.Take("CASCADE")) {
    action = ForeignKey::CASCADE;
  } else if (cursor_.Take("RESTRICT")) {
    action = ForeignKey::RESTRICT;
  } else if (cursor_.Take({"NO", "ACTION"})) {
    action = ForeignKey::NO_ACTION;
  } else {
    return cursor_.Unexpected("CASCADE, RESTRICT, SET NULL, SET DEFAULT or NO ACTION");
  }
  if (on_delete) key->set_on_delete(action);
  if (on_update) key->set_on_update(action);
  return absl::OkStatus();
}

bool ConstraintReader::TakeDeferrable(ForeignKey* key) {
  if (cursor_.Take({"NOT", "DEFERRABLE"})) {
    // INITIALLY has no effect then.
    if (!cursor_.Take({"INITIALLY", "DEFERRED"})) (void)cursor_.Take({"INITIALLY", "IMMEDIATE"});
    return true;
  }
  if (!cursor_.Take("DEFERRABLE")) return false;
  key->set_deferrable(true);
  if (cursor_.Take({"INITIALLY", "DEFERRED"})) {
    key->set_initially_deferred(true);
  } else {
    (void)cursor_.Take({"INITIALLY", "IMMEDIATE"});
  }
  return true;
}

absl::Status ConstraintReader::ReadReferences(ForeignKey* key) {
  ASSIGN_OR_RETURN(*key->mutable_references()->mutable_table(), cursor_.Name());
  if (cursor_.Sees("(")) {
    ASSIGN_OR_RETURN(const absl::Span<const Token> inside, cursor_.Parenthesised());
    for (absl::Span<const Token> part : SplitList(inside)) {
      Cursor cursor(cursor_.text(), part);
      ASSIGN_OR_RETURN(*key->mutable_references()->add_column(), cursor.Name());
    }
  }
  while (!cursor_.AtEnd()) {
    if (cursor_.Take("ON")) {
      RETURN_IF_ERROR(ReadAction(key));
    } else if (cursor_.Take("MATCH")) {
      // Parsed and ignored by SQLite: section 6 of foreignkeys.html.
      RETURN_IF_ERROR(cursor_.Name().status());
    } else if (!TakeDeferrable(key)) {
      break;
    }
  }
  return absl::OkStatus();
}

// PRIMARY KEY (a DESC) of an INTEGER column makes it the rowid, which has no order; behind the
// column itself, PRIMARY KEY DESC does not. Source: section "ROWIDs and the INTEGER PRIMARY KEY" of
// lang_createtable.html.
void ConstraintReader::LeaveOutOrder() {
  PrimaryKey* key = table_.mutable_primary_key();
  if (key->key_size() != 1 || key->key(0).has_collation() || table_.without_rowid()) return;
  const std::string name = key->key(0).column();
  for (const Column& column : table_.column()) {
    if (column.name() != name || column.type() != "INTEGER") continue;
    key->clear_key();
    key->add_column(name);
    return;
  }
}

absl::Status ConstraintReader::ReadOfTable() {
  ASSIGN_OR_RETURN(const std::string name, TakeName());
  if (cursor_.AtEnd()) return absl::OkStatus();  // a name alone is allowed, and names nothing
  if (cursor_.Take({"PRIMARY", "KEY"})) {
    table_.mutable_primary_key()->set_name(name);
    RETURN_IF_ERROR(ReadKey(table_.mutable_primary_key()));
    LeaveOutOrder();
    return absl::OkStatus();
  }
  if (cursor_.Take("UNIQUE")) {
    Unique* unique = table_.add_unique();
    unique->set_name(name);
    return ReadKey(unique);
  }
  if (cursor_.Take("CHECK")) {
    Check* check = table_.add_check();
    check->set_name(name);
    ASSIGN_OR_RETURN(const absl::Span<const Token> inside, cursor_.Parenthesised());
    check->set_expression(CanonicalExpression(inside, scope_));
    return TakeOnConflict().status();  // without an effect
  }
  if (cursor_.Take({"FOREIGN", "KEY"})) {
    ForeignKey* key = table_.add_foreign_key();
    key->set_name(name);
    ASSIGN_OR_RETURN(const absl::Span<const Token> inside, cursor_.Parenthesised());
    for (absl::Span<const Token> part : SplitList(inside)) {
      Cursor cursor(cursor_.text(), part);
      ASSIGN_OR_RETURN(std::string column, cursor.Name());
      key->add_column(ColumnNamed(scope_, column));
    }
    RETURN_IF_ERROR(cursor_.Expect("REFERENCES"));
    return ReadReferences(key);
  }
  return cursor_.Unexpected("PRIMARY KEY, UNIQUE, CHECK or FOREIGN KEY");
}

absl::Status ConstraintReader::ReadDefault(Column* column) {
  if (cursor_.Sees("(")) {
    ASSIGN_OR_RETURN(const absl::Span<const Token> inside, cursor_.Parenthesised());
    column->set_default_(CanonicalExpression(inside, {}));
  } else {
    const size_t begin = cursor_.position();
    if (!cursor_.Take("-")) (void)cursor_.Take("+");
    const Token value = cursor_.Next();
    // DEFAULT word, and DEFAULT "word", are strings but for these.
    const bool is_word = value.kind == Token::Kind::kWord || value.kind == Token::Kind::kQuoted;
    const bool is_value = value.kind == Token::Kind::kWord && IsPlainDefault(value.text);
    column->set_default_(is_word && !is_value
                             ? QuoteString(NameOf(value))
                             : CanonicalExpression(cursor_.Between(begin, cursor_.position()), {}));
  }
  if (absl::StartsWith(column->default_(), "+")) {
    column->set_default_(column->default_().substr(1));
  }
  if (column->default_() == "NULL") column->clear_default_();
  return absl::OkStatus();
}

absl::Status ConstraintReader::ReadGenerated(Column* column) {
  ASSIGN_OR_RETURN(const absl::Span<const Token> inside, cursor_.Parenthesised());
  column->mutable_generated()->set_expression(CanonicalExpression(inside, scope_));
  const bool stored = cursor_.Take("STORED");
  if (!stored) (void)cursor_.Take("VIRTUAL");
  column->mutable_generated()->set_virtual_(!stored);
  return absl::OkStatus();
}

absl::Status ConstraintReader::ReadOfColumn(Column* column) {
  ASSIGN_OR_RETURN(const std::string name, TakeName());
  if (cursor_.AtEnd()) return absl::OkStatus();
  if (cursor_.Take("DEFAULT")) return ReadDefault(column);
  if (cursor_.Take("NULL")) return TakeOnConflict().status();
  if (cursor_.Take({"NOT", "NULL"})) {
    column->set_not_null(true);
    ASSIGN_OR_RETURN(const OnConflict on_conflict, TakeOnConflict());
    if (!name.empty()) column->mutable_not_null_constraint()->set_name(name);
    if (on_conflict != ABORT) column->mutable_not_null_constraint()->set_on_conflict(on_conflict);
    return absl::OkStatus();
  }
  if (cursor_.Take({"PRIMARY", "KEY"})) {
    PrimaryKey* key = table_.mutable_primary_key();
    key->set_name(name);
    const bool descending = cursor_.Take("DESC");
    if (!descending) (void)cursor_.Take("ASC");
    if (descending) {
      IndexKey* one = key->add_key();
      one->set_column(column->name());
      one->set_descending(true);
    } else {
      key->add_column(column->name());
    }
    ASSIGN_OR_RETURN(const OnConflict on_conflict, TakeOnConflict());
    key->set_on_conflict(on_conflict);
    if (cursor_.Take("AUTOINCREMENT")) key->set_autoincrement(true);
    return absl::OkStatus();
  }
  if (cursor_.Take("UNIQUE")) {
    Unique* unique = table_.add_unique();
    unique->set_name(name);
    unique->add_column(column->name());
    ASSIGN_OR_RETURN(const OnConflict on_conflict, TakeOnConflict());
    unique->set_on_conflict(on_conflict);
    return absl::OkStatus();
  }
  if (cursor_.Take("CHECK")) {
    Check* check = table_.add_check();
    check->set_name(name);
    ASSIGN_OR_RETURN(const absl::Span<const Token> inside, cursor_.Parenthesised());
    check->set_expression(CanonicalExpression(inside, scope_));
    return TakeOnConflict().status();
  }
  if (cursor_.Take("REFERENCES")) {
    ForeignKey* key = table_.add_foreign_key();
    key->set_name(name);
    key->add_column(column->name());
    return ReadReferences(key);
  }
  if (cursor_.Take("COLLATE")) {
    ASSIGN_OR_RETURN(*column->mutable_collation()->mutable_name(), cursor_.Name());
    if (absl::EqualsIgnoreCase(column->collation().name(), "BINARY")) column->clear_collation();
    return absl::OkStatus();
  }
  if (cursor_.Take({"GENERATED", "ALWAYS", "AS"}) || cursor_.Take("AS")) {
    return ReadGenerated(column);
  }
  // DEFERRABLE may stand behind other constraints of the column; it is the last foreign key's.
  if (table_.foreign_key_size() > 0 &&
      TakeDeferrable(table_.mutable_foreign_key(table_.foreign_key_size() - 1))) {
    return absl::OkStatus();
  }
  return cursor_.Unexpected("a constraint");
}

}  // namespace autogen::sqlite
