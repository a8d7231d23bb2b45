#include "absl/strings/str_cat.h"
#include "autogen/table.pb.h"
#include "src/render/kind.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Action;
using diff::Operation;
using google::protobuf::Message;

const Message* FindIn(const model::Catalog* catalog, absl::string_view schema,
                      absl::string_view name) {
  if (catalog == nullptr) return nullptr;
  int i = catalog->FindRelation(schema, name);
  return i < 0 ? nullptr : catalog->at(i).message;
}

const Message* FindIn(const model::Catalog* catalog, const model::ObjectId& id) {
  if (catalog == nullptr) return nullptr;
  int i = catalog->Find(id);
  return i < 0 ? nullptr : catalog->at(i).message;
}

}  // namespace

Context::Context(const diff::Plan& plan, const Options& options)
    : plan(plan), options(options), online(plan, options) {
  for (const Operation& op : plan.operations) {
    if (op.id.kind == TABLE && op.action != Action::kDrop &&
        static_cast<const Table&>(*op.after).has_partition_of() &&
        (op.action == Action::kCreate || Changed(op, "partition_of"))) {
      attached_.insert({op.id.schema, op.id.name});
    }
    if (op.action != Action::kCreate) continue;
    if (op.after->GetDescriptor()->FindFieldByName("attached_to") != nullptr) {
      keys_to_make_.insert({op.id.schema, op.id.parent, op.id.name});
    }
    if (op.id.kind == TABLE || op.id.kind == MATERIALIZED_VIEW) {
      new_relations_.insert({op.id.schema, op.id.name});
    }
  }
  for (const model::Catalog* side : {plan.before.get(), plan.after.get()}) {
    if (side == nullptr || !AtLeast(18)) continue;
    for (const Table& table : side->schema().table()) {
      for (const Column& c : table.column()) {
        const std::string& name = c.not_null_constraint().name();
        if (!name.empty()) not_null_names_.insert({table.schema(), name});
      }
    }
  }
  if (plan.before == nullptr) return;
  for (const DefaultPrivileges& d : plan.before->schema().default_privileges()) {
    privileges.defaults.Set(d);
  }
}

void Context::Add(std::string sql) { statements.push_back({.sql = std::move(sql)}); }

void Context::Add(const Operation& op, std::string sql, absl::string_view what,
                  absl::string_view kept) {
  Add(op.id, std::move(sql), what);
  statements.back().purpose.kept = std::string(kept);
}

void Context::Add(const model::ObjectId& id, std::string sql, absl::string_view what) {
  statements.push_back(
      {.sql = std::move(sql), .purpose = {NoteName(id), std::string(what), "", ""}});
}

const Message* Context::Parent(const Operation& op) const {
  bool drop = op.action == Action::kDrop;
  const model::Catalog* first = drop ? plan.before.get() : plan.after.get();
  const model::Catalog* second = drop ? plan.after.get() : plan.before.get();
  for (const model::Catalog* catalog : {first, second}) {
    const Message* found =
        op.id.kind == DOMAIN_CHECK
            ? FindIn(catalog, model::ObjectId{DOMAIN, op.id.schema, "", op.id.parent})
            : FindIn(catalog, op.id.schema, op.id.parent);
    if (found != nullptr) return found;
  }
  return nullptr;
}

bool Context::Changed(const Operation& op, absl::string_view field) const {
  if (op.action != Action::kAlter) return false;
  for (const google::protobuf::FieldDescriptor* f : op.changed) {
    if (f->name() == field) return true;
  }
  return false;
}

bool Context::IsNew(absl::string_view schema, absl::string_view name) const {
  return new_relations_.contains(
      std::pair<std::string, std::string>(std::string(schema), std::string(name)));
}

bool Context::IsNew(const Operation& op) const {
  if (op.action == Action::kDrop) return false;
  return IsNew(op.id.schema, op.id.parent.empty() ? op.id.name : op.id.parent);
}

bool Context::IsAttached(absl::string_view schema, absl::string_view table) const {
  return attached_.contains(
      std::pair<std::string, std::string>(std::string(schema), std::string(table)));
}

const Message* Context::FindRelation(absl::string_view schema, absl::string_view name) const {
  const Message* found = FindIn(plan.after.get(), schema, name);
  return found != nullptr ? found : FindIn(plan.before.get(), schema, name);
}

}  // namespace autogen::render
