// A review in a few lines, for every form of it.
#ifndef AUTOGEN_REVIEW_SUMMARY_H_
#define AUTOGEN_REVIEW_SUMMARY_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "src/review/review.h"

namespace autogen::review {

// One answer: whether it is good (a reader need not look), bad, or not known.
struct Row {
  enum class Mark { kGood, kBad, kUnknown };
  std::string what;   // "online"
  std::string words;  // "no: 1 of 4 statements blocks others"
  Mark mark = Mark::kGood;
};
std::vector<Row> Summarise(const Review& review);

// "PostgreSQL 15.20, up, down and up again; sha256 …", "edited after its proof", "none".
std::string ProofWords(const Script& script);

// A statement in one line of at most 120 bytes, blanks folded.
std::string ShortSql(absl::string_view sql);

}  // namespace autogen::review

#endif  // AUTOGEN_REVIEW_SUMMARY_H_
