// The inverse of expand.h: what a person would leave out, left out.
#ifndef AUTOGEN_MODEL_COLLAPSE_H_
#define AUTOGEN_MODEL_COLLAPSE_H_

#include "autogen/schema.pb.h"

namespace autogen::model {

// Takes schemas, names and messages that the loader would fill in again out of `schema`, and sets
// the sugar fields that stand for them. Loading what is left gives the same schema.
void Collapse(Schema* schema);

// The same for one object of kind TABLE …, with no knowledge of the model around it: less is left
// out.
void CollapseAlone(google::protobuf::Message* object);

// A view's column without anything of its own.
bool SaysNothing(const ViewColumn& column);

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_COLLAPSE_H_
