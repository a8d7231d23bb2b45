#include "src/render/sequence_change.h"

#include "absl/strings/str_cat.h"
#include "src/sql/quote.h"

namespace autogen::render {

SequenceChange ChangeOf(const SequenceNumbers& before, const SequenceNumbers& after,
                        const std::string& name) {
  SequenceChange change;
  auto add = [&](auto&&... parts) { change.options.push_back(absl::StrCat(parts...)); };
  // ALTER SEQUENCE keeps a bound that it does not name, also where it was a default of the
  // other direction; NO MINVALUE beside a new type means the type's bound in either direction.
  bool turned = (before.increment < 0) != (after.increment < 0);
  if (before.increment != after.increment) add("INCREMENT BY ", after.increment);
  if (turned || before.default_min != after.default_min ||
      (!after.default_min && before.min != after.min)) {
    after.default_min && !turned ? add("NO MINVALUE") : add("MINVALUE ", after.min);
  }
  if (turned || before.default_max != after.default_max ||
      (!after.default_max && before.max != after.max)) {
    after.default_max && !turned ? add("NO MAXVALUE") : add("MAXVALUE ", after.max);
  }
  if (before.start != after.start) add("START WITH ", after.start);
  if (before.cache != after.cache) add("CACHE ", after.cache);
  if (before.cycle != after.cycle) add(after.cycle ? "CYCLE" : "NO CYCLE");

  change.narrows = after.min > before.min || after.max < before.max;
  if (after.min > before.max || after.max < before.min) {
    change.restart = absl::StrCat("RESTART WITH ", after.start);
  } else if (after.min > before.min) {
    change.prepare = absl::StrCat("SELECT pg_catalog.setval(", sql::Literal(name), ", ", after.min,
                                  ", false) FROM ", name, " WHERE last_value < ", after.min);
  }
  return change;
}

}  // namespace autogen::render
