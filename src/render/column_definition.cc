#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/model/names.h"
#include "src/render/definition.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

absl::Status NeedsVersion(const model::ObjectId& id, absl::string_view what, int major) {
  return absl::UnimplementedError(
      absl::StrCat(model::Describe(id), ": ", what, " needs PostgreSQL ", major));
}

absl::Status CheckVersion(const Column& column, const model::ObjectId& id, const Context& context) {
  if (!column.compression().empty() && !context.AtLeast(14)) {
    return NeedsVersion(id, "compression", 14);
  }
  if (column.generated().virtual_() && !context.AtLeast(18)) {
    return NeedsVersion(id, "a virtual generated column", 18);
  }
  return absl::OkStatus();
}

// A table that is created OF a type takes the names and types from it; one that is there becomes
// one with the columns that it has.
bool IsOfNewTypedTable(const model::ObjectId& id, const Context& context) {
  const Table* table = TableOf(id, context);
  return table != nullptr && table->has_of_type() && context.IsNew(id.schema, id.parent);
}

bool PlainNotNull(const Column& column, const Context& context) {
  return column.not_null() && !(context.AtLeast(18) && column.not_null_constraint().not_valid());
}

}  // namespace

absl::StatusOr<std::string> ColumnDefinition(const Column& column, const model::ObjectId& id,
                                             const Context& context) {
  RETURN_IF_ERROR(CheckVersion(column, id, context));
  std::string text = sql::Ident(column.name());
  if (IsOfNewTypedTable(id, context)) {
    absl::StrAppend(&text, " WITH OPTIONS");
  } else {
    absl::StrAppend(&text, " ", column.type());
    if (!column.storage().empty() && context.AtLeast(16)) {
      absl::StrAppend(&text, " STORAGE ", column.storage());
    }
    if (!column.compression().empty()) {
      absl::StrAppend(&text, " COMPRESSION ", sql::Ident(column.compression()));
    }
    if (column.option_size() > 0) {
      absl::StrAppend(&text, " OPTIONS (", ForeignOptions(column.option()), ")");
    }
    if (column.has_collation()) {
      absl::StrAppend(&text, " COLLATE ", CatalogName(column.collation()));
    }
  }
  if (!column.default_().empty())
    absl::StrAppend(&text, " DEFAULT ", DefaultExpression(column.default_()));
  if (column.has_generated()) {
    absl::StrAppend(&text, " GENERATED ALWAYS AS ", Parenthesized(column.generated().expression()),
                    column.generated().virtual_() ? " VIRTUAL" : " STORED");
  }
  if (column.has_identity()) {
    std::string options = IdentityOptions(column.identity(), id);
    absl::StrAppend(&text, " GENERATED ",
                    column.identity().kind() == Column::Identity::ALWAYS ? "ALWAYS" : "BY DEFAULT",
                    " AS IDENTITY", options.empty() ? "" : " ", options);
  }
  if (PlainNotNull(column, context)) {
    std::string name = model::NotNullName(column, id);
    bool own = !column.not_null_constraint().name().empty();
    if (context.AtLeast(18) && (own || context.NotNullNameTaken(id.schema, name))) {
      absl::StrAppend(&text, " CONSTRAINT ", sql::Ident(name));
    }
    absl::StrAppend(&text, " NOT NULL");
    if (context.AtLeast(18) && column.not_null_constraint().no_inherit()) {
      absl::StrAppend(&text, " NO INHERIT");
    }
  }
  return text;
}

void RenderColumnExtras(const Column& column, const model::ObjectId& id, Context& context) {
  std::string alter =
      absl::StrCat(AlterTable(id, context, true), " ALTER COLUMN ", sql::Ident(id.name));
  const bool typed = IsOfNewTypedTable(id, context);
  if (!column.storage().empty() && (typed || !context.AtLeast(16))) {
    context.Add(absl::StrCat(alter, " SET STORAGE ", column.storage()));
  }
  if (!column.compression().empty() && typed) {
    context.Add(absl::StrCat(alter, " SET COMPRESSION ", sql::Ident(column.compression())));
  }
  if (column.has_statistics()) {
    context.Add(absl::StrCat(alter, " SET STATISTICS ", column.statistics()));
  }
  if (column.with_size() > 0) {
    context.Add(absl::StrCat(alter, " SET (", WithOptions(column.with()), ")"));
  }
  SetPersistence(column, id, context);
  RestoreIdentityPrivileges(column, id, context);
  if (!context.AtLeast(18) || !column.not_null()) return;
  std::string name = sql::Ident(model::NotNullName(column, id));
  if (column.not_null_constraint().not_valid()) {
    context.Add(absl::StrCat(
        AlterTable(id, context), " ADD CONSTRAINT ", name, " NOT NULL ", sql::Ident(id.name),
        column.not_null_constraint().no_inherit() ? " NO INHERIT" : "", " NOT VALID"));
  }
  if (!column.not_null_constraint().comment().empty()) {
    context.Add(absl::StrCat("COMMENT ON CONSTRAINT ", name, " ON ", SqlRelation(id), " IS ",
                             sql::Literal(column.not_null_constraint().comment())));
  }
}

void SetPersistence(const Column& column, const model::ObjectId& id, Context& context) {
  if (!column.has_identity() || !context.AtLeast(15)) return;
  const Table* table = TableOf(id, context);
  const bool of_unlogged = table != nullptr && table->unlogged() && !table->has_partition_of() &&
                           !context.IsNew(id.schema, id.parent);
  if (!column.identity().unlogged() && !of_unlogged) return;
  const std::string sequence = sql::Qualified(id.schema, IdentitySequence(column.identity(), id));
  context.Add(absl::StrCat("ALTER SEQUENCE ", sequence, " SET UNLOGGED"));
}

std::string IdentityOptions(const Column::Identity& identity, const model::ObjectId& id) {
  std::string options;
  auto add = [&](absl::string_view text) {
    absl::StrAppend(&options, options.empty() ? "(" : " ", text);
  };
  if (!identity.sequence_name().empty()) {
    add(absl::StrCat("SEQUENCE NAME ", sql::Qualified(id.schema, identity.sequence_name())));
  }
  if (identity.has_start()) add(absl::StrCat("START WITH ", identity.start()));
  if (identity.has_increment()) add(absl::StrCat("INCREMENT BY ", identity.increment()));
  if (identity.has_min()) add(absl::StrCat("MINVALUE ", identity.min()));
  if (identity.has_max()) add(absl::StrCat("MAXVALUE ", identity.max()));
  if (identity.has_cache()) add(absl::StrCat("CACHE ", identity.cache()));
  if (identity.cycle()) add("CYCLE");
  if (!options.empty()) options.push_back(')');
  return options;
}

std::string IdentitySequence(const Column::Identity& identity, const model::ObjectId& id) {
  const std::string& name = identity.sequence_name();
  return name.empty() ? model::ObjectName(id.parent, id.name, "seq") : name;
}

std::string DefaultStorage(absl::string_view type) {
  if (absl::EndsWith(type, "[]")) return "extended";
  bool main = absl::StartsWith(type, "numeric") || type == "inet" || type == "cidr";
  return main ? "main" : "extended";
}

}  // namespace autogen::render
