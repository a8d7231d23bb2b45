#include "src/apply/metrics.h"

#include <algorithm>
#include <functional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"

namespace autogen::apply {
namespace {

// A label's value, as the exposition format escapes it.
std::string Escaped(absl::string_view value) {
  return absl::StrReplaceAll(value, {{"\\", "\\\\"}, {"\"", "\\\""}, {"\n", "\\n"}});
}

std::string Head(absl::string_view name, absl::string_view help) {
  return absl::StrCat("# HELP ", name, " ", help, "\n# TYPE ", name, " gauge\n");
}

}  // namespace

void MetricsObserver::StatementDone(const ScriptRun& script, size_t statement,
                                    const StatementResult& result) {
  ++metrics_.statements;
  metrics_.longest_statement_s = std::max(metrics_.longest_statement_s, result.seconds);
}

std::string FormatMetrics(absl::Span<const RunMetrics> runs, double now) {
  struct {
    const char* name;
    const char* help;
    std::function<double(const RunMetrics&)> value;
  } const gauges[] = {
      {"autogen_last_run_success", "1 if the last run succeeded.",
       [](const RunMetrics& run) { return run.success ? 1 : 0; }},
      {"autogen_last_run_timestamp_seconds", "When the last run ended.",
       [now](const RunMetrics&) { return now; }},
      {"autogen_last_run_duration_seconds", "How long the last run took, waiting included.",
       [](const RunMetrics& run) { return run.seconds; }},
      {"autogen_last_run_scripts", "Scripts that ran.",
       [](const RunMetrics& run) { return static_cast<double>(run.scripts_run); }},
      {"autogen_last_run_scripts_left", "Scripts that were due and did not run.",
       [](const RunMetrics& run) {
         return static_cast<double>(run.scripts_planned - run.scripts_run);
       }},
      {"autogen_last_run_statements", "Statements that ran.",
       [](const RunMetrics& run) { return static_cast<double>(run.statements); }},
      {"autogen_last_run_lock_retries", "Attempts that hit a lock timeout and were retried.",
       [](const RunMetrics& run) { return static_cast<double>(run.retries); }},
      {"autogen_last_run_longest_statement_seconds", "The longest statement.",
       [](const RunMetrics& run) { return run.longest_statement_s; }},
  };
  std::string out;
  for (const auto& gauge : gauges) {
    absl::StrAppend(&out, Head(gauge.name, gauge.help));
    for (const RunMetrics& run : runs) {
      absl::StrAppend(&out, gauge.name, "{target=\"", Escaped(run.target), "\",direction=\"",
                      DirectionName(run.direction), "\"} ",
                      absl::StrFormat("%.15g", gauge.value(run)), "\n");
    }
  }
  absl::StrAppend(&out, Head("autogen_revision", "1 for each row of the version table."));
  for (const RunMetrics& run : runs) {
    for (const std::string& revision : run.revisions) {
      absl::StrAppend(&out, "autogen_revision{target=\"", Escaped(run.target), "\",revision=\"",
                      Escaped(revision), "\"} 1\n");
    }
  }
  return out;
}

}  // namespace autogen::apply
