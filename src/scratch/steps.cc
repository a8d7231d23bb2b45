// StepsFor: a schema as the statements that make it.
#include <algorithm>
#include <set>

#include "src/base/status.h"
#include "src/diff/diff.h"
#include "src/model/new_schema.h"
#include "src/model/outside.h"
#include "src/model/references.h"
#include "src/render/render.h"
#include "src/scratch/build.h"
#include "src/scratch/stubs.h"

namespace autogen::scratch {
namespace {

bool HasPublic(const Schema& schema) {
  return std::any_of(schema.schema().begin(), schema.schema().end(),
                     [](const Namespace& n) { return n.name() == "public"; });
}

// The outside schemas and extensions.
class OutsideNames {
 public:
  explicit OutsideNames(const model::Outside* outside) {
    if (outside == nullptr) return;
    for (const Namespace& n : outside->schema->schema()) schemas_.insert(n.name());
    for (const Extension& e : outside->schema->extension()) extensions_.insert(e.name());
  }
  bool Has(const model::ObjectId& id) const {
    if (id.kind == EXTENSION) return extensions_.count(id.name) > 0;
    return schemas_.count(id.kind == SCHEMA ? id.name : id.schema) > 0;
  }

 private:
  std::set<std::string> schemas_, extensions_;
};

}  // namespace

absl::StatusOr<std::vector<Step>> StepsFor(std::shared_ptr<const Schema> schema,
                                           const std::vector<model::Dependency>& inner,
                                           int server_version, bool privileges, bool owners,
                                           std::shared_ptr<const model::Outside> outside) {
  const OutsideNames outside_names(outside.get());
  model::Snapshot whole;
  whole.dependencies = inner;
  if (outside != nullptr) {
    whole.schema = model::CopySchema(*schema);
    whole.outside = std::make_shared<model::Outside>(
        model::Outside{Stubs().Apply(*outside->schema), outside->dependencies});
    whole = model::WithOutside(whole);
    schema = whole.schema;
  }
  const std::vector<model::Dependency>& dependencies = whole.dependencies;
  auto before = model::NewSchema();
  before->add_schema()->set_name("public");
  if (!HasPublic(*schema)) {
    auto with_public = model::CopySchema(*schema);
    with_public->add_schema()->set_name("public");
    schema = std::move(with_public);
  }
  ASSIGN_OR_RETURN(std::unique_ptr<model::Catalog> from, model::Catalog::Build(before, {}));
  ASSIGN_OR_RETURN(
      std::unique_ptr<model::Catalog> to,
      model::Catalog::Build(
          schema, dependencies.empty() ? model::TextDependencies(*schema) : dependencies));
  diff::Options options(diff::PostgresRules());
  options.compare.privileges = privileges;
  options.compare.owners = owners;
  options.server_version = server_version;
  ASSIGN_OR_RETURN(diff::Plan plan, diff::Diff(std::move(from), std::move(to), options));

  std::vector<std::string> always = {"public"};
  for (const Extension& e : schema->extension()) {
    if (!e.schema().empty() &&
        std::find(always.begin(), always.end(), e.schema()) == always.end()) {
      always.push_back(e.schema());
    }
  }
  render::Options render_options;
  render_options.server_version = server_version;
  render_options.privileges = privileges;
  render_options.owners = owners;
  // One operation at a time: the statements themselves do not say whose they are.
  std::vector<diff::Operation> operations = std::move(plan.operations);
  std::vector<Step> steps;
  for (diff::Operation& operation : operations) {
    const model::ObjectId id = operation.id;
    std::string object = model::Describe(id);
    std::vector<std::string> path = always;
    if (!operation.id.schema.empty() && operation.id.schema != "public") {
      path.erase(std::remove(path.begin(), path.end(), operation.id.schema), path.end());
      path.insert(path.begin(), operation.id.schema);
    }
    std::string search_path = SearchPath(path);
    plan.operations.clear();
    plan.operations.push_back(std::move(operation));
    ASSIGN_OR_RETURN(std::vector<render::Statement> statements,
                     render::Render(plan, render_options));
    for (render::Statement& statement : statements) {
      Step step = {std::move(statement.sql), object, search_path};
      step.optional = outside_names.Has(id);
      steps.push_back(std::move(step));
    }
  }
  return steps;
}

}  // namespace autogen::scratch
