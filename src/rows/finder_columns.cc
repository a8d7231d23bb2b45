#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/model/inheritance.h"
#include "src/model/type_change.h"
#include "src/rows/cast_failure.h"
#include "src/rows/finder.h"
#include "src/sql/quote.h"

namespace autogen::rows {

using diff::Action;

namespace {

std::string Any(const std::vector<std::string>& conditions) {
  return conditions.size() == 1
             ? conditions[0]
             : absl::StrJoin(conditions, " OR ", [](std::string* out, const std::string& c) {
                 absl::StrAppend(out, "(", c, ")");
               });
}

}  // namespace

void Finder::NewColumn(const Operation& op) {
  const auto& column = static_cast<const Column&>(*op.after);
  Projection p(plan_, op.id.schema, op.id.parent);
  if (!p.exists() || column.inherited() || !column.default_().empty() || column.has_identity() ||
      column.has_generated()) {
    return;
  }
  const auto* domain = static_cast<const Domain*>(FindType(*plan_.after, DOMAIN, column.type()));
  bool filled = domain != nullptr && !domain->default_().empty();
  bool not_null = column.not_null() || (domain != nullptr && domain->not_null());
  if (!not_null || filled) return;
  Add(p, {}, false, "",
      absl::StrCat("rows in ", Short({TABLE, op.id.schema, "", op.id.parent}), ": ", op.id.name,
                   " is NOT NULL without a default"));
}

void Finder::ChangedColumn(const Operation& op) {
  const auto& before = static_cast<const Column&>(*op.before);
  const auto& after = static_cast<const Column&>(*op.after);
  Projection p(plan_, op.id.schema, op.id.parent);
  if (!p.exists()) return;
  std::optional<std::string> value = p.OldValue(op.id.name);
  if (!value.has_value()) return;
  bool typed = !before.type().empty() && !after.type().empty();
  if (typed && (op.retype || Changed(op, "type"))) {
    bool swapped = op.retype && before.type() == after.type();
    model::TypeChange change = model::DescribeTypeChange(before.type(), after.type(), swapped,
                                                         plan_.before.get(), plan_.after.get());
    std::string failure;
    if (swapped || change.work != model::RowWork::kNone) {
      failure = TypeFailure(*value, before.type(), after.type(), change.cast);
    }
    if (!failure.empty()) {
      AddOld(p, failure, absl::StrCat(Short(op.id), " cannot be converted to ", after.type()));
    }
  }
  bool sets = after.not_null() && !after.not_null_constraint().not_valid() &&
              (!before.not_null() || before.not_null_constraint().not_valid());
  if (sets) {
    AddOld(p, absl::StrCat(*value, " IS NULL"), absl::StrCat(Short(op.id), " is NULL"),
           /*nulls=*/true);
  }
}

std::string Finder::TypeFailure(const std::string& value, std::string before, std::string after,
                                const std::string& cast) {
  std::vector<std::string> failures;
  const auto* old_enum = static_cast<const Enum*>(FindType(*plan_.before, ENUM, ElementOf(before)));
  const auto* new_enum = static_cast<const Enum*>(FindType(*plan_.after, ENUM, ElementOf(after)));
  std::vector<std::string> labels;
  if (new_enum != nullptr) labels = OldLabels(*new_enum, old_enum);
  if (const auto* d = static_cast<const Domain*>(FindType(*plan_.before, DOMAIN, before))) {
    before = d->type();
  }
  if (const auto* d = static_cast<const Domain*>(FindType(*plan_.after, DOMAIN, after))) {
    after = d->type();
    if (d->not_null()) failures.push_back(absl::StrCat(value, " IS NULL"));
    for (const DomainCheck& check : d->check()) {
      if (check.not_valid()) continue;
      failures.push_back(absl::StrCat("NOT (", WithValue(check.expression(), value), ")"));
    }
  }
  std::string cannot = CastFailure(value, before, after, cast,
                                   new_enum == nullptr ? nullptr : &labels, server_version_);
  if (!cannot.empty()) failures.insert(failures.begin(), std::move(cannot));
  return failures.empty() ? "" : Any(failures);
}

absl::string_view Finder::ElementOf(absl::string_view type) {
  return type.substr(0, type.find('['));
}

std::vector<std::string> Finder::OldLabels(const Enum& wanted, const Enum* present) const {
  std::vector<std::string> labels(wanted.label().begin(), wanted.label().end());
  if (present == nullptr) return labels;
  ObjectId id = model::IdOf(*present);
  for (auto op = plan_.operations.rbegin(); op != plan_.operations.rend(); ++op) {
    if (op->action != Action::kRename || op->id != id) continue;
    for (auto part = op->parts.rbegin(); part != op->parts.rend(); ++part) {
      std::replace(labels.begin(), labels.end(), part->second, part->first);
    }
  }
  return labels;
}

void Finder::ForEachUse(const ObjectId& domain,
                        const std::function<std::string(const std::string& value)>& condition,
                        const std::string& what) {
  std::string type = sql::Qualified(domain.schema, domain.name);
  for (const Table& table : plan_.before->schema().table()) {
    std::string schema = model::SchemaOrPublic(table.schema());
    Projection p(plan_, schema, table.name());
    for (const Column& column : table.column()) {
      if (column.type() != type || !p.exists()) continue;
      std::optional<std::string> value = p.OldValue(column.name());
      if (!value.has_value()) continue;
      AddOld(p, condition(*value),
             absl::StrCat(Short({COLUMN, schema, table.name(), column.name()}), what));
    }
  }
}

void Finder::DomainNotNull(const Operation& op) {
  if (op.action != Action::kAlter) return;
  const auto& before = static_cast<const Domain&>(*op.before);
  const auto& after = static_cast<const Domain&>(*op.after);
  if (before.not_null() || !after.not_null()) return;
  ForEachUse(
      op.id, [](const std::string& value) { return absl::StrCat(value, " IS NULL"); }, " is NULL");
}

void Finder::DomainChecked(const Operation& op) {
  const auto& check = static_cast<const DomainCheck&>(*op.after);
  if (check.not_valid()) return;
  ForEachUse(
      {DOMAIN, op.id.schema, "", op.id.parent},
      [&](const std::string& value) {
        return absl::StrCat("NOT (", WithValue(check.expression(), value), ")");
      },
      absl::StrCat(" violates ", op.id.name));
}

}  // namespace autogen::rows
