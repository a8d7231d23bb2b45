// Data checks of an engine whose run asks them itself.
#include "src/base/status.h"
#include "src/deploy/preflight.h"

namespace autogen::deploy {

AskChecks ChecksOf(const apply::Database& database, const std::string& url,
                   const PreflightOptions& options) {
  if (!database.count) {
    return [url, options](const std::vector<DataCheck>& checks) {
      return RunPreflight(url, checks, options);
    };
  }
  return [count = database.count, progress = options.progress](
             const std::vector<DataCheck>& checks) -> absl::StatusOr<std::vector<DataCheckResult>> {
    std::vector<DataCheckResult> results;
    for (const DataCheck& check : checks) {
      DataCheckResult result{.check = check};
      const absl::StatusOr<int64_t> rows = count(check.query);
      if (rows.ok()) {
        result.rows = *rows;
        result.early = *rows > 0 && check.rows_change;
      } else {
        result.problem = std::string(rows.status().message());
        result.early = check.made.Explains(result.problem);
      }
      if (progress) progress(result);
      results.push_back(std::move(result));
    }
    return results;
  };
}

}  // namespace autogen::deploy
