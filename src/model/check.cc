#include "src/model/check.h"

namespace autogen::model {

void CheckModel(const Schema& schema, Problems* problems) {
  Lookup lookup(schema);
  CheckNames(schema, problems);
  CheckTables(schema, lookup, problems);
  CheckObjects(schema, lookup, problems);
  CheckExternal(schema, problems);
}

}  // namespace autogen::model
