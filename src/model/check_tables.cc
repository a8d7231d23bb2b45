#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/text.h"
#include "src/model/check.h"
#include "src/model/type_info.h"

namespace autogen::model {
namespace {

using google::protobuf::Message;
using Strings = google::protobuf::RepeatedPtrField<std::string>;

bool IsWholeNumber(absl::string_view type) {
  return type == "integer" || type == "bigint" || type == "smallint";
}

class TableChecker {
 public:
  TableChecker(const Table& table, const Lookup& lookup, Problems* problems)
      : t_(table), lookup_(lookup), problems_(problems) {
    all_known_ = lookup.Columns(table, &columns_);
    known_.insert(columns_.begin(), columns_.end());
  }

  void Check() {
    Parents();
    Columns();
    Keys();
    for (const ForeignKey& k : t_.foreign_key()) Reference(k);
    for (const Index& i : t_.index()) IndexOf(i);
    for (const Trigger& t : t_.trigger()) TriggerOf(t);
    Named(t_.replica_identity().index(), t_.replica_identity(), "index");
    Named(t_.cluster_on(), t_, "cluster_on");
  }

 private:
  void Say(const Message& m, absl::string_view field, absl::string_view what, Detail detail = {}) {
    problems_->Add(m, field, what, std::move(detail));
  }

  // A column that does not exist, at the index-th value of a field.
  void Known(const Message& m, const char* field, int index, const std::string& column,
             absl::string_view what) {
    if (!all_known_ || known_.count(column) > 0) return;
    problems_->Add(m, field, index,
                   absl::StrCat(what, " names column \"", column, "\", which table ", t_.name(),
                                " does not have", Suggest(Nearest(column, columns_), "column")),
                   {"unknown-reference", Nearest(column, columns_)});
  }

  static std::string Suggest(const std::string& nearest, const char* what) {
    if (!nearest.empty()) return absl::StrCat("; did you mean \"", nearest, "\"?");
    return absl::StrCat("; add the ", what, " or correct the name");
  }

  // `repeats`: one column may stand there twice.
  void KnownList(const Message& m, const char* field, const Strings& list, absl::string_view what,
                 bool repeats = false) {
    std::set<absl::string_view> seen;
    for (int i = 0; i < list.size(); ++i) {
      Known(m, field, i, list[i], what);
      if (!repeats && !seen.insert(list[i]).second) {
        problems_->Add(m, field, i,
                       absl::StrCat(what, " names column \"", list[i], "\" twice; remove one"));
      }
    }
  }

  void Parents() {
    if (t_.has_partition_of()) {
      const Table::PartitionOf& of = t_.partition_of();
      if (of.bound().empty()) {
        Say(of, "", "a partition needs its bound; write bound: \"FOR VALUES …\" or \"DEFAULT\"");
      }
      const Table* parent = Parent(of, "table", of.schema(), of.table(), "partition_of");
      if (parent != nullptr && !parent->has_partition_by()) {
        Say(of, "table",
            absl::StrCat("table ", parent->name(),
                         " is not partitioned; give it a "
                         "partition_by or use another parent"));
      }
    }
    for (const Name& name : t_.inherits()) {
      Parent(name, "name", name.schema(), name.name(), "inherits");
    }
    if (!t_.has_partition_by()) return;
    const Table::PartitionBy& by = t_.partition_by();
    if (by.key_size() == 0) {
      Say(by, "", "partition_by needs a key; write column: \"…\" or key { expression: \"…\" }");
    }
    if (by.strategy() == Table::PartitionBy::LIST && by.key_size() > 1) {
      Say(by, "", "a table is partitioned by LIST over one key only; remove the others");
    }
    KeyList(by.key(), "partition_by");
  }

  const Table* Parent(const Message& m, const char* field, const std::string& schema,
                      const std::string& name, const char* what) {
    const Table* parent = lookup_.FindTable(schema, name);
    if (parent == &t_) {
      Say(m, field, absl::StrCat(what, " names the table itself; name its parent"));
      return nullptr;
    }
    if (parent == nullptr && lookup_.Manages(schema)) UnknownTable(m, field, schema, name, what);
    return parent;
  }

  void UnknownTable(const Message& m, const char* field, const std::string& schema,
                    const std::string& name, absl::string_view what) {
    std::string nearest = Nearest(name, lookup_.TableNames(schema));
    Say(m, field,
        absl::StrCat(what, " names table ", schema, ".", name, ", which the model does not have",
                     Suggest(nearest, "table")),
        {"unknown-reference", nearest});
  }

  void Columns() {
    for (const Column& c : t_.column()) {
      if (c.type().empty() && !c.inherited() && !t_.has_of_type() && !t_.has_partition_of()) {
        Say(c, "type", absl::StrCat("column ", c.name(), " needs a type; write type: \"…\""));
      }
      if (c.has_identity() && !IsWholeNumber(c.type()) && !c.type().empty()) {
        Say(c, "identity",
            absl::StrCat("identity column ", c.name(), " has type ", c.type(),
                         "; it must be smallint, integer or bigint"));
      }
      Exclusive(c);
      OneOf(c, "storage", c.storage(), {"plain", "main", "external", "extended"});
      OneOf(c, "compression", c.compression(), {"pglz", "lz4"});
    }
  }

  // A column takes its value from one place.
  void Exclusive(const Column& c) {
    std::vector<std::string> sources;
    if (!c.default_().empty()) sources.push_back("default");
    if (c.has_identity()) sources.push_back("identity");
    if (c.has_generated()) sources.push_back("generated");
    if (sources.size() > 1) {
      Say(c, sources[1],
          absl::StrCat("column ", c.name(), " has both ", sources[0], " and ", sources[1],
                       "; keep one"));
    }
    if (c.has_generated() && c.generated().expression().empty()) {
      Say(c, "generated",
          absl::StrCat("generated column ", c.name(),
                       " needs its expression; write generated { expression: \"…\" }"));
    }
  }

  void OneOf(const Message& m, const char* field, const std::string& value,
             const std::vector<std::string>& values) {
    if (value.empty() || std::find(values.begin(), values.end(), value) != values.end()) return;
    Say(m, field,
        absl::StrCat(field, " cannot be \"", value, "\"; it is one of ",
                     absl::StrJoin(values, ", ")));
  }

  void Keys() {
    if (t_.has_primary_key()) KeyColumns(t_.primary_key(), "primary key");
    for (const Unique& u : t_.unique()) KeyColumns(u, "unique");
    for (const autogen::Check& c : t_.check()) {
      if (c.expression().empty()) {
        Say(c, "",
            absl::StrCat("check ", c.name(), " needs its condition; write expression: \"…\""));
      }
    }
    for (const Exclusion& e : t_.exclude()) {
      if (e.key_size() == 0) {
        Say(e, "",
            absl::StrCat("exclusion ", e.name(),
                         " needs a key; write key { column: \"…\" operator: \"…\" }"));
      }
      KeyList(e.key(), "exclusion");
      for (const IndexKey& k : e.key()) {
        if (k.operator_().empty()) {
          Say(k, "", "a key of an exclusion needs its operator; write operator: \"=\" or the like");
        }
      }
      KnownList(e, "include", e.include(), "exclusion");
    }
  }

  template <typename Key>
  void KeyColumns(const Key& key, const char* what) {
    if (key.column_size() == 0) {
      Say(key, "",
          absl::StrCat(what, " of table ", t_.name(), " has no column; write column: \"…\""));
    }
    KnownList(key, "column", key.column(), what);
    for (int i = 0; i < key.include_size(); ++i) Known(key, "include", i, key.include(i), what);
  }

  void KeyList(const google::protobuf::RepeatedPtrField<IndexKey>& keys, absl::string_view what) {
    for (const IndexKey& k : keys) {
      if (k.column().empty() == k.expression().empty()) {
        Say(k, k.column().empty() ? "" : "expression",
            absl::StrCat("a key of ", what, " is either a column or an expression; ",
                         k.column().empty() ? "write one of them" : "remove one of them"));
      } else if (!k.column().empty()) {
        Known(k, "column", 0, k.column(), what);
      }
    }
  }

  void IndexOf(const Index& i) {
    std::string what = absl::StrCat("index ", i.name());
    if (i.key_size() == 0) {
      Say(i, "",
          absl::StrCat(what, " has no key; write column: \"…\" or key { expression: \"…\" }"));
    }
    for (int n = 0; n < i.key_size(); ++n) {
      const IndexKey& k = i.key(n);
      // The n-th plain column of the index, or the column of a key with a text of its own.
      if (!k.column().empty() && k.expression().empty()) Known(k, "column", n, k.column(), what);
    }
    for (const IndexKey& k : i.key()) {
      if (k.column().empty() == k.expression().empty()) {
        Say(k, "",
            absl::StrCat("a key of ", what, " is either a column or an expression; ",
                         k.column().empty() ? "write one of them" : "remove one of them"));
      }
    }
    for (int n = 0; n < i.include_size(); ++n) Known(i, "include", n, i.include(n), what);
    if (i.nulls_not_distinct() && !i.unique()) {
      Say(i, "nulls_not_distinct",
          "nulls_not_distinct is for unique indexes; write unique: true or "
          "remove it");
    }
  }

  void Reference(const ForeignKey& k) {
    std::string what = absl::StrCat("foreign key ", k.name());
    const ForeignKey::Target& to = k.references();
    if (k.column_size() == 0) Say(k, "", absl::StrCat(what, " has no column; write column: \"…\""));
    KnownList(k, "column", k.column(), what, /*repeats=*/true);
    KnownList(k, "on_delete_column", k.on_delete_column(), what);
    for (const std::string& c : k.on_delete_column()) {
      if (std::find(k.column().begin(), k.column().end(), c) == k.column().end()) {
        Say(k, "on_delete_column",
            absl::StrCat(what, " sets column \"", c,
                         "\" on delete, which is "
                         "not one of its columns"));
      }
    }
    if (k.on_delete_column_size() > 0 && k.on_delete() != ForeignKey::SET_NULL &&
        k.on_delete() != ForeignKey::SET_DEFAULT) {
      Say(k, "on_delete_column", "on_delete_column needs on_delete: SET_NULL or SET_DEFAULT");
    }
    if (to.table().empty()) {
      Say(k, "references",
          absl::StrCat(what, " needs a target; write references { table: \"…\" }"));
      return;
    }
    const Message* relation = lookup_.FindRelation(to.schema(), to.table());
    const Table* target = lookup_.FindTable(to.schema(), to.table());
    if (relation != nullptr && target == nullptr) {
      Say(to, "table", absl::StrCat(what, " references ", to.table(), ", which is not a table"));
    } else if (relation == nullptr && lookup_.Manages(to.schema())) {
      UnknownTable(to, "table", to.schema(), to.table(), what);
    } else if (target != nullptr) {
      Target(k, *target, what);
    }
  }

  void Target(const ForeignKey& k, const Table& target, const std::string& what) {
    const ForeignKey::Target& to = k.references();
    if (to.column_size() == 0) {
      Say(to, "table",
          absl::StrCat(what, " names no column of ", to.table(),
                       ", which has no primary key; write column: \"…\""));
      return;
    }
    if (to.column_size() != k.column_size()) {
      Say(k, "column",
          absl::StrCat(what, " has ", Count(static_cast<size_t>(k.column_size()), "column"),
                       ", its target ", to.column_size(), "; the numbers must match"));
      return;
    }
    std::vector<std::string> columns;
    if (!lookup_.Columns(target, &columns)) return;
    bool known = true;
    for (int i = 0; i < to.column_size(); ++i) {
      if (std::find(columns.begin(), columns.end(), to.column(i)) != columns.end()) continue;
      known = false;
      std::string nearest = Nearest(to.column(i), columns);
      problems_->Add(to, "column", i,
                     absl::StrCat(what, " references column \"", to.column(i), "\", which table ",
                                  to.table(), " does not have", Suggest(nearest, "column")),
                     {"unknown-reference", nearest});
    }
    if (known && !k.period() && !IsUnique(target, to.column())) {
      Say(to, "column",
          absl::StrCat(what, " references ", to.table(), " (", absl::StrJoin(to.column(), ", "),
                       "), which is not unique there; add a primary key or unique constraint on "
                       "these columns, or reference others"));
    }
  }

  static bool Same(const Strings& a, const Strings& b) {
    return std::set<absl::string_view>(a.begin(), a.end()) ==
           std::set<absl::string_view>(b.begin(), b.end());
  }

  static bool IsUnique(const Table& target, const Strings& columns) {
    if (Same(target.primary_key().column(), columns)) return true;
    for (const Unique& u : target.unique()) {
      if (Same(u.column(), columns)) return true;
    }
    for (const Index& i : target.index()) {
      if (!i.unique() || !i.where().empty()) continue;
      Strings keys;
      for (const IndexKey& k : i.key()) *keys.Add() = k.column();
      if (Same(keys, columns)) return true;
    }
    return false;
  }

  void TriggerOf(const Trigger& t) {
    std::string what = absl::StrCat("trigger ", t.name());
    KnownList(t, "update_of", t.update_of(), what);
    if (t.constraint() && (t.timing() != Trigger::AFTER || !t.for_each_row())) {
      Say(t, "constraint",
          absl::StrCat("constraint ", what, " must have timing: AFTER and for_each_row: true"));
    }
    if (t.deferrable() && !t.constraint()) {
      Say(t, "deferrable", absl::StrCat(what, " is deferrable; write constraint: true as well"));
    }
  }

  // An index or key of this table, by name.
  void Named(const std::string& name, const Message& m, const char* field) {
    if (name.empty()) return;
    auto has = [&](const auto& list) {
      return std::any_of(list.begin(), list.end(), [&](const auto& i) { return i.name() == name; });
    };
    if (t_.primary_key().name() == name || has(t_.unique()) || has(t_.exclude()) ||
        has(t_.index())) {
      return;
    }
    Say(m, field,
        absl::StrCat("table ", t_.name(), " has no index \"", name,
                     "\"; name one of its indexes or keys"));
  }

  const Table& t_;
  const Lookup& lookup_;
  Problems* problems_;
  std::vector<std::string> columns_;
  std::set<absl::string_view> known_;
  bool all_known_ = true;
};

}  // namespace

void CheckTables(const Schema& schema, const Lookup& lookup, Problems* problems) {
  for (const Table& table : schema.table()) TableChecker(table, lookup, problems).Check();
}

}  // namespace autogen::model
