#include "src/sqlite/statement_impact.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "src/sqlite/cursor.h"
#include "src/sqlite/token.h"

namespace autogen::sqlite {
namespace {

using impact::Consequence;
using impact::Impact;
using impact::RunMode;
using Kind = Consequence::Kind;

std::string Lower(absl::string_view name) { return absl::AsciiStrToLower(name); }

class Finder {
 public:
  explicit Finder(const ReadStatement& statement)
      : cursor_(statement.text, statement.tokens), tokens_(statement.tokens) {}

  Impact Run() {
    if (cursor_.Take("EXPLAIN")) return Done("Explain");
    if (cursor_.Take("CREATE")) return Create();
    if (cursor_.Take("DROP")) return Drop();
    if (cursor_.Take({"ALTER", "TABLE"})) return Alter();
    if (cursor_.Take("PRAGMA")) return Pragma();
    if (cursor_.Take("VACUUM")) return Vacuum();
    if (cursor_.Take("ANALYZE")) return Done("Analyze");
    if (cursor_.Take("REINDEX")) {
      out_.long_by_nature = true;
      return Done("Reindex");
    }
    for (const char* word : {"ATTACH", "DETACH"}) {
      if (!cursor_.Take(word)) continue;
      out_.outside = "reads or writes another file";
      out_.run = RunMode::kAlone;
      return Done("Attach");
    }
    for (const char* word : {"BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE"}) {
      if (!cursor_.Take(word)) continue;
      out_.run = RunMode::kTransactionControl;
      return Done("Transaction");
    }
    return Rows();
  }

 private:
  Impact Done(const char* node) {
    out_.node = node;
    return std::move(out_);
  }

  Impact Unknown() {
    out_.node.clear();
    out_.opaque = "syntax that could not be parsed";
    out_.repeatable = false;
    return std::move(out_);
  }

  // "main.t" as "t"; other schemas (temp, an attached file) keep their name.
  std::optional<sql::SplitName> Name() {
    absl::StatusOr<std::string> first = cursor_.Name();
    if (!first.ok()) return std::nullopt;
    if (!cursor_.Take(".")) return sql::SplitName{"", *std::move(first)};
    absl::StatusOr<std::string> second = cursor_.Name();
    if (!second.ok()) return std::nullopt;
    const std::string schema = Lower(*first);
    return sql::SplitName{schema == "main" ? "" : schema, *std::move(second)};
  }

  static std::string Shown(const sql::SplitName& name) {
    return absl::StrCat(name.schema.empty() ? "" : absl::StrCat(QuoteName(name.schema), "."),
                        QuoteName(name.name));
  }

  Consequence& Add(Kind kind, const sql::SplitName& relation, std::string what,
                   std::string note = "") {
    Consequence c;
    c.kind = kind;
    c.relation = relation;
    c.what = std::move(what);
    c.note = std::move(note);
    out_.consequences.push_back(std::move(c));
    return out_.consequences.back();
  }

  Impact Create() {
    const bool temp = cursor_.Take("TEMP") || cursor_.Take("TEMPORARY");
    const bool unique = cursor_.Take("UNIQUE");
    std::string what;
    for (const char* kind : {"TABLE", "VIRTUAL", "INDEX", "VIEW", "TRIGGER"}) {
      if (cursor_.Take(kind)) what = Lower(kind);
    }
    if (what == "virtual" && cursor_.Take("TABLE")) what = "table";
    const bool maybe = cursor_.Take({"IF", "NOT", "EXISTS"});
    std::optional<sql::SplitName> name = Name();
    if (what.empty() || !name.has_value()) return Unknown();
    if (temp) name->schema = "temp";
    Add(Kind::kCreates, *name, absl::StrCat("creates ", what, " ", Shown(*name)));
    out_.trace.certain = what == "table" && !maybe;
    if (what == "index") {
      if (!cursor_.Take("ON")) return Unknown();
      const std::optional<sql::SplitName> table = Name();
      if (!table.has_value()) return Unknown();
      out_.long_by_nature = true;
      Add(Kind::kBuilds, *table, absl::StrCat("builds index ", Shown(*name), " on ", Shown(*table)),
          "builds an index");
      if (unique) {
        Add(Kind::kMayFail, *table,
            absl::StrCat("fails where rows of ", Shown(*table), " have the same values"),
            "where values are duplicated");
      }
    }
    if (what == "trigger") return CreateTrigger();
    return Done("Create");
  }

  Impact CreateTrigger() {
    out_.trace.defines = true;
    while (!cursor_.AtEnd() && !cursor_.Sees("ON")) cursor_.Next();
    cursor_.Take("ON");
    if (const std::optional<sql::SplitName> table = Name(); table.has_value()) {
      out_.trace.fires_on = *table;
    }
    return Done("Create");
  }

  Impact Drop() {
    std::string what;
    for (const char* kind : {"TABLE", "INDEX", "VIEW", "TRIGGER"}) {
      if (cursor_.Take(kind)) what = Lower(kind);
    }
    cursor_.Take({"IF", "EXISTS"});
    const std::optional<sql::SplitName> name = Name();
    if (what.empty() || !name.has_value()) return Unknown();
    const std::string said = absl::StrCat("drops ", what, " ", Shown(*name));
    if (what == "table") {
      Add(Kind::kLoses, *name, said, "the table's rows");
      out_.trace.no_longer_new.push_back({*name, {}});
    }
    if (what == "trigger") {
      Add(Kind::kUnguards, *name, said);
    } else if (what != "index") {
      Add(Kind::kDrops, *name, said);
    }
    return Done("Drop");
  }

  Impact Alter() {
    const std::optional<sql::SplitName> table = Name();
    if (!table.has_value()) return Unknown();
    Add(Kind::kAlters, *table, "");
    if (cursor_.Take("ADD")) {
      if (cursor_.Take("CONSTRAINT") || cursor_.Take("CHECK")) return Done("AlterTable");
      cursor_.Take("COLUMN");
      const absl::StatusOr<std::string> column = cursor_.Name();
      if (column.ok()) out_.trace.new_columns.emplace_back(*table, *column);
      return Done("AlterTable");
    }
    if (cursor_.Take("RENAME")) return Rename(*table);
    if (cursor_.Take("ALTER")) {
      Add(Kind::kScans, *table, absl::StrCat("scans ", Shown(*table)), "scans the table");
      return Done("AlterTable");
    }
    if (!cursor_.Take("DROP")) return Unknown();
    if (cursor_.Take("CONSTRAINT")) return Done("AlterTable");
    cursor_.Take("COLUMN");
    absl::StatusOr<std::string> column = cursor_.Name();
    if (!column.ok()) return Unknown();
    out_.long_by_nature = true;
    const std::string said = absl::StrCat("drops column ", Shown(*table), ".", QuoteName(*column));
    Add(Kind::kRewrites, *table, absl::StrCat("rewrites ", Shown(*table)), "rewrites the table");
    Add(Kind::kLoses, *table, said, "the column's values").column = *column;
    Add(Kind::kDrops, *table, said).column = *column;
    return Done("AlterTable");
  }

  Impact Rename(const sql::SplitName& table) {
    const bool whole = cursor_.Take("TO");
    std::string old = table.name;
    if (!whole) {
      cursor_.Take("COLUMN");
      absl::StatusOr<std::string> column = cursor_.Name();
      if (!column.ok() || !cursor_.Take("TO")) return Unknown();
      old = *std::move(column);
      out_.trace.renames_column = true;
    }
    absl::StatusOr<std::string> name = cursor_.Name();
    if (!name.ok()) return Unknown();
    out_.trace.renamed_to = *name;
    Add(Kind::kRenames, table,
        absl::StrCat("renames ", whole ? "table " : absl::StrCat("column ", Shown(table), "."),
                     QuoteName(old), " to ", QuoteName(*name)));
    return Done("AlterTable");
  }

  Impact Pragma() {
    const std::optional<sql::SplitName> name = Name();
    if (!name.has_value()) return Unknown();
    const std::string pragma = Lower(name->name);
    const bool sets = !cursor_.AtEnd();
    if (sets && pragma == "writable_schema") {
      out_.opaque = "lets the script edit sqlite_schema itself";
    }
    if (sets && (pragma == "journal_mode" || pragma == "synchronous" || pragma == "locking_mode" ||
                 pragma == "auto_vacuum" || pragma == "page_size" || pragma == "encoding")) {
      out_.run = RunMode::kAlone;
    }
    if (pragma == "wal_checkpoint" || pragma == "incremental_vacuum") out_.run = RunMode::kAlone;
    return Done("Pragma");
  }

  Impact Vacuum() {
    out_.run = RunMode::kAlone;
    out_.long_by_nature = true;
    for (const Token& token : tokens_) {
      if (token.Is("INTO")) out_.outside = "writes another file";
    }
    return Done("Vacuum");
  }

  // INSERT, UPDATE, DELETE, REPLACE, SELECT, VALUES, each maybe behind WITH.
  Impact Rows() {
    if (cursor_.Take("WITH")) {
      int depth = 0;
      while (!cursor_.AtEnd()) {
        const Token& token = cursor_.Peek();
        if (depth == 0 && (token.Is("INSERT") || token.Is("UPDATE") || token.Is("DELETE") ||
                           token.Is("REPLACE") || token.Is("SELECT") || token.Is("VALUES"))) {
          break;
        }
        depth += token.Is("(") ? 1 : token.Is(")") ? -1 : 0;
        cursor_.Next();
      }
    }
    if (cursor_.Take("SELECT") || cursor_.Take("VALUES")) return Done("Select");
    out_.trace.changes_rows = true;
    if (cursor_.Take("DELETE")) return Delete();
    if (cursor_.Take("UPDATE")) return Update();
    if (cursor_.Sees("INSERT") || cursor_.Sees("REPLACE")) return Insert();
    out_.trace.changes_rows = false;
    return Unknown();
  }

  // sqlite_schema is the schema itself.
  bool TouchesSchema(const sql::SplitName& table) {
    const std::string name = Lower(table.name);
    if (name != "sqlite_schema" && name != "sqlite_master") return false;
    out_.opaque = "edits sqlite_schema itself";
    return true;
  }

  Impact Delete() {
    cursor_.Take("FROM");
    const std::optional<sql::SplitName> table = Name();
    if (!table.has_value()) return Unknown();
    out_.trace.rows_of = *table;
    if (TouchesSchema(*table) || Lower(table->name) == "sqlite_sequence") return Done("Delete");
    const bool some = HasCondition();
    Add(Kind::kLoses, *table,
        absl::StrCat(some ? "deletes rows of " : "deletes every row of ", Shown(*table)),
        some ? "the rows that it deletes" : "the table's rows");
    return Done("Delete");
  }

  // A WHERE that names something: not `1`, not `true`.
  bool HasCondition() const {
    int depth = 0;
    for (size_t i = 0; i < tokens_.size(); ++i) {
      depth += tokens_[i].Is("(") ? 1 : tokens_[i].Is(")") ? -1 : 0;
      if (depth != 0 || !tokens_[i].Is("WHERE")) continue;
      return std::any_of(tokens_.begin() + static_cast<long>(i) + 1, tokens_.end(),
                         [](const Token& token) { return IsName(token); });
    }
    return false;
  }

  static bool IsName(const Token& token) {
    if (token.kind == Token::Kind::kQuoted) return true;
    return token.kind == Token::Kind::kWord && !IsReserved(token.text) && !token.Is("TRUE") &&
           !token.Is("FALSE");
  }

  Impact Update() {
    if (cursor_.Take("OR")) cursor_.Next();
    const std::optional<sql::SplitName> table = Name();
    if (!table.has_value()) return Unknown();
    out_.trace.rows_of = *table;
    if (TouchesSchema(*table)) return Done("Update");
    while (!cursor_.AtEnd() && !cursor_.Take("SET")) cursor_.Next();
    Assign(*table, !HasCondition());
    return Done("Update");
  }

  // column = value, …, up to what follows SET.
  void Assign(const sql::SplitName& table, bool every_row) {
    const absl::Span<const Token> rest = cursor_.Rest();
    size_t end = 0;
    int depth = 0;
    for (; end < rest.size(); ++end) {
      depth += rest[end].Is("(") ? 1 : rest[end].Is(")") ? -1 : 0;
      if (depth == 0 && (rest[end].Is("WHERE") || rest[end].Is("FROM") ||
                         rest[end].Is("RETURNING") || rest[end].Is("ON"))) {
        break;
      }
    }
    for (const absl::Span<const Token> one : SplitList(rest.first(end))) {
      if (one.size() < 3 || !one[1].Is("=")) continue;
      const std::string column = NameOf(one[0]);
      const absl::Span<const Token> value = one.subspan(2);
      const std::string shown = absl::StrCat(Shown(table), ".", QuoteName(column));
      if (value.size() == 1 && value[0].Is("NULL")) {
        Add(Kind::kLoses, table, absl::StrCat("empties column ", shown), "the column's values")
            .column = column;
      } else if (every_row && std::none_of(value.begin(), value.end(), IsName)) {
        Add(Kind::kLoses, table, absl::StrCat("gives every row the same value of ", shown),
            "the column's values")
            .column = column;
      }
    }
  }

  Impact Insert() {
    bool replaces = cursor_.Take("REPLACE");
    if (!replaces) {
      cursor_.Take("INSERT");
      if (cursor_.Take("OR")) replaces = cursor_.Next().Is("REPLACE");
    }
    if (!cursor_.Take("INTO")) return Unknown();
    const std::optional<sql::SplitName> table = Name();
    if (!table.has_value()) return Unknown();
    out_.trace.rows_of = *table;
    if (TouchesSchema(*table)) return Done("Insert");
    if (replaces) {
      Add(Kind::kLoses, *table, absl::StrCat("replaces rows of ", Shown(*table)),
          "the rows that it replaces")
          .unsure = true;
    }
    for (size_t i = 0; i + 2 < tokens_.size(); ++i) {
      if (!tokens_[i].Is("DO") || !tokens_[i + 1].Is("UPDATE") || !tokens_[i + 2].Is("SET")) {
        continue;
      }
      while (cursor_.position() < i + 3) cursor_.Next();
      Assign(*table, /*every_row=*/false);
      break;
    }
    return Done("Insert");
  }

  Cursor cursor_;
  absl::Span<const Token> tokens_;
  Impact out_;
};

}  // namespace

Impact FindImpactAlone(const ReadStatement& statement) { return Finder(statement).Run(); }

}  // namespace autogen::sqlite
