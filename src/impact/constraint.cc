// Constraints of tables and domains.

#include "absl/strings/str_cat.h"
#include "src/impact/finder.h"

namespace autogen::impact {
namespace {

using ConstraintKind = CatalogView::ConstraintKind;

constexpr char kDomainUsers[] = "every table that uses it";

const char* FailsWhere(ConstraintKind kind) {
  switch (kind) {
    case ConstraintKind::kCheck:
      return "where a row violates it";
    case ConstraintKind::kForeignKey:
      return "where a row references a missing row";
    case ConstraintKind::kPrimaryKey:
      return "where values are duplicated or NULL";
    case ConstraintKind::kUnique:
      return "where values are duplicated";
    case ConstraintKind::kExclusion:
      return "where rows conflict";
    case ConstraintKind::kNotNull:
      return kFailsOnNulls;
  }
  return "";
}

}  // namespace

void Finder::AddConstraint(const SplitName& table, const json& constraint) {
  const std::string type = GetString(constraint, "contype");
  if (type == "CONSTR_CHECK" || type == "CONSTR_FOREIGN") {
    const bool foreign = type == "CONSTR_FOREIGN";
    AlterLock(foreign ? LockMode::kShareRowExclusive : LockMode::kAccessExclusive);
    if (foreign) AddLock(RangeName(Get(constraint, "pktable")), LockMode::kShareRowExclusive);
    if (IsTrue(constraint, "skip_validation") || newer_.not_enforced) {
      return Spares(table, "no scan");
    }
    Add(Kind::kScans, table, absl::StrCat("checks every row of ", Shown(table)), "scans the table");
    Add(Kind::kMayFail, table, "",
        FailsWhere(foreign ? ConstraintKind::kForeignKey : ConstraintKind::kCheck));
    return;
  }
  AlterLock(LockMode::kAccessExclusive);
  const bool primary = type == "CONSTR_PRIMARY", unique = type == "CONSTR_UNIQUE";
  if (!primary && !unique && type != "CONSTR_EXCLUSION") return;
  if (!GetString(constraint, "indexname").empty()) return Spares(table, "no scan");
  Add(Kind::kBuilds, table, absl::StrCat("builds an index of ", Shown(table)), "builds its index");
  Add(Kind::kMayFail, table, "",
      FailsWhere(primary  ? ConstraintKind::kPrimaryKey
                 : unique ? ConstraintKind::kUnique
                          : ConstraintKind::kExclusion));
}

void Finder::DropConstraint(const SplitName& table, const std::string& name) {
  AlterLock(LockMode::kAccessExclusive);
  const auto now = catalog_ == nullptr ? std::nullopt : catalog_->FindConstraint(table, name);
  if (now.has_value() && now->kind == ConstraintKind::kForeignKey) {
    AddLock(now->references, LockMode::kAccessExclusive);
  }
}

void Finder::ValidateConstraint(const SplitName& table, const std::string& name) {
  AlterLock(LockMode::kShareUpdateExclusive);
  const auto now = catalog_ == nullptr ? std::nullopt : catalog_->FindConstraint(table, name);
  if (now.has_value() && now->kind == ConstraintKind::kForeignKey) {
    AddLock(now->references, LockMode::kRowShare);
  }
  Add(Kind::kScans, table, absl::StrCat("checks every row of ", Shown(table)), "scans the table");
  Add(Kind::kMayFail, table, "", FailsWhere(now.has_value() ? now->kind : ConstraintKind::kCheck));
}

void Finder::AlterConstraint(const SplitName& table, const json& constraint) {
  AlterLock(LockMode::kAccessExclusive);
  if (!newer_.enforced) return Spares(table, "no scan");
  Add(Kind::kScans, table, absl::StrCat("checks every row of ", Shown(table)), "scans the table");
  const auto now = catalog_ == nullptr
                       ? std::nullopt
                       : catalog_->FindConstraint(table, GetString(constraint, "conname"));
  Add(Kind::kMayFail, table, "",
      FailsWhere(now.has_value() ? now->kind : ConstraintKind::kForeignKey));
}

void Finder::AlterDomain(const json& body) {
  const SplitName domain = ListName(Get(body, "typeName"));
  const std::string type = GetString(body, "subtype");
  const json& constraint = Get(Get(body, "def"), "Constraint");
  // 'C' add, 'V' validate, 'O' SET NOT NULL; the others change no rule for rows that are there.
  const bool adds = type == "C" && !IsTrue(constraint, "skip_validation");
  if (!adds && type != "V" && type != "O") return;
  out_.locks.push_back({LockMode::kShare, {}, kDomainUsers, false});
  Add(Kind::kScans, {}, absl::StrCat("checks every value of ", Shown(domain)), "scans them");
  Add(Kind::kMayFail, {}, "", type == "O" ? "where a value is NULL" : "where a value violates it");
}

}  // namespace autogen::impact
