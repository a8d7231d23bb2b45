// Schema -> model text, with sugar, as a person would write it.
#ifndef AUTOGEN_MODEL_PRINT_H_
#define AUTOGEN_MODEL_PRINT_H_

#include <map>
#include <string>

#include "autogen/schema.pb.h"

namespace autogen::model {

// One text. Loading it gives an equal schema. Single quotes are never escaped; SQL of several lines
// stands as one literal a line; small messages stand on one line.
std::string PrintModel(const Schema& schema);

// The same without looking for what could be left out: for a schema that is written as it should
// stand (see collapse.h).
std::string PrintAsIs(const Schema& schema);

// One message as it stands in a model: "table { … }" (the field name is given).
std::string PrintObject(const std::string& field, const google::protobuf::Message& object);

// Relative path -> content: a file for each table, view and function ("tables/public.tasks.txtpb"),
// SQL bodies in .sql files beside them, the rest in "schema.txtpb".
std::map<std::string, std::string> PrintModelSplit(const Schema& schema);

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_PRINT_H_
