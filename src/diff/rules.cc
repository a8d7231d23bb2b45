// PostgreSQL's rules. Everything that the options in the protos say is read from there; only what
// they cannot say stands here.
#include "src/diff/rules.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "src/diff/disturbed.h"
#include "src/diff/draft.h"
#include "src/diff/inherited.h"
#include "src/diff/names.h"
#include "src/diff/typed_tables.h"

namespace autogen::diff {
namespace {

using google::protobuf::FieldDescriptor;

template <typename T>
const T& As(const google::protobuf::Message& m) {
  return static_cast<const T&>(m);
}

bool IsDataType(Kind kind) {
  return kind == ENUM || kind == DOMAIN || kind == RANGE_TYPE || kind == COMPOSITE_TYPE ||
         kind == BASE_TYPE || kind == COLLATION;
}

// Whether columns hold values of the type, in themselves or inside of other types.
bool UsedByColumns(const model::Catalog& catalog, int type) {
  for (const model::Edge& e : catalog.NeededBy(type)) {
    const Kind kind = catalog.at(e.to).id.kind;
    if (!e.field.empty()) continue;
    if (kind == COLUMN || (IsDataType(kind) && UsedByColumns(catalog, e.to))) return true;
  }
  return false;
}

// Labels can be added anywhere, but not taken away or moved.
bool OnlyAddsLabels(const Enum& before, const Enum& after) {
  int found = 0;
  for (const std::string& label : after.label()) {
    if (found < before.label_size() && before.label(found) == label) ++found;
  }
  return found == before.label_size();
}

// CREATE OR REPLACE VIEW may only append columns (manual: CREATE VIEW).
bool CanReplaceView(const View& before, const View& after) {
  if (after.column_size() < before.column_size()) return false;
  for (int i = 0; i < before.column_size(); ++i) {
    const ViewColumn& b = before.column(i);
    const ViewColumn& a = after.column(i);
    if (a.name() != b.name() || a.type().empty() || a.type() != b.type() ||
        a.collation().schema() != b.collation().schema() ||
        a.collation().name() != b.collation().name()) {
      return false;
    }
  }
  return true;
}

// CREATE OR REPLACE FUNCTION keeps argument names, output columns and defaults (manual: CREATE
// FUNCTION; ProcedureCreate in pg_proc.c): a name may be given to an argument that had none, a
// default may be added.
bool CanReplaceFunction(const Function& before, const Function& after) {
  if (before.argument_size() != after.argument_size()) return false;
  for (int i = 0; i < before.argument_size(); ++i) {
    const Argument& b = before.argument(i);
    const Argument& a = after.argument(i);
    if (a.mode() != b.mode() || a.type() != b.type()) return false;
    if (a.name() != b.name() && (!b.name().empty() || b.mode() != Argument::IN)) return false;
    if (!b.default_().empty() && a.default_().empty()) return false;
  }
  return true;
}

// CREATE OR REPLACE TRIGGER (PostgreSQL 14) makes anything of a trigger but a constraint. Of one
// for each row the partitions have copies, which it would leave behind where it is one for each
// statement now.
bool CanReplaceTrigger(const Trigger& before, const Trigger& after, int version) {
  return version >= 140000 && !before.constraint() && !after.constraint() &&
         before.for_each_row() == after.for_each_row();
}

// CREATE OR REPLACE AGGREGATE keeps the kind, the names of the arguments and the type of the result
// (ProcedureCreate in pg_proc.c), which is the final function's, or the state.
bool CanReplaceAggregate(const Aggregate& before, const Aggregate& after) {
  auto same = [&](const char* field) {
    return model::SameField(before, after, Aggregate::descriptor()->FindFieldByName(field));
  };
  return same("argument") && same("order_by") && same("hypothetical") && same("finalfunc") &&
         same("finalfunc_extra") && (before.has_finalfunc() || same("stype"));
}

// Attributes are dropped anywhere and added at the end.
bool CanAlterAttributes(const CompositeType& before, const CompositeType& after, bool used) {
  int found = 0;
  bool appended = false;
  for (const CompositeType::Attribute& a : after.attribute()) {
    int at = -1;
    for (int i = 0; i < before.attribute_size(); ++i) {
      if (before.attribute(i).name() == a.name()) at = i;
    }
    if (at < 0) {
      appended = true;
      continue;
    }
    if (appended || at < found) return false;
    found = at;
    const CompositeType::Attribute& b = before.attribute(at);
    if (used && (b.type() != a.type() || b.collation().name() != a.collation().name())) {
      return false;
    }
  }
  return true;
}

bool GenerationNeedsRebuild(const Draft& d, const Column& before, const Column& after) {
  // Only "was stored, is ordinary now" is DROP EXPRESSION; PostgreSQL 17 has SET EXPRESSION.
  if (!after.has_generated()) return before.generated().virtual_();
  if (!before.has_generated()) return true;
  if (before.generated().virtual_() != after.generated().virtual_()) return true;
  return d.options.server_version < 170000;
}

// "1.3" is older than "1.10": by numbers.
bool OlderVersion(const std::string& a, const std::string& b) {
  std::vector<std::string> x = absl::StrSplit(a, '.'), y = absl::StrSplit(b, '.');
  for (size_t i = 0; i < std::min(x.size(), y.size()); ++i) {
    int m, n;
    if (!absl::SimpleAtoi(x[i], &m) || !absl::SimpleAtoi(y[i], &n)) return x[i] < y[i];
    if (m != n) return m < n;
  }
  return x.size() < y.size();
}

// Whether columns hold values of the domain inside others: in arrays, ranges, composite types.
bool StoredInside(const model::Catalog& catalog, int domain) {
  for (const model::Edge& e : catalog.NeededBy(domain)) {
    const model::Object& o = catalog.at(e.to);
    if (!e.field.empty()) continue;
    if (o.id.kind == COLUMN && absl::EndsWith(As<Column>(*o.message).type(), "]")) return true;
    if (o.id.kind == DOMAIN && StoredInside(catalog, e.to)) return true;
    const bool holds = o.id.kind == COMPOSITE_TYPE || o.id.kind == RANGE_TYPE ||
                       (o.id.kind == DOMAIN && absl::EndsWith(As<Domain>(*o.message).type(), "]"));
    if (holds && UsedByColumns(catalog, e.to)) return true;
  }
  return false;
}

template <typename T>
const T& After(const Draft& d, int before) {
  return As<T>(d.After(d.to_after[static_cast<size_t>(before)]));
}

template <typename T>
bool BecomesUnvalidated(const Draft& d, int i) {
  return After<T>(d, i).not_valid() && !As<T>(d.Before(i)).not_valid();
}

// The parent's one merges with that of a partition, which is the partition's own no more
// (MergeWithExistingConstraint in heap.c), unless that was not valid; a child's own one stays its
// own.
bool CheckNeedsRebuild(const Draft& d, int i) {
  if (BecomesUnvalidated<Check>(d, i)) return true;
  const int table = d.before.at(i).parent;
  if (!d.Changes(i, "inherited") || !ParentsStay(d, table)) return false;
  return !As<Table>(d.Before(table)).has_partition_of() || !After<Check>(d, i).inherited() ||
         d.Changes(i, "not_valid");
}

bool TableNeedsRebuild(const Draft& d, int i) {
  const auto& b = As<Table>(d.Before(i));
  const auto& a = After<Table>(d, i);
  return b.has_foreign() != a.has_foreign() || b.foreign().server() != a.foreign().server() ||
         JoinsWithoutColumns(d, b, a) || (d.Changes(i, "of_type") && HasOtherOrderThanType(d, i));
}

bool ColumnNeedsRebuild(const Draft& d, int i) {
  if (MakesRoom(d, i)) return true;
  return d.Changes(i, "generated") &&
         GenerationNeedsRebuild(d, As<Column>(d.Before(i)), After<Column>(d, i));
}

// One that can move has moved before (extension_move.h); no update path leads back to an older
// version.
bool ExtensionNeedsRebuild(const Draft& d, int i) {
  if (d.Changes(i, "schema")) return true;
  return d.Changes(i, "version") &&
         OlderVersion(After<Extension>(d, i).version(), As<Extension>(d.Before(i)).version());
}

bool EnumNeedsRebuild(const Draft& d, int i) {
  return !OnlyAddsLabels(As<Enum>(d.Before(i)), After<Enum>(d, i));
}

bool CompositeTypeNeedsRebuild(const Draft& d, int i) {
  return !CanAlterAttributes(As<CompositeType>(d.Before(i)), After<CompositeType>(d, i),
                             UsedByColumns(d.before, i));
}

bool ViewNeedsRebuild(const Draft& d, int i) {
  return d.Changes(i, "definition") && !CanReplaceView(As<View>(d.Before(i)), After<View>(d, i));
}

bool FunctionNeedsRebuild(const Draft& d, int i) {
  return !CanReplaceFunction(As<Function>(d.Before(i)), After<Function>(d, i));
}

bool PolicyNeedsRebuild(const Draft& d, int i) {
  const auto& b = As<Policy>(d.Before(i));
  const auto& a = After<Policy>(d, i);
  return (!b.using_().empty() && a.using_().empty()) || (!b.check().empty() && a.check().empty());
}

bool MaterializedViewNeedsRebuild(const Draft& d, int i) {
  return d.Changes(i, "access_method") && d.options.server_version < 150000;
}

// Kinds of which the options do not say all.
struct {
  Kind kind;
  bool (*needs_rebuild)(const Draft& d, int i);
} constexpr kSpecial[] = {
    {TABLE, TableNeedsRebuild},
    {COLUMN, ColumnNeedsRebuild},
    {EXTENSION, ExtensionNeedsRebuild},
    {CHECK, CheckNeedsRebuild},
    {FOREIGN_KEY, BecomesUnvalidated<ForeignKey>},
    {DOMAIN_CHECK, BecomesUnvalidated<DomainCheck>},
    {PRIMARY_KEY, AttachmentNeedsRebuild},
    {UNIQUE, AttachmentNeedsRebuild},
    {EXCLUSION, AttachmentNeedsRebuild},
    {INDEX, AttachmentNeedsRebuild},
    {ENUM, EnumNeedsRebuild},
    {COMPOSITE_TYPE, CompositeTypeNeedsRebuild},
    {VIEW, ViewNeedsRebuild},
    {FUNCTION, FunctionNeedsRebuild},
    {POLICY, PolicyNeedsRebuild},
    {MATERIALIZED_VIEW, MaterializedViewNeedsRebuild},
};

bool NeedsRebuild(const Draft& d, int i) {
  const Kind kind = d.before.at(i).id.kind;
  // CREATE OR REPLACE, whatever differs.
  if (kind == TRIGGER &&
      CanReplaceTrigger(As<Trigger>(d.Before(i)), After<Trigger>(d, i), d.options.server_version)) {
    return false;
  }
  if (kind == AGGREGATE) {
    return !CanReplaceAggregate(As<Aggregate>(d.Before(i)), After<Aggregate>(d, i));
  }
  for (const FieldDescriptor* f : d.changed[static_cast<size_t>(i)]) {
    if (model::RuleOf(f).rebuild()) return true;
  }
  for (const auto& special : kSpecial) {
    if (special.kind == kind) return special.needs_rebuild(d, i);
  }
  return false;
}

// Whether a domain gets a constraint that PostgreSQL adds to none of which columns hold values
// inside of arrays, ranges and composite types (find_composite_type_dependencies in tablecmds.c).
bool CannotTighten(const Draft& d, int domain) {
  if (d.before.at(domain).id.kind != DOMAIN || !StoredInside(d.before, domain)) return false;
  const int a = d.to_after[static_cast<size_t>(domain)];
  if (a < 0) return false;
  if (As<Domain>(d.After(a)).not_null() && !As<Domain>(d.Before(domain)).not_null()) return true;
  const std::vector<int>& checks = d.after.at(a).children;
  return std::any_of(checks.begin(), checks.end(), [&](int check) {
    const int b = d.to_before[static_cast<size_t>(check)];
    if (As<DomainCheck>(d.After(check)).not_valid()) return false;
    return b < 0 || d.Changes(b, "expression") || d.Changes(b, "not_valid");
  });
}

// A type that columns use is replaced under them.
Fate Recreated(const Draft& d, int i) {
  return IsDataType(d.before.at(i).id.kind) && UsedByColumns(d.before, i) ? Fate::kReplace
                                                                          : Fate::kRebuild;
}

Fate FateOf(const Draft& d, int i) {
  if (CannotTighten(d, i)) return Fate::kReplace;
  if (d.changed[static_cast<size_t>(i)].empty()) return Fate::kKeep;
  return NeedsRebuild(d, i) ? Recreated(d, i) : Fate::kAlter;
}

// What a type consists of is dropped before it: the type cannot be renamed aside then.
Fate RebuiltAs(const Draft& d, int i, int cause) {
  return IsDataType(d.before.at(cause).id.kind) ? Recreated(d, i) : Fate::kRebuild;
}

bool Disturbs(const Draft& d, int i) {
  const auto& changed = d.changed[static_cast<size_t>(i)];
  return std::any_of(changed.begin(), changed.end(),
                     [](const FieldDescriptor* f) { return model::RuleOf(f).disturbs(); });
}

// Event triggers must not fire for the rest of the script, what a publication holds may not be fit
// for one in between, default privileges count only for what comes after them. Else a script reads
// well: what is new or changed first, then what is dropped.
int Phase(const Operation& op) {
  bool drop = op.action == Action::kDrop;
  switch (op.id.kind) {
    case EVENT_TRIGGER:
      return drop ? 0 : 5;
    case PUBLICATION:
      return drop ? 1 : 4;
    case SUBSCRIPTION:  // it writes to tables as soon as it is there
      return drop ? 0 : 6;
    case DEFAULT_PRIVILEGES:
      return 6;
    default:
      return drop ? 3 : 2;
  }
}

}  // namespace

const Rules& PostgresRules() {
  static constexpr Rules kRules = {
      .fate = FateOf,
      .rebuilt_as = RebuiltAs,
      .disturbs = Disturbs,
      .in_the_way = InTheWay,
      .displaced_by = DisplacedBy,
      .follows_parent = FollowsParent,
      .becomes_own = BecomesOwn,
      .on_both_sides = OnBothSides,
      .overlook = OverlookParentsNotNull,
      .clash_names = ClashNames,
      .phase = Phase,
  };
  return kRules;
}

}  // namespace autogen::diff
