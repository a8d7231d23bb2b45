// The program's own files in protobuf's text format: configuration, approvals, targets.
#ifndef AUTOGEN_PROJECT_TEXT_PROTO_H_
#define AUTOGEN_PROJECT_TEXT_PROTO_H_

#include <google/protobuf/message.h>

#include <string>

#include "absl/status/status.h"

namespace autogen::project {

// As ReadFile(); InvalidArgument with file:line:column for each fault, and the nearest name for a
// misspelt field.
absl::Status ReadTextProto(const std::string& path, google::protobuf::Message* message);

}  // namespace autogen::project

#endif  // AUTOGEN_PROJECT_TEXT_PROTO_H_
