// How the last run went, for Prometheus: a file for node-exporter's textfile collector.
#ifndef AUTOGEN_APPLY_METRICS_H_
#define AUTOGEN_APPLY_METRICS_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "src/apply/observer.h"

namespace autogen::apply {

// One run on one database.
struct RunMetrics {
  std::string target;
  Direction direction = Direction::kUpgrade;
  bool success = false;
  double seconds = 0;
  size_t scripts_run = 0;
  size_t scripts_planned = 0;
  size_t statements = 0;
  size_t retries = 0;  // tries that met a lock
  double longest_statement_s = 0;
  std::vector<std::string> revisions;  // the rows afterwards, where they are known
};

// Counts events into `metrics`, which must outlive it.
class MetricsObserver : public Observer {
 public:
  explicit MetricsObserver(RunMetrics* metrics) : metrics_(*metrics) {}
  void Retrying(const Retry& retry) override { ++metrics_.retries; }
  void StatementDone(const ScriptRun& script, size_t statement,
                     const StatementResult& result) override;

 private:
  RunMetrics& metrics_;
};

// The text of the file; `now` in seconds since 1970.
std::string FormatMetrics(absl::Span<const RunMetrics> runs, double now);

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_METRICS_H_
