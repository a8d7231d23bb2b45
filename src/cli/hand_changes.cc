#include "src/cli/hand_changes.h"

#include <re2/re2.h>

#include <iostream>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/cli/rename_prompt.h"
#include "src/cli/settings.h"

namespace autogen::cli {
namespace {

constexpr char kWays[] =
    "  --drift take    from the scripts to the model: what the model has of it is in the script\n"
    "  --drift revert  from the database to the model: what the model lacks of it is dropped\n"
    "  --drift ignore  the script touches nothing of it";

std::set<model::ObjectId> Objects(const diff::Plan& plan) {
  std::set<model::ObjectId> ids;
  for (const diff::Operation& op : plan.operations) ids.insert(op.id);
  return ids;
}

bool Touches(const diff::Plan& plan, const std::set<model::ObjectId>& ids) {
  for (const model::ObjectId& id : Objects(plan)) {
    if (ids.count(id) > 0) return true;
  }
  return false;
}

generate::Source History(const Project& project, int server_version) {
  generate::Source history;
  history.kind = generate::SourceKind::kVersions;
  history.paths = project.version_folders();
  history.kept = server_version != 0;
  history.target_version = server_version;
  return history;
}

// From what the scripts make to the database, in the schemas that `pair` has.
absl::StatusOr<diff::Plan> HandChanges(Project& project, const Invocation& invocation,
                                       const generate::Source& database,
                                       const generate::Pair& pair) {
  generate::Settings settings = SettingsFor(project, invocation);
  // Scratch databases have owners of their own.
  settings.owners = false;
  if (settings.include.empty()) {
    std::set<std::string> managed;
    for (const model::Snapshot* side : {&pair.before, &pair.after}) {
      for (const Namespace& schema : side->schema->schema()) managed.insert(schema.name());
    }
    for (const std::string& name : managed) settings.include.push_back(RE2::QuoteMeta(name));
  }
  ASSIGN_OR_RETURN(scratch::Options scratch, ScratchFor(project, invocation, database.url));
  generate::Pipeline pipeline(std::move(settings), std::move(scratch));
  ASSIGN_OR_RETURN(generate::Pair both,
                   pipeline.Read(History(project, pair.before.server_version), database,
                                 /*dependencies=*/false));
  ASSIGN_OR_RETURN(generate::Comparison comparison, pipeline.Compare(std::move(both)));
  return std::move(comparison.plan);
}

absl::StatusOr<Compared> FromScripts(Project& project, const Invocation& invocation,
                                     const generate::Source& database) {
  Compared c;
  ASSIGN_OR_RETURN(scratch::Options scratch, ScratchFor(project, invocation, database.url));
  c.pipeline =
      std::make_unique<generate::Pipeline>(SettingsFor(project, invocation), std::move(scratch));
  generate::Source history = History(project, 0);
  ASSIGN_OR_RETURN(c.pair, c.pipeline->Read(history, ModelSource(project), /*dependencies=*/true));
  if (c.pair.equal) return c;
  ASSIGN_OR_RETURN(c.comparison, c.pipeline->Compare(c.pair));
  return c;
}

std::string AskForWay(const std::string& changes) {
  std::cout << "the database was changed by hand, beside its scripts:\n"
            << changes << "\n"
            << kWays << "\n[t]ake, [r]evert, [i]gnore, anything else stops: " << std::flush;
  std::string answer;
  if (!std::getline(std::cin, answer)) return "";
  answer = absl::AsciiStrToLower(absl::StripAsciiWhitespace(answer));
  for (const char* way : {"take", "revert", "ignore"}) {
    if (!answer.empty() && absl::string_view(way).substr(0, answer.size()) == answer) return way;
  }
  return "";
}

}  // namespace

Flag DriftFlag() {
  return {.name = "--drift",
          .value = "WAY",
          .help = "what to do about changes that were made by hand, beside the scripts",
          .choices = "take|revert|ignore"};
}

absl::Status SettleHandChanges(Project& project, const Invocation& invocation,
                               const generate::Source& database, Compared* compared) {
  absl::StatusOr<diff::Plan> found = HandChanges(project, invocation, database, compared->pair);
  if (!found.ok()) {
    std::cerr
        << "warning: whether the database was changed by hand is not known, since its scripts "
           "could not be replayed: "
        << found.status().message() << "\n";
    return absl::OkStatus();
  }
  if (found->empty()) return absl::OkStatus();
  const std::string changes =
      Indent(absl::StripTrailingAsciiWhitespace(diff::PrintPlan(*found)), "  ");
  std::string way = invocation.Get("--drift");
  if (way.empty() && CanAsk(invocation)) way = AskForWay(changes);
  if (way.empty()) {
    const std::string text = absl::StrCat("the database was changed by hand, beside its scripts:\n",
                                          changes, "\nChoose one of:\n", kWays);
    const bool refuse =
        CanAsk(invocation) || invocation.Has("--no-input") || invocation.Has("--strict");
    if (refuse) return absl::FailedPreconditionError(absl::StrCat("no script is written: ", text));
    std::cerr << "warning: " << text << "\nThe script is as with --drift revert\n";
    return absl::OkStatus();
  }
  const std::set<model::ObjectId> ids = Objects(*found);
  if (way == "revert" || (way == "ignore" && !Touches(compared->comparison.plan, ids))) {
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(Compared other, FromScripts(project, invocation, database));
  if (way == "ignore" && Touches(other.comparison.plan, ids)) {
    return absl::FailedPreconditionError(absl::StrCat(
        "what was changed by hand cannot be ignored, since the model has a part of it:\n", changes,
        "\nComplete the model or remove that part from it, or use --drift take or --drift revert"));
  }
  if (way == "take") {
    std::cerr << "note: this database has a part of the script already. Here, once it is written: "
                 "autogen diff --from URL --to "
              << absl::StrJoin(project.version_folders(), ",")
              << " (what is missing yet), then autogen stamp heads\n";
  }
  *compared = std::move(other);
  return absl::OkStatus();
}

}  // namespace autogen::cli
