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

// "path:12", where line 12 of the file holds the string `value`; "path" where none does.
std::string PlaceOf(const std::string& path, const std::string& value);

}  // namespace autogen::project

#endif  // AUTOGEN_PROJECT_TEXT_PROTO_H_
