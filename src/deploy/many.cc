#include "src/deploy/many.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "src/apply/interrupt.h"
#include "src/apply/profile.h"
#include "src/apply/report.h"
#include "src/apply/tee.h"
#include "src/base/text.h"
#include "src/deploy/line_stream.h"

namespace autogen::deploy {
namespace {

struct Output {
  std::ostream& out;
  std::ostream& err;
  std::mutex mutex;
};

RunResult RunOnOne(const RunRequest& request, const RunTarget& target, const ManyOptions& options,
                   Output& output) {
  RunRequest own = request;
  own.options.direct_url = target.direct_url;
  if (!target.schema.empty()) {
    own.options.version_schema = target.schema;
    own.options.search_path = target.search_path;
  }
  LineStream out(output.out, output.mutex, options.json ? "" : absl::StrCat(target.name, ": "));
  std::unique_ptr<apply::Observer> report = options.json
                                                ? apply::MakeJsonReport(out, target.name)
                                                : apply::MakeTextReport(out, /*live=*/false);
  std::unique_ptr<apply::Observer> profile =
      options.profile && !options.json ? apply::MakeProfileReport(out) : nullptr;
  std::vector<apply::Observer*> observers = {report.get()};
  if (profile != nullptr) observers.push_back(profile.get());
  apply::Tee tee(observers);
  RunResult result = RunOn(own, target.url, tee, out);
  result.metrics.target = target.name;
  if (!result.status.ok()) {
    const std::string first(result.status.message().substr(0, result.status.message().find('\n')));
    const std::lock_guard<std::mutex> lock(output.mutex);
    output.err << target.name << ": failed: " << first << "\n";
  }
  return result;
}

// RunOnOne() names the target.
bool NotStarted(const RunResult& result) { return result.metrics.target.empty(); }

}  // namespace

std::vector<RunResult> RunOnMany(const RunRequest& request, const std::vector<RunTarget>& targets,
                                 const ManyOptions& options, std::ostream& out, std::ostream& err) {
  std::vector<RunResult> results(targets.size());
  std::atomic<size_t> next{0};
  Output output{out, err, {}};
  auto work = [&] {
    for (size_t i = next++; i < targets.size(); i = next++) {
      if (apply::InterruptSignal() != 0) {
        results[i].status = absl::CancelledError("not started: interrupted");
      } else {
        results[i] = RunOnOne(request, targets[i], options, output);
      }
    }
  };
  std::vector<std::thread> threads;
  const size_t jobs = std::min<size_t>(static_cast<size_t>(options.jobs), targets.size());
  for (size_t i = 1; i < jobs; ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  return results;
}

std::string ManyTable(const std::vector<RunTarget>& targets,
                      const std::vector<RunResult>& results) {
  size_t width = 6;
  for (const RunTarget& target : targets) width = std::max(width, target.name.size());
  std::string done, failed;
  size_t done_count = 0, same_count = 0, failed_count = 0, left_count = 0;
  for (size_t i = 0; i < targets.size(); ++i) {
    const RunResult& result = results[i];
    const apply::RunSummary& summary = result.summary;
    if (NotStarted(result)) {
      ++left_count;
    } else if (!result.status.ok()) {
      ++failed_count;
      absl::StrAppendFormat(&failed, "%-*s  failed   %d of %s in %s\n", static_cast<int>(width),
                            targets[i].name, result.metrics.scripts_run,
                            Count(result.metrics.scripts_planned, "script"),
                            apply::FormatSeconds(result.metrics.seconds));
      absl::StrAppend(&failed, "    ",
                      absl::StrReplaceAll(result.status.message(), {{"\n", "\n    "}}), "\n");
    } else if (summary.count == 0) {
      ++same_count;
    } else {
      ++done_count;
      absl::StrAppendFormat(&done, "%-*s  done     %s in %s, %s\n", static_cast<int>(width),
                            targets[i].name, Count(summary.ran, "script"),
                            apply::FormatSeconds(result.metrics.seconds), summary.state);
    }
  }
  std::vector<std::string> counts = {absl::StrCat(done_count, " done")};
  if (same_count > 0) counts.push_back(absl::StrCat(same_count, " with nothing to do"));
  if (failed_count > 0) counts.push_back(absl::StrCat(failed_count, " failed"));
  if (left_count > 0) counts.push_back(absl::StrCat(left_count, " not started"));
  return absl::StrCat(done, failed, Count(targets.size(), "target"), ": ",
                      absl::StrJoin(counts, ", "), "\n");
}

}  // namespace autogen::deploy
