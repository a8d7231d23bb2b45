#include "absl/strings/str_cat.h"
#include "autogen/view.pb.h"
#include "src/render/renderers.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;

absl::Status Create(const Operation& op, Context& context) {
  const auto& v = static_cast<const MaterializedView&>(*op.after);
  std::string sql = absl::StrCat("CREATE MATERIALIZED VIEW ", SqlName(v, op.id));
  if (!v.access_method().empty()) {
    absl::StrAppend(&sql, " USING ", sql::Ident(v.access_method()));
  }
  if (v.with_size() > 0) absl::StrAppend(&sql, " WITH (", WithOptions(v.with()), ")");
  if (!v.tablespace().empty()) {
    absl::StrAppend(&sql, " TABLESPACE ", sql::Ident(v.tablespace()));
  }
  absl::StrAppend(&sql, " AS\n", v.definition(), "\nWITH", v.no_data() ? " NO" : "", " DATA");
  context.Add(std::move(sql));
  return absl::OkStatus();
}

void Cluster(const Operation& op, const MaterializedView& v, Context& context) {
  context.Add(op,
              absl::StrCat("ALTER MATERIALIZED VIEW ", SqlName(v, op.id),
                           v.cluster_on().empty()
                               ? " SET WITHOUT CLUSTER"
                               : absl::StrCat(" CLUSTER ON ", sql::Ident(v.cluster_on()))),
              "cluster");
}

absl::Status Finish(const Operation& op, Context& context) {
  const auto& v = static_cast<const MaterializedView&>(*op.after);
  if (!v.cluster_on().empty()) Cluster(op, v, context);
  return absl::OkStatus();
}

absl::Status Alter(const Operation& op, Context& context) {
  const auto& before = static_cast<const MaterializedView&>(*op.before);
  const auto& after = static_cast<const MaterializedView&>(*op.after);
  const std::string alter = absl::StrCat("ALTER MATERIALIZED VIEW ", SqlName(after, op.id));
  if (context.Changed(op, "access_method")) {
    if (!context.AtLeast(15)) {
      return absl::UnimplementedError(absl::StrCat("PostgreSQL changes the access method of ",
                                                   model::Describe(op.id), " in place from 15 on"));
    }
    context.Add(
        op,
        absl::StrCat(alter, " SET ACCESS METHOD ",
                     after.access_method().empty() ? "heap" : sql::Ident(after.access_method())),
        "access method");
  }
  if (context.Changed(op, "tablespace")) {
    context.Add(
        op,
        absl::StrCat(alter, " SET TABLESPACE ",
                     after.tablespace().empty() ? "pg_default" : sql::Ident(after.tablespace())),
        "tablespace");
  }
  OptionChanges options = DiffOptions(before.with(), after.with());
  if (!options.reset.empty()) {
    context.Add(op, absl::StrCat(alter, " RESET (", options.reset, ")"), "options");
  }
  if (!options.set.empty()) {
    context.Add(op, absl::StrCat(alter, " SET (", options.set, ")"), "options");
  }
  if (context.Changed(op, "cluster_on")) Cluster(op, after, context);
  return absl::OkStatus();
}

// REFRESH runs the query as the owner.
absl::Status FinishAlter(const Operation& op, Context& context) {
  const auto& after = static_cast<const MaterializedView&>(*op.after);
  if (context.Changed(op, "no_data")) {
    context.Add(op,
                absl::StrCat("REFRESH MATERIALIZED VIEW ", SqlName(after, op.id),
                             after.no_data() ? " WITH NO DATA" : ""),
                after.no_data() ? "empty" : "fill");
  }
  return absl::OkStatus();
}

}  // namespace

KindRenderer MaterializedViewRenderer() {
  return {.create = Create,
          .drop = DropObject,
          .alter = Alter,
          .finish = Finish,
          .finish_alter = FinishAlter};
}

}  // namespace autogen::render
