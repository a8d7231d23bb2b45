// The questions of an upgrade, asked of the real database before anything is changed.
#ifndef AUTOGEN_GENERATE_PREFLIGHT_H_
#define AUTOGEN_GENERATE_PREFLIGHT_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "src/postgres/connection.h"

namespace autogen::generate {

struct PreflightQuestion {
  std::string query;   // one SELECT of one number
  std::string what;    // "t.a is NULL"
  std::string source;  // "versions/….sql:12"; "" where a comparison asks
  // Asked of a database that an earlier script changes first: what it names may not be there yet.
  bool later = false;
};

struct PreflightAnswer {
  PreflightQuestion question;
  int64_t rows = 0;      // offending ones; of the sample
  double sampled = 100;  // percent of the table that was looked at
  // The query failed: why. `early`: for want of something that an earlier script makes.
  std::string problem;
  bool early = false;
};

struct PreflightOptions {
  // About so many rows of each table are looked at (TABLESAMPLE SYSTEM); 0: all.
  int64_t sample_rows = 0;
  int statement_timeout_ms = 0;  // 0: the server's
  int lock_timeout_ms = 3000;
  // After each answer; may be empty.
  std::function<void(const PreflightAnswer&)> progress;
};

// Each question in a read-only transaction of its own. InvalidArgument for one that is not a single
// SELECT, before any is asked; another status only where the connection is lost.
absl::StatusOr<std::vector<PreflightAnswer>> RunPreflight(
    postgres::Connection& connection, const std::vector<PreflightQuestion>& questions,
    const PreflightOptions& options);

// `query` over a sample of the first relation that it names behind FROM.
std::string WithSample(const std::string& query, double percent);
// That relation as it is written, quoted; "" where there is none.
std::string FirstRelation(const std::string& query);

}  // namespace autogen::generate

#endif  // AUTOGEN_GENERATE_PREFLIGHT_H_
