// Every rule: one function, in the file of its name. registry.cc lists them.
#ifndef AUTOGEN_LINT_RULES_RULES_H_
#define AUTOGEN_LINT_RULES_RULES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "src/lint/rule.h"

namespace autogen::lint::rules {

// The hazards: what a script may need an approval for.
Rule DataLoss();
Rule TableRewrite();
Rule TableScan();
Rule IndexBuild();
Rule Rename();
Rule Drop();
Rule Unguard();
Rule Lock();
Rule MayFail();
Rule Opaque();

// The file, and how it runs.
Rule Syntax();
Rule TransactionControl();
Rule NotInTransaction();
Rule EditedAfterProof();
inline constexpr char kUnusedAllow[] = "unused-allow";
Rule UnusedAllow();
inline constexpr char kAllowWithoutReason[] = "allow-without-reason";
Rule AllowWithoutReason();

// Locks.
Rule LockTimeout();
Rule LockHeld();
Rule ManyLocks();
Rule LockOrder();
Rule IndexDrop();
Rule IndexGap();
Rule IndexCorruption();
Rule PartitionDetach();
Rule KeyOverNullable();
Rule TriggerAdded();

// What programs and the server rely on.
Rule ConstraintDrop();
Rule WholeTableUpdate();
Rule DuplicateColumn();
Rule ForeignKeyIndex();
Rule ForeignKeyType();
Rule ReplicaIdentity();
Rule AutovacuumOff();
Rule DynamicSql();
Rule NameTooLong();
Rule NamePattern();
Rule Ownership();

// Style.
Rule BigintColumn();
Rule TextColumn();
Rule CharColumn();
Rule TimestamptzColumn();
Rule IdentityColumn();
Rule JsonbColumn();
Rule MoneyColumn();
Rule ColumnOrder();
Rule EnumType();
Rule EnumOrder();
Rule DomainConstraint();
Rule WideIndex();
Rule SeparateAlters();
Rule Repeatable();
Rule UnqualifiedName();
Rule StatementTimeout();

// Kinds of lint { naming { kind } }.
bool IsNamedKind(absl::string_view kind);
std::string NoNamedKind(absl::string_view kind);

}  // namespace autogen::lint::rules

#endif  // AUTOGEN_LINT_RULES_RULES_H_
