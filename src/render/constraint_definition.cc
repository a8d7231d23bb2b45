#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/model/inheritance.h"
#include "src/render/definition.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using google::protobuf::Message;
using google::protobuf::RepeatedPtrField;

absl::Status NeedsVersion(const model::ObjectId& id, absl::string_view what, int major) {
  return absl::UnimplementedError(
      absl::StrCat(model::Describe(id), ": ", what, " needs PostgreSQL ", major));
}

std::string Deferrable(bool deferrable, bool initially_deferred) {
  return absl::StrCat(deferrable || initially_deferred ? " DEFERRABLE" : "",
                      initially_deferred ? " INITIALLY DEFERRED" : "");
}

// What follows the keys of every constraint that has an index.
template <typename T>
std::string IndexPart(const T& c) {
  std::string text;
  if (c.include_size() > 0) absl::StrAppend(&text, " INCLUDE (", IdentList(c.include()), ")");
  if (c.with_size() > 0) absl::StrAppend(&text, " WITH (", WithOptions(c.with()), ")");
  if (!c.tablespace().empty()) {
    absl::StrAppend(&text, " USING INDEX TABLESPACE ", sql::Ident(c.tablespace()));
  }
  return text;
}

template <typename T>
std::string KeyText(const T& c, absl::string_view keyword) {
  return absl::StrCat(keyword, " (", IdentList(c.column()),
                      c.without_overlaps() ? " WITHOUT OVERLAPS" : "", ")", IndexPart(c),
                      Deferrable(c.deferrable(), c.initially_deferred()));
}

std::string ExclusionText(const Exclusion& e) {
  std::string text = "EXCLUDE";
  if (!e.method().empty()) absl::StrAppend(&text, " USING ", sql::Ident(e.method()));
  absl::StrAppend(&text, " (", IndexKeys(e.key()), ")", IndexPart(e));
  if (!e.where().empty()) absl::StrAppend(&text, " WHERE ", Parenthesized(e.where()));
  return absl::StrCat(text, Deferrable(e.deferrable(), e.initially_deferred()));
}

absl::string_view ActionText(ForeignKey::Action action) {
  switch (action) {
    case ForeignKey::RESTRICT:
      return "RESTRICT";
    case ForeignKey::CASCADE:
      return "CASCADE";
    case ForeignKey::SET_NULL:
      return "SET NULL";
    case ForeignKey::SET_DEFAULT:
      return "SET DEFAULT";
    default:  // NO ACTION is what PostgreSQL does unasked
      return "";
  }
}

// "a, PERIOD b": PERIOD belongs to the last column.
std::string KeyColumns(const RepeatedPtrField<std::string>& columns, bool period) {
  std::string text;
  for (int i = 0; i < columns.size(); ++i) {
    absl::StrAppend(&text, i > 0 ? ", " : "", period && i + 1 == columns.size() ? "PERIOD " : "",
                    sql::Ident(columns.Get(i)));
  }
  return text;
}

std::string ForeignKeyText(const ForeignKey& f) {
  const ForeignKey::Target& target = f.references();
  std::string text =
      absl::StrCat("FOREIGN KEY (", KeyColumns(f.column(), f.period()), ") REFERENCES ",
                   sql::Qualified(model::SchemaOrPublic(target.schema()), target.table()));
  if (target.column_size() > 0) {
    absl::StrAppend(&text, "(", KeyColumns(target.column(), f.period()), ")");
  }
  if (f.match() == ForeignKey::FULL) absl::StrAppend(&text, " MATCH FULL");
  if (f.on_update() != ForeignKey::NO_ACTION) {
    absl::StrAppend(&text, " ON UPDATE ", ActionText(f.on_update()));
  }
  if (f.on_delete() != ForeignKey::NO_ACTION) {
    absl::StrAppend(&text, " ON DELETE ", ActionText(f.on_delete()));
    if (f.on_delete_column_size() > 0) {
      absl::StrAppend(&text, " (", IdentList(f.on_delete_column()), ")");
    }
  }
  absl::StrAppend(&text, Deferrable(f.deferrable(), f.initially_deferred()));
  if (f.not_enforced()) return absl::StrCat(text, " NOT ENFORCED");
  return absl::StrCat(text, f.not_valid() ? " NOT VALID" : "");
}

std::string CheckText(const Check& c) {
  std::string text =
      absl::StrCat("CHECK ", Parenthesized(c.expression()), c.no_inherit() ? " NO INHERIT" : "");
  if (c.not_enforced()) return absl::StrCat(text, " NOT ENFORCED");
  return absl::StrCat(text, c.not_valid() ? " NOT VALID" : "");
}

absl::Status CheckVersion(const Message& m, const model::ObjectId& id, const Context& context) {
  if (!context.AtLeast(15)) {
    if (id.kind == UNIQUE && static_cast<const Unique&>(m).nulls_not_distinct()) {
      return NeedsVersion(id, "NULLS NOT DISTINCT", 15);
    }
    if (id.kind == FOREIGN_KEY && static_cast<const ForeignKey&>(m).on_delete_column_size() > 0) {
      return NeedsVersion(id, "a column list for ON DELETE", 15);
    }
  }
  if (context.AtLeast(18)) return absl::OkStatus();
  bool overlaps = (id.kind == UNIQUE && static_cast<const Unique&>(m).without_overlaps()) ||
                  (id.kind == PRIMARY_KEY && static_cast<const PrimaryKey&>(m).without_overlaps());
  if (overlaps) return NeedsVersion(id, "WITHOUT OVERLAPS", 18);
  if (id.kind == FOREIGN_KEY && static_cast<const ForeignKey&>(m).period()) {
    return NeedsVersion(id, "PERIOD", 18);
  }
  bool not_enforced =
      (id.kind == FOREIGN_KEY && static_cast<const ForeignKey&>(m).not_enforced()) ||
      (id.kind == CHECK && static_cast<const Check&>(m).not_enforced());
  return not_enforced ? NeedsVersion(id, "NOT ENFORCED", 18) : absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> ConstraintDefinition(const Message& constraint,
                                                 const model::ObjectId& id,
                                                 const Context& context) {
  absl::Status version = CheckVersion(constraint, id, context);
  if (!version.ok()) return version;
  std::string text;
  switch (id.kind) {
    case PRIMARY_KEY:
      text = KeyText(static_cast<const PrimaryKey&>(constraint), "PRIMARY KEY");
      break;
    case UNIQUE: {
      const auto& u = static_cast<const Unique&>(constraint);
      text = KeyText(u, u.nulls_not_distinct() ? "UNIQUE NULLS NOT DISTINCT" : "UNIQUE");
      break;
    }
    case CHECK:
      text = CheckText(static_cast<const Check&>(constraint));
      break;
    case EXCLUSION:
      text = ExclusionText(static_cast<const Exclusion&>(constraint));
      break;
    case FOREIGN_KEY:
      text = ForeignKeyText(static_cast<const ForeignKey&>(constraint));
      break;
    default:  // the caller's mistake
      return absl::InternalError(absl::StrCat(model::Describe(id), " is no constraint"));
  }
  return absl::StrCat("CONSTRAINT ", sql::Ident(id.name), " ", text);
}

bool IsNotValid(const Message& constraint, Kind kind) {
  if (kind == CHECK) {
    const auto& c = static_cast<const Check&>(constraint);
    return c.not_valid() && !c.not_enforced();
  }
  if (kind == FOREIGN_KEY) {
    const auto& f = static_cast<const ForeignKey&>(constraint);
    return f.not_valid() && !f.not_enforced();
  }
  return false;
}

}  // namespace autogen::render
