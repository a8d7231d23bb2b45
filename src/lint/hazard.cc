#include "src/lint/hazard.h"

#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/text.h"
#include "src/sql/effect.h"

namespace autogen::lint {
namespace {

std::optional<HazardKind> KindOf(sql::Effect::Kind kind) {
  switch (kind) {
    case sql::Effect::Kind::kLosesData:
      return HazardKind::kDataLoss;
    case sql::Effect::Kind::kRewrites:
      return HazardKind::kTableRewrite;
    case sql::Effect::Kind::kScans:
      return HazardKind::kTableScan;
    case sql::Effect::Kind::kBuildsIndex:
      return HazardKind::kIndexBuild;
    case sql::Effect::Kind::kRenames:
      return HazardKind::kRename;
    case sql::Effect::Kind::kOpaque:
      return HazardKind::kOpaque;
    case sql::Effect::Kind::kCreates:
    case sql::Effect::Kind::kAlters:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

absl::Span<const HazardRule> HazardRules() {
  static constexpr HazardRule kRules[] = {
      {HazardKind::kDataLoss, "data-loss", "rows, columns or whole tables go"},
      {HazardKind::kTableRewrite, "table-rewrite",
       "a table may be written anew, and nobody reads it meanwhile"},
      {HazardKind::kTableScan, "table-scan", "every row is checked while writers wait"},
      {HazardKind::kIndexBuild, "index-build", "an index is built while writers wait"},
      {HazardKind::kRename, "rename", "programs that run now know the old name"},
      {HazardKind::kOpaque, "opaque", "DO, CALL, or syntax that is not understood"},
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
      absl::StrCat("no hazard is called \"", name, "\"",
                   nearest.empty() ? "" : absl::StrCat("; did you mean \"", nearest, "\"?"),
                   " There are: ", absl::StrJoin(names, ", ")));
}

std::vector<Hazard> FindHazards(absl::Span<const sql::Statement> statements) {
  std::vector<Hazard> hazards;
  std::set<std::pair<std::string, std::string>> created;
  for (const sql::Statement& statement : statements) {
    for (sql::Effect& effect : sql::FindEffects(statement.text)) {
      const std::pair<std::string, std::string> relation(effect.schema, effect.relation);
      if (effect.kind == sql::Effect::Kind::kCreates) created.insert(relation);
      const std::optional<HazardKind> kind = KindOf(effect.kind);
      if (!kind.has_value() || (!effect.relation.empty() && created.count(relation) > 0)) continue;
      hazards.push_back({*kind, statement.line, std::move(effect.what)});
    }
  }
  return hazards;
}

}  // namespace autogen::lint
