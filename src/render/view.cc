#include "absl/strings/str_cat.h"
#include "autogen/view.pb.h"
#include "src/render/definition.h"
#include "src/render/renderers.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;

std::string Definition(const View& view, const model::ObjectId& id) {
  std::string options = WithOptions(view.with());
  return absl::StrCat("VIEW ", SqlName(view, id),
                      options.empty() ? "" : absl::StrCat(" WITH (", options, ")"), " AS\n",
                      view.definition());
}

// The columns that the view is to have, with nothing to read.
View StandIn(const View& view) {
  View stand_in;
  stand_in.set_schema(view.schema());
  stand_in.set_name(view.name());
  std::string query;
  for (const ViewColumn& column : view.column()) {
    absl::StrAppend(&query, query.empty() ? "SELECT " : ",\n    ", "NULL::", column.type());
    if (column.has_collation()) {
      absl::StrAppend(&query, " COLLATE ", CatalogName(column.collation()));
    }
    absl::StrAppend(&query, " AS ", sql::Ident(column.name()));
  }
  stand_in.set_definition(std::move(query));
  return stand_in;
}

absl::Status Create(const Operation& op, Context& context) {
  const auto& view = static_cast<const View&>(*op.after);
  context.Add(absl::StrCat(op.over_stand_in ? "CREATE OR REPLACE " : "CREATE ",
                           Definition(op.stand_in ? StandIn(view) : view, op.id)));
  return absl::OkStatus();
}

absl::Status Alter(const Operation& op, Context& context) {
  const auto& before = static_cast<const View&>(*op.before);
  const auto& after = static_cast<const View&>(*op.after);
  if (op.stand_in) {
    context.Add(op, absl::StrCat("CREATE OR REPLACE ", Definition(StandIn(after), op.id)),
                "leave out the query");
    return absl::OkStatus();
  }
  if (context.Changed(op, "definition")) {
    // Options that are not named are reset, so the statement says them all.
    context.Add(op, absl::StrCat("CREATE OR REPLACE ", Definition(after, op.id)),
                "replace the query");
    return absl::OkStatus();
  }
  OptionChanges options = DiffOptions(before.with(), after.with());
  const std::string alter = absl::StrCat("ALTER VIEW ", SqlName(after, op.id));
  if (!options.reset.empty()) {
    context.Add(op, absl::StrCat(alter, " RESET (", options.reset, ")"), "options");
  }
  if (!options.set.empty()) {
    context.Add(op, absl::StrCat(alter, " SET (", options.set, ")"), "options");
  }
  return absl::OkStatus();
}

}  // namespace

KindRenderer ViewRenderer() { return {.create = Create, .drop = DropObject, .alter = Alter}; }

}  // namespace autogen::render
