#include "src/generate/sqlite_data_checks.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/model/inheritance.h"
#include "src/model/no_schema.h"
#include "src/sqlite/token.h"

namespace autogen::generate {
namespace {

using diff::Action;
using diff::Operation;
using sqlite::QuoteName;

class Finder {
 public:
  explicit Finder(const diff::Plan& plan) : plan_(plan) {}

  std::vector<rows::ViolatingRows> Find() {
    for (at_ = 0; at_ < plan_.operations.size(); ++at_) {
      const Operation& op = plan_.operations[at_];
      const std::string& table = op.id.kind == TABLE ? op.id.name : op.id.parent;
      before_ = TableOf(plan_.before.get(), table);
      after_ = TableOf(plan_.after.get(), table);
      if (before_ == nullptr || after_ == nullptr || before_->has_virtual_() ||
          op.action == Action::kDrop || op.action == Action::kRename || !op.because.empty() ||
          Renames(table)) {
        continue;
      }
      Look(op);
    }
    return std::move(found_);
  }

 private:
  static const Table* TableOf(const model::Catalog* catalog, const std::string& name) {
    return model::FindTable(catalog, model::kNoSchema, name);
  }
  static const Column* ColumnOf(const Table& table, const std::string& name) {
    for (const Column& c : table.column()) {
      if (absl::EqualsIgnoreCase(c.name(), name)) return &c;
    }
    return nullptr;
  }

  // Names are those of after the renames.
  bool Renames(const std::string& table) const {
    return std::any_of(plan_.operations.begin(), plan_.operations.end(), [&](const Operation& op) {
      return op.action == Action::kRename && (op.id.name == table || op.id.parent == table);
    });
  }

  // The columns are there, and their values stay what they are.
  bool AreThere(const google::protobuf::RepeatedPtrField<std::string>& columns) const {
    return std::all_of(columns.begin(), columns.end(), [&](const std::string& name) {
      const Column* before = ColumnOf(*before_, name);
      const Column* after = ColumnOf(*after_, name);
      return before != nullptr && after != nullptr && before->type() == after->type() &&
             !after->has_generated();
    });
  }

  void Look(const Operation& op) {
    switch (op.id.kind) {
      case COLUMN:
        return LookAtColumn(op);
      case PRIMARY_KEY:
        return LookAtKey(static_cast<const PrimaryKey&>(*op.after).column());
      case UNIQUE:
        return LookAtKey(static_cast<const Unique&>(*op.after).column());
      case INDEX:
        return LookAtIndex(static_cast<const Index&>(*op.after));
      case CHECK:
        return LookAtCheck(op, static_cast<const Check&>(*op.after));
      case FOREIGN_KEY:
        return LookAtForeignKey(static_cast<const ForeignKey&>(*op.after));
      case TABLE:
        return LookAtTable(op);
      default:  // no rows depend on it
        return;
    }
  }

  void Add(std::string count, std::string what, bool nulls = false) {
    rows::ViolatingRows rows;
    rows.operation = at_;
    rows.nulls = nulls;
    rows.relation = QuoteName(after_->name());
    rows.what = absl::StrCat(after_->name(), what);
    rows.count = std::move(count);
    found_.push_back(std::move(rows));
  }
  std::string From() const { return absl::StrCat(" FROM ", QuoteName(after_->name())); }

  void LookAtColumn(const Operation& op) {
    const auto& after = static_cast<const Column&>(*op.after);
    if (!after.not_null() || !after.default_().empty() || after.has_generated()) return;
    if (op.action == Action::kCreate) {
      return Add(absl::StrCat("SELECT count(*)", From()),
                 absl::StrCat(".", after.name(), " is NOT NULL without a default"), true);
    }
    if (static_cast<const Column&>(*op.before).not_null()) return;
    Add(absl::StrCat("SELECT count(*)", From(), " WHERE ", QuoteName(after.name()), " IS NULL"),
        absl::StrCat(".", after.name(), " is NULL"), true);
  }

  // Values that no row may share; NULLs are all different.
  void LookAtValues(const std::vector<std::string>& values, const std::string& where,
                    const std::string& shown) {
    std::vector<std::string> conditions;
    if (!where.empty()) conditions.push_back(absl::StrCat("(", where, ")"));
    for (const std::string& value : values)
      conditions.push_back(absl::StrCat(value, " IS NOT NULL"));
    Add(absl::StrCat("SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n", From(), " WHERE ",
                     absl::StrJoin(conditions, " AND "), " GROUP BY ", absl::StrJoin(values, ", "),
                     " HAVING count(*) > 1)"),
        absl::StrCat(".", shown, " has duplicates"));
  }

  void LookAtKey(const google::protobuf::RepeatedPtrField<std::string>& columns) {
    if (columns.empty() || !AreThere(columns)) return;
    std::vector<std::string> values;
    for (const std::string& name : columns) values.push_back(QuoteName(name));
    LookAtValues(values, "", absl::StrJoin(columns, ", "));
  }

  void LookAtIndex(const Index& index) {
    if (!index.unique()) return;
    std::vector<std::string> values;
    for (const IndexKey& key : index.key()) {
      // Which columns an expression or a condition names is not known here.
      if (key.column().empty() || key.has_collation()) return;
      google::protobuf::RepeatedPtrField<std::string> column;
      *column.Add() = key.column();
      if (!AreThere(column)) return;
      values.push_back(QuoteName(key.column()));
    }
    if (!index.where().empty() && HasOtherColumns()) return;
    if (!values.empty()) LookAtValues(values, index.where(), index.name());
  }

  // An expression that names one of them would not run yet.
  bool HasOtherColumns() const {
    return std::any_of(after_->column().begin(), after_->column().end(), [&](const Column& c) {
      const Column* before = ColumnOf(*before_, c.name());
      return before == nullptr || before->type() != c.type();
    });
  }

  void LookAtCheck(const Operation& op, const Check& check) {
    if (HasOtherColumns()) return;
    Add(absl::StrCat("SELECT count(*)", From(), " WHERE NOT (", check.expression(), ")"),
        absl::StrCat(".", op.id.name, ": a row violates it"));
  }

  void LookAtForeignKey(const ForeignKey& key) {
    if (!AreThere(key.column())) return;
    const Table* parent = TableOf(plan_.before.get(), key.references().table());
    std::vector<std::string> columns(key.references().column().begin(),
                                     key.references().column().end());
    if (columns.empty() && parent != nullptr) {
      columns.assign(parent->primary_key().column().begin(), parent->primary_key().column().end());
    }
    std::vector<std::string> there, same;
    for (int i = 0; i < key.column_size(); ++i) {
      const std::string child = absl::StrCat("child.", QuoteName(key.column(i)));
      there.push_back(absl::StrCat(child, " IS NOT NULL"));
      if (parent == nullptr) continue;
      const size_t k = static_cast<size_t>(i);
      if (k >= columns.size() || ColumnOf(*parent, columns[k]) == nullptr) return;
      same.push_back(absl::StrCat("parent.", QuoteName(columns[k]), " = ", child));
    }
    std::string count =
        absl::StrCat("SELECT count(*)", From(), " AS child WHERE ", absl::StrJoin(there, " AND "));
    if (parent != nullptr) {
      absl::StrAppend(&count, " AND NOT EXISTS (SELECT 1 FROM ", QuoteName(parent->name()),
                      " AS parent WHERE ", absl::StrJoin(same, " AND "), ")");
    }
    Add(std::move(count),
        absl::StrCat(".", absl::StrJoin(key.column(), ", "), " references a missing row"));
  }

  // Values that no conversion makes fit; the others are converted as by any table.
  void LookAtTable(const Operation& op) {
    if (op.action != Action::kAlter || !after_->strict() || before_->strict()) return;
    for (const Column& c : after_->column()) {
      if (ColumnOf(*before_, c.name()) == nullptr || c.has_generated()) continue;
      const std::string name = QuoteName(c.name()), kind = absl::AsciiStrToUpper(c.type());
      const std::string type = absl::StrCat("typeof(", name, ")");
      std::string refused;
      if (kind == "INT" || kind == "INTEGER" || kind == "REAL") {
        refused = absl::StrCat(type, " = 'blob' OR (", type, " = 'text' AND ", name,
                               " NOT GLOB '*[0-9]*')");
        if (kind != "REAL") {
          absl::StrAppend(&refused, " OR (", type, " = 'real' AND ", name, " <> CAST(", name,
                          " AS INTEGER))");
        }
      } else if (kind == "TEXT") {
        refused = absl::StrCat(type, " = 'blob'");
      } else if (kind == "BLOB") {
        refused = absl::StrCat(type, " NOT IN ('blob', 'null')");
      } else {
        continue;
      }
      Add(absl::StrCat("SELECT count(*)", From(), " WHERE ", refused),
          absl::StrCat(".", c.name(), " is no ", kind));
    }
  }

  const diff::Plan& plan_;
  size_t at_ = 0;
  const Table* before_ = nullptr;
  const Table* after_ = nullptr;
  std::vector<rows::ViolatingRows> found_;
};

}  // namespace

std::vector<rows::ViolatingRows> SqliteViolatingRows(const diff::Plan& plan) {
  return Finder(plan).Find();
}

}  // namespace autogen::generate
