#include "src/introspect/introspect.h"

#include "src/base/status.h"
#include "src/introspect/finish.h"
#include "src/introspect/queries.h"
#include "src/introspect/reader.h"
#include "src/introspect/session.h"

namespace autogen::introspect {

absl::StatusOr<Snapshot> Introspect(postgres::Connection& connection, const Options& options) {
  ASSIGN_OR_RETURN(Opening opening, Open(connection));
  return Introspect(connection, options, std::move(opening));
}

absl::StatusOr<Snapshot> Introspect(postgres::Connection& connection, const Options& options,
                                    Opening opening) {
  const std::vector<const Query*> queries =
      QueriesWanted(Major(connection.server_version()), options);
  std::vector<const char*> names;
  names.reserve(queries.size());
  for (const Query* query : queries) names.push_back(query->name);

  Builder builder(options);
  bool finished = false;
  RETURN_IF_ERROR(RunQueries(connection, options, opening, names,
                             [&](size_t i, const postgres::Result& result) {
                               if (queries[i]->wanted == Wanted::kDependencies && !finished) {
                                 FinishColumns(builder);
                                 finished = true;
                               }
                               queries[i]->read(result, builder);
                             }));
  if (!finished) FinishColumns(builder);

  Snapshot snapshot;
  snapshot.current_user = std::move(opening.current_user);
  snapshot.database = std::move(opening.database);
  snapshot.server_version = connection.server_version();
  snapshot.unmanaged = std::move(builder.unmanaged());
  snapshot.dependencies = std::move(builder.dependencies());
  snapshot.schema = builder.Release();
  return snapshot;
}

std::vector<std::pair<std::string, std::string>> QueriesFor(int server_version,
                                                            const Options& options) {
  const int major = Major(server_version);
  const std::string namespaces = FilterFor(options).condition;
  std::vector<std::pair<std::string, std::string>> texts;
  for (const Query* query : QueriesWanted(major, options)) {
    texts.emplace_back(query->name, QueryText(query->name, major, namespaces));
  }
  return texts;
}

}  // namespace autogen::introspect
