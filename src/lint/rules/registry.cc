#include <vector>

#include "absl/strings/str_cat.h"
#include "src/base/text.h"
#include "src/lint/rules/rules.h"

namespace autogen::lint {

absl::string_view SetName(Set set) {
  switch (set) {
    case Set::kSafety:
      return "safety";
    case Set::kStyle:
      return "style";
    case Set::kStrict:
      return "all";
  }
  return "";
}

absl::Span<const Rule> Rules() {
  static const auto* const all = new std::vector<Rule>{
      rules::DataLoss(),
      rules::TableRewrite(),
      rules::TableScan(),
      rules::IndexBuild(),
      rules::Rename(),
      rules::Drop(),
      rules::Unguard(),
      rules::Lock(),
      rules::MayFail(),
      rules::Opaque(),
      rules::Syntax(),
      rules::TransactionControl(),
      rules::NotInTransaction(),
      rules::EditedAfterProof(),
      rules::UnusedAllow(),
      rules::AllowWithoutReason(),
      rules::LockTimeout(),
      rules::LockHeld(),
      rules::ManyLocks(),
      rules::LockOrder(),
      rules::IndexDrop(),
      rules::IndexGap(),
      rules::IndexCorruption(),
      rules::PartitionDetach(),
      rules::KeyOverNullable(),
      rules::TriggerAdded(),
      rules::ConstraintDrop(),
      rules::WholeTableUpdate(),
      rules::DuplicateColumn(),
      rules::ForeignKeyIndex(),
      rules::ForeignKeyType(),
      rules::ReplicaIdentity(),
      rules::AutovacuumOff(),
      rules::DynamicSql(),
      rules::NameTooLong(),
      rules::NamePattern(),
      rules::Ownership(),
      rules::BigintColumn(),
      rules::TextColumn(),
      rules::CharColumn(),
      rules::TimestamptzColumn(),
      rules::IdentityColumn(),
      rules::JsonbColumn(),
      rules::MoneyColumn(),
      rules::ColumnOrder(),
      rules::EnumType(),
      rules::EnumOrder(),
      rules::DomainConstraint(),
      rules::WideIndex(),
      rules::SeparateAlters(),
      rules::Repeatable(),
      rules::UnqualifiedName(),
      rules::StatementTimeout(),
  };
  return *all;
}

const Rule* FindRule(absl::string_view name) {
  for (const Rule& rule : Rules()) {
    if (rule.name == name) return &rule;
  }
  return nullptr;
}

std::string NoRule(absl::string_view name) {
  std::vector<std::string> names;
  for (const Rule& rule : Rules()) names.emplace_back(rule.name);
  const std::string nearest = Nearest(name, names);
  return absl::StrCat("there is no rule \"", name, "\"",
                      nearest.empty() ? "; `autogen lint --list` lists them"
                                      : absl::StrCat("; did you mean \"", nearest, "\"?"));
}

}  // namespace autogen::lint
