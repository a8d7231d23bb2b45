// The numbers of a sequence, free or behind an identity column.
#ifndef AUTOGEN_RENDER_SEQUENCE_CHANGE_H_
#define AUTOGEN_RENDER_SEQUENCE_CHANGE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace autogen::render {

// With PostgreSQL's defaults filled in (init_params in sequence.c).
struct SequenceNumbers {
  int64_t start = 1;
  int64_t increment = 1;
  int64_t min = 1;
  int64_t max = 0;
  int64_t cache = 1;
  bool cycle = false;
  bool default_min = true;
  bool default_max = true;
};

// Of a Sequence or a Column::Identity; `type`: smallint, integer, bigint ("" too).
template <typename T>
SequenceNumbers NumbersOf(const T& sequence, absl::string_view type) {
  SequenceNumbers n;
  n.increment = sequence.has_increment() ? sequence.increment() : 1;
  bool down = n.increment < 0;
  int64_t greatest = type == "smallint" ? INT16_MAX : type == "integer" ? INT32_MAX : INT64_MAX;
  n.default_min = !sequence.has_min();
  n.default_max = !sequence.has_max();
  n.min = sequence.has_min() ? sequence.min() : down ? -greatest - 1 : 1;
  n.max = sequence.has_max() ? sequence.max() : down ? -1 : greatest;
  n.start = sequence.has_start() ? sequence.start() : down ? n.max : n.min;
  n.cache = sequence.has_cache() ? sequence.cache() : 1;
  n.cycle = sequence.cycle();
  return n;
}

struct SequenceChange {
  // "INCREMENT BY 2", "NO MAXVALUE", …: what ALTER SEQUENCE takes, and ALTER COLUMN after SET.
  std::vector<std::string> options;
  // "RESTART WITH 5" where the old and the new range have no number in common; else "".
  std::string restart;
  // What must run first, or "": moves the number that was reached up to a raised least value.
  std::string prepare;
  bool narrows = false;
};

// From `before` to `after`; `name` is the sequence's, quoted.
SequenceChange ChangeOf(const SequenceNumbers& before, const SequenceNumbers& after,
                        const std::string& name);

}  // namespace autogen::render

#endif  // AUTOGEN_RENDER_SEQUENCE_CHANGE_H_
