#include "src/rows/fill.h"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/status.h"
#include "src/model/inheritance.h"
#include "src/rows/values.h"
#include "src/sql/quote.h"
#include "src/sql/references.h"
#include "src/sql/scan.h"

namespace autogen::rows {
namespace {

using model::ObjectId;

constexpr int kDistinct = 24;          // different values that a unique column may need
constexpr size_t kRows = 40;           // of one table
constexpr size_t kEdges = 10;          // of one column that is not unique
constexpr size_t kCombinations = 250;  // of columns that share checks

// Both swallow errors: what cannot be is left out. In pg_temp, gone with the session.
constexpr char kFunctions[] = R"(
CREATE OR REPLACE FUNCTION pg_temp.autogen_holds(query text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE answer boolean;
BEGIN EXECUTE query INTO answer; RETURN answer; EXCEPTION WHEN OTHERS THEN RETURN false; END $$;
CREATE OR REPLACE FUNCTION pg_temp.autogen_insert(query text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN EXECUTE query; RETURN true; EXCEPTION WHEN OTHERS THEN RETURN false; END $$)";

std::string SchemaOr(const std::string& schema) { return schema.empty() ? "public" : schema; }

const Table* FindTable(const model::Catalog& catalog, const ObjectId& id) {
  int i = catalog.Find(id);
  return i < 0 ? nullptr : static_cast<const Table*>(catalog.at(i).message);
}

ObjectId Target(const ForeignKey& f) {
  return {TABLE, SchemaOr(f.references().schema()), "", f.references().table()};
}

std::vector<std::string> TargetColumns(const model::Catalog& catalog, const ForeignKey& f) {
  const auto& named = f.references().column();
  if (!named.empty()) return {named.begin(), named.end()};
  const Table* table = FindTable(catalog, Target(f));
  if (table == nullptr) return {};
  return {table->primary_key().column().begin(), table->primary_key().column().end()};
}

// One column while its table is filled.
struct Candidate {
  const Column* column = nullptr;
  std::vector<std::string> values;  // SQL; the first one is the ordinary one
  std::string check;                // over VALUE's place; "" for none
  bool unique = false;
  bool labels = false;  // each value counts
  const ForeignKey* foreign_key = nullptr;
  std::string foreign_column;
  bool skipped = false;  // the server fills it
};

class TableFiller {
 public:
  TableFiller(postgres::Connection& connection, const model::Catalog& catalog, const Table& table)
      : connection_(connection), catalog_(catalog), table_(table) {
    relation_ = sql::Qualified(SchemaOr(table.schema()), table.name());
    columns_ = model::WholeColumns(catalog, table);
  }

  absl::StatusOr<int64_t> Run() {
    for (const Column& column : columns_) candidates_.push_back(CandidateFor(column));
    RETURN_IF_ERROR(KeepGood());
    RETURN_IF_ERROR(FindCombinations());
    std::vector<std::string> queries;
    for (const std::string& insert : Inserts()) {
      queries.push_back(absl::StrCat("SELECT pg_temp.autogen_insert(", sql::Literal(insert), ")"));
    }
    if (queries.empty()) return 0;
    RETURN_IF_ERROR(connection_.Pipeline(queries).status());
    ASSIGN_OR_RETURN(postgres::Result count,
                     connection_.Exec(absl::StrCat("SELECT count(*) FROM ", relation_)));
    return count.Int(0, 0);
  }

  std::vector<std::string> ColumnNames() const {
    std::vector<std::string> names;
    for (const Column& c : columns_) names.push_back(c.name());
    return names;
  }

 private:
  Candidate CandidateFor(const Column& column) {
    Candidate c;
    c.column = &column;
    c.skipped = column.has_generated() || column.has_identity() ||
                absl::StrContains(column.default_(), "nextval(");
    for (const ForeignKey& f : table_.foreign_key()) {
      std::vector<std::string> target = TargetColumns(catalog_, f);
      for (int i = 0; i < f.column_size() && i < static_cast<int>(target.size()); ++i) {
        if (f.column(i) != column.name() || Target(f) == Self()) continue;
        c.foreign_key = &f;
        c.foreign_column = target[static_cast<size_t>(i)];
        c.skipped = false;
      }
    }
    c.unique = IsUnique(column.name());
    AddTypeValues(column.type(), &c);
    std::vector<std::string> near = NearValues(column);
    c.values.insert(c.values.begin() + (c.values.empty() ? 0 : 1), near.begin(), near.end());
    for (const Check& check : table_.check()) {
      if (check.not_valid() || check.not_enforced()) continue;
      if (ColumnsOf(check.expression()) != std::vector<std::string>{column.name()}) continue;
      absl::StrAppend(&c.check, c.check.empty() ? "" : " AND ", "(", check.expression(),
                      ") IS NOT FALSE");
    }
    return c;
  }

  ObjectId Self() const { return {TABLE, SchemaOr(table_.schema()), "", table_.name()}; }

  bool IsUnique(const std::string& name) const {
    auto has = [&](const auto& columns) {
      return std::find(columns.begin(), columns.end(), name) != columns.end();
    };
    if (has(table_.primary_key().column())) return true;
    for (const Unique& u : table_.unique()) {
      if (has(u.column())) return true;
    }
    for (const Index& i : table_.index()) {
      if (!i.unique()) continue;
      for (const IndexKey& k : i.key()) {
        if (k.column() == name || absl::StrContains(k.expression(), name)) return true;
      }
    }
    for (const Exclusion& e : table_.exclude()) {
      for (const IndexKey& k : e.key()) {
        if (k.column() == name) return true;
      }
    }
    return false;
  }

  // Of the type behind domains; of each label of an enum.
  void AddTypeValues(const std::string& type, Candidate* c) {
    sql::SplitName name = sql::SplitQualified(type);
    int i = catalog_.Find({ENUM, name.schema, "", name.name});
    if (i >= 0) {
      for (const std::string& label : static_cast<const Enum*>(catalog_.at(i).message)->label()) {
        c->values.push_back(absl::StrCat(sql::Literal(label), "::", type));
      }
      c->labels = true;
      return;
    }
    i = catalog_.Find({DOMAIN, name.schema, "", name.name});
    if (i < 0) {
      for (std::string& v : TypicalValues(type, kDistinct)) c->values.push_back(std::move(v));
      return;
    }
    const auto& domain = *static_cast<const Domain*>(catalog_.at(i).message);
    for (const DomainCheck& check : domain.check()) {
      for (const std::string& literal : Literals(check.expression(), domain.type())) {
        c->values.push_back(literal);
      }
    }
    AddTypeValues(domain.type(), c);
    for (std::string& value : c->values) absl::StrAppend(&value, "::", type);
  }

  // The constants that checks and the bounds of partitions compare the column with, and what is
  // next to them.
  std::vector<std::string> NearValues(const Column& column) const {
    std::vector<std::string> values;
    auto add = [&](absl::string_view text) {
      for (std::string& v : Literals(text, column.type())) values.push_back(std::move(v));
    };
    for (const Check& check : table_.check()) {
      std::vector<std::string> used = ColumnsOf(check.expression());
      if (std::find(used.begin(), used.end(), column.name()) != used.end()) add(check.expression());
    }
    for (const IndexKey& key : table_.partition_by().key()) {
      if (key.column() != column.name()) continue;
      for (const Table& other : catalog_.schema().table()) {
        if (other.partition_of().table() == table_.name()) add(other.partition_of().bound());
      }
    }
    return values;
  }

  static std::vector<std::string> Literals(absl::string_view text, const std::string& type) {
    std::vector<std::string> values;
    absl::StatusOr<std::vector<sql::Token>> tokens = sql::Scan(text);
    if (!tokens.ok()) return values;
    for (const sql::Token& token : *tokens) {
      if (token.kind == sql::Token::Kind::kString) {
        values.push_back(absl::StrCat("(", token.text, ")::", type));
      } else if (token.kind == sql::Token::Kind::kNumber) {
        for (absl::string_view near : {"", " + 1", " - 1"}) {
          values.push_back(absl::StrCat("(", token.text, near, ")::", type));
        }
      }
    }
    return values;
  }

  std::vector<std::string> ColumnsOf(absl::string_view expression) const {
    std::vector<std::string> names;
    for (const sql::Reference& r : sql::FindReferences(EXPRESSION, expression)) {
      if (r.reference_class != sql::Reference::Class::kColumn) continue;
      if (std::find(names.begin(), names.end(), r.name) == names.end()) names.push_back(r.name);
    }
    return names;
  }

  absl::StatusOr<std::vector<bool>> Holds(const std::vector<std::string>& questions) {
    std::vector<std::string> queries;
    for (const std::string& q : questions) {
      queries.push_back(absl::StrCat("SELECT pg_temp.autogen_holds(", sql::Literal(q), ")"));
    }
    std::vector<bool> answers;
    if (queries.empty()) return answers;
    ASSIGN_OR_RETURN(std::vector<postgres::Result> results, connection_.Pipeline(queries));
    for (const postgres::Result& r : results) {
      answers.push_back(r.rows() == 1 && !r.IsNull(0, 0) && r.Bool(0, 0));
    }
    return answers;
  }

  // Values that the type and the checks of the column alone accept; NULL among them.
  absl::Status KeepGood() {
    std::vector<std::string> questions;
    for (Candidate& c : candidates_) {
      if (c.skipped || c.foreign_key != nullptr) {
        c.values.clear();
        continue;
      }
      if (!c.column->not_null()) c.values.push_back(absl::StrCat("NULL::", c.column->type()));
      for (const std::string& v : c.values) {
        questions.push_back(absl::StrCat("SELECT ", c.check.empty() ? "true" : c.check,
                                         " FROM (SELECT ", v, " AS ", sql::Ident(c.column->name()),
                                         " OFFSET 0) AS t"));
      }
    }
    ASSIGN_OR_RETURN(std::vector<bool> good, Holds(questions));
    size_t at = 0;
    for (Candidate& c : candidates_) {
      std::vector<std::string> kept;
      for (std::string& v : c.values) {
        if (good[at++]) kept.push_back(std::move(v));
      }
      c.values = std::move(kept);
    }
    return absl::OkStatus();
  }

  Candidate* Find(const std::string& name) {
    for (Candidate& c : candidates_) {
      if (c.column->name() == name) return &c;
    }
    return nullptr;
  }

  // Values for the columns that share checks: combinations in which all of those hold.
  absl::Status FindCombinations() {
    std::string checks;
    for (const Check& check : table_.check()) {
      if (check.not_valid() || check.not_enforced()) continue;
      std::vector<std::string> used = ColumnsOf(check.expression());
      if (used.size() < 2) continue;
      absl::StrAppend(&checks, checks.empty() ? "" : " AND ", "(", check.expression(),
                      ") IS NOT FALSE");
      for (const std::string& name : used) {
        Candidate* c = Find(name);
        if (c == nullptr || c->values.empty()) continue;
        if (std::find(together_.begin(), together_.end(), c) == together_.end()) {
          together_.push_back(c);
        }
      }
    }
    if (together_.empty()) return absl::OkStatus();
    std::vector<std::vector<std::string>> tried;
    std::vector<std::string> questions;
    uint32_t random = 1;
    for (size_t k = 0; k < kCombinations; ++k) {
      std::vector<std::string> combination;
      std::string list;
      for (const Candidate* c : together_) {
        random = random * 1664525u + 1013904223u;
        size_t pick = k == 0 ? 0 : (random >> 16) % std::min<size_t>(c->values.size(), 16);
        combination.push_back(c->values[pick]);
        absl::StrAppend(&list, list.empty() ? "" : ", ", combination.back(), " AS ",
                        sql::Ident(c->column->name()));
      }
      questions.push_back(
          absl::StrCat("SELECT ", checks, " FROM (SELECT ", list, " OFFSET 0) AS t"));
      tried.push_back(std::move(combination));
    }
    ASSIGN_OR_RETURN(std::vector<bool> good, Holds(questions));
    for (size_t k = 0; k < tried.size() && combinations_.size() < kEdges; ++k) {
      if (good[k]) combinations_.push_back(std::move(tried[k]));
    }
    return absl::OkStatus();
  }

  // A parent's row, counted from its first one.
  std::string Reference(const Candidate& c, size_t row) const {
    ObjectId target = Target(*c.foreign_key);
    std::string relation = sql::Qualified(target.schema, target.name);
    std::string order = absl::StrJoin(TargetColumns(catalog_, *c.foreign_key), ", ",
                                      [](std::string* out, const std::string& column) {
                                        absl::StrAppend(out, sql::Ident(column));
                                      });
    return absl::StrCat("(SELECT ", sql::Ident(c.foreign_column), " FROM ", relation, " ORDER BY ",
                        order, " OFFSET ", row, " % greatest((SELECT count(*) FROM ", relation,
                        "), 1) LIMIT 1)");
  }

  std::vector<std::string> Inserts() {
    std::vector<std::string> inserts;
    // The ordinary row, and the combinations; then an edge of one column each.
    size_t ordinary = std::max<size_t>(combinations_.size(), 1);
    for (size_t k = 0; k < ordinary; ++k) inserts.push_back(Insert(inserts.size(), k, nullptr, 0));
    for (const Candidate& c : candidates_) {
      bool shared = std::find(together_.begin(), together_.end(), &c) != together_.end();
      if (c.skipped || shared) continue;
      size_t edges = c.unique ? std::min<size_t>(c.values.size(), 3) : c.values.size();
      if (!c.labels) edges = std::min(edges, kEdges);
      for (size_t i = 1; i < edges && inserts.size() < kRows; ++i) {
        inserts.push_back(Insert(inserts.size(), inserts.size() % ordinary, &c, i));
      }
      bool nullable =
          !c.column->not_null() && (c.foreign_key != nullptr || c.values.size() > edges);
      if (nullable) {
        inserts.push_back(Insert(inserts.size(), inserts.size() % ordinary, &c, std::string::npos));
      }
    }
    // Duplicates where they are allowed.
    inserts.push_back(Insert(inserts.size(), 0, nullptr, 0));
    return inserts;
  }

  // `edge` of `varied` (npos: NULL), the ordinary value of every other column.
  std::string Insert(size_t row, size_t combination, const Candidate* varied, size_t edge) {
    std::string names, values;
    for (const Candidate& c : candidates_) {
      if (c.skipped) continue;
      std::string value = "NULL";
      auto shared = std::find(together_.begin(), together_.end(), &c);
      if (&c == varied) {
        if (edge != std::string::npos) value = c.values[edge];
      } else if (c.foreign_key != nullptr) {
        value = Reference(c, row);
      } else if (shared != together_.end() && combination < combinations_.size()) {
        value = combinations_[combination][static_cast<size_t>(shared - together_.begin())];
      } else if (!c.values.empty()) {
        // A unique column takes another value in each row.
        value = c.values[c.unique ? (row + (row == 0 ? 0 : 2)) % c.values.size() : 0];
      }
      absl::StrAppend(&names, names.empty() ? "" : ", ", sql::Ident(c.column->name()));
      absl::StrAppend(&values, values.empty() ? "" : ", ", value);
    }
    if (names.empty()) return absl::StrCat("INSERT INTO ", relation_, " DEFAULT VALUES");
    return absl::StrCat("INSERT INTO ", relation_, " (", names, ") VALUES (", values, ")");
  }

  postgres::Connection& connection_;
  const model::Catalog& catalog_;
  const Table& table_;
  std::string relation_;
  std::vector<Column> columns_;
  std::vector<Candidate> candidates_;
  std::vector<Candidate*> together_;
  std::vector<std::vector<std::string>> combinations_;
};

// The tables and what they refer to, those referred to first; roots for partitions.
class FillOrder {
 public:
  explicit FillOrder(const model::Catalog& catalog) : catalog_(catalog) {}

  void Add(ObjectId id) {
    const Table* table = FindTable(catalog_, id);
    while (table != nullptr && table->has_partition_of()) {
      id = {TABLE, SchemaOr(table->partition_of().schema()), "", table->partition_of().table()};
      table = FindTable(catalog_, id);
    }
    if (table == nullptr || table->has_foreign() || !seen_.insert(id).second) return;
    for (const ForeignKey& f : table->foreign_key()) {
      if (Target(f) != id) Add(Target(f));
    }
    order.push_back(table);
  }

  std::vector<const Table*> order;

 private:
  const model::Catalog& catalog_;
  std::set<ObjectId> seen_;
};

}  // namespace

absl::StatusOr<Filling> FillTables(postgres::Connection& connection, const model::Catalog& catalog,
                                   const std::set<model::ObjectId>& tables) {
  FillOrder order(catalog);
  for (const ObjectId& id : tables) order.Add(id);
  // Without the right to it the triggers fire; what they refuse is left out.
  (void)connection.Exec("SET session_replication_role = replica");
  RETURN_IF_ERROR(connection.Exec(kFunctions).status());
  Filling filling;
  for (const Table* table : order.order) {
    TableFiller filler(connection, catalog, *table);
    FilledTable filled;
    filled.id = {TABLE, SchemaOr(table->schema()), "", table->name()};
    filled.relation = sql::Qualified(filled.id.schema, filled.id.name);
    filled.columns = filler.ColumnNames();
    filled.key.assign(table->primary_key().column().begin(), table->primary_key().column().end());
    ASSIGN_OR_RETURN(filled.rows, filler.Run());
    if (filled.rows == 0) {
      filling.unfilled.push_back(filled.relation);
      continue;
    }
    filling.rows += filled.rows;
    filling.tables.push_back(std::move(filled));
  }
  RETURN_IF_ERROR(connection
                      .Exec("DROP FUNCTION pg_temp.autogen_holds(text); DROP FUNCTION "
                            "pg_temp.autogen_insert(text)")
                      .status());
  return filling;
}

absl::Status DeleteOrphans(postgres::Connection& connection, const model::Catalog& catalog,
                           const Filling& filling) {
  for (int round = 0; round < 10; ++round) {
    int64_t deleted = 0;
    for (const FilledTable& filled : filling.tables) {
      const Table* table = FindTable(catalog, filled.id);
      if (table == nullptr) continue;
      for (const ForeignKey& f : table->foreign_key()) {
        std::vector<std::string> target = TargetColumns(catalog, f), conditions, equal;
        if (target.size() != static_cast<size_t>(f.column_size()) || f.not_valid()) continue;
        for (int i = 0; i < f.column_size(); ++i) {
          std::string column = absl::StrCat("child.", sql::Ident(f.column(i)));
          conditions.push_back(absl::StrCat(column, " IS NOT NULL"));
          equal.push_back(
              absl::StrCat("parent.", sql::Ident(target[static_cast<size_t>(i)]), " = ", column));
        }
        ObjectId id = Target(f);
        ASSIGN_OR_RETURN(postgres::Result result,
                         connection.Exec(absl::StrCat(
                             "DELETE FROM ", filled.relation, " AS child WHERE ",
                             absl::StrJoin(conditions, " AND "), " AND NOT EXISTS (SELECT FROM ",
                             sql::Qualified(id.schema, id.name), " AS parent WHERE ",
                             absl::StrJoin(equal, " AND "), ")")));
        deleted += result.affected();
      }
    }
    if (deleted == 0) break;
  }
  return absl::OkStatus();
}

}  // namespace autogen::rows
