#include "src/lint/hazard.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>

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

// Of each name, the last statement that makes something of it.
std::map<std::string, size_t> LastMade(absl::Span<const sql::Statement> statements,
                                       absl::Span<const impact::Impact> impacts) {
  std::map<std::string, size_t> made;
  for (size_t i = 0; i < statements.size(); ++i) {
    for (const std::string& name : sql::NamesMadeBy(statements[i].text).names) made[name] = i;
    for (const impact::Consequence& c : impacts[i].consequences) {
      if (c.kind == impact::Consequence::Kind::kCreates) made[c.relation.name] = i;
    }
  }
  return made;
}

}  // namespace

absl::Span<const HazardKind> HazardKinds() {
  static constexpr HazardKind kKinds[] = {HazardKind::kDataLoss,  HazardKind::kTableRewrite,
                                          HazardKind::kTableScan, HazardKind::kIndexBuild,
                                          HazardKind::kRename,    HazardKind::kDrop,
                                          HazardKind::kUnguard,   HazardKind::kLock,
                                          HazardKind::kMayFail,   HazardKind::kOpaque};
  return kKinds;
}

absl::string_view HazardName(HazardKind kind) {
  switch (kind) {
    case HazardKind::kDataLoss:
      return "data-loss";
    case HazardKind::kTableRewrite:
      return "table-rewrite";
    case HazardKind::kTableScan:
      return "table-scan";
    case HazardKind::kIndexBuild:
      return "index-build";
    case HazardKind::kRename:
      return "rename";
    case HazardKind::kDrop:
      return "drop";
    case HazardKind::kUnguard:
      return "unguard";
    case HazardKind::kLock:
      return "lock";
    case HazardKind::kMayFail:
      return "may-fail";
    case HazardKind::kOpaque:
      return "opaque";
  }
  return "";
}

absl::StatusOr<HazardKind> ParseHazard(absl::string_view name) {
  std::vector<std::string> names;
  for (const HazardKind kind : HazardKinds()) {
    if (HazardName(kind) == name) return kind;
    names.emplace_back(HazardName(kind));
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
  std::optional<std::map<std::string, size_t>> made;
  for (size_t i = 0; i < statements.size(); ++i) {
    const int line = statements[i].line;
    for (const impact::Consequence& c : impacts[i].consequences) {
      const std::optional<HazardKind> kind = KindOf(impacts[i], c);
      if (!kind.has_value() || c.is_new) continue;
      // Dropped to be created in another form: nobody sees it gone.
      if (*kind == HazardKind::kDrop) {
        if (!made.has_value()) made = LastMade(statements, impacts);
        const auto again = made->find(c.relation.name);
        if (again != made->end() && again->second > i) continue;
      }
      hazards.push_back({*kind, i, line, c.what, c.unsure});
    }
    if (!impacts[i].opaque.empty()) {
      hazards.push_back({HazardKind::kOpaque, i, line, impacts[i].opaque, false});
    }
  }
  return hazards;
}

}  // namespace autogen::lint
