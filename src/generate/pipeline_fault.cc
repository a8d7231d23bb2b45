// What a proof that failed is reported with.
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "src/generate/pipeline.h"
#include "src/model/new_schema.h"

namespace autogen::generate {
namespace {

constexpr int kMostTrials = 60;
constexpr absl::Duration kMostTime = absl::Seconds(30);

// What tells one failure of a proof from another: the step, and the server's code of the error.
std::string FaultOf(const std::string& difference) {
  const std::string line = difference.substr(0, difference.find('\n'));
  const size_t code = line.rfind('(');
  return line.substr(0, line.find(':')) + (code == std::string::npos ? "" : line.substr(code));
}

Pair PairOf(const Pair& pair, const Sides& sides) {
  Pair smaller = pair;
  smaller.before.schema = model::CopySchema(*sides.before);
  smaller.after.schema = model::CopySchema(*sides.after);
  return smaller;
}

}  // namespace

absl::Status Pipeline::WithReport(const absl::Status& fault, const Pair& pair) {
  const absl::Time end = absl::Now() + kMostTime;
  auto fails = [&](const Sides& sides) {
    return absl::Now() < end && absl::IsInternal(CompareSides(PairOf(pair, sides)).status());
  };
  const Sides smallest = Reduce({pair.before.schema, pair.after.schema}, fails, kMostTrials);
  return absl::FailedPreconditionError(
      absl::StrCat(fault.message(), "\nThis is a bug of autogen. ", ReportOf(smallest)));
}

Sides Pipeline::SmallestFault(const Pair& pair, const std::string& difference) {
  const std::string fault = FaultOf(difference);
  const absl::Time end = absl::Now() + kMostTime;
  auto fails = [&](const Sides& sides) {
    if (absl::Now() > end) return false;
    const Pair smaller = PairOf(pair, sides);
    absl::StatusOr<Comparison> comparison = CompareSides(smaller);
    if (!comparison.ok() || comparison->plan.empty()) return false;
    absl::StatusOr<scratch::Proof> proof = Prove(smaller, *comparison);
    return proof.ok() && !proof->proved && FaultOf(proof->difference) == fault;
  };
  return Reduce({pair.before.schema, pair.after.schema}, fails, kMostTrials);
}

}  // namespace autogen::generate
