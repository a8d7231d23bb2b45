// SQL texts of which PostgreSQL prints more than one form.
//
// What pg_get_constraintdef and its kin print is not always a fixed point: `x IN ('a', 'b')` over a
// varchar comes back as `x::text = ANY (ARRAY['a'::varchar, 'b'::varchar]::text[])`, and that text,
// run again, as another one. So two databases with the same schema may print it differently, by how
// it was created.
#ifndef AUTOGEN_MODEL_EQUIVALENT_TEXT_H_
#define AUTOGEN_MODEL_EQUIVALENT_TEXT_H_

#include "autogen/schema.pb.h"

namespace autogen::model {

// For every SQL text of `target` where `left` and `right` have the same text at the same place
// (object, field, position): takes the text of `from` at that place. Objects that one of the four
// lacks are left alone, and so are lists of different lengths.
void AdoptTexts(const Schema& left, const Schema& right, const Schema& from, Schema* target);

// True where an object of both has an SQL text that differs.
bool TextsDiffer(const Schema& a, const Schema& b);

// True where such a text differs in nothing but casts and parentheses, so that it may be one
// expression that came into the two databases in different ways.
bool MayBeEquivalent(const Schema& a, const Schema& b);

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_EQUIVALENT_TEXT_H_
