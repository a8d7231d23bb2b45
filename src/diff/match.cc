#include <algorithm>
#include <optional>

#include "src/diff/draft.h"
#include "src/model/inheritance.h"

namespace autogen::diff {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// A view's column as it is where nobody lists it: its name alone.
std::shared_ptr<Message> Plain(const Message& column) {
  std::shared_ptr<Message> empty(column.New());
  const FieldDescriptor* name = column.GetDescriptor()->FindFieldByName("name");
  empty->GetReflection()->SetString(empty.get(), name,
                                    column.GetReflection()->GetString(column, name));
  return empty;
}

// Whether a foreign key that only one side lists is there on the other as well, from a parent of
// the partition `table` (of the before side): one that leaves keeps it, one that joins brings it
// along.
bool ComesFromParent(const Draft& d, int table, const model::Catalog& other, int other_table,
                     const Message& key) {
  if (table < 0 || other_table < 0 || !d.Changes(table, "partition_of")) return false;
  const auto& own = static_cast<const ForeignKey&>(key);
  const ForeignKey* from_parent = model::InheritedForeignKey(
      &other, static_cast<const Table&>(*other.at(other_table).message), own.name());
  return from_parent != nullptr &&
         model::ChangedFields(*from_parent, own, d.options.compare).empty();
}

// PostgreSQL 18: the name of the constraint of a column that is NOT NULL as its parent's is, where
// the column is not listed or names none.
void NameNotNull(const Draft& d, const model::Catalog& catalog, const Table& table,
                 const model::ObjectId& id, bool unlisted, Column* column) {
  if (d.options.server_version < 180000 || !column->not_null()) return;
  if (!unlisted && (!column->inherited() || !column->not_null_constraint().name().empty())) {
    return;
  }
  model::ObjectId above_id;
  const Column* above = model::InheritedColumn(&catalog, table, id.name, &above_id);
  if (above == nullptr || !above->not_null()) return;
  model::TakeNotNullName(*above, above_id, id, column);
}

// PostgreSQL 18: nothing but its name can be another for a NOT NULL that a partition has from its
// parent on both sides, and no statement changes that.
bool HasParentsNotNull(const Draft& d, int b, int a) {
  const int table = d.before.at(b).parent;
  if (d.options.server_version < 180000 || d.before.at(table).id.kind != TABLE ||
      !static_cast<const Column&>(d.Before(b)).not_null() ||
      !static_cast<const Column&>(d.After(a)).not_null() || d.Changes(table, "partition_of")) {
    return false;
  }
  const auto& partition = static_cast<const Table&>(d.Before(table));
  if (!partition.has_partition_of()) return false;
  const Column* above = model::InheritedColumn(&d.before, partition, d.before.at(b).id.name);
  return above != nullptr && above->not_null();
}

// Of a table that is on both sides, listed on one of them: whether the column is there on the other
// as well, from a parent. It is so where both sides have it from a parent, or the table is about to
// join or leave one: PostgreSQL keeps the column and its values then. (That the table once declared
// the column itself, pg_attribute.attislocal, cannot be changed without making the table anew.)
// Where the parent gets the column only now, the table's own one makes room for it.
std::optional<Draft::Partial> PartialColumn(const Draft& d, int b, int a) {
  int table_before, table_after;
  if (b >= 0) {
    table_before = d.before.at(b).parent;
    table_after = d.to_after[static_cast<size_t>(table_before)];
  } else {
    table_after = d.after.at(a).parent;
    table_before = d.to_before[static_cast<size_t>(table_after)];
  }
  if (table_before < 0 || table_after < 0 || d.before.at(table_before).id.kind != TABLE) {
    return std::nullopt;
  }
  const auto& before = static_cast<const Table&>(d.Before(table_before));
  const auto& after = static_cast<const Table&>(d.After(table_after));
  const model::ObjectId& id = b >= 0 ? d.before.at(b).id : d.after.at(a).id;
  Column was, will;
  bool had = model::FromParent(&d.before, id, &was);
  bool has = model::FromParent(&d.after, id, &will);
  auto same = [&](const char* field) {
    return model::SameField(before, after, Table::descriptor()->FindFieldByName(field));
  };
  bool moves = !same("partition_of") || !same("inherits");
  const bool listed = a >= 0 && b >= 0;
  if (!listed && (b >= 0 ? !has || !(had || moves) : !had || !(has || moves))) return std::nullopt;
  if (b >= 0) was = model::WholeColumn(&d.before, id, static_cast<const Column&>(d.Before(b)));
  if (a >= 0) will = model::WholeColumn(&d.after, id, static_cast<const Column&>(d.After(a)));
  NameNotNull(d, d.before, before, id, b < 0, &was);
  NameNotNull(d, d.after, after, id, a < 0, &will);
  was.set_inherited(true);
  will.set_inherited(true);
  return Draft::Partial{b, a, std::make_shared<Column>(was), std::make_shared<Column>(will)};
}

}  // namespace

bool FollowsParent(Kind kind, const Message& object) {
  return kind == CHECK && static_cast<const Check&>(object).inherited();
}

bool Draft::Changes(int i, const char* field) const {
  for (const FieldDescriptor* f : changed[static_cast<size_t>(i)]) {
    if (f->name() == field) return true;
  }
  return false;
}

bool Draft::IsEmpty() const {
  for (Fate f : fate) {
    if (f != Fate::kKeep) return false;
  }
  for (size_t a = 0; a < to_before.size(); ++a) {
    if (to_before[a] < 0 && !ignored[a]) return false;
  }
  return partial.empty() && detached.empty();
}

void Match(Draft& d) {
  size_t nb = d.before.objects().size();
  size_t na = d.after.objects().size();
  d.to_after.assign(nb, -1);
  d.to_before.assign(na, -1);
  d.ignored.assign(na, false);
  d.fate.assign(nb, Fate::kKeep);
  d.changed.assign(nb, {});
  d.because.assign(nb, "");

  for (size_t i = 0; i < nb; ++i) {
    const model::Object& o = d.before.objects()[i];
    int b = static_cast<int>(i);
    int a = d.after.Find(o.id);
    d.to_after[i] = a;
    if (a >= 0) d.to_before[static_cast<size_t>(a)] = b;
    if (d.options.unmanaged.contains(o.id.kind) || FollowsParent(o.id.kind, *o.message)) continue;
    if (a >= 0 && d.options.server_version >= 180000 && o.id.kind == COLUMN &&
        static_cast<const Column&>(*o.message).inherited() !=
            static_cast<const Column&>(d.After(a)).inherited()) {
      std::optional<Draft::Partial> partial = PartialColumn(d, b, a);
      if (partial &&
          !model::ChangedFields(*partial->was, *partial->will, d.options.compare).empty()) {
        d.partial.push_back(*std::move(partial));
      }
      continue;
    }
    if (a >= 0) {
      d.changed[i] = model::ChangedFields(*o.message, d.After(a), d.options.compare);
      if (o.id.kind == COLUMN && HasParentsNotNull(d, b, a)) {
        auto& changed = d.changed[i];
        changed.erase(std::remove_if(changed.begin(), changed.end(),
                                     [](const FieldDescriptor* f) {
                                       return f->name() == "not_null_constraint";
                                     }),
                      changed.end());
      }
      continue;
    }
    if (o.id.kind == VIEW_COLUMN) {
      std::shared_ptr<Message> empty = Plain(*o.message);
      bool carries = !model::ChangedFields(*o.message, *empty, d.options.compare).empty();
      if (carries) d.partial.push_back({b, -1, nullptr, std::move(empty)});
      continue;
    }
    if (o.id.kind == COLUMN) {
      if (std::optional<Draft::Partial> partial = PartialColumn(d, b, -1)) {
        if (!model::ChangedFields(*partial->was, *partial->will, d.options.compare).empty()) {
          d.partial.push_back(*std::move(partial));
        }
        continue;
      }
    }
    if (o.id.kind == FOREIGN_KEY &&
        ComesFromParent(d, o.parent, d.after, d.to_after[static_cast<size_t>(o.parent)],
                        *o.message)) {
      continue;
    }
    d.fate[i] = Fate::kDrop;
  }
  for (size_t i = 0; i < na; ++i) {
    if (d.to_before[i] >= 0) continue;
    const model::Object& o = d.after.objects()[i];
    if (d.options.unmanaged.contains(o.id.kind) || FollowsParent(o.id.kind, *o.message))
      d.ignored[i] = true;
    bool existing_parent = o.parent >= 0 && d.to_before[static_cast<size_t>(o.parent)] >= 0;
    if (o.id.kind == VIEW_COLUMN && existing_parent) {
      d.ignored[i] = true;
      std::shared_ptr<Message> empty = Plain(*o.message);
      if (!model::ChangedFields(*empty, *o.message, d.options.compare).empty()) {
        d.partial.push_back({-1, static_cast<int>(i), std::move(empty), nullptr});
      }
    }
    if (o.id.kind == FOREIGN_KEY && existing_parent) {
      const int table = d.to_before[static_cast<size_t>(o.parent)];
      if (ComesFromParent(d, table, d.before, table, *o.message)) d.ignored[i] = true;
    }
    if (o.id.kind == COLUMN && existing_parent) {
      std::optional<Draft::Partial> partial = PartialColumn(d, -1, static_cast<int>(i));
      if (!partial) continue;
      d.ignored[i] = true;
      if (!model::ChangedFields(*partial->was, *partial->will, d.options.compare).empty()) {
        d.partial.push_back(*std::move(partial));
      }
    }
  }
}

}  // namespace autogen::diff
