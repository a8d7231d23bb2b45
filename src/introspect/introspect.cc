#include "src/introspect/introspect.h"

#include "src/base/status.h"
#include "src/introspect/finish.h"
#include "src/introspect/queries.h"
#include "src/introspect/reader.h"
#include "src/introspect/session.h"

namespace autogen::introspect {

Introspection::Introspection(int server_version, std::unique_ptr<Session> session)
    : server_version_(server_version), session_(std::move(session)) {}
Introspection::Introspection(Introspection&&) noexcept = default;
Introspection::~Introspection() = default;

absl::StatusOr<Introspection> Introspection::Begin(postgres::Connection& connection,
                                                   const Options& options) {
  std::vector<const char*> names;
  for (const Query* query : QueriesWanted(Major(connection.server_version()), options)) {
    names.push_back(query->name);
  }
  ASSIGN_OR_RETURN(std::unique_ptr<Session> session, Session::Begin(connection, std::move(names)));
  return Introspection(connection.server_version(), std::move(session));
}

absl::StatusOr<model::Snapshot> Introspection::Finish(const Options& options) {
  const std::vector<const Query*> queries = QueriesWanted(Major(server_version_), options);
  Builder builder(options);
  bool finished = false;
  RETURN_IF_ERROR(session_->Run(options, [&](size_t i, const postgres::Result& result) {
    if (queries[i]->wanted == Wanted::kDependencies && !finished) {
      FinishColumns(builder);
      finished = true;
    }
    queries[i]->read(result, builder);
  }));
  if (!finished) FinishColumns(builder);

  model::Snapshot snapshot;
  snapshot.current_user = session_->current_user();
  snapshot.database = session_->database();
  snapshot.server_version = server_version_;
  snapshot.unmanaged = std::move(builder.unmanaged());
  snapshot.dependencies = std::move(builder.dependencies());
  snapshot.uncompared = std::move(builder.uncompared());
  snapshot.schema = builder.Release();
  return snapshot;
}

absl::StatusOr<model::Snapshot> Introspect(postgres::Connection& connection,
                                           const Options& options) {
  ASSIGN_OR_RETURN(Introspection introspection, Introspection::Begin(connection, options));
  return introspection.Finish(options);
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
