// For tests: two models as text in, the plan between them as text out.
#ifndef AUTOGEN_DIFF_PLAN_TEXT_H_
#define AUTOGEN_DIFF_PLAN_TEXT_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "src/diff/diff.h"

namespace autogen::diff::testing {

// The catalog of a model, with the dependencies that a server would report: those that the model
// itself and the names in its texts imply, and those of comment lines such as
//   # view public.v needs column public.t.a
//   # column public.t.a needs function public.f() by default
//   # v.a is integer
// The last word of the second one is the field that makes the edge; the third one lists a
// view's column with its type, as introspection does. `weak`: as of a model that no server has
// seen.
std::shared_ptr<const model::Catalog> CatalogOf(absl::string_view model, bool weak = false);

// The operations between two models, one a line as PrintPlan() has them; below an operation, after
// "+ ", what is folded into it. "only" stands behind a drop that spares child tables, "clears
// its default" behind a change of type that must. An error is printed as its message.
std::string PlanText(absl::string_view before, absl::string_view after,
                     const Options& options = Options(PostgresRules()), bool weak = false);
std::string PlanText(const Plan& plan);

// A line of the specification: what the plan between two models is. Blanks around the lines of a
// plan mean nothing, nor do blank lines.
struct Row {
  std::string what;
  std::string before, after;
  std::string plan;
  std::optional<std::string> back;  // the plan of the downgrade, where the row is about it as well
};

// Checks every row by what `text` makes of its two models, `back` by `back_text`.
using Text = std::string (*)(absl::string_view before, absl::string_view after);
void CheckTexts(const std::vector<Row>& rows, Text text, Text back_text);

// By their plans; and that neither of its models differs from itself.
void CheckRows(const std::vector<Row>& rows, const Options& options = Options(PostgresRules()));

}  // namespace autogen::diff::testing

#endif  // AUTOGEN_DIFF_PLAN_TEXT_H_
