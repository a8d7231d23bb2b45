// The pipeline at the border of the managed schemas.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/status.h"
#include "src/generate/pipeline.h"
#include "src/generate/scope.h"
#include "src/model/inheritance.h"
#include "src/model/new_schema.h"

namespace autogen::generate {

bool Pipeline::IsRestricted() const {
  return !settings_.include.empty() || !settings_.exclude.empty() || !scope_.empty();
}

absl::StatusOr<Manages> Pipeline::ManagedSchemas() const {
  return introspect::SelectedSchemas(IntrospectOptions(false));
}

absl::StatusOr<std::set<std::string>> Pipeline::ManagedSchemasOf(const Schema& model) const {
  ASSIGN_OR_RETURN(Manages manages, ManagedSchemas());
  std::set<std::string> names;
  for (const std::string& name : SchemasOf(model)) {
    if (manages(name)) names.insert(name);
  }
  return names;
}

absl::Status Pipeline::TakeOutside(model::Snapshot* side) {
  // Without patterns every schema of the models is managed.
  if (settings_.include.empty() && settings_.exclude.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(Manages manages, ManagedSchemas());
  model::SplitSchema split = model::Split(*side->schema, manages);
  if (split.outside->ByteSizeLong() == 0) return absl::OkStatus();
  std::set<std::string> names;
  for (const std::string& name : SchemasOf(*split.outside)) {
    if (!manages(name)) names.insert(name);
  }
  bench_.add_note(absl::StrCat(
      "not managed (include_schema, exclude_schema): ", absl::StrJoin(names, ", "),
      ". What the model declares there is known to scratch databases, and no script speaks of it"));
  model::Outside declared;
  DeclareSchemas(names, split.outside.get());
  declared.schema = std::move(split.outside);
  declared_outside_ = model::Together(declared_outside_, declared);
  side->schema = std::move(split.inside);
  return absl::OkStatus();
}

absl::Status Pipeline::LeaveExtensions(Pair* pair) {
  if (!IsRestricted()) return absl::OkStatus();
  ASSIGN_OR_RETURN(Manages manages, ManagedSchemas());
  // One that a model puts outside, and that the other side has inside, moves.
  for (model::Snapshot* side : {&pair->before, &pair->after}) {
    const Schema& other = side == &pair->before ? *pair->after.schema : *pair->before.schema;
    for (const Extension& declared : declared_outside_.schema->extension()) {
      auto same = [&](const Extension& e) { return e.name() == declared.name(); };
      auto has = [&](const Schema& s) {
        return std::find_if(s.extension().begin(), s.extension().end(), same);
      };
      const auto found = has(other);
      if (found == other.extension().end() || has(*side->schema) != side->schema->extension().end())
        continue;
      if (!manages(model::SchemaOrPublic(found->schema()))) continue;
      side->schema = model::CopySchema(*side->schema);
      *side->schema->add_extension() = declared;
    }
  }
  outside_extensions_ = OutsideExtensions(
      {pair->before.schema.get(), pair->after.schema.get(), declared_outside_.schema.get()},
      manages);
  if (outside_extensions_.empty()) return absl::OkStatus();
  for (model::Snapshot* side : {&pair->before, &pair->after}) {
    if (side->schema->extension_size() > 0) {
      side->schema = WithoutExtensions(*side->schema, outside_extensions_);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> Pipeline::HasUnmanagedSchemas(const std::string& url) const {
  ASSIGN_OR_RETURN(Manages manages, ManagedSchemas());
  ASSIGN_OR_RETURN(const std::vector<std::string> names, bench_.schemas(url));
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) { return !manages(name); });
}

absl::StatusOr<model::Snapshot> Pipeline::ReadWhole(const Source& source) {
  bool has_unmanaged = source.kind == SourceKind::kSql || source.kind == SourceKind::kVersions;
  if (source.kind == SourceKind::kDatabase) {
    ASSIGN_OR_RETURN(has_unmanaged, HasUnmanagedSchemas(source.url));
  }
  if (!has_unmanaged) {
    model::Snapshot nothing;
    nothing.schema = model::NewSchema();
    return nothing;
  }
  introspect::Options options = IntrospectOptions(true);
  options.privileges = options.owners = false;
  options.include.clear();
  options.exclude.clear();
  options.exclude_extensions.clear();
  return ReadSide(source, options);
}

absl::Status Pipeline::ReadOutside(const Source& before, const Source& after, Pair* pair) {
  if (!IsRestricted()) return absl::OkStatus();
  ASSIGN_OR_RETURN(Manages manages, ManagedSchemas());
  for (const Source* source : {&before, &after}) {
    ASSIGN_OR_RETURN(model::Snapshot whole, ReadWhole(*source));
    all_outside_ = model::Together(all_outside_, OutsideOf(whole, manages));
  }
  // What is there counts for more than what a model says of it.
  const model::Outside known = model::Together(all_outside_, declared_outside_);
  model::Outside needed = model::Needed(known, {&pair->before, &pair->after});
  if (needed.schema->ByteSizeLong() == 0) return absl::OkStatus();
  outside_ = std::make_shared<model::Outside>(std::move(needed));
  pair->before.outside = pair->after.outside = outside_;
  return absl::OkStatus();
}

scratch::CanonicalOptions Pipeline::CanonicalOptionsFor(int server_version) const {
  scratch::CanonicalOptions options;
  options.server_version = server_version;
  if (outside_ == nullptr) return options;
  options.outside = outside_;
  options.read = introspect::ScopeOf(IntrospectOptions(true));
  return options;
}

}  // namespace autogen::generate
