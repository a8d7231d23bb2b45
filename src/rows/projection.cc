#include "src/rows/projection.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/diff/diff.h"
#include "src/model/inheritance.h"
#include "src/model/type_change.h"
#include "src/sql/quote.h"
#include "src/sql/references.h"
#include "src/sql/scan.h"

namespace autogen::rows {
namespace {

const Column* FindColumn(const std::vector<Column>& columns, absl::string_view name) {
  for (const Column& c : columns) {
    if (c.name() == name) return &c;
  }
  return nullptr;
}

bool UsesSequence(absl::string_view expression) {
  return absl::StrContains(expression, "nextval(");
}

}  // namespace

Projection::Projection(const diff::Plan& plan, absl::string_view schema, absl::string_view name)
    : plan_(plan), schema_(schema), name_(name) {
  int i = plan.before->FindRelation(schema, name);
  if (i < 0) return;
  model::ObjectId old = diff::BeforeRenames(plan, plan.before->at(i).id);
  relation_ = sql::Qualified(old.schema, old.name);
  before_ = model::FindTable(plan.before.get(), schema, name);
  after_ = model::FindTable(plan.after.get(), schema, name);
  if (before_ != nullptr) before_columns_ = model::WholeColumns(*plan.before, *before_);
  if (after_ != nullptr) after_columns_ = model::WholeColumns(*plan.after, *after_);
  for (const Table& child : plan.before->schema().table()) {
    for (const Name& parent : child.inherits()) {
      has_children_ |= parent.name() == name && model::SchemaOrPublic(parent.schema()) == schema;
    }
  }
}

std::string Projection::only_relation() const {
  return absl::StrCat(has_children_ ? "ONLY " : "", relation_);
}

const Column* Projection::AfterColumn(absl::string_view column) const {
  return FindColumn(after_columns_, column);
}

const Column* Projection::BeforeColumn(absl::string_view column) const {
  return FindColumn(before_columns_, column);
}

std::string Projection::OldName(absl::string_view column) const {
  return diff::BeforeRenames(plan_, {COLUMN, schema_, name_, std::string(column)}).name;
}

std::vector<std::string> Projection::ColumnsIn(absl::string_view expression) const {
  std::vector<std::string> columns;
  for (const sql::Reference& r : sql::FindReferences(EXPRESSION, expression)) {
    if (r.reference_class != sql::Reference::Class::kColumn &&
        r.reference_class != sql::Reference::Class::kAny) {
      continue;
    }
    bool known = AfterColumn(r.name) != nullptr;
    if (known && std::find(columns.begin(), columns.end(), r.name) == columns.end()) {
      columns.push_back(r.name);
    }
  }
  return columns;
}

std::optional<std::string> Projection::OldValue(absl::string_view column) const {
  if (before_ == nullptr) return sql::Ident(column);  // a materialized view
  if (BeforeColumn(column) == nullptr) return std::nullopt;
  return sql::Ident(OldName(column));
}

std::optional<std::string> Projection::Value(absl::string_view column) const {
  if (before_ == nullptr) return sql::Ident(column);
  const Column* before = BeforeColumn(column);
  const Column* after = AfterColumn(column);
  if (after == nullptr) return std::nullopt;
  if (before == nullptr) {
    if (after->has_generated() || after->has_identity() || UsesSequence(after->default_())) {
      return std::nullopt;
    }
    if (after->default_().empty()) return absl::StrCat("NULL::", after->type());
    return absl::StrCat("(", after->default_(), ")::", after->type());
  }
  if (after->has_generated() && (!before->has_generated() || before->generated().expression() !=
                                                                 after->generated().expression())) {
    return std::nullopt;
  }
  std::string old = sql::Ident(OldName(column));
  if (before->type() == after->type()) return old;
  model::TypeChange change = model::DescribeTypeChange(before->type(), after->type(), false,
                                                       plan_.before.get(), plan_.after.get());
  if (!change.cast.empty()) return absl::StrCat(old, change.cast);
  // An explicit cast would cut a text where the assignment fails.
  model::TypeParts to = model::SplitType(after->type());
  bool text = to.base == "text" || to.base == "character varying" || to.base == "character";
  if (!text) return absl::StrCat(old, "::", after->type());
  return change.same_base ? old : absl::StrCat(old, "::text", to.array ? "[]" : "");
}

bool Projection::IsNull(absl::string_view column) const {
  if (before_ == nullptr || BeforeColumn(column) != nullptr) return false;
  const Column* after = AfterColumn(column);
  return after != nullptr && after->default_().empty() && !after->has_generated() &&
         !after->has_identity();
}

bool Projection::Changes(absl::string_view column) const {
  return before_ != nullptr && Value(column) != OldValue(column);
}

std::optional<std::string> Projection::Query(const std::vector<std::string>& columns, bool only,
                                             absl::string_view extra,
                                             absl::string_view alias) const {
  if (!exists()) return std::nullopt;
  std::string list(extra);
  for (const std::string& column : columns) {
    std::optional<std::string> value = Value(column);
    if (!value.has_value()) return std::nullopt;
    std::string name = sql::Ident(column);
    absl::StrAppend(&list, list.empty() ? "" : ", ", *value);
    if (*value != name) absl::StrAppend(&list, " AS ", name);
  }
  return absl::StrCat("(SELECT ", list, " FROM ", only ? only_relation() : relation_, ") AS ",
                      alias);
}

std::optional<std::string> Projection::From(const std::vector<std::string>& columns, bool only,
                                            absl::string_view extra) const {
  bool plain = std::all_of(columns.begin(), columns.end(), [&](const std::string& column) {
    return Value(column) == sql::Ident(column);
  });
  if (plain) return only ? only_relation() : relation_;
  return Query(columns, only, extra, sql::Ident(name_));
}

std::string WithValue(absl::string_view domain_check, absl::string_view value) {
  absl::StatusOr<std::vector<sql::Token>> tokens = sql::Scan(domain_check);
  if (!tokens.ok()) return std::string(domain_check);
  std::string text;
  size_t copied = 0;
  for (const sql::Token& token : *tokens) {
    if (!token.Is("value") || token.text == "\"value\"") continue;
    absl::StrAppend(&text, domain_check.substr(copied, token.start - copied), value);
    copied = token.end;
  }
  absl::StrAppend(&text, domain_check.substr(copied));
  return text;
}

}  // namespace autogen::rows
