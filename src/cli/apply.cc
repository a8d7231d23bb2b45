#include "src/cli/apply.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/apply/interrupt.h"
#include "src/apply/metrics.h"
#include "src/apply/profile.h"
#include "src/apply/report.h"
#include "src/apply/tee.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/cli/approval_flags.h"
#include "src/cli/console.h"
#include "src/cli/data_check_flags.h"
#include "src/cli/output.h"
#include "src/cli/scripts.h"
#include "src/cli/settings.h"
#include "src/deploy/approvals.h"
#include "src/deploy/many.h"
#include "src/deploy/metrics_file.h"
#include "src/deploy/offline_run.h"
#include "src/deploy/run.h"
#include "src/deploy/run_report.h"
#include "src/deploy/targets.h"
#include "src/project/text_proto.h"
#include "src/project/urls.h"

namespace autogen::cli {
namespace {

using apply::Direction;
using apply::ScriptRun;
using revision::Graph;
using revision::Nodes;

// Asks a database only where the range starts at what is applied there.
absl::StatusOr<int> PrintSql(Project& project, const deploy::RunRequest& request) {
  std::optional<Nodes> current;
  if (absl::StartsWith(request.targets[0], "current:")) {
    ASSIGN_OR_RETURN(current, CurrentRows(project, *request.graph));
  }
  ASSIGN_OR_RETURN(deploy::OfflineRun run, deploy::RunOffline(request, current));
  for (const std::string& line : run.notes) std::cerr << "note: " << line << "\n";
  Exact() << run.sql;
  return 0;
}

// An error about the file is reported beside the run's own result.
void WriteMetrics(const Project& project, const Invocation& invocation,
                  absl::Span<const apply::RunMetrics> runs) {
  absl::Status written = deploy::WriteMetrics(project, invocation.Get("--metrics-file"), runs);
  if (!written.ok()) std::cerr << "warning: metrics: " << written.message() << "\n";
}

absl::StatusOr<int> RunOneDatabase(const Invocation& invocation, Project& project,
                                   const deploy::RunRequest& request, Output& output) {
  const bool text = invocation.Get("--log-format") != "json";
  std::ostream& log = output.log();
  std::unique_ptr<apply::Observer> report = MakeReport(invocation, log);
  std::unique_ptr<apply::Observer> profile;
  std::vector<apply::Observer*> observers = {report.get()};
  if (text && invocation.Has("--profile")) {
    profile = apply::MakeProfileReport(log);
    observers.push_back(profile.get());
  }
  apply::Tee tee(observers);
  ASSIGN_OR_RETURN(std::string url, project.Url());
  deploy::RunResult result = deploy::RunOn(request, url, tee, log);
  report.reset();
  result.metrics.target = "default";
  if (!request.dry_run) WriteMetrics(project, invocation, {result.metrics});
  RETURN_IF_ERROR(output.Write(deploy::ToReport(request, {"default"}, {result})));
  if (result.status.ok()) {
    if (text && !request.dry_run && result.summary.count == 0) {
      log << "nothing to do: " << result.summary.state << "\n";
    }
    return 0;
  }
  if (apply::InterruptSignal() == 0) return result.status;
  std::cerr << "autogen: " << result.status.message() << "\n";
  return 128 + apply::InterruptSignal();
}

absl::StatusOr<int> RunManyDatabases(const Invocation& invocation, Project& project,
                                     const deploy::RunRequest& request, Output& output) {
  deploy::ManyOptions options;
  options.json = invocation.Get("--log-format") == "json";
  options.profile = invocation.Has("--profile");
  ASSIGN_OR_RETURN(options.jobs, invocation.GetInt("--jobs", options.jobs));
  if (options.jobs < 1) return absl::InvalidArgumentError("--jobs must be at least 1");
  ASSIGN_OR_RETURN(
      std::vector<deploy::RunTarget> targets,
      deploy::ReadTargets(project, invocation.Get("--targets"), request.options.direct_url));
  const std::vector<deploy::RunResult> results =
      deploy::RunOnMany(request, targets, options, output.log(), std::cerr);
  if (!request.dry_run) {
    std::vector<apply::RunMetrics> metrics;
    for (size_t i = 0; i < results.size(); ++i) {
      metrics.push_back(results[i].metrics);
      metrics.back().target = targets[i].name;
    }
    WriteMetrics(project, invocation, metrics);
    (options.json ? std::cerr : output.log()) << deploy::ManyTable(targets, results);
  }
  std::vector<std::string> names;
  for (const deploy::RunTarget& target : targets) names.push_back(target.name);
  RETURN_IF_ERROR(output.Write(deploy::ToReport(request, names, results)));
  const auto bad =
      std::count_if(results.begin(), results.end(),
                    [](const deploy::RunResult& result) { return !result.status.ok(); });
  if (bad == 0) return 0;
  if (apply::InterruptSignal() != 0) return 128 + apply::InterruptSignal();
  return absl::FailedPreconditionError(absl::StrCat(
      Count(static_cast<size_t>(bad), "target"), " of ", targets.size(),
      " failed. Once they are fixed: ", request.command, " (targets that are done are skipped)"));
}

}  // namespace

Flag DirectUrlFlag() {
  return {.name = "--direct-url",
          .value = "URL",
          .help = "the server's own address, where the database's URL is a pooler's",
          .engine = POSTGRESQL};
}

absl::StatusOr<std::string> DirectUrl(const Project& project, const Invocation& invocation) {
  if (invocation.Has("--direct-url")) return project::NormalizeUrl(invocation.Get("--direct-url"));
  const std::string& url = project.config().direct_url();
  if (url.empty()) return std::string();
  return project.Resolve(
      url, absl::StrCat(project::PlaceOf(project.config_path(), url), ": direct_url"));
}

std::vector<Flag> RunFlags() {
  return {
      {.name = "--sql",
       .help = "print the SQL instead, without connecting (from:to), but for current:to"},
      {.name = "--dry-run", .help = "show what would run"},
      {.name = "--single-transaction", .help = "all scripts in one transaction"},
      {.name = "--lock-timeout",
       .value = "MS",
       .help = "how long a statement may wait for a lock; default 3000"},
      {.name = "--statement-timeout",
       .value = "MS",
       .help = "of one statement, but not of index builds and validation; default: none"},
      {.name = "--retries",
       .value = "N",
       .help = "of a script that hit the lock timeout; default 30"},
      {.name = "--resume-at",
       .value = "STEP",
       .help = "repeat the interrupted CALL or DO, which is this step of its script"},
      {.name = "--mark-done", .help = "record the interrupted step as done, and continue"},
      {.name = "--lock-wait",
       .value = "SECONDS",
       .help = "how long to wait for another autogen on this database; default 300"},
      {.name = "--max-transaction-age",
       .value = "SECONDS",
       .help = "do not queue behind an older transaction; default 60, 0: no limit",
       .engine = POSTGRESQL},
      {.name = "--max-replication-lag",
       .value = "SECONDS",
       .help = "do not start while a replica lags further behind; default 60, 0: no limit",
       .engine = POSTGRESQL},
      {.name = "--no-preflight",
       .help = "skip the server checks (version, role, disk, replicas, old transactions)"},
      UntestedVersionFlag(),
      DirectUrlFlag(),
      {.name = "--targets",
       .value = "FILE",
       .help = "run on each of the databases or schemas that FILE lists"},
      {.name = "--jobs", .value = "N", .help = "how many of them at the same time; default 4"},
      {.name = "--backup",
       .help = "copy the file first; default: where a large table is rebuilt or loses "
               "something",
       .engine = SQLITE},
      {.name = "--no-backup", .help = "never copy the file first", .engine = SQLITE},
      {.name = "--profile", .help = "a table of statements: time, rows, locks, rewritten tables"},
      {.name = "--metrics-file",
       .value = "FILE",
       .help = "write metrics of the run, for node-exporter's textfile collector"},
      {.name = "--log-format", .help = "default: text", .choices = "text|json"},
  };
}

absl::StatusOr<apply::Options> ApplyOptions(const Project& project, const Invocation& invocation) {
  apply::Options options = ApplyOptionsFor(project);
  options.single_transaction = invocation.Has("--single-transaction");
  ASSIGN_OR_RETURN(options.backup, BackupFor(project));
  if (invocation.Has("--backup") && invocation.Has("--no-backup")) {
    return absl::InvalidArgumentError("--backup and --no-backup: give one of them");
  }
  if (invocation.Has("--backup")) options.backup = apply::Options::Backup::kAlways;
  if (invocation.Has("--no-backup")) options.backup = apply::Options::Backup::kNever;
  options.profile = invocation.Has("--profile");
  options.untested_version = invocation.Has("--untested-version");
  options.mark_done = invocation.Has("--mark-done");
  if (invocation.Has("--resume-at")) {
    ASSIGN_OR_RETURN(options.resume_at, invocation.GetInt("--resume-at", 0));
    if (options.resume_at < 1) return absl::InvalidArgumentError("--resume-at must be at least 1");
  }
  if (options.mark_done && options.resume_at > 0) {
    return absl::InvalidArgumentError(
        "--resume-at repeats a step, --mark-done records it as done: give one of them");
  }
  if ((options.mark_done || options.resume_at > 0) &&
      (invocation.Has("--targets") || invocation.Has("--sql"))) {
    return absl::InvalidArgumentError(
        "--resume-at and --mark-done apply to one database: give it by --url, without --targets "
        "and --sql");
  }
  ASSIGN_OR_RETURN(options.direct_url, DirectUrl(project, invocation));
  struct {
    const char* flag;
    int* value;
  } numbers[] = {
      {"--lock-timeout", &options.lock_timeout_ms},
      {"--statement-timeout", &options.statement_timeout_ms},
      {"--lock-wait", &options.lock_wait_s},
      {"--retries", &options.retries},
      {"--max-transaction-age", &options.max_transaction_age_s},
      {"--max-replication-lag", &options.max_replication_lag_s},
  };
  for (const auto& number : numbers) {
    ASSIGN_OR_RETURN(*number.value, invocation.GetInt(number.flag, *number.value));
    if (*number.value < 0) {
      return absl::InvalidArgumentError(absl::StrCat(number.flag, " must not be negative"));
    }
  }
  return options;
}

std::unique_ptr<apply::Observer> MakeReport(const Invocation& invocation, std::ostream& log) {
  if (invocation.Get("--log-format") == "json") return apply::MakeJsonReport(log);
  const bool live = &log == &std::cout && isatty(STDOUT_FILENO) == 1;
  return apply::MakeTextReport(live ? Unfiltered() : log, live);
}

namespace {

absl::StatusOr<int> RunWith(const Invocation& invocation, Output& output, Direction direction,
                            const std::vector<std::string>& targets) {
  ASSIGN_OR_RETURN(std::unique_ptr<Project> project, OpenProject(invocation));
  ASSIGN_OR_RETURN(Graph graph, LoadScripts(*project));
  deploy::RunRequest request;
  ASSIGN_OR_RETURN(request.options, ApplyOptions(*project, invocation));
  ASSIGN_OR_RETURN(request.approvals, ReadApprovalPolicy(*project, invocation));
  request.project = project.get();
  request.graph = &graph;
  request.direction = direction;
  request.targets = targets;
  if (invocation.Has("--sql")) return PrintSql(*project, request);
  request.command = absl::StrCat("autogen ", DirectionName(direction), " ",
                                 absl::StrJoin(targets, " "), DatabaseFlags(invocation));
  request.dry_run = invocation.Has("--dry-run");
  request.preflight = !invocation.Has("--no-preflight");
  request.rollback_on_failure = invocation.Has("--rollback-on-failure");
  apply::InterruptGuard guard;
  if (direction == Direction::kUpgrade) {
    request.data_checks = !invocation.Has("--no-data-checks");
    request.strict = invocation.Has("--strict");
    ASSIGN_OR_RETURN(request.checks, DataCheckOptions(*project, invocation));
    request.checks.stop = [] { return apply::InterruptSignal() != 0; };
  }
  if (!invocation.Has("--targets")) return RunOneDatabase(invocation, *project, request, output);
  absl::StrAppend(&request.command, " --targets ", invocation.Get("--targets"));
  return RunManyDatabases(invocation, *project, request, output);
}

}  // namespace

absl::StatusOr<int> RunScripts(const Invocation& invocation, Direction direction,
                               const std::vector<std::string>& targets) {
  if (invocation.Has("--sql") && invocation.Has("--output")) {
    return absl::InvalidArgumentError("--sql runs nothing that --output could report");
  }
  const std::string command(DirectionName(direction));
  return RunWithOutput(invocation, command.c_str(), [&](const Invocation&, Output& output) {
    return RunWith(invocation, output, direction, targets);
  });
}

}  // namespace autogen::cli
