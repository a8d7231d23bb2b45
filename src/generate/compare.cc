#include "src/generate/compare.h"

#include <algorithm>
#include <future>
#include <memory>

#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/generate/unmanaged.h"

namespace autogen::generate {

diff::Options DiffOptions(const Settings& settings, int server_version) {
  diff::Options options(settings.engine->rules());
  options.compare.privileges = settings.privileges;
  options.compare.owners = settings.owners;
  options.unmanaged = settings.unmanaged;
  if (!settings.privileges) options.unmanaged.insert(DEFAULT_PRIVILEGES);
  options.server_version = server_version;
  return options;
}

introspect::Options IntrospectOptions(const Settings& settings) {
  introspect::Options options;
  options.include = settings.include;
  options.exclude = settings.exclude;
  options.privileges = settings.privileges;
  options.owners = settings.owners;
  options.own_tables = settings.own_tables;
  options.dependencies = false;
  return options;
}

namespace {

// Above the statement that drops, or that takes the label away.
void NoteRename(const diff::LikelyRename& rename, Comparison* comparison) {
  for (render::Statement& s : comparison->upgrade) {
    if (s.operation < 0) continue;
    const diff::Operation& op = comparison->plan.operations[static_cast<size_t>(s.operation)];
    if (op.id != rename.from) continue;
    if (op.action != diff::Action::kDrop && rename.from_part.empty()) continue;
    s.remarks.push_back(
        absl::StrCat("likely rename: ", diff::Describe(rename), " (", rename.why, ")"));
    return;
  }
}

// What `before` has, and what is of extensions and identity columns that only `after` has.
model::UncomparedPrivileges UncomparedOf(const model::Snapshot& before,
                                         const model::Snapshot& after) {
  model::UncomparedPrivileges all = before.uncompared;
  for (const model::ExtensionMember& member : after.uncompared.members) {
    const bool known = std::any_of(
        before.schema->extension().begin(), before.schema->extension().end(),
        [&](const Extension& extension) { return extension.name() == member.extension; });
    if (!known) all.members.push_back(member);
  }
  for (const model::IdentityPrivileges& identity : after.uncompared.identities) {
    const auto& there = before.uncompared.identities;
    const bool known = std::any_of(there.begin(), there.end(), [&](const auto& other) {
      return other.column == identity.column;
    });
    if (!known) all.identities.push_back(identity);
  }
  return all;
}

// The downgrade, the statements of both, and what looks renamed.
absl::Status Fill(const Settings& settings, const diff::Options& options, Comparison* comparison) {
  ASSIGN_OR_RETURN(comparison->back, diff::Invert(comparison->plan, options));
  comparison->back.uncompared = comparison->plan.uncompared;

  render::Options render_options;
  render_options.server_version = comparison->server_version;
  if (settings.oldest_version > 0) {
    render_options.server_version = std::min(comparison->server_version, settings.oldest_version);
  }
  render_options.privileges = settings.privileges;
  render_options.owners = settings.owners;
  render_options.online = settings.online;
  ASSIGN_OR_RETURN(comparison->upgrade, settings.engine->render(comparison->plan, render_options));
  ASSIGN_OR_RETURN(comparison->downgrade,
                   settings.engine->render(comparison->back, render_options));
  settings.engine->annotate(comparison->plan, &comparison->upgrade);
  settings.engine->annotate(comparison->back, &comparison->downgrade);
  if (settings.online != nullptr) {
    render::SayWhatBlocks(settings.online, &comparison->upgrade);
    render::SayWhatBlocks(settings.online, &comparison->downgrade);
  }
  comparison->likely_renames =
      diff::LikelyRenames(*comparison->plan.before, *comparison->plan.after, *options.rules);
  for (const diff::LikelyRename& rename : comparison->likely_renames)
    NoteRename(rename, comparison);
  return absl::OkStatus();
}

int ServerVersion(const model::Snapshot& before, const model::Snapshot& after) {
  return before.server_version != 0 ? before.server_version : after.server_version;
}

diff::Options OptionsFor(const model::Snapshot& before, const model::Snapshot& after,
                         const Settings& settings) {
  diff::Options options = DiffOptions(settings, ServerVersion(before, after));
  options.current_user = before.current_user;
  return options;
}

}  // namespace

absl::StatusOr<diff::Plan> PlanFor(const model::Snapshot& before, const model::Snapshot& after,
                                   const Settings& settings) {
  auto making = std::async(std::launch::async, [&] { return model::ToCatalog(after); });
  absl::StatusOr<std::shared_ptr<const model::Catalog>> from = model::ToCatalog(before);
  ASSIGN_OR_RETURN(std::shared_ptr<const model::Catalog> to, making.get());
  RETURN_IF_ERROR(from.status());
  return diff::Diff(*std::move(from), std::move(to), OptionsFor(before, after, settings));
}

absl::StatusOr<Comparison> Compare(const model::Snapshot& before, const model::Snapshot& after,
                                   const Settings& settings) {
  Comparison comparison;
  comparison.server_version = ServerVersion(before, after);
  diff::Options options = OptionsFor(before, after, settings);
  model::Snapshot wanted = after;
  // Without dependencies it is only asked whether the sides differ.
  if (!before.dependencies.empty() || !after.dependencies.empty()) {
    wanted.schema = WithUnmanagedOf(before.schema, after.schema, settings);
  }
  ASSIGN_OR_RETURN(comparison.plan, PlanFor(before, wanted, settings));
  // Where nothing is to be done, nothing is to be undone.
  if (comparison.plan.empty()) {
    comparison.back.before = comparison.plan.after;
    comparison.back.after = comparison.plan.before;
  } else {
    comparison.plan.uncompared = UncomparedOf(before, after);
    RETURN_IF_ERROR(Fill(settings, options, &comparison));
    settings.engine->describe_rows(&comparison);
  }

  comparison.unmanaged = before.unmanaged;
  comparison.unmanaged.insert(comparison.unmanaged.end(), after.unmanaged.begin(),
                              after.unmanaged.end());
  auto key = [](const model::Unmanaged& u) { return std::tie(u.what, u.name); };
  std::sort(comparison.unmanaged.begin(), comparison.unmanaged.end(),
            [&](const auto& x, const auto& y) { return key(x) < key(y); });
  comparison.unmanaged.erase(
      std::unique(comparison.unmanaged.begin(), comparison.unmanaged.end(),
                  [&](const auto& x, const auto& y) { return key(x) == key(y); }),
      comparison.unmanaged.end());
  return comparison;
}

}  // namespace autogen::generate
