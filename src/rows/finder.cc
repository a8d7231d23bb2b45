#include "src/rows/finder.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/base/printable.h"
#include "src/sql/quote.h"

namespace autogen::rows {

using diff::Action;

const char kRowId[] = "tableoid, ctid";

bool Changed(const Operation& op, absl::string_view field) {
  for (const google::protobuf::FieldDescriptor* f : op.changed) {
    if (f->name() == field) return true;
  }
  return false;
}

std::string Short(const ObjectId& id) {
  std::string name = model::DisplayName(id);
  return absl::StartsWith(name, "public.") ? name.substr(7) : name;
}

const google::protobuf::Message* FindType(const model::Catalog& catalog, Kind kind,
                                          absl::string_view type) {
  sql::SplitName name = sql::SplitQualified(type);
  int i = catalog.Find({kind, name.schema, "", name.name});
  return i < 0 ? nullptr : catalog.at(i).message;
}

std::vector<ViolatingRows> Finder::Run() {
  for (index_ = 0; index_ < plan_.operations.size(); ++index_) {
    const Operation& op = plan_.operations[index_];
    if (op.action == Action::kDrop || op.action == Action::kRename) continue;
    Look(op);
  }
  return std::move(found_);
}

void Finder::Look(const Operation& op) {
  switch (op.id.kind) {
    case COLUMN:
      return op.action == Action::kCreate ? NewColumn(op) : ChangedColumn(op);
    case PRIMARY_KEY: {
      const auto& k = static_cast<const PrimaryKey&>(*op.after);
      return KeyColumns(op, k.column(), true, k.without_overlaps(), false);
    }
    case UNIQUE: {
      const auto& u = static_cast<const Unique&>(*op.after);
      return KeyColumns(op, u.column(), false, u.without_overlaps(), u.nulls_not_distinct());
    }
    case INDEX: {
      const auto& i = static_cast<const Index&>(*op.after);
      if (i.unique() && op.action == Action::kCreate) {
        Unique_(op, i.key(), i.where(), i.nulls_not_distinct());
      }
      return;
    }
    case EXCLUSION:
      if (op.action == Action::kCreate) Excluded(op);
      return;
    case CHECK:
      return Checked(op);
    case FOREIGN_KEY:
      return Orphans(op);
    case DOMAIN:
      return DomainNotNull(op);
    case DOMAIN_CHECK:
      return DomainChecked(op);
    case TABLE:
      return Partition(op);
    default:  // nothing else looks at rows
      return;
  }
}

void Finder::Add(const Projection& p, const std::vector<std::string>& columns, bool only,
                 const std::string& where, std::string what, bool nulls) {
  std::optional<std::string> from = p.From(columns, only);
  std::optional<std::string> placed = p.From(columns, only, kRowId);
  if (!from.has_value() || where == "false") return;
  std::string condition = where.empty() ? "" : absl::StrCat(" WHERE ", where);
  Push(p, absl::StrCat("SELECT count(*) FROM ", *from, condition),
       absl::StrCat("SELECT ", kRowId, " FROM ", *placed, condition), std::move(what), nulls);
}

void Finder::AddOld(const Projection& p, const std::string& where, std::string what, bool nulls) {
  Push(p, absl::StrCat("SELECT count(*) FROM ", p.relation(), " WHERE ", where),
       absl::StrCat("SELECT ", kRowId, " FROM ", p.relation(), " WHERE ", where), std::move(what),
       nulls);
}

void Finder::Push(const Projection& p, const std::string& count, const std::string& rows,
                  std::string what, bool nulls) {
  found_.push_back(
      {index_, nulls, p.relation(), Printable(what, Lines::kOne), OnOneLine(count), rows});
}

bool Finder::Matters(const Operation& op, const Projection& p,
                     const std::vector<std::string>& columns) {
  if (!p.exists()) return false;
  return op.because.empty() ||
         std::any_of(columns.begin(), columns.end(), [&](const auto& c) { return p.Changes(c); });
}

}  // namespace autogen::rows
