// The border of the managed schemas: what lies on which side, and what depends on the other.
#ifndef AUTOGEN_GENERATE_OUTSIDE_H_
#define AUTOGEN_GENERATE_OUTSIDE_H_

#include <functional>
#include <string>
#include <vector>

#include "src/diff/diff.h"
#include "src/model/outside.h"

namespace autogen::generate {

using Manages = std::function<bool(const std::string&)>;  // a schema by name

// The extensions that lie outside on every side where they are: nobody's business. An extension
// that crosses the border moves, and is managed.
std::vector<std::string> OutsideExtensions(const std::vector<const Schema*>& sides,
                                           const Manages& manages);

// `schema` without the extensions of those names.
std::shared_ptr<Schema> WithoutExtensions(const Schema& schema,
                                          const std::vector<std::string>& names);

// What lies outside of what was read as a whole.
model::Outside OutsideOf(const model::Snapshot& whole, const Manages& manages);

// What lies outside, depends on something that the plan drops, recreates or retypes, and would have
// to be dropped before it: "view reporting.totals, which depends on column public.t.a". Sorted.
std::vector<std::string> Disturbed(const diff::Plan& plan, const model::Outside& outside,
                                   const diff::Options& options);

}  // namespace autogen::generate

#endif  // AUTOGEN_GENERATE_OUTSIDE_H_
