#include "src/lint/hazard.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/text.h"
#include "src/sql/made_names.h"

namespace autogen::lint {
namespace {

// Others wait while it works.
bool Blocks(const impact::Impact& impact, const impact::Consequence& c) {
  if (!c.relation.name.empty()) return impact::BlocksWriters(impact.LockOn(c.relation));
  return std::any_of(impact.locks.begin(), impact.locks.end(),
                     [](const impact::Lock& lock) { return impact::BlocksWriters(lock.mode); });
}

std::optional<HazardKind> KindOf(const impact::Impact& impact, const impact::Consequence& c) {
  switch (c.kind) {
    case impact::Consequence::Kind::kLoses:
      return HazardKind::kDataLoss;
    case impact::Consequence::Kind::kRewrites:
      return HazardKind::kTableRewrite;
    case impact::Consequence::Kind::kScans:
      if (!Blocks(impact, c)) return std::nullopt;
      return HazardKind::kTableScan;
    case impact::Consequence::Kind::kBuilds:
      if (!Blocks(impact, c)) return std::nullopt;
      return HazardKind::kIndexBuild;
    case impact::Consequence::Kind::kRenames:
      return HazardKind::kRename;
    case impact::Consequence::Kind::kDrops:
      return HazardKind::kDrop;
    case impact::Consequence::Kind::kUnguards:
      return HazardKind::kUnguard;
    case impact::Consequence::Kind::kHolds:
      return HazardKind::kLock;
    case impact::Consequence::Kind::kMayFail:
      if (c.what.empty()) return std::nullopt;
      return HazardKind::kMayFail;
    case impact::Consequence::Kind::kCreates:
    case impact::Consequence::Kind::kAlters:
    case impact::Consequence::Kind::kSpares:
      return std::nullopt;
  }
  return std::nullopt;
}

// Dropped to be created in another form: nobody sees it gone.
bool IsMadeAgain(absl::Span<const sql::Statement> later, absl::Span<const impact::Impact> impacts,
                 const impact::Consequence& c) {
  for (size_t i = 0; i < later.size(); ++i) {
    if (sql::NamesMadeBy(later[i].text).names.count(c.relation.name) > 0) return true;
    for (const impact::Consequence& made : impacts[i].consequences) {
      if (made.kind == impact::Consequence::Kind::kCreates &&
          made.relation.name == c.relation.name) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace

absl::Span<const HazardRule> HazardRules() {
  static constexpr HazardRule kRules[] = {
      {HazardKind::kDataLoss, "data-loss", "rows, values, columns or tables are lost"},
      {HazardKind::kTableRewrite, "table-rewrite", "a table may be rewritten while readers wait"},
      {HazardKind::kTableScan, "table-scan", "a table is scanned while writers wait"},
      {HazardKind::kIndexBuild, "index-build", "an index is built while writers wait"},
      {HazardKind::kRename, "rename", "running programs use the old name"},
      {HazardKind::kDrop, "drop", "running programs may use what is dropped or revoked"},
      {HazardKind::kUnguard, "unguard",
       "row security, a policy or a trigger no longer guards the rows"},
      {HazardKind::kLock, "lock", "a table is locked until the step commits"},
      {HazardKind::kMayFail, "may-fail", "it fails where there are rows"},
      {HazardKind::kOpaque, "opaque",
       "code that is not inspected, syntax that could not be parsed"},
  };
  return kRules;
}

absl::string_view HazardName(HazardKind kind) {
  for (const HazardRule& rule : HazardRules()) {
    if (rule.kind == kind) return rule.name;
  }
  return "";
}

absl::StatusOr<HazardKind> ParseHazard(absl::string_view name) {
  std::vector<std::string> names;
  for (const HazardRule& rule : HazardRules()) {
    if (rule.name == name) return rule.kind;
    names.emplace_back(rule.name);
  }
  const std::string nearest = Nearest(name, names);
  return absl::InvalidArgumentError(
      absl::StrCat("there is no hazard \"", name, "\"",
                   nearest.empty() ? "" : absl::StrCat("; did you mean \"", nearest, "\"?"),
                   " There are: ", absl::StrJoin(names, ", ")));
}

std::vector<Hazard> FindHazards(absl::Span<const sql::Statement> statements,
                                absl::Span<const impact::Impact> impacts) {
  std::vector<Hazard> hazards;
  for (size_t i = 0; i < statements.size(); ++i) {
    const int line = statements[i].line;
    for (const impact::Consequence& c : impacts[i].consequences) {
      const std::optional<HazardKind> kind = KindOf(impacts[i], c);
      if (!kind.has_value() || c.is_new) continue;
      if (*kind == HazardKind::kDrop &&
          IsMadeAgain(statements.subspan(i + 1), impacts.subspan(i + 1), c))
        continue;
      hazards.push_back({*kind, line, c.what, c.unsure});
    }
    if (!impacts[i].opaque.empty()) {
      hazards.push_back({HazardKind::kOpaque, line, impacts[i].opaque, false});
    }
  }
  return hazards;
}

}  // namespace autogen::lint
