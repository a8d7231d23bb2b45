// Which words of a model's file an error of the server is about.
#ifndef AUTOGEN_GENERATE_FIELD_PLACE_H_
#define AUTOGEN_GENERATE_FIELD_PLACE_H_

#include <google/protobuf/message.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "src/model/problems.h"

namespace autogen::generate {

// Bytes of a file.
struct Span {
  size_t begin = 0;
  size_t end = 0;
};

// The word of `object`'s fields that stands at byte `offset` of `statement`, which was made from
// `object`. Of several fields that say the same, the one whose column, constraint or the like is
// named nearest before it.
std::optional<Span> AtOffset(const google::protobuf::Message& object, const model::Sources& sources,
                             absl::string_view statement, size_t offset);

// Where the server does not say a place: in the part of `object` (a column, a constraint) that has
// one of `names`, else in all of it, the one field that is SQL; where there is none or several, the
// name of that part. Nothing where neither is there.
std::optional<Span> AtOnlyField(const google::protobuf::Message& object,
                                const model::Sources& sources,
                                const std::vector<std::string>& names);

}  // namespace autogen::generate

#endif  // AUTOGEN_GENERATE_FIELD_PLACE_H_
