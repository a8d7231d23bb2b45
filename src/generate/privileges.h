// "ALL" in the grants of a model.
#ifndef AUTOGEN_GENERATE_PRIVILEGES_H_
#define AUTOGEN_GENERATE_PRIVILEGES_H_

#include "autogen/schema.pb.h"

namespace autogen::generate {

// Replaces the privilege ALL by those that it stands for: of the object's kind, on a server of that
// version (0: the newest).
void ExpandAllGrants(Schema* model, int server_version);

}  // namespace autogen::generate

#endif  // AUTOGEN_GENERATE_PRIVILEGES_H_
