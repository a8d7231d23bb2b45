// What the generate stage needs to know from the configuration and the flags.
#ifndef AUTOGEN_CLI_SETTINGS_H_
#define AUTOGEN_CLI_SETTINGS_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "src/apply/options.h"
#include "src/cli/command.h"
#include "src/generate/compare.h"
#include "src/generate/source.h"
#include "src/project/project.h"

namespace autogen::cli {

// Which engine the project is for, by what names its database.
const generate::Engine& EngineFor(const Project& project);
// Which one compares the two: that of the databases among them, else the project's.
// InvalidArgument where they are of different ones.
absl::StatusOr<const generate::Engine*> EngineOf(const generate::Source& from,
                                                 const generate::Source& to,
                                                 const Project& project);

// The configuration's `oldest_version`; 0 where there is none. InvalidArgument: it is no version of
// the project's engine.
absl::StatusOr<int> OldestVersionFor(const Project& project);
// --privileges, --owners, --schema, --exclude-schema over the configuration's.
generate::Settings SettingsFor(const Project& project, const Invocation& invocation);
// Which tables a script changes online, by the configuration's `online` and `online_table`; null
// with
// --plain: none. InvalidArgument: a pattern that cannot be read.
absl::StatusOr<std::function<bool(absl::string_view schema, absl::string_view relation)>> OnlineFor(
    const Project& project, const Invocation& invocation);
Flag PlainFlag();
// Of the commands that connect to the database of a project.
Flag UntestedVersionFlag();
// The flags that SettingsFor and ScratchFor read, and `more`.
std::vector<Flag> WithComparisonFlags(std::vector<Flag> more);

// The version table's name and how scripts are run, from the configuration.
apply::Options ApplyOptionsFor(const Project& project);
// InvalidArgument: the configuration's apply { backup } is no word that is known.
absl::StatusOr<apply::Options::Backup> BackupFor(const Project& project);

// A source as --from and --to name it; "embedded" and ${VARIABLES} resolved.
absl::StatusOr<generate::Source> SourceFor(Project& project, const std::string& text);

// The sources that check and -m compare: the target database and the project's models.
absl::StatusOr<generate::Source> DatabaseSource(Project& project);
generate::Source ModelSource(const Project& project);

// "not compared: subscription s", on stderr; schemas that no model names in one line.
void PrintUnmanaged(const std::vector<model::Unmanaged>& unmanaged);

// "warning: view s.v, which depends on table public.t, is not managed …", on stderr.
void WarnAboutDisturbed(const std::vector<std::string>& disturbed);
// The same as an error.
absl::Status DisturbedError(const std::vector<std::string>& disturbed);

}  // namespace autogen::cli

#endif  // AUTOGEN_CLI_SETTINGS_H_
