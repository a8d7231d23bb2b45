#include "src/generate/outside.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/model/inheritance.h"
#include "src/model/new_schema.h"

namespace autogen::generate {
namespace {

using model::Dependency;
using model::ObjectId;

std::vector<Dependency> EdgesOf(const model::Catalog& catalog) {
  std::vector<Dependency> edges;
  for (size_t i = 0; i < catalog.objects().size(); ++i) {
    for (const model::Edge& e : catalog.Needs(static_cast<int>(i))) {
      edges.push_back({catalog.objects()[i].id, catalog.at(e.to).id, e.field, e.weak});
    }
  }
  return edges;
}

// One side of a plan with all that lies outside.
absl::StatusOr<std::shared_ptr<const model::Catalog>> Whole(
    const std::shared_ptr<const model::Catalog>& side, const model::Outside& outside) {
  model::Snapshot snapshot;
  snapshot.schema = model::CopySchema(side->schema());
  snapshot.dependencies = EdgesOf(*side);
  snapshot.outside = std::make_shared<model::Outside>(outside);
  return model::ToCatalog(model::WithOutside(snapshot));
}

// What is outside as it is after the plan's renames.
model::Outside AfterRenames(const diff::Plan& plan, model::Outside outside) {
  std::map<ObjectId, ObjectId> now;
  for (const model::Object& o : plan.before->objects()) {
    ObjectId before = diff::BeforeRenames(plan, o.id);
    if (before != o.id) now.emplace(std::move(before), o.id);
  }
  for (Dependency& d : outside.dependencies) {
    if (auto found = now.find(d.referenced); found != now.end()) d.referenced = found->second;
  }
  return outside;
}

bool DependsOnInside(const diff::Plan& plan, const model::Outside& outside) {
  return std::any_of(
      outside.dependencies.begin(), outside.dependencies.end(), [&](const Dependency& d) {
        return plan.before->Find(d.referenced) >= 0 && plan.before->Find(d.dependent) < 0;
      });
}

// "view s.v, which depends on table t": what the plan changes, else what goes with that.
std::string WithNeed(const model::Catalog& whole, const diff::Plan& plan, const ObjectId& id) {
  std::string text = model::Describe(id);
  const ObjectId* first = nullptr;
  for (const model::Edge& e : whole.Needs(whole.Find(id))) {
    const ObjectId& need = whole.at(e.to).id;
    if (need.kind == SCHEMA || e.to == whole.at(whole.Find(id)).parent) continue;
    const bool changes = std::any_of(plan.operations.begin(), plan.operations.end(),
                                     [&](const diff::Operation& op) { return op.id == need; });
    if (first == nullptr || changes) first = &need;
    if (changes) break;
  }
  if (first != nullptr) absl::StrAppend(&text, ", which depends on ", model::Describe(*first));
  return text;
}

}  // namespace

std::vector<std::string> OutsideExtensions(const std::vector<const Schema*>& sides,
                                           const Manages& manages) {
  std::map<std::string, bool> managed;
  for (const Schema* side : sides) {
    for (const Extension& e : side->extension())
      managed[e.name()] |= manages(model::SchemaOrPublic(e.schema()));
  }
  std::vector<std::string> names;
  for (const auto& [name, is_managed] : managed) {
    if (!is_managed) names.push_back(name);
  }
  return names;
}

std::shared_ptr<Schema> WithoutExtensions(const Schema& schema,
                                          const std::vector<std::string>& names) {
  auto copy = model::CopySchema(schema);
  copy->clear_extension();
  for (const Extension& e : schema.extension()) {
    if (std::find(names.begin(), names.end(), e.name()) == names.end()) *copy->add_extension() = e;
  }
  return copy;
}

model::Outside OutsideOf(const model::Snapshot& whole, const Manages& manages) {
  auto is_outside = [&](const ObjectId& id) {
    const std::string& schema = id.kind == SCHEMA ? id.name : id.schema;
    return !schema.empty() && !manages(schema);
  };
  model::Outside outside;
  outside.schema = model::Split(*whole.schema, manages).outside;
  for (const Dependency& d : whole.dependencies) {
    if (is_outside(d.dependent) || is_outside(d.referenced)) outside.dependencies.push_back(d);
  }
  return outside;
}

std::vector<std::string> Disturbed(const diff::Plan& plan, const model::Outside& all,
                                   const diff::Options& options) {
  const model::Outside outside = AfterRenames(plan, all);
  if (plan.empty() || !DependsOnInside(plan, outside)) return {};
  absl::StatusOr<std::shared_ptr<const model::Catalog>> before = Whole(plan.before, outside);
  absl::StatusOr<std::shared_ptr<const model::Catalog>> after = Whole(plan.after, outside);
  if (!before.ok() || !after.ok()) return {};
  absl::StatusOr<diff::Plan> whole = diff::Diff(*before, *after, options);
  if (!whole.ok()) return {};
  std::set<std::string> found;
  for (const diff::Operation& op : whole->operations) {
    const bool inside = plan.before->Find(op.id) >= 0 || plan.after->Find(op.id) >= 0;
    if (!inside && (*before)->Find(op.id) >= 0 && (*after)->Find(op.id) >= 0) {
      found.insert(WithNeed(**before, plan, op.id));
    }
  }
  return {found.begin(), found.end()};
}

}  // namespace autogen::generate
