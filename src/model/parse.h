// The text of one model file -> messages, with every mistake in it.
#ifndef AUTOGEN_MODEL_PARSE_H_
#define AUTOGEN_MODEL_PARSE_H_

#include <google/protobuf/message.h>

#include "src/model/problems.h"

namespace autogen::model {

// Parses `file` into `message` (of the file's root type). Every unknown field, wrong value, double
// field or broken string of the file becomes a problem, with the nearest right word; the fields
// concerned are left out and the rest is parsed, so that the model as a whole can still be checked.
// False where not even that is possible.
bool ParseModelFile(SourceFile* file, google::protobuf::Message* message, Sources* sources,
                    Problems* problems);

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_PARSE_H_
