#include "src/render/catalog_facts.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/model/inheritance.h"
#include "src/model/names.h"
#include "src/model/type_change.h"
#include "src/render/sequence_change.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using google::protobuf::Message;
using impact::CatalogView;
using sql::SplitName;

const std::string& SchemaOf(const SplitName& name) { return model::SchemaOrPublic(name.schema); }

const model::Object* FindIn(const model::Catalog* catalog, const SplitName& name) {
  if (catalog == nullptr) return nullptr;
  const int i = catalog->FindRelation(SchemaOf(name), name.name);
  return i < 0 ? nullptr : &catalog->at(i);
}

const Table* TableIn(const model::Catalog* catalog, const SplitName& name) {
  return model::FindTable(catalog, SchemaOf(name), name.name);
}

CatalogView::Relation RelationOf(const model::Object& object, const model::Catalog& catalog) {
  CatalogView::Relation out;
  if (object.id.kind == VIEW) out.kind = CatalogView::RelationKind::kView;
  if (object.id.kind == MATERIALIZED_VIEW) out.kind = CatalogView::RelationKind::kMaterializedView;
  if (object.id.kind == SEQUENCE) out.kind = CatalogView::RelationKind::kSequence;
  if (object.id.kind != TABLE) return out;
  const auto& table = static_cast<const Table&>(*object.message);
  if (table.has_foreign()) out.kind = CatalogView::RelationKind::kForeignTable;
  if (table.has_partition_by()) out.kind = CatalogView::RelationKind::kPartitionedTable;
  if (table.has_partition_of()) {
    const std::string& schema = table.partition_of().schema();
    out.parent = {model::SchemaOrPublic(schema), table.partition_of().table()};
  }
  if (!table.has_partition_by()) return out;
  for (const Table& other : catalog.schema().table()) {
    const auto& of = other.partition_of();
    out.has_default_partition |= other.has_partition_of() && of.bound() == "DEFAULT" &&
                                 of.table() == object.id.name &&
                                 model::SchemaOrPublic(of.schema()) == object.id.schema;
  }
  return out;
}

// An index, or the index of a key, by name.
std::optional<CatalogView::Relation> FindIndex(const model::Catalog* catalog,
                                               const SplitName& name) {
  if (catalog == nullptr) return std::nullopt;
  const std::string schema = SchemaOf(name);
  auto found = [&](absl::string_view relation) {
    CatalogView::Relation out;
    out.kind = CatalogView::RelationKind::kIndex;
    out.parent = {schema, std::string(relation)};
    return out;
  };
  for (const Table& table : catalog->schema().table()) {
    if (table.schema() != schema) continue;
    for (const Index& index : table.index()) {
      if (index.name() == name.name) return found(table.name());
    }
  }
  for (const MaterializedView& view : catalog->schema().materialized_view()) {
    if (view.schema() != schema) continue;
    for (const Index& index : view.index()) {
      if (index.name() == name.name) return found(view.name());
    }
  }
  return std::nullopt;
}

template <typename Constraints>
bool Has(const Constraints& constraints, absl::string_view name) {
  return std::any_of(constraints.begin(), constraints.end(),
                     [&](const auto& c) { return c.name() == name; });
}

std::optional<CatalogView::Constraint> ConstraintIn(const model::Catalog* catalog,
                                                    const SplitName& relation,
                                                    absl::string_view name) {
  using Kind = CatalogView::ConstraintKind;
  const Table* table = TableIn(catalog, relation);
  if (table == nullptr) return std::nullopt;
  if (table->primary_key().name() == name && table->has_primary_key()) {
    return CatalogView::Constraint{Kind::kPrimaryKey, {}};
  }
  if (Has(table->unique(), name)) return CatalogView::Constraint{Kind::kUnique, {}};
  if (Has(table->check(), name)) return CatalogView::Constraint{Kind::kCheck, {}};
  if (Has(table->exclude(), name)) return CatalogView::Constraint{Kind::kExclusion, {}};
  for (const ForeignKey& key : table->foreign_key()) {
    if (key.name() != name) continue;
    const auto& target = key.references();
    return CatalogView::Constraint{Kind::kForeignKey,
                                   {model::SchemaOrPublic(target.schema()), target.table()}};
  }
  for (const Column& column : table->column()) {
    const model::ObjectId id{COLUMN, table->schema(), table->name(), column.name()};
    if (column.not_null() && model::NotNullName(column, id) == name) {
      return CatalogView::Constraint{Kind::kNotNull, {}};
    }
  }
  return std::nullopt;
}

std::optional<Column> ColumnIn(const model::Catalog* catalog, const SplitName& relation,
                               absl::string_view name) {
  const Table* table = TableIn(catalog, relation);
  if (table == nullptr) return std::nullopt;
  const model::ObjectId id{COLUMN, table->schema(), table->name(), std::string(name)};
  for (const Column& column : table->column()) {
    if (column.name() == name) return model::WholeColumn(catalog, id, column);
  }
  Column column;
  if (model::FromParent(catalog, id, &column)) return column;
  return std::nullopt;
}

template <typename T>
CatalogView::Range RangeOf(T sequence, absl::string_view type) {
  const SequenceNumbers now = NumbersOf(sequence, type);
  sequence.clear_min();
  sequence.clear_max();
  const SequenceNumbers usual = NumbersOf(sequence, type);
  return {now.min, now.max, usual.min, usual.max};
}

}  // namespace

std::optional<CatalogView::Relation> CatalogFacts::FindRelation(const SplitName& name) const {
  for (const model::Catalog* catalog : {before_, after_}) {
    if (const model::Object* object = FindIn(catalog, name)) return RelationOf(*object, *catalog);
    if (auto index = FindIndex(catalog, name)) return index;
  }
  return std::nullopt;
}

std::optional<CatalogView::Column> CatalogFacts::FindColumn(const SplitName& relation,
                                                            absl::string_view name) const {
  for (const model::Catalog* catalog : {before_, after_}) {
    const std::optional<autogen::Column> column = ColumnIn(catalog, relation, name);
    if (!column.has_value()) continue;
    CatalogView::Column out;
    out.type = column->type();
    out.generated = column->has_generated();
    out.virtual_column = column->generated().virtual_();
    out.collation = column->has_collation();
    const std::string proof = absl::StrCat(sql::Ident(name), " IS NOT NULL");
    for (const Check& check : TableIn(catalog, relation)->check()) {
      const bool proves =
          check.expression() == proof || check.expression() == absl::StrCat("(", proof, ")");
      out.proved_not_null |= proves && !check.not_valid() && !check.not_enforced();
    }
    return out;
  }
  return std::nullopt;
}

std::optional<CatalogView::Constraint> CatalogFacts::FindConstraint(const SplitName& relation,
                                                                    absl::string_view name) const {
  auto found = ConstraintIn(before_, relation, name);
  return found.has_value() ? found : ConstraintIn(after_, relation, name);
}

std::vector<std::string> CatalogFacts::RequiredColumns(const SplitName& relation) const {
  const Table* table = TableIn(after_, relation);
  if (table == nullptr) table = TableIn(before_, relation);
  std::vector<std::string> names;
  if (table == nullptr) return names;
  for (const autogen::Column& column : table->column()) {
    const bool filled =
        !column.default_().empty() || column.has_identity() || column.has_generated();
    if (column.not_null() && !filled) names.push_back(column.name());
  }
  return names;
}

// The table's remaining checks and indexes, which are validated or rebuilt.
std::vector<std::string> CatalogFacts::Scanned(const SplitName& relation,
                                               absl::string_view column) const {
  const Table* before = TableIn(before_, relation);
  const Table* after = TableIn(after_, relation);
  if (before == nullptr || after == nullptr) return {};
  std::vector<std::string> names = model::ScannedFor(*before, column);
  const std::vector<std::string> then = model::ScannedFor(*after, column);
  std::erase_if(names, [&](const std::string& name) {
    return std::find(then.begin(), then.end(), name) == then.end();
  });
  return names;
}

std::optional<CatalogView::TypeChange> CatalogFacts::ChangeOfType(const SplitName& relation,
                                                                  absl::string_view column,
                                                                  absl::string_view type,
                                                                  bool collate,
                                                                  bool with_using) const {
  const std::optional<Column> now = FindColumn(relation, column);
  if (!now.has_value()) return std::nullopt;
  CatalogView::TypeChange out;
  const bool same = now->type == type;
  // COLLATE alone: an expression would be there only for another type of the same name.
  if (same && !with_using) {
    out.builds_indexes = collate || now->collation;
    out.work = out.builds_indexes ? "rebuilds its indexes" : "no rewrite";
    return out;
  }
  const model::TypeChange change =
      model::DescribeTypeChange(now->type, type, same, before_, after_);
  const std::vector<std::string> scanned =
      change.work == model::RowWork::kNone ? Scanned(relation, column) : std::vector<std::string>();
  switch (change.work) {
    case model::RowWork::kNone:
      out.work = scanned.empty()
                     ? "no rewrite"
                     : absl::StrCat("no rewrite, but a scan for ", absl::StrJoin(scanned, ", "));
      break;
    case model::RowWork::kRewrite:
      out.work = "rewrites the table";
      break;
    case model::RowWork::kRewriteUnlessUtc:
      out.work = "rewrites the table unless TimeZone is UTC";
      break;
  }
  out.loses = change.loses;
  out.fails = change.fails;
  out.rewrites = change.work != model::RowWork::kNone;
  out.scans = !scanned.empty();
  return out;
}

std::optional<bool> CatalogFacts::IsVolatile(const SplitName& function) const {
  std::optional<bool> is;
  for (const model::Catalog* catalog : {before_, after_}) {
    if (catalog == nullptr) continue;
    for (const Function& f : catalog->schema().function()) {
      if (f.name() != function.name || f.schema() != SchemaOf(function)) continue;
      const bool is_volatile =
          f.volatility() != Function::STABLE && f.volatility() != Function::IMMUTABLE;
      is = is.value_or(false) || is_volatile;
    }
  }
  return is;
}

bool CatalogFacts::IsConstrainedDomain(const SplitName& type) const {
  // A chain of domains is short; the bound is against one that a model closes to a ring.
  SplitName name = type;
  for (int i = 0; i < 16; ++i) {
    const model::ObjectId id{DOMAIN, SchemaOf(name), "", name.name};
    int at = -1;
    const model::Catalog* in = nullptr;
    for (const model::Catalog* catalog : {before_, after_}) {
      if (catalog == nullptr || at >= 0) continue;
      at = catalog->Find(id);
      in = catalog;
    }
    if (at < 0) return false;
    const auto& domain = static_cast<const Domain&>(*in->at(at).message);
    if (domain.not_null() || domain.check_size() > 0) return true;
    name = sql::SplitQualified(domain.type());
  }
  return false;
}

std::optional<CatalogView::Range> CatalogFacts::FindSequence(const SplitName& relation,
                                                             absl::string_view column) const {
  if (!column.empty()) {
    const std::optional<autogen::Column> found = ColumnIn(before_, relation, column);
    if (!found.has_value() || !found->has_identity()) return std::nullopt;
    // A change of the column's type has brought the sequence's bounds along.
    const std::optional<autogen::Column> later = ColumnIn(after_, relation, column);
    return RangeOf(found->identity(), later.has_value() ? later->type() : found->type());
  }
  const model::Object* object = FindIn(before_, relation);
  if (object == nullptr || object->id.kind != SEQUENCE) return std::nullopt;
  const auto& sequence = static_cast<const Sequence&>(*object->message);
  return RangeOf(sequence, sequence.type());
}

}  // namespace autogen::render
