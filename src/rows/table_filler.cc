#include "src/rows/table_filler.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/status.h"
#include "src/model/inheritance.h"
#include "src/rows/foreign_keys.h"
#include "src/sql/quote.h"
#include "src/sql/references.h"

namespace autogen::rows {
namespace {

constexpr size_t kRows = 40;           // of one table
constexpr size_t kEdges = 10;          // of one column that is not unique
constexpr size_t kCombinations = 250;  // of columns that share checks

// Both swallow errors: what is invalid is left out. In pg_temp, dropped with the session.
constexpr char kFunctions[] = R"(
CREATE OR REPLACE FUNCTION pg_temp.autogen_holds(query text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE answer boolean;
BEGIN EXECUTE query INTO answer; RETURN answer; EXCEPTION WHEN OTHERS THEN RETURN false; END $$;
CREATE OR REPLACE FUNCTION pg_temp.autogen_insert(query text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN EXECUTE query; SET CONSTRAINTS ALL IMMEDIATE; RETURN true; EXCEPTION WHEN OTHERS THEN RETURN false; END $$)";

}  // namespace

absl::Status MakeFillFunctions(postgres::Connection& connection) {
  return connection.Exec(kFunctions).status();
}

absl::Status DropFillFunctions(postgres::Connection& connection) {
  return connection
      .Exec(
          "DROP FUNCTION pg_temp.autogen_holds(text); DROP FUNCTION "
          "pg_temp.autogen_insert(text)")
      .status();
}

TableFiller::TableFiller(postgres::Connection& connection, const model::Catalog& catalog,
                         const Table& table, const std::set<model::ObjectId>& filled)
    : connection_(connection), catalog_(catalog), table_(table), filled_(filled) {
  relation_ = sql::Qualified(model::SchemaOrPublic(table.schema()), table.name());
  columns_ = model::WholeColumns(catalog, table);
}

absl::Status TableFiller::Run() {
  for (const Column& column : columns_) candidates_.push_back(CandidateFor(column));
  RETURN_IF_ERROR(KeepGood());
  RETURN_IF_ERROR(FindCombinations());
  std::vector<std::string> queries;
  for (const std::string& insert : Inserts()) {
    queries.push_back(absl::StrCat("SELECT pg_temp.autogen_insert(", sql::Literal(insert), ")"));
  }
  return connection_.Pipeline(queries).status();
}

std::vector<std::string> TableFiller::ColumnNames() const {
  std::vector<std::string> names;
  for (const Column& c : columns_) names.push_back(c.name());
  return names;
}

absl::StatusOr<std::vector<bool>> TableFiller::Holds(const std::vector<std::string>& conditions) {
  std::vector<std::string> queries;
  for (const std::string& q : conditions) {
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

absl::Status TableFiller::KeepGood() {
  std::vector<std::string> queries;
  for (Candidate& c : candidates_) {
    if (c.skipped || c.foreign_key != nullptr) {
      c.values.clear();
      continue;
    }
    if (!c.column->not_null()) c.values.push_back(absl::StrCat("NULL::", c.column->type()));
    for (const std::string& v : c.values) {
      queries.push_back(absl::StrCat("SELECT ", c.check.empty() ? "true" : c.check,
                                     " FROM (SELECT ", v, " AS ", sql::Ident(c.column->name()),
                                     " OFFSET 0) AS t"));
    }
  }
  ASSIGN_OR_RETURN(std::vector<bool> good, Holds(queries));
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

Candidate* TableFiller::Find(const std::string& name) {
  for (Candidate& c : candidates_) {
    if (c.column->name() == name) return &c;
  }
  return nullptr;
}

absl::Status TableFiller::FindCombinations() {
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
  std::vector<std::string> queries;
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
    queries.push_back(absl::StrCat("SELECT ", checks, " FROM (SELECT ", list, " OFFSET 0) AS t"));
    tried.push_back(std::move(combination));
  }
  ASSIGN_OR_RETURN(std::vector<bool> good, Holds(queries));
  for (size_t k = 0; k < tried.size() && combinations_.size() < kEdges; ++k) {
    if (good[k]) combinations_.push_back(std::move(tried[k]));
  }
  return absl::OkStatus();
}

std::string TableFiller::Reference(const Candidate& c, size_t row) const {
  model::ObjectId target = Target(*c.foreign_key);
  std::string relation = sql::Qualified(target.schema, target.name);
  std::string order = absl::StrJoin(TargetColumns(catalog_, *c.foreign_key), ", ",
                                    [](std::string* out, const std::string& column) {
                                      absl::StrAppend(out, sql::Ident(column));
                                    });
  return absl::StrCat("(SELECT ", sql::Ident(c.foreign_column), " FROM ", relation, " ORDER BY ",
                      order, " OFFSET ", row, " % greatest((SELECT count(*) FROM ", relation,
                      "), 1) LIMIT 1)");
}

std::vector<std::string> TableFiller::Inserts() {
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
    bool nullable = !c.column->not_null() && (c.foreign_key != nullptr || c.values.size() > edges);
    if (nullable) {
      inserts.push_back(Insert(inserts.size(), inserts.size() % ordinary, &c, std::string::npos));
    }
  }
  // Duplicates where they are allowed.
  inserts.push_back(Insert(inserts.size(), 0, nullptr, 0));
  return inserts;
}

std::string TableFiller::Insert(size_t row, size_t combination, const Candidate* varied,
                                size_t edge) {
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

}  // namespace autogen::rows
