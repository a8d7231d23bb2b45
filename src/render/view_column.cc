// What a column of a view or materialized view has of its own. The column itself comes with the
// query: creating one gives it these things, dropping one takes them away.
#include "absl/strings/str_cat.h"
#include "autogen/view.pb.h"
#include "src/render/renderers.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;

void Apply(const Operation& op, const ViewColumn& before, const ViewColumn& after,
           Context& context) {
  const google::protobuf::Message* parent = context.Parent(op);
  const bool materialized = parent != nullptr && model::KindOf(*parent) == MATERIALIZED_VIEW;
  const std::string alter =
      absl::StrCat("ALTER ", materialized ? "MATERIALIZED VIEW " : "VIEW ", SqlRelation(op.id),
                   " ALTER COLUMN ", sql::Ident(op.id.name), " ");
  auto add = [&](absl::string_view what, absl::string_view action) {
    context.Add(op, absl::StrCat(alter, action), what);
  };
  if (before.default_() != after.default_()) {
    add("default",
        after.default_().empty() ? "DROP DEFAULT" : absl::StrCat("SET DEFAULT ", after.default_()));
  }
  if (before.has_statistics() != after.has_statistics() ||
      before.statistics() != after.statistics()) {
    add("statistics target",
        absl::StrCat("SET STATISTICS ", after.has_statistics() ? after.statistics() : -1));
  }
  if (before.storage() != after.storage()) {
    // Before PostgreSQL 16 there is no keyword for the type's default; nearly every type with a
    // choice at all has this one.
    const std::string own = context.AtLeast(16) ? "DEFAULT" : "extended";
    add("storage", absl::StrCat("SET STORAGE ", after.storage().empty() ? own : after.storage()));
  }
  if (before.compression() != after.compression()) {
    add("compression", absl::StrCat("SET COMPRESSION ",
                                    after.compression().empty() ? "default" : after.compression()));
  }
  OptionChanges options = DiffOptions(before.with(), after.with());
  if (!options.reset.empty()) {
    add("options", absl::StrCat("RESET (", options.reset, ")"));
  }
  if (!options.set.empty()) {
    add("options", absl::StrCat("SET (", options.set, ")"));
  }
}

absl::Status Create(const Operation& op, Context& context) {
  Apply(op, ViewColumn(), static_cast<const ViewColumn&>(*op.after), context);
  return absl::OkStatus();
}

absl::Status Alter(const Operation& op, Context& context) {
  Apply(op, static_cast<const ViewColumn&>(*op.before), static_cast<const ViewColumn&>(*op.after),
        context);
  return absl::OkStatus();
}

absl::Status Drop(const Operation& op, Context& context) {
  const auto& before = static_cast<const ViewColumn&>(*op.before);
  Apply(op, before, ViewColumn(), context);
  if (!before.comment().empty()) {
    context.Add(absl::StrCat("COMMENT ON ", SqlTarget(before, op.id), " IS NULL"));
  }
  return absl::OkStatus();
}

}  // namespace

KindRenderer ViewColumnRenderer() { return {.create = Create, .drop = Drop, .alter = Alter}; }

}  // namespace autogen::render
