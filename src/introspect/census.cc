// What the database holds and no reader took.
#include "src/introspect/readers.h"

namespace autogen::introspect {

void ReadCensus(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    const Address address{row.Oid("class"), row.Oid("object"), 0};
    if (builder.Find(address) != nullptr || builder.IsSkipped(address)) continue;
    builder.AddUnmanaged(row.String("what"), row.String("name"));
  }
}

}  // namespace autogen::introspect
