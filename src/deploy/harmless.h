// Whether a query can do anything but read rows, as the server resolves its names.
#ifndef AUTOGEN_DEPLOY_HARMLESS_H_
#define AUTOGEN_DEPLOY_HARMLESS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "src/postgres/connection.h"

namespace autogen::deploy {

// The search path under which JudgeQuery looks names up, and under which the query must then run.
inline constexpr char kHarmlessSearchPath[] = "pg_catalog, pg_temp";

struct Verdict {
  // Why it must not be run: "function public.f(integer) is not PostgreSQL's own …". Empty:
  // harmless.
  std::vector<std::string> objections;
  // "relation public.t": what the query names and the database lacks. It must not be run then
  // either, since we do not know what the server would take instead.
  std::vector<std::string> missing;
  bool harmless() const { return objections.empty() && missing.empty(); }
};

// Extensions whose functions reach no file, no other server or session and run no SQL that they are
// given as text.
absl::Span<const absl::string_view> HarmlessExtensions();

// Harmless is one SELECT over tables (and views of them) of this server, where everything that any
// of its names could mean is a stable or immutable function, or an operator, cast or type over such
// functions, of pg_catalog or of one of `extensions`; the same holds for the views, domains and
// generated columns that it reaches. Never runs the query; only reads the catalogs. What the
// planner evaluates of a table for any query of anybody (index predicates, constraints, partition
// keys) is the database's own and not looked at.
absl::StatusOr<Verdict> JudgeQuery(postgres::Connection& connection, const std::string& query,
                                   absl::Span<const std::string> extensions);

}  // namespace autogen::deploy

#endif  // AUTOGEN_DEPLOY_HARMLESS_H_
