// The mistakes of a model file that protobuf's parser would report one at a time.
#ifndef AUTOGEN_MODEL_DIAGNOSE_H_
#define AUTOGEN_MODEL_DIAGNOSE_H_

#include <google/protobuf/descriptor.h>

#include <utility>
#include <vector>

#include "src/model/problems.h"

namespace autogen::model {

// Holds the tree of `file` against the message type: unknown fields, values of the wrong type,
// fields that are set twice. Each is a problem; the byte ranges of the fields concerned come back.
std::vector<std::pair<size_t, size_t>> Diagnose(const SourceFile& file,
                                                const google::protobuf::Descriptor* type,
                                                Problems* problems);

// "foreign key" for ForeignKey.
std::string TypeWords(const google::protobuf::Descriptor* type);

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_DIAGNOSE_H_
