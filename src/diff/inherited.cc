#include "src/diff/inherited.h"

#include <algorithm>

#include "src/model/inheritance.h"
#include "src/model/names.h"
#include "src/model/type_change.h"

namespace autogen::diff {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

template <typename T>
const T& As(const Message& m) {
  return static_cast<const T&>(m);
}

bool Names(const google::protobuf::RepeatedPtrField<Name>& names, const Name& name) {
  return std::any_of(names.begin(), names.end(), [&](const Name& n) {
    return n.schema() == name.schema() && n.name() == name.name();
  });
}

template <typename T>
bool IsPlain(const T& key, const std::string& table) {
  return key.name() == model::PartsOf(key, table).Plain() && key.comment().empty() &&
         key.tablespace().empty() && key.with_size() == 0;
}

// A partition's index as PostgreSQL would create it from the parent's: with its name, and nothing
// more.
bool IsPlainAttached(const model::Object& o) {
  switch (o.id.kind) {
    case INDEX:
      return IsPlain(As<Index>(*o.message), o.id.parent);
    case PRIMARY_KEY:
      return IsPlain(As<PrimaryKey>(*o.message), o.id.parent);
    case UNIQUE:
      return IsPlain(As<Unique>(*o.message), o.id.parent);
    case EXCLUSION:
      return IsPlain(As<Exclusion>(*o.message), o.id.parent);
    default:  // nothing else is attached
      return true;
  }
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
  if (above == nullptr || !model::HandsDownNotNull(*above)) return;
  model::TakeNotNullName(*above, above_id, id, column);
}

// PostgreSQL 18: no statement renames a NOT NULL that a column has from a parent on both sides.
bool KeepsNotNullName(const Draft& d, int table, const std::string& column) {
  if (d.options.server_version < 180000 || !ParentsStay(d, table)) return false;
  const auto& after = As<Table>(d.After(d.to_after[static_cast<size_t>(table)]));
  const Column* was = model::InheritedColumn(&d.before, As<Table>(d.Before(table)), column);
  const Column* is = model::InheritedColumn(&d.after, after, column);
  return was != nullptr && model::HandsDownNotNull(*was) && is != nullptr &&
         model::HandsDownNotNull(*is);
}

void SetNotNullName(const std::string& name, Column* column) {
  if (!name.empty()) {
    column->mutable_not_null_constraint()->set_name(name);
  } else if (column->has_not_null_constraint()) {
    column->mutable_not_null_constraint()->clear_name();
    if (column->not_null_constraint().ByteSizeLong() == 0) column->clear_not_null_constraint();
  }
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

// Of a table that is on both sides, listed on one of them, or as its own by one: whether the column
// is there on the other as well, from a parent. It is so where both sides have it from a parent, or
// the table is about to join or leave one: PostgreSQL keeps the column and its values then. (That
// the table once declared the column itself, pg_attribute.attislocal, cannot be changed without
// recreating the table.) Where the parent gets the column only now, the table's own one makes room
// for it.
std::optional<Partial> PartialColumn(const Draft& d, int b, int a) {
  int table_before, table_after;
  if (b >= 0) {
    table_before = d.before.at(b).parent;
    table_after = d.to_after[static_cast<size_t>(table_before)];
  } else {
    table_after = d.after.at(a).parent;
    table_before = d.to_before[static_cast<size_t>(table_after)];
  }
  if (table_before < 0 || table_after < 0) return std::nullopt;
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
  if (b >= 0 && a >= 0) {
    // Listed by both, as its own by one of them.
    const bool own_before = !As<Column>(d.Before(b)).inherited();
    if (!moves && (own_before ? !had : !has)) return std::nullopt;
  } else if (b >= 0 ? !has || !(had || moves) : !had || !(has || moves)) {
    return std::nullopt;
  }
  if (b >= 0) was = model::WholeColumn(&d.before, id, static_cast<const Column&>(d.Before(b)));
  if (a >= 0) will = model::WholeColumn(&d.after, id, static_cast<const Column&>(d.After(a)));
  NameNotNull(d, d.before, before, id, b < 0, &was);
  NameNotNull(d, d.after, after, id, a < 0, &will);
  was.set_inherited(true);
  will.set_inherited(true);
  if (KeepsNotNullName(d, table_before, id.name) && was.not_null() && will.not_null()) {
    SetNotNullName(will.not_null_constraint().name(), &was);
  }
  return Partial{b, a, std::make_shared<Column>(was), std::make_shared<Column>(will)};
}

std::optional<Partial> ForeignKeyOnBothSides(const Draft& d, int b, int a) {
  const int table =
      b >= 0 ? d.before.at(b).parent : d.to_before[static_cast<size_t>(d.after.at(a).parent)];
  const bool there = b >= 0 ? ComesFromParent(d, table, d.after,
                                              d.to_after[static_cast<size_t>(table)], d.Before(b))
                            : ComesFromParent(d, table, d.before, table, d.After(a));
  if (!there && (b < 0 || !BecomesCopy(d, b))) return std::nullopt;
  return Partial{b, a, nullptr, nullptr};
}

// A view's column that one side does not list is there with its name alone.
Partial ViewColumnOnBothSides(const Draft& d, int b, int a) {
  auto plain = std::make_shared<ViewColumn>();
  plain->set_name(As<ViewColumn>(b >= 0 ? d.Before(b) : d.After(a)).name());
  return b >= 0 ? Partial{b, a, nullptr, std::move(plain)}
                : Partial{b, a, std::move(plain), nullptr};
}

// PostgreSQL 18: whether nothing but the name is another of a NOT NULL that the column has from a
// parent on both sides. No statement changes that.
bool HasParentsNotNull(const Draft& d, int before, int after) {
  auto was = As<Column>(d.Before(before));
  auto will = As<Column>(d.After(after));
  if (!was.not_null() || !will.not_null() ||
      !KeepsNotNullName(d, d.before.at(before).parent, was.name())) {
    return false;
  }
  SetNotNullName("", &was);
  SetNotNullName("", &will);
  return model::SameField(was, will, Column::descriptor()->FindFieldByName("not_null_constraint"));
}

}  // namespace

bool FollowsParent(Kind kind, const Message& object) {
  return kind == CHECK && static_cast<const Check&>(object).inherited();
}

std::vector<int> ColumnsAbove(const model::Catalog& catalog, int table, const std::string& name) {
  std::vector<int> found;
  for (int parent : model::ParentTables(catalog, table)) {
    const model::ObjectId& id = catalog.at(parent).id;
    const int column = catalog.Find({COLUMN, id.schema, id.name, name});
    if (column >= 0) {
      found.push_back(column);
      continue;
    }
    for (int above : ColumnsAbove(catalog, parent, name)) found.push_back(above);
  }
  return found;
}

std::vector<int> TablesBelow(const model::Catalog& catalog, int table) {
  std::vector<int> found;
  for (const model::Edge& e : catalog.NeededBy(table)) {
    if (catalog.at(e.to).id.kind != TABLE) continue;
    const std::vector<int> parents = model::ParentTables(catalog, e.to);
    if (std::find(parents.begin(), parents.end(), table) == parents.end()) continue;
    if (std::find(found.begin(), found.end(), e.to) == found.end()) found.push_back(e.to);
  }
  return found;
}

bool InheritsColumnOf(const model::Catalog& catalog, int table, int type) {
  for (int parent : model::ParentTables(catalog, table)) {
    for (int child : catalog.at(parent).children) {
      if (catalog.at(child).id.kind != COLUMN) continue;
      for (const model::Edge& e : catalog.Needs(child)) {
        if (e.to == type) return true;
      }
    }
    if (InheritsColumnOf(catalog, parent, type)) return true;
  }
  return false;
}

std::vector<model::ObjectId> CopiesOnPartitions(const model::Catalog& catalog, int foreign_key) {
  std::vector<model::ObjectId> copies;
  std::vector<int> tables = {catalog.at(foreign_key).parent};
  for (size_t i = 0; i < tables.size(); ++i) {
    for (int below : TablesBelow(catalog, tables[i])) {
      if (!As<Table>(*catalog.at(below).message).has_partition_of()) continue;
      tables.push_back(below);
      model::ObjectId copy = catalog.at(foreign_key).id;
      copy.schema = catalog.at(below).id.schema;
      copy.parent = catalog.at(below).id.name;
      copies.push_back(std::move(copy));
    }
  }
  return copies;
}

bool HasNamedAttached(const model::Catalog& catalog, int index) {
  for (const model::Edge& e : catalog.NeededBy(index)) {
    if (e.field != "attached_to") continue;
    if (!IsPlainAttached(catalog.at(e.to)) || HasNamedAttached(catalog, e.to)) return true;
  }
  return false;
}

bool IsOnOnly(const model::Catalog& catalog, int index) {
  const model::Object& o = catalog.at(index);
  return o.id.kind == INDEX && As<Index>(*o.message).invalid() &&
         catalog.at(o.parent).id.kind == TABLE &&
         As<Table>(*catalog.at(o.parent).message).has_partition_by();
}

int TableOfJoining(const Draft& d, int index) {
  const int a = d.to_after[static_cast<size_t>(index)];
  if (a < 0 || !IsOnOnly(d.before, index) || !IsOnOnly(d.after, a)) return -1;
  for (int below : TablesBelow(d.after, d.after.at(a).parent)) {
    const int b = d.to_before[static_cast<size_t>(below)];
    if (b < 0 || !ParentsStay(d, b)) return d.before.at(index).parent;
  }
  return -1;
}

bool RenewsDefault(const Draft& d, int before) {
  const int a = d.to_after[static_cast<size_t>(before)];
  const model::Object& o = d.before.at(before);
  if (a < 0) return false;
  if (ParentsStay(d, o.parent)) {
    const std::vector<int> above = ColumnsAbove(d.before, o.parent, o.id.name);
    if (!above.empty()) {
      return std::any_of(above.begin(), above.end(), [&](int c) { return RenewsDefault(d, c); });
    }
  }
  const auto &was = As<Column>(d.Before(before)), &will = As<Column>(d.After(a));
  const bool swapped = d.retyped.count(before) > 0;
  const bool typed = swapped || d.Changes(before, "type");
  if (was.has_generated() || (!typed && !d.Changes(before, "collation"))) return false;
  const model::TypeChange change =
      model::DescribeTypeChange(was.type(), will.type(), swapped, &d.before, &d.after);
  const bool other_kind = typed && !change.same_base;
  if (!was.default_().empty() || !will.default_().empty()) {
    return other_kind || d.Changes(before, "default");
  }
  // A child's own default is cast by PostgreSQL, if it casts implicitly.
  return other_kind && (swapped || !change.cast.empty());
}

bool ParentsStay(const Draft& d, int before) {
  return before >= 0 && d.to_after[static_cast<size_t>(before)] >= 0 &&
         !d.Changes(before, "partition_of") && d.detached.count({before, "partition_of"}) == 0 &&
         !d.Changes(before, "inherits");
}

bool BecomesOwn(const Draft& d, int before, int after) {
  const model::Object& o = d.before.at(before);
  return FollowsParent(o.id.kind, *o.message) && ParentsStay(d, o.parent) &&
         !FollowsParent(o.id.kind, d.After(after));
}

bool LeavesParent(const Draft& d, int before) {
  if (d.before.at(before).id.kind != TABLE || !d.Changes(before, "inherits")) return false;
  const auto& after = As<Table>(d.After(d.to_after[static_cast<size_t>(before)])).inherits();
  const auto& parents = As<Table>(d.Before(before)).inherits();
  return std::any_of(parents.begin(), parents.end(),
                     [&](const Name& parent) { return !Names(after, parent); });
}

bool JoinsWithoutColumns(const Draft& d, const Table& before, const Table& after) {
  for (const Name& name : after.inherits()) {
    if (Names(before.inherits(), name)) continue;
    int parent = d.after.Find({TABLE, name.schema(), "", name.name()});
    if (parent < 0) continue;
    for (const Column& c : As<Table>(*d.after.at(parent).message).column()) {
      if (std::none_of(after.column().begin(), after.column().end(), [&](const Column& own) {
            return own.name() == c.name() && !own.inherited();
          })) {
        return true;
      }
    }
  }
  return false;
}

std::optional<Partial> OnBothSides(const Draft& d, int b, int a) {
  const bool listed_twice = b >= 0 && a >= 0;
  switch (b >= 0 ? d.before.at(b).id.kind : d.after.at(a).id.kind) {
    case COLUMN:
      if (listed_twice &&
          As<Column>(d.Before(b)).inherited() == As<Column>(d.After(a)).inherited()) {
        return std::nullopt;
      }
      return PartialColumn(d, b, a);
    case FOREIGN_KEY:
      return listed_twice ? std::nullopt : ForeignKeyOnBothSides(d, b, a);
    case VIEW_COLUMN:
      if (listed_twice) return std::nullopt;
      return ViewColumnOnBothSides(d, b, a);
    default:  // nothing else is there without being listed
      return std::nullopt;
  }
}

void OverlookParentsNotNull(const Draft& d, int before, int after, Rules::Fields* changed) {
  if (changed->empty() || d.before.at(before).id.kind != COLUMN) return;
  if (!HasParentsNotNull(d, before, after)) return;
  changed->erase(
      std::remove_if(changed->begin(), changed->end(),
                     [](const FieldDescriptor* f) { return f->name() == "not_null_constraint"; }),
      changed->end());
}

bool MakesRoom(const Draft& d, int column) {
  const model::Object& o = d.before.at(column);
  const Message& after = d.After(d.to_after[static_cast<size_t>(column)]);
  return As<Column>(after).inherited() && !As<Column>(*o.message).inherited();
}

bool AttachmentNeedsRebuild(const Draft& d, int index) {
  if (!d.Changes(index, "attached_to")) return false;
  const Message& before = d.Before(index);
  const Message& after = d.After(d.to_after[static_cast<size_t>(index)]);
  const FieldDescriptor* f = before.GetDescriptor()->FindFieldByName("attached_to");
  // No statement attaches an exclusion constraint to a parent's.
  if (d.before.at(index).id.kind == EXCLUSION &&
      !after.GetReflection()->GetString(after, f).empty()) {
    return true;
  }
  // It leaves with its table, or stays as it is where that joins another.
  if (d.Changes(d.before.at(index).parent, "partition_of")) return false;
  return !before.GetReflection()->GetString(before, f).empty();
}

}  // namespace autogen::diff
