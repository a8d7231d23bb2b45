// What a database of another encoding than UTF-8 cannot hold of a model.
#ifndef AUTOGEN_GENERATE_ENCODING_H_
#define AUTOGEN_GENERATE_ENCODING_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "autogen/schema.pb.h"
#include "src/postgres/connection.h"

namespace autogen::generate {

// InvalidArgument with a finding at each value of `model`, whose files are in `paths`, that has a
// character which the encoding of the database lacks: a script with that value could not run. Asks
// the server about characters outside ASCII, and only where there are any and its encoding is not
// UTF-8.
absl::Status CheckEncoding(postgres::Connection& connection, const Schema& model,
                           const std::vector<std::string>& paths);

}  // namespace autogen::generate

#endif  // AUTOGEN_GENERATE_ENCODING_H_
