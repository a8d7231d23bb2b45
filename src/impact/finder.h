// Builds the impact of one parsed statement. Internal to src/impact.
#ifndef AUTOGEN_IMPACT_FINDER_H_
#define AUTOGEN_IMPACT_FINDER_H_

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"
#include "src/impact/impact.h"
#include "src/impact/newer_syntax.h"
#include "src/sql/parse.h"

namespace autogen::impact {

using nlohmann::json;
using sql::Get;
using sql::GetString;
using sql::IsTrue;
using sql::ListName;
using sql::RangeName;
using sql::SplitName;

inline constexpr char kFailsOnNulls[] = "where a value is NULL";

std::string Shown(const SplitName& name);

class Finder {
 public:
  // `text` is what was parsed; `newer` what the grammar could not read of it.
  Finder(absl::string_view text, const NewerSyntax& newer, const CatalogView* catalog, Impact* out)
      : text_(text), newer_(newer), catalog_(catalog), out_(*out) {}

  void Find(const std::string& node, const json& body);

 private:
  using Kind = Consequence::Kind;

  // alter_table.cc
  void AlterTable(const json& body);
  void AlterTableCommand(const SplitName& table, const json& command);
  // Row security and triggers that are off behind it.
  void Unguard(const SplitName& table, const std::string& type, const std::string& trigger);
  void AddColumn(const SplitName& table, const json& column);
  void AlterColumnType(const SplitName& table, const std::string& column, const json& definition);
  void SetNotNull(const SplitName& table, const std::string& column, bool scans);
  void SetIdentity(const SplitName& table, const std::string& column, const json& options);
  void DropColumn(const SplitName& table, const std::string& column);
  void Partition(const SplitName& table, const std::string& type, const json& command);
  void MoveFiles(const SplitName& relation, const std::string& type);

  // constraint.cc
  void AddConstraint(const SplitName& table, const json& constraint);
  void DropConstraint(const SplitName& table, const std::string& name);
  void ValidateConstraint(const SplitName& table, const std::string& name);
  void AlterConstraint(const SplitName& table, const json& constraint);
  void AlterDomain(const json& body);

  // objects.cc
  void CreateTable(const json& body);
  void Index(const json& body);
  void Drop(const json& body);
  void DropRelation(const SplitName& name, const std::string& type, bool cascade,
                    bool concurrently);
  void Rename(const json& body);
  void SetSchema(const json& body);
  void View(const json& body);
  void Refresh(const json& body);
  void Sequence(const json& body);
  // What new options do to the number that a sequence, or a column's, has reached.
  void SequenceNumbers(const SplitName& relation, const std::string& column, const json& options);
  void Vacuum(const json& body);
  void LockTables(const json& body);
  void Grant(const json& body);
  void RenameLabel(const json& body);
  static std::string NameOfRenamed(const SplitName& relation, const json& object);
  void Reindex(const json& body);

  // rows.cc: INSERT, UPDATE, DELETE, MERGE and TRUNCATE wherever they stand in the tree, and calls.
  void Rows(const std::string& node, const json& body);
  void Insert(const json& body);
  // SET …; `every_row`: no condition leaves rows out.
  void Assign(const SplitName& table, const json& targets, bool every_row);
  void Delete(const json& body);
  void Merge(const json& body);

  // `note` is for the comment above the statement, `what` for findings (see Consequence).
  void Add(Kind kind, SplitName relation, std::string what, std::string note = "",
           bool unsure = false) {
    out_.consequences.push_back(
        {kind, std::move(relation), "", std::move(what), std::move(note), unsure, false});
  }
  void Spares(const SplitName& relation, std::string note) {
    Add(Kind::kSpares, relation, "", std::move(note));
  }
  void AddLock(const SplitName& relation, LockMode mode);
  // Of the ALTER TABLE at hand: the strongest of its parts holds.
  void AlterLock(LockMode mode) { alter_lock_ = std::max(alter_lock_, mode); }
  std::optional<CatalogView::Relation> Look(const SplitName& name) const {
    return catalog_ == nullptr ? std::nullopt : catalog_->FindRelation(name);
  }
  // The text of the type that starts at byte `location` of the statement.
  std::string TypeText(const json& type_name) const;
  // Yes, no, or nothing where a function is not known.
  std::optional<bool> IsVolatile(const json& expression) const;

  absl::string_view text_;
  const NewerSyntax& newer_;
  const CatalogView* catalog_;
  Impact& out_;
  LockMode alter_lock_ = LockMode::kNone;
};

// run_mode.cc: run, copies_client, long_by_nature, repeatable and the names of CONCURRENTLY.
void FindRunMode(const std::string& node, const json& body, Impact* out);
// words.cc: the same from the leading words, where the grammar fails.
void FindByWords(absl::string_view statement, Impact* out);

// outside.cc: see Impact::outside.
std::string OutsideOfDatabase(const std::string& node, const json& body);

// trace.cc: see Impact::Trace.
void FindTrace(const std::string& node, const json& body, Impact* out);
// Statements that define something for later: what stands in them does not run now.
bool OnlyDefines(absl::string_view node);

// routine_body.cc: CREATE FUNCTION or PROCEDURE whose body, as far as it can be read, changes
// nothing and calls nothing unknown.
bool HasHarmlessBody(const json& create_function);

// functions.cc: a function of pg_catalog (or of an extension that everybody has) that changes
// nothing but what it returns.
bool IsHarmlessFunction(const SplitName& name);
// Its value is the same for all rows of a statement.
std::optional<bool> IsVolatileBuiltin(const SplitName& name);

}  // namespace autogen::impact

#endif  // AUTOGEN_IMPACT_FINDER_H_
