// A sequence that takes over a column with rows goes on behind their numbers.
#ifndef AUTOGEN_RENDER_CONTINUE_NUMBERS_H_
#define AUTOGEN_RENDER_CONTINUE_NUMBERS_H_

#include "autogen/table.pb.h"
#include "src/render/kind.h"

namespace autogen::render {

// For the sequence that the default of `column`, which is `id`, takes its numbers from, or the one
// behind its identity: moves it to the last number of the table that it can give, never back.
// Nothing where the column has neither.
void ContinueNumbers(const Column& column, const model::ObjectId& id, Context& context);

// Whether `after` takes its numbers from a sequence that `before` did not take them from.
bool TakesOverNumbers(const Column& before, const Column& after);

}  // namespace autogen::render

#endif  // AUTOGEN_RENDER_CONTINUE_NUMBERS_H_
