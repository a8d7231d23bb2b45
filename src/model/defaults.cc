#include "src/model/defaults.h"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/model/collapse.h"
#include "src/model/expand.h"
#include "src/model/type_name.h"

namespace autogen::model {
namespace {

bool HasUpper(absl::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isupper(static_cast<unsigned char>(c)); });
}

struct Limits {
  int64_t min, max;
};

Limits LimitsOf(absl::string_view type) {
  if (type == "smallint") {
    return {std::numeric_limits<int16_t>::min(), std::numeric_limits<int16_t>::max()};
  }
  if (type == "integer") {
    return {std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()};
  }
  return {std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max()};
}

// init_params of src/backend/commands/sequence.c; for Sequence and Column.Identity.
template <typename Options>
void LeaveOutSequenceDefaults(absl::string_view type, Options* s) {
  if (s->increment() == 1) s->clear_increment();
  bool descending = s->has_increment() && s->increment() < 0;
  Limits limits = LimitsOf(type);
  int64_t min = descending ? limits.min : 1;
  int64_t max = descending ? -1 : limits.max;
  if (s->min() == min) s->clear_min();
  if (s->max() == max) s->clear_max();
  int64_t start = descending ? (s->has_max() ? s->max() : max) : (s->has_min() ? s->min() : min);
  if (s->start() == start) s->clear_start();
  if (s->cache() == 1) s->clear_cache();
}

void LeaveOut(Sequence* s) {
  bool builtin;
  if (!s->type().empty()) s->set_type(NormalizeType(s->type(), &builtin));
  if (s->type() == "bigint") s->clear_type();
  LeaveOutSequenceDefaults(s->type(), s);
}

bool IsDefaultCollation(const Name& name) {
  return name.name() == "default" && name.schema() == "pg_catalog";
}

void LeaveOut(const Table& t, Column* c) {
  if (c->has_collation() && IsDefaultCollation(c->collation()) && IsCollatable(c->type())) {
    c->clear_collation();
  }
  if (absl::EqualsIgnoreCase(c->default_(), "null") && !TypeStorage(c->type()).empty()) {
    c->clear_default_();
  }
  if (HasUpper(c->storage())) absl::AsciiStrToLower(c->mutable_storage());
  if (!c->storage().empty() &&
      (c->storage() == TypeStorage(c->type()) || c->storage() == "default")) {
    c->clear_storage();
  }
  if (HasUpper(c->compression())) absl::AsciiStrToLower(c->mutable_compression());
  if (c->compression() == "default") c->clear_compression();
  if (c->has_statistics() && c->statistics() == -1) c->clear_statistics();
  if (c->has_identity()) {
    Column::Identity* identity = c->mutable_identity();
    LeaveOutSequenceDefaults(c->type(), identity);
    if (identity->sequence_name() == ObjectName(t.name(), c->name(), "seq")) {
      identity->clear_sequence_name();
    }
  }
  if (c->has_not_null_constraint()) {
    Column::NotNull* constraint = c->mutable_not_null_constraint();
    c->set_not_null(true);
    if (constraint->name() == ObjectName(t.name(), c->name(), "not_null")) {
      constraint->clear_name();
    }
    if (constraint->name().empty() && !constraint->no_inherit() && !constraint->not_valid() &&
        constraint->comment().empty()) {
      c->clear_not_null_constraint();
    }
  }
}

void LeaveOut(const Table* t, IndexKey* key) {
  IndexKey::Nulls by_default = key->descending() ? IndexKey::FIRST : IndexKey::LAST;
  if (key->nulls() == by_default) key->clear_nulls();
  if (key->has_collation() && !key->column().empty() && t != nullptr) {
    for (const Column& c : t->column()) {
      if (c.name() != key->column()) continue;
      bool same = c.has_collation()
                      ? c.collation().schema() == key->collation().schema() &&
                            c.collation().name() == key->collation().name()
                      : IsCollatable(c.type()) && IsDefaultCollation(key->collation());
      if (same) key->clear_collation();
    }
  }
  if (key->has_statistics() && key->statistics() == -1) key->clear_statistics();
}

void LeaveOut(const Table* t, Index* index) {
  if (index->method() == "btree") index->clear_method();
  if (index->tablespace() == "pg_default") index->clear_tablespace();
  for (IndexKey& key : *index->mutable_key()) LeaveOut(t, &key);
}

void LeaveOut(Policy* policy) {
  bool everybody = false;
  for (const std::string& role : policy->role())
    everybody |= absl::EqualsIgnoreCase(role, "public");
  if (everybody) policy->clear_role();
}

void LeaveOut(Table* t) {
  if (t->access_method() == "heap") t->clear_access_method();
  if (t->tablespace() == "pg_default") t->clear_tablespace();
  if (t->has_replica_identity() &&
      t->replica_identity().mode() == Table::ReplicaIdentity::DEFAULT) {
    t->clear_replica_identity();
  }
  for (Column& c : *t->mutable_column()) LeaveOut(*t, &c);
  if (t->has_partition_by()) {
    for (IndexKey& key : *t->mutable_partition_by()->mutable_key()) LeaveOut(t, &key);
  }
  for (Exclusion& e : *t->mutable_exclude()) {
    if (e.method() == "btree") e.clear_method();
    for (IndexKey& key : *e.mutable_key()) LeaveOut(t, &key);
  }
  for (Index& index : *t->mutable_index()) LeaveOut(t, &index);
  for (Policy& policy : *t->mutable_policy()) LeaveOut(&policy);
}

void LeaveOut(Function* f) {
  if (HasUpper(f->language())) absl::AsciiStrToLower(f->mutable_language());
  if (!f->sql_body().empty() && f->language() == "sql") f->clear_language();
  bool c = f->language() == "c" || f->language() == "internal";
  bool table = false, out = false;
  for (const Argument& a : f->argument()) {
    table |= a.mode() == Argument::TABLE;
    out |= a.mode() == Argument::OUT || a.mode() == Argument::INOUT;
  }
  bool set = f->returns_set() || table;
  if (f->cost() == (c ? 1 : 100)) f->clear_cost();
  if (f->rows() == (set ? 1000 : 0)) f->clear_rows();
  if (table) f->clear_returns_set();
  if (table || out || f->procedure()) f->clear_returns();
}

void LeaveOut(Aggregate* a) {
  auto modify = [&](std::string* value) {
    *value = absl::AsciiStrToUpper(*value);
    if (*value == (a->ordered_set() ? "READ_WRITE" : "READ_ONLY")) value->clear();
  };
  modify(a->mutable_finalfunc_modify());
  modify(a->mutable_mfinalfunc_modify());
}

// A column of a view is named only for what it has of its own, or with its type for a stand-in.
void DropBareColumns(google::protobuf::RepeatedPtrField<ViewColumn>* columns) {
  for (int i = columns->size() - 1; i >= 0; --i) {
    if (columns->Get(i).type().empty() && SaysNothing(columns->Get(i)))
      columns->DeleteSubrange(i, 1);
  }
}

// True where `values` are exactly `all`, in any order.
bool AreAll(const google::protobuf::RepeatedPtrField<std::string>& values,
            std::initializer_list<absl::string_view> all) {
  if (values.size() != static_cast<int>(all.size())) return false;
  return std::all_of(all.begin(), all.end(), [&](absl::string_view v) {
    return std::find(values.begin(), values.end(), v) != values.end();
  });
}

}  // namespace

void LeaveOutDefaults(Schema* schema) {
  for (Namespace& n : *schema->mutable_schema()) {
    if (n.comment() == (n.name() == "public" ? kPublicComment : "")) n.clear_comment();
  }
  for (Sequence& s : *schema->mutable_sequence()) LeaveOut(&s);
  for (Table& t : *schema->mutable_table()) LeaveOut(&t);
  for (View& v : *schema->mutable_view()) DropBareColumns(v.mutable_column());
  for (MaterializedView& v : *schema->mutable_materialized_view()) {
    DropBareColumns(v.mutable_column());
    if (v.access_method() == "heap") v.clear_access_method();
    if (v.tablespace() == "pg_default") v.clear_tablespace();
    for (Index& index : *v.mutable_index()) LeaveOut(nullptr, &index);
  }
  for (Function& f : *schema->mutable_function()) LeaveOut(&f);
  for (Aggregate& a : *schema->mutable_aggregate()) LeaveOut(&a);
  for (Domain& d : *schema->mutable_domain()) {
    if (d.not_null_name() == ObjectName(d.name(), "", "not_null")) d.clear_not_null_name();
    if (d.has_collation() && IsDefaultCollation(d.collation()) && IsCollatable(d.type())) {
      d.clear_collation();
    }
  }
  for (RangeType& r : *schema->mutable_range_type()) {
    if (r.multirange_name() == MultirangeName(r.name())) r.clear_multirange_name();
  }
  for (Collation& c : *schema->mutable_collation()) {
    if (HasUpper(c.provider())) absl::AsciiStrToLower(c.mutable_provider());
    if (c.provider() == "libc") c.clear_provider();
    if (!c.lc_collate().empty() && c.lc_collate() == c.lc_ctype()) {
      c.set_locale(c.lc_collate());
      c.clear_lc_collate();
      c.clear_lc_ctype();
    }
  }
  for (OperatorClass& c : *schema->mutable_operator_class()) {
    if (c.family().name() == c.name() && c.family().schema() == c.schema()) c.clear_family();
  }
  for (Statistics& s : *schema->mutable_statistics()) {
    if (AreAll(s.kind(), {"ndistinct", "dependencies", "mcv"})) s.clear_kind();
    if (s.has_target() && s.target() == -1) s.clear_target();
  }
  for (Publication& p : *schema->mutable_publication()) {
    if (AreAll(p.publish(), {"insert", "update", "delete", "truncate"})) p.clear_publish();
    if (p.publish_generated_columns() == "none") p.clear_publish_generated_columns();
  }
  for (Subscription& s : *schema->mutable_subscription()) {
    if (s.slot_name() == s.name()) s.clear_slot_name();
    if (s.synchronous_commit() == "off") s.clear_synchronous_commit();
    if (s.origin() == "any") s.clear_origin();
  }
}

}  // namespace autogen::model
