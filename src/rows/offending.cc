#include "src/rows/offending.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "src/base/printable.h"
#include "src/diff/diff.h"
#include "src/model/type_change.h"
#include "src/rows/bound_condition.h"
#include "src/rows/cast_failure.h"
#include "src/rows/projection.h"
#include "src/sql/quote.h"
#include "src/sql/scan.h"

namespace autogen::rows {
namespace {

using diff::Action;
using diff::Operation;
using google::protobuf::Message;
using model::ObjectId;

constexpr char kRowId[] = "tableoid, ctid";

std::string SchemaOr(const std::string& schema) { return schema.empty() ? "public" : schema; }

bool Changed(const Operation& op, absl::string_view field) {
  for (const google::protobuf::FieldDescriptor* f : op.changed) {
    if (f->name() == field) return true;
  }
  return false;
}

// "t.a", without "public.".
std::string Short(const ObjectId& id) {
  std::string name = model::DisplayName(id);
  return absl::StartsWith(name, "public.") ? name.substr(7) : name;
}

std::string Any(const std::vector<std::string>& conditions) {
  return conditions.size() == 1
             ? conditions[0]
             : absl::StrJoin(conditions, " OR ", [](std::string* out, const std::string& c) {
                 absl::StrAppend(out, "(", c, ")");
               });
}

// The object of the kind that a type's name means, or nullptr.
const Message* FindType(const model::Catalog& catalog, Kind kind, absl::string_view type) {
  sql::SplitName name = sql::SplitQualified(type);
  int i = catalog.Find({kind, name.schema, "", name.name});
  return i < 0 ? nullptr : catalog.at(i).message;
}

class Finder {
 public:
  Finder(const diff::Plan& plan, int server_version)
      : plan_(plan), server_version_(server_version) {}

  std::vector<OffendingRows> Run() {
    for (index_ = 0; index_ < plan_.operations.size(); ++index_) {
      const Operation& op = plan_.operations[index_];
      if (op.action == Action::kDrop || op.action == Action::kRename) continue;
      Look(op);
    }
    return std::move(found_);
  }

 private:
  void Look(const Operation& op) {
    switch (op.id.kind) {
      case COLUMN:
        return op.action == Action::kCreate ? NewColumn(op) : ChangedColumn(op);
      case PRIMARY_KEY:
        return KeyColumns(op, static_cast<const PrimaryKey&>(*op.after).column(), true, false);
      case UNIQUE: {
        const auto& u = static_cast<const Unique&>(*op.after);
        return KeyColumns(op, u.column(), false, u.nulls_not_distinct());
      }
      case INDEX: {
        const auto& i = static_cast<const Index&>(*op.after);
        if (i.unique() && op.action == Action::kCreate) {
          Unique_(op, i.key(), i.where(), i.nulls_not_distinct());
        }
        return;
      }
      case EXCLUSION:
        if (op.action == Action::kCreate) Excluded(op);
        return;
      case CHECK:
        return Checked(op);
      case FOREIGN_KEY:
        return Orphans(op);
      case DOMAIN:
        return DomainNotNull(op);
      case DOMAIN_CHECK:
        return DomainChecked(op);
      case TABLE:
        return Partition(op);
      default:  // nothing else looks at rows
        return;
    }
  }

  // Rows of one relation that meet a condition. `from` as Projection::From gives it, with and
  // without the row's place.
  void Add(const Projection& p, const std::vector<std::string>& columns, bool only,
           const std::string& where, std::string what, size_t statement = 0) {
    std::optional<std::string> from = p.From(columns, only);
    std::optional<std::string> placed = p.From(columns, only, kRowId);
    if (!from.has_value() || where == "false") return;
    std::string condition = where.empty() ? "" : absl::StrCat(" WHERE ", where);
    Push(p, absl::StrCat("SELECT count(*) FROM ", *from, condition),
         absl::StrCat("SELECT ", kRowId, " FROM ", *placed, condition), std::move(what), statement);
  }

  void Push(const Projection& p, const std::string& count, const std::string& rows,
            std::string what, size_t statement = 0) {
    found_.push_back(
        {index_, statement, p.relation(), Printable(what, Lines::kOne), OnOneLine(count), rows});
  }

  // Not put back as it was: something in it changes.
  static bool Matters(const Operation& op, const Projection& p,
                      const std::vector<std::string>& columns) {
    if (!p.exists()) return false;
    return op.because.empty() ||
           std::any_of(columns.begin(), columns.end(), [&](const auto& c) { return p.Changes(c); });
  }

  void NewColumn(const Operation& op) {
    const auto& column = static_cast<const Column&>(*op.after);
    Projection p(plan_, op.id.schema, op.id.parent);
    if (!p.exists() || column.inherited() || !column.default_().empty() || column.has_identity() ||
        column.has_generated()) {
      return;
    }
    const auto* domain = static_cast<const Domain*>(FindType(*plan_.after, DOMAIN, column.type()));
    bool filled = domain != nullptr && !domain->default_().empty();
    bool not_null = column.not_null() || (domain != nullptr && domain->not_null());
    if (!not_null || filled) return;
    Add(p, {}, false, "",
        absl::StrCat("rows in ", Short({TABLE, op.id.schema, "", op.id.parent}), ": ", op.id.name,
                     " is NOT NULL without a default"));
  }

  void ChangedColumn(const Operation& op) {
    const auto& before = static_cast<const Column&>(*op.before);
    const auto& after = static_cast<const Column&>(*op.after);
    Projection p(plan_, op.id.schema, op.id.parent);
    if (!p.exists()) return;
    std::optional<std::string> value = p.OldValue(op.id.name);
    if (!value.has_value()) return;
    size_t statement = 0;
    bool typed = !before.type().empty() && !after.type().empty();
    if (typed && (op.retype || Changed(op, "type"))) {
      bool swapped = op.retype && before.type() == after.type();
      model::TypeChange change = model::DescribeTypeChange(before.type(), after.type(), swapped,
                                                           plan_.before.get(), plan_.after.get());
      std::string failure;
      if (swapped || change.work != model::RowWork::kNone) {
        failure = TypeFailure(*value, before.type(), after.type(), change.cast);
      }
      if (!failure.empty()) {
        AddOld(p, failure, absl::StrCat(Short(op.id), " has no place in ", after.type()));
      }
      if (!change.fails.empty()) statement = 1;
    }
    bool sets = after.not_null() && !after.not_null_constraint().not_valid() &&
                (!before.not_null() || before.not_null_constraint().not_valid());
    if (sets) {
      AddOld(p, absl::StrCat(*value, " IS NULL"), absl::StrCat(Short(op.id), " is NULL"),
             statement);
    }
  }

  // A condition over the relation as it is now.
  void AddOld(const Projection& p, const std::string& where, std::string what,
              size_t statement = 0) {
    Push(p, absl::StrCat("SELECT count(*) FROM ", p.relation(), " WHERE ", where),
         absl::StrCat("SELECT ", kRowId, " FROM ", p.relation(), " WHERE ", where), std::move(what),
         statement);
  }

  std::string TypeFailure(const std::string& value, std::string before, std::string after,
                          const std::string& cast) {
    std::vector<std::string> failures;
    const auto* old_enum =
        static_cast<const Enum*>(FindType(*plan_.before, ENUM, ElementOf(before)));
    const auto* new_enum = static_cast<const Enum*>(FindType(*plan_.after, ENUM, ElementOf(after)));
    std::vector<std::string> labels;
    if (new_enum != nullptr) labels = OldLabels(*new_enum, old_enum);
    if (const auto* d = static_cast<const Domain*>(FindType(*plan_.before, DOMAIN, before))) {
      before = d->type();
    }
    if (const auto* d = static_cast<const Domain*>(FindType(*plan_.after, DOMAIN, after))) {
      after = d->type();
      if (d->not_null()) failures.push_back(absl::StrCat(value, " IS NULL"));
      for (const DomainCheck& check : d->check()) {
        if (check.not_valid()) continue;
        failures.push_back(absl::StrCat("NOT (", WithValue(check.expression(), value), ")"));
      }
    }
    std::string cannot = CastFailure(value, before, after, cast,
                                     new_enum == nullptr ? nullptr : &labels, server_version_);
    if (!cannot.empty()) failures.insert(failures.begin(), std::move(cannot));
    return failures.empty() ? "" : Any(failures);
  }

  static absl::string_view ElementOf(absl::string_view type) {
    return type.substr(0, type.find('['));
  }

  // The labels of `wanted` as values of the present type have them.
  std::vector<std::string> OldLabels(const Enum& wanted, const Enum* present) const {
    std::vector<std::string> labels(wanted.label().begin(), wanted.label().end());
    if (present == nullptr) return labels;
    ObjectId id = model::IdOf(*present);
    for (auto op = plan_.operations.rbegin(); op != plan_.operations.rend(); ++op) {
      if (op->action != Action::kRename || op->id != id) continue;
      for (auto part = op->parts.rbegin(); part != op->parts.rend(); ++part) {
        std::replace(labels.begin(), labels.end(), part->second, part->first);
      }
    }
    return labels;
  }

  template <typename Columns>
  void KeyColumns(const Operation& op, const Columns& columns, bool primary, bool nulls) {
    if (op.action != Action::kCreate) return;
    google::protobuf::RepeatedPtrField<IndexKey> keys;
    std::vector<std::string> names(columns.begin(), columns.end());
    for (const std::string& name : names) keys.Add()->set_column(name);
    Projection p(plan_, op.id.schema, op.id.parent);
    if (primary && Matters(op, p, names)) {
      std::vector<std::string> conditions;
      for (const std::string& name : names) {
        conditions.push_back(absl::StrCat(sql::Ident(name), " IS NULL"));
      }
      Add(p, names, true, absl::StrJoin(conditions, " OR "),
          absl::StrCat(Short(op.id), ": NULL in the primary key"));
    }
    Unique_(op, keys, "", nulls);
  }

  // Rows too many, so that each key is there once.
  void Unique_(const Operation& op, const google::protobuf::RepeatedPtrField<IndexKey>& keys,
               const std::string& predicate, bool nulls_not_distinct) {
    Projection p(plan_, op.id.schema, op.id.parent);
    std::vector<std::string> columns, texts, conditions;
    if (!CollectKeys(p, keys, predicate, &columns, &texts)) return;
    if (!Matters(op, p, columns)) return;
    if (!predicate.empty()) conditions.push_back(absl::StrCat("(", predicate, ")"));
    for (const std::string& text : texts) {
      if (!nulls_not_distinct) conditions.push_back(absl::StrCat(text, " IS NOT NULL"));
    }
    std::optional<std::string> from = p.From(columns, true);
    std::optional<std::string> placed = p.From(columns, true, kRowId);
    if (!from.has_value()) return;
    std::string where =
        conditions.empty() ? "" : absl::StrCat(" WHERE ", absl::StrJoin(conditions, " AND "));
    std::string list = absl::StrJoin(texts, ", ");
    Push(p,
         absl::StrCat("SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM ", *from,
                      where, " GROUP BY ", list, " HAVING count(*) > 1) AS repeated"),
         absl::StrCat("SELECT ", kRowId, " FROM (SELECT ", kRowId,
                      ", row_number() OVER (PARTITION BY ", list, ") AS n FROM ", *placed, where,
                      ") AS repeated WHERE n > 1"),
         absl::StrCat(Short(op.id), ": ", absl::StrJoin(texts, ", "), " repeats"));
  }

  // The columns that the keys and the predicate use, and the keys as SQL. False where the relation
  // is new.
  static bool CollectKeys(const Projection& p,
                          const google::protobuf::RepeatedPtrField<IndexKey>& keys,
                          const std::string& predicate, std::vector<std::string>* columns,
                          std::vector<std::string>* texts) {
    if (!p.exists()) return false;
    auto use = [&](const std::string& column) {
      if (std::find(columns->begin(), columns->end(), column) == columns->end()) {
        columns->push_back(column);
      }
    };
    for (const IndexKey& key : keys) {
      if (!key.column().empty()) {
        use(key.column());
        texts->push_back(sql::Ident(key.column()));
        continue;
      }
      for (const std::string& column : p.ColumnsIn(key.expression())) use(column);
      texts->push_back(absl::StrCat("(", key.expression(), ")"));
    }
    for (const std::string& column : p.ColumnsIn(predicate)) use(column);
    return true;
  }

  void Excluded(const Operation& op) {
    const auto& e = static_cast<const Exclusion&>(*op.after);
    Projection p(plan_, op.id.schema, op.id.parent);
    std::vector<std::string> columns, texts, conditions;
    if (!CollectKeys(p, e.key(), e.where(), &columns, &texts) || !Matters(op, p, columns)) return;
    std::optional<std::string> placed = p.From(columns, true, kRowId);
    if (!placed.has_value()) return;
    std::string list = kRowId;
    for (int i = 0; i < e.key_size(); ++i) {
      std::string k = absl::StrCat("key", i + 1);
      absl::StrAppend(&list, ", ", texts[static_cast<size_t>(i)], " AS ", k);
      const std::string& op_name = e.key(i).operator_();
      conditions.push_back(
          absl::StrCat("a.", k, absl::StrContains(op_name, '.') ? " OPERATOR(" : " ", op_name,
                       absl::StrContains(op_name, '.') ? ") " : " ", "b.", k));
    }
    std::string rows =
        absl::StrCat("(SELECT ", list, " FROM ", *placed,
                     e.where().empty() ? "" : absl::StrCat(" WHERE ", e.where()), ")");
    // Each pair once: the later row of the two.
    std::string clash = absl::StrCat(" FROM ", rows, " AS a WHERE EXISTS (SELECT FROM ", rows,
                                     " AS b WHERE (b.tableoid, b.ctid) < (a.tableoid, a.ctid) AND ",
                                     absl::StrJoin(conditions, " AND "), ")");
    Push(p, absl::StrCat("SELECT count(*)", clash), absl::StrCat("SELECT ", kRowId, clash),
         absl::StrCat(Short(op.id), ": ", absl::StrJoin(texts, ", "), " conflicts"));
  }

  void Checked(const Operation& op) {
    const auto& c = static_cast<const Check&>(*op.after);
    if (c.not_valid() || c.not_enforced() || c.inherited()) return;
    if (op.action == Action::kAlter && !Changed(op, "not_valid")) return;
    Projection p(plan_, op.id.schema, op.id.parent);
    std::vector<std::string> columns = p.ColumnsIn(c.expression());
    if (!Matters(op, p, columns)) return;
    Add(p, columns, c.no_inherit(), absl::StrCat("NOT (", c.expression(), ")"),
        absl::StrCat(Short(op.id), ": a row does not satisfy it"));
  }

  void Orphans(const Operation& op) {
    const auto& f = static_cast<const ForeignKey&>(*op.after);
    if (f.not_valid() || f.not_enforced() || f.period()) return;
    if (op.action == Action::kAlter && !Changed(op, "not_valid") && !Changed(op, "not_enforced")) {
      return;
    }
    Projection child(plan_, op.id.schema, op.id.parent);
    std::vector<std::string> columns(f.column().begin(), f.column().end());
    Projection parent(plan_, SchemaOr(f.references().schema()), f.references().table());
    std::vector<std::string> keys(f.references().column().begin(), f.references().column().end());
    if (keys.empty()) keys = PrimaryKeyOf(f);
    if (keys.size() != columns.size()) return;
    if (!Matters(op, child, columns) && (!child.exists() || !Matters(op, parent, keys))) return;
    std::vector<std::string> all, none, equal;
    bool some_null = false;
    for (size_t i = 0; i < columns.size(); ++i) {
      std::string column = absl::StrCat("child.", sql::Ident(columns[i]));
      all.push_back(absl::StrCat(column, " IS NOT NULL"));
      none.push_back(absl::StrCat(column, " IS NULL"));
      equal.push_back(absl::StrCat("parent.", sql::Ident(keys[i]), " = ", column));
      some_null |= child.IsNull(columns[i]);
    }
    if (some_null && f.match() == ForeignKey::SIMPLE) return;
    std::optional<std::string> rows = child.Query(columns, true, kRowId, "child");
    std::optional<std::string> target = parent.Query(keys, true, "", "parent");
    if (!rows.has_value() || (parent.exists() && !target.has_value())) return;
    std::string condition = absl::StrJoin(all, " AND ");
    if (parent.exists()) {
      absl::StrAppend(&condition, " AND NOT EXISTS (SELECT FROM ", *target, " WHERE ",
                      absl::StrJoin(equal, " AND "), ")");
    }
    if (f.match() == ForeignKey::FULL && columns.size() > 1) {
      condition = absl::StrCat("(", condition, ") OR ((", absl::StrJoin(none, " OR "),
                               ") AND NOT (", absl::StrJoin(none, " AND "), "))");
    }
    std::string from = absl::StrCat(" FROM ", *rows, " WHERE ", condition);
    Push(child, absl::StrCat("SELECT count(*)", from), absl::StrCat("SELECT ", kRowId, from),
         absl::StrCat(Short(op.id), ": a row refers to nothing"));
  }

  std::vector<std::string> PrimaryKeyOf(const ForeignKey& f) const {
    int i =
        plan_.after->Find({TABLE, SchemaOr(f.references().schema()), "", f.references().table()});
    if (i < 0) return {};
    const auto& columns =
        static_cast<const Table*>(plan_.after->at(i).message)->primary_key().column();
    return std::vector<std::string>(columns.begin(), columns.end());
  }

  // Every column that is of the domain now.
  template <typename Condition>
  void ForEachUse(const ObjectId& domain, const Condition& condition, const std::string& what) {
    std::string type = sql::Qualified(domain.schema, domain.name);
    for (const Table& table : plan_.before->schema().table()) {
      std::string schema = SchemaOr(table.schema());
      Projection p(plan_, schema, table.name());
      for (const Column& column : table.column()) {
        if (column.type() != type || !p.exists()) continue;
        std::optional<std::string> value = p.OldValue(column.name());
        if (!value.has_value()) continue;
        AddOld(p, condition(*value),
               absl::StrCat(Short({COLUMN, schema, table.name(), column.name()}), what));
      }
    }
  }

  void DomainNotNull(const Operation& op) {
    if (op.action != Action::kAlter) return;
    const auto& before = static_cast<const Domain&>(*op.before);
    const auto& after = static_cast<const Domain&>(*op.after);
    if (before.not_null() || !after.not_null()) return;
    ForEachUse(
        op.id, [](const std::string& value) { return absl::StrCat(value, " IS NULL"); },
        " is NULL");
  }

  void DomainChecked(const Operation& op) {
    const auto& check = static_cast<const DomainCheck&>(*op.after);
    if (check.not_valid()) return;
    ForEachUse(
        {DOMAIN, op.id.schema, "", op.id.parent},
        [&](const std::string& value) {
          return absl::StrCat("NOT (", WithValue(check.expression(), value), ")");
        },
        absl::StrCat(" breaks ", op.id.name));
  }

  void Partition(const Operation& op) {
    const auto& table = static_cast<const Table&>(*op.after);
    if (!table.has_partition_of()) return;
    if (op.action == Action::kAlter && !Changed(op, "partition_of")) return;
    std::string schema = SchemaOr(table.partition_of().schema());
    int i = plan_.after->Find({TABLE, schema, "", table.partition_of().table()});
    if (i < 0) return;
    const auto& parent = static_cast<const Table&>(*plan_.after->at(i).message);
    std::vector<std::string> keys, columns, texts;
    for (const IndexKey& key : parent.partition_by().key()) {
      keys.push_back(key.column().empty() ? absl::StrCat("(", key.expression(), ")")
                                          : sql::Ident(key.column()));
    }
    std::string condition = BoundCondition(table.partition_of().bound(), keys);
    if (condition.empty()) return;
    Projection own(plan_, op.id.schema, op.id.name);
    if (CollectKeys(own, parent.partition_by().key(), "", &columns, &texts)) {
      Add(own, columns, false, absl::StrCat("NOT (", condition, ")"),
          absl::StrCat(Short(op.id), ": a row is outside ", table.partition_of().bound()));
    }
    for (const Table& other : plan_.after->schema().table()) {
      const Table::PartitionOf& of = other.partition_of();
      if (of.bound() != "DEFAULT" || of.table() != parent.name() ||
          SchemaOr(of.schema()) != schema) {
        continue;
      }
      Projection rest(plan_, SchemaOr(other.schema()), other.name());
      std::vector<std::string> used;
      texts.clear();
      if (!CollectKeys(rest, parent.partition_by().key(), "", &used, &texts)) continue;
      Add(rest, used, false, condition,
          absl::StrCat(Short({TABLE, SchemaOr(other.schema()), "", other.name()}),
                       ": a row belongs into ", Short(op.id)));
    }
  }

  const diff::Plan& plan_;
  const int server_version_;
  size_t index_ = 0;
  std::vector<OffendingRows> found_;
};

}  // namespace

std::vector<OffendingRows> FindOffendingRows(const diff::Plan& plan, int server_version) {
  return Finder(plan, server_version).Run();
}

std::string OnOneLine(const std::string& sql) {
  if (sql.find_first_of("\n\r") == std::string::npos) return sql;
  absl::StatusOr<std::vector<sql::Token>> tokens = sql::Scan(sql);
  if (!tokens.ok()) return sql;
  std::string text;
  size_t copied = 0;
  for (const sql::Token& token : *tokens) {
    if (token.kind == sql::Token::Kind::kComment) return sql;
    absl::string_view between = absl::string_view(sql).substr(copied, token.start - copied);
    absl::StrAppend(&text, absl::StrReplaceAll(between, {{"\r", " "}, {"\n", " "}}), token.text);
    copied = token.end;
  }
  return text;
}

}  // namespace autogen::rows
