#include "src/model/collapse.h"

#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/model/expand.h"
#include "src/model/lookup.h"
#include "src/model/names.h"
#include "src/model/references.h"
#include "src/model/type_info.h"
#include "src/sql/quote.h"

namespace autogen::model {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

Column* FindColumn(Table* table, absl::string_view name) {
  for (Column& c : *table->mutable_column()) {
    if (c.name() == name) return &c;
  }
  return nullptr;
}

// Removes the elements that `drop` says yes to, keeping the order of the others.
template <typename T, typename Drop>
void EraseIf(google::protobuf::RepeatedPtrField<T>* list, const Drop& drop) {
  int kept = 0;
  for (int i = 0; i < list->size(); ++i) {
    if (drop(list->Mutable(i))) continue;
    if (i != kept) list->SwapElements(i, kept);
    ++kept;
  }
  list->DeleteSubrange(kept, list->size() - kept);
}

bool Says(const PrimaryKey& k) {
  return k.include_size() > 0 || k.deferrable() || k.initially_deferred() || k.with_size() > 0 ||
         !k.tablespace().empty() || k.without_overlaps() || !k.attached_to().empty() ||
         !k.comment().empty() || !k.renamed_from().empty() || !k.name().empty();
}

bool Says(const Unique& k) {
  return k.include_size() > 0 || k.deferrable() || k.initially_deferred() || k.with_size() > 0 ||
         !k.tablespace().empty() || k.without_overlaps() || !k.attached_to().empty() ||
         k.nulls_not_distinct() || !k.comment().empty() || !k.renamed_from().empty() ||
         !k.name().empty();
}

bool SaysMoreThanReferences(const ForeignKey& k) {
  return k.on_delete_column_size() > 0 || k.period() || !k.comment().empty() ||
         !k.renamed_from().empty();
}

class Collapser {
 public:
  // `whole`: the schema is all there is, so free names are known.
  Collapser(const Schema& schema, bool whole)
      : lookup_(schema),
        taken_(schema),
        whole_(whole),
        paths_([](const TypeInfo& type) { return type.reference_schema != nullptr; }) {}

  void CollapseTable(Schema* schema, Table* t) {
    NameTable(t);
    for (const std::string& name : t->primary_key().column()) {
      if (Column* c = FindColumn(t, name)) c->clear_not_null();
    }
    if (t->primary_key().column_size() == 1 && !Says(t->primary_key())) {
      if (Column* c = FindColumn(t, t->primary_key().column(0))) {
        c->set_primary_key(true);
        t->clear_primary_key();
      }
    }
    EraseIf(t->mutable_unique(), [&](Unique* u) {
      if (u->column_size() != 1 || Says(*u)) return false;
      Column* c = FindColumn(t, u->column(0));
      if (c == nullptr || c->unique()) return false;
      c->set_unique(true);
      return true;
    });
    EraseIf(t->mutable_foreign_key(), [&](ForeignKey* k) { return CollapseReference(t, k); });
    for (Column& c : *t->mutable_column()) {
      if (c.has_identity()) c.clear_not_null();
    }
    for (Index& i : *t->mutable_index()) CollapseIndex(&i);
    if (t->has_partition_by()) {
      Table::PartitionBy* by = t->mutable_partition_by();
      CollapseKeys(by->mutable_key(), by->mutable_column());
    }
  }

  void NameView(MaterializedView* v) {
    for (Index& i : *v->mutable_index()) {
      Unname(v->schema(), &i, [&] { return PartsOf(i, v->name()); });
      CollapseIndex(&i);
    }
  }

  void NameDomain(Domain* d) {
    for (DomainCheck& c : *d->mutable_check()) {
      Unname(d->schema(), &c, [&] { return PartsOf(c, d->name()); });
    }
  }

  // Columns whose sequence is what serial makes. Takes those sequences out of the schema.
  void CollapseSerials(Schema* schema) {
    std::set<const Sequence*> gone;
    for (Sequence& s : *schema->mutable_sequence()) {
      if (CollapseSerial(schema, s)) gone.insert(&s);
    }
    EraseIf(schema->mutable_sequence(), [&](Sequence* s) { return gone.count(s) > 0; });
  }

  // References whose schema the loader would find.
  void CollapseSchemas(Message* m, const TypeInfo& type, const std::string& own) {
    std::string scratch;
    for (const FieldInfo& f : paths_.From(type)) {
      ForEachMutableValue(m, f, [&](Message* value, const TypeInfo& value_type) {
        CollapseSchemas(value, value_type, own);
        const FieldDescriptor* in = value_type.reference_schema;
        if (in == nullptr) return;
        const Reflection* r = value_type.reflection;
        const std::string& schema = r->GetStringReference(*value, in, &scratch);
        const FieldRule& by = value_type.descriptor == Name::descriptor()
                                  ? *f.rule
                                  : in->options().GetExtension(rule);
        bool implied = schema == by.default_schema() ? schema != "public" || own == "public"
                       : by.default_schema().empty() ? schema == own
                       : by.default_schema() == "public" && schema == own
                           ? whole_ && IsThere(*value, value_type, *f.rule, own)
                           : false;
        if (implied) r->SetString(value, in, "");
      });
    }
  }

 private:
  void NameTable(Table* t) {
    const std::string& in = t->schema();
    for (Check& c : *t->mutable_check()) {
      Unname(in, &c, [&] {
        std::vector<std::string> columns;
        lookup_.Columns(*t, &columns);
        return PartsOf(c, t->name(), columns);
      });
    }
    if (t->has_primary_key()) {
      Unname(in, t->mutable_primary_key(), [&] { return PartsOf(t->primary_key(), t->name()); });
    }
    for (Unique& u : *t->mutable_unique()) Unname(in, &u, [&] { return PartsOf(u, t->name()); });
    for (Exclusion& e : *t->mutable_exclude()) {
      Unname(in, &e, [&] { return PartsOf(e, t->name()); });
    }
    for (ForeignKey& k : *t->mutable_foreign_key()) {
      Unname(in, &k, [&] { return PartsOf(k, t->name()); });
    }
    for (Index& i : *t->mutable_index()) Unname(in, &i, [&] { return PartsOf(i, t->name()); });
  }

  // Clears the name that PostgreSQL would choose, where nothing else in the schema has it: then the
  // loader chooses it again, whatever the order.
  template <typename T, typename Parts>
  void Unname(const std::string& schema, T* object, const Parts& parts) {
    static const char* const kLabels[] = {"_pkey", "_key", "_excl", "_fkey", "_check", "_idx"};
    const std::string& name = object->name();
    if (std::none_of(std::begin(kLabels), std::end(kLabels),
                     [&](const char* label) { return absl::EndsWith(name, label); })) {
      return;
    }
    if (taken_.Relations(schema, name) + taken_.Constraints(schema, name) >
        (HoldsBoth<T>() ? 2 : 1)) {
      return;
    }
    if (parts().Plain() == name) object->clear_name();
  }

  template <typename T>
  static constexpr bool HoldsBoth() {
    return std::is_same_v<T, PrimaryKey> || std::is_same_v<T, Unique> ||
           std::is_same_v<T, Exclusion>;
  }

  bool CollapseReference(Table* t, ForeignKey* k) {
    if (k->column_size() != 1 || k->references().column_size() > 1) return false;
    Column* c = FindColumn(t, k->column(0));
    // A name of its own can stand in the sugar too.
    if (c == nullptr || c->has_references() || SaysMoreThanReferences(*k)) return false;
    ForeignKey::Target* to = k->mutable_references();
    Column::References* r = c->mutable_references();
    const Table* target = lookup_.FindTable(to->schema(), to->table());
    bool is_key =
        target != nullptr && to->column_size() == 1 && PrimaryKeyColumn(*target) == to->column(0);
    r->set_schema(to->schema());
    r->set_table(to->table());
    if (!is_key && to->column_size() == 1) r->set_column(to->column(0));
    r->set_name(k->name());
    r->set_match(k->match());
    r->set_on_delete(k->on_delete());
    r->set_on_update(k->on_update());
    r->set_deferrable(k->deferrable());
    r->set_initially_deferred(k->initially_deferred());
    r->set_not_valid(k->not_valid());
    r->set_not_enforced(k->not_enforced());
    return true;
  }

  // The only column of a table's primary key, which may be collapsed already; else "".
  static std::string PrimaryKeyColumn(const Table& t) {
    if (t.primary_key().column_size() == 1) return t.primary_key().column(0);
    if (t.has_primary_key()) return "";
    for (const Column& c : t.column()) {
      if (c.primary_key()) return c.name();
    }
    return "";
  }

  static void CollapseIndex(Index* index) {
    CollapseKeys(index->mutable_key(), index->mutable_column());
  }

  static void CollapseKeys(google::protobuf::RepeatedPtrField<IndexKey>* keys,
                           google::protobuf::RepeatedPtrField<std::string>* columns) {
    bool plain = std::all_of(keys->begin(), keys->end(), [](const IndexKey& k) {
      return k.expression().empty() && !k.has_collation() && !k.has_opclass() &&
             k.opclass_option_size() == 0 && !k.descending() && k.nulls() == 0 &&
             k.operator_().empty() && !k.has_statistics();
    });
    if (!plain) return;
    for (const IndexKey& k : *keys) *columns->Add() = k.column();
    keys->Clear();
  }

  bool CollapseSerial(Schema* schema, const Sequence& s) {
    if (!s.has_owned_by() || s.has_start() || s.has_increment() || s.has_min() || s.has_max() ||
        s.has_cache() || s.cycle() || s.unlogged() || !s.comment().empty() || !s.owner().empty() ||
        s.grant_size() > 0 || s.revoke_size() > 0 || s.security_label_size() > 0 ||
        !s.renamed_from().empty() || s.owned_by().schema() != s.schema()) {
      return false;
    }
    // Tables do not move: the pointer into the schema may be written through.
    auto* t = const_cast<Table*>(lookup_.FindTable(s.schema(), s.owned_by().table()));
    Column* c = t == nullptr ? nullptr : FindColumn(t, s.owned_by().column());
    if (c == nullptr || c->inherited() || !(c->not_null() || IsInPrimaryKey(*t, *c)) ||
        s.name() != SequenceParts(t->name(), c->name()).Plain() ||
        taken_.Relations(s.schema(), s.name()) != 1 ||
        c->default_() != absl::StrCat("nextval(",
                                      sql::Literal(sql::Qualified(s.schema(), s.name())),
                                      "::regclass)")) {
      return false;
    }
    const char* serial = c->type() == "integer" && s.type() == "integer"     ? "serial"
                         : c->type() == "bigint" && s.type().empty()         ? "bigserial"
                         : c->type() == "smallint" && s.type() == "smallint" ? "smallserial"
                                                                             : nullptr;
    if (serial == nullptr) return false;
    c->set_type(serial);
    c->clear_not_null();
    c->clear_default_();
    return true;
  }

  static bool IsInPrimaryKey(const Table& t, const Column& c) {
    const auto& columns = t.primary_key().column();
    return c.primary_key() || std::find(columns.begin(), columns.end(), c.name()) != columns.end();
  }

  bool IsThere(const Message& m, const TypeInfo& type, const FieldRule& by,
               const std::string& own) const {
    const FieldDescriptor* name = type.descriptor->FindFieldByName("table");
    if (name == nullptr) name = type.descriptor->FindFieldByName("name");
    if (name == nullptr) return false;
    std::string value = m.GetReflection()->GetString(m, name);
    if (type.descriptor != Name::descriptor()) return lookup_.Has(TABLE, own, value);
    return std::any_of(by.reference().begin(), by.reference().end(),
                       [&](int kind) { return lookup_.Has(static_cast<Kind>(kind), own, value); });
  }

  const Lookup lookup_;
  const TakenNames taken_;
  const bool whole_;
  const Paths paths_;
};

// The columns of views as introspection lists them hold what it needs for itself. What stands in a
// circle is made of its columns first, so those are the model's own.
void ClearDerived(google::protobuf::RepeatedPtrField<ViewColumn>* columns) {
  EraseIf(columns, [](ViewColumn* c) {
    c->clear_type();
    c->clear_collation();
    return SaysNothing(*c);
  });
}

void CollapseObjects(Schema* schema, bool whole) {
  const std::set<ObjectId> circles = ViewsInCircles(*schema);
  for (View& v : *schema->mutable_view()) {
    if (circles.count(IdOf(v)) == 0) ClearDerived(v.mutable_column());
  }
  for (MaterializedView& v : *schema->mutable_materialized_view()) {
    ClearDerived(v.mutable_column());
  }
  // The lookups point into the schema: what they know by name must stay until the end.
  Collapser collapser(*schema, whole);
  for (Table& t : *schema->mutable_table()) collapser.CollapseTable(schema, &t);
  for (MaterializedView& v : *schema->mutable_materialized_view()) collapser.NameView(&v);
  for (Domain& d : *schema->mutable_domain()) collapser.NameDomain(&d);
  if (whole) collapser.CollapseSerials(schema);
  for (const FieldInfo& f : InfoOf(Schema::descriptor()).messages) {
    ForEachMutableValue(schema, f, [&](Message* m, const TypeInfo& type) {
      collapser.CollapseSchemas(m, type, OwnSchema(*m, type));
    });
  }
  for (const FieldInfo& f : InfoOf(Schema::descriptor()).messages) {
    const FieldDescriptor* own = f.type->schema;
    if (own == nullptr) continue;
    if (own->options().GetExtension(rule).default_schema() != "public") continue;
    ForEachMutableValue(schema, f, [&](Message* m, const TypeInfo&) {
      const Reflection* r = m->GetReflection();
      if (r->GetString(*m, own) == "public") r->SetString(m, own, "");
    });
  }
}

}  // namespace

bool SaysNothing(const ViewColumn& c) {
  return c.default_().empty() && !c.has_statistics() && c.storage().empty() &&
         c.compression().empty() && c.with_size() == 0 && c.comment().empty() &&
         c.grant_size() == 0 && c.revoke_size() == 0 && c.security_label_size() == 0;
}

void Collapse(Schema* schema) { CollapseObjects(schema, true); }

void CollapseAlone(Message* object) {
  Schema alone;
  const Reflection* r = alone.GetReflection();
  for (const FieldInfo& f : InfoOf(Schema::descriptor()).messages) {
    if (f.type->descriptor != object->GetDescriptor()) continue;
    Message* only = r->AddMessage(&alone, f.field);
    only->GetReflection()->Swap(only, object);
    CollapseObjects(&alone, false);
    object->GetReflection()->Swap(object, r->MutableRepeatedMessage(&alone, f.field, 0));
    return;
  }
}

}  // namespace autogen::model
