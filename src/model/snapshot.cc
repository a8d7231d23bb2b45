#include "src/model/snapshot.h"

#include "src/base/status.h"

namespace autogen::model {

Snapshot EmptySnapshot(int server_version) {
  Snapshot snapshot;
  snapshot.schema = std::make_shared<Schema>();
  snapshot.schema->add_schema()->set_name("public");
  snapshot.server_version = server_version;
  return snapshot;
}

absl::StatusOr<std::shared_ptr<const Catalog>> ToCatalog(const Snapshot& snapshot) {
  ASSIGN_OR_RETURN(std::unique_ptr<Catalog> catalog,
                   Catalog::Build(snapshot.schema, snapshot.dependencies));
  return std::shared_ptr<const Catalog>(std::move(catalog));
}

}  // namespace autogen::model
