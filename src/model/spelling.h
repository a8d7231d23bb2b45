// SQL texts that PostgreSQL spells in more than one way.
//
// What pg_get_constraintdef and its kin print is not always a fixed point: `x IN ('a', 'b')` over a
// varchar comes back as `x::text = ANY (ARRAY['a'::varchar, 'b'::varchar]::text[])`, and that text,
// run again, as another one. So two databases with the same schema may spell it differently, by how
// it came into them.
#ifndef AUTOGEN_MODEL_SPELLING_H_
#define AUTOGEN_MODEL_SPELLING_H_

#include "autogen/schema.pb.h"

namespace autogen::model {

// For every SQL text of `target` where `left` and `right` have the same text at the same place
// (object, field, position): takes the text of `from` at that place. Objects that one of the four
// lacks are left alone, and so are lists of different lengths.
void AdoptSpelling(const Schema& left, const Schema& right, const Schema& from, Schema* target);

// True where an object of both has an SQL text that differs.
bool SpellingsDiffer(const Schema& a, const Schema& b);

// True where such a text differs in nothing but casts and parentheses, so that it may be one
// expression that came into the two databases in different ways.
bool MayBeSpelledAlike(const Schema& a, const Schema& b);

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_SPELLING_H_
