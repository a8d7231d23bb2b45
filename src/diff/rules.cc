// What cannot be altered in place, kind by kind. Everything that the options in the
// protos say is read from there; only what they cannot say stands here.
#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "src/diff/draft.h"
#include "src/diff/inherited.h"

namespace autogen::diff {
namespace {

using google::protobuf::FieldDescriptor;

template <typename T>
const T& As(const google::protobuf::Message& m) {
  return static_cast<const T&>(m);
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

// The parent's one merges with that of a partition, which is the partition's own no more
// (MergeWithExistingConstraint in heap.c), unless that was not valid; a child's own one stays its
// own.
bool CheckNeedsRebuild(const Draft& d, int i) {
  const auto& before = As<Check>(d.Before(i));
  const auto& after = As<Check>(d.After(d.to_after[static_cast<size_t>(i)]));
  if (after.not_valid() && !before.not_valid()) return true;
  const int table = d.before.at(i).parent;
  if (!d.Changes(i, "inherited") || !ParentsStay(d, table)) return false;
  return !As<Table>(d.Before(table)).has_partition_of() || !after.inherited() ||
         d.Changes(i, "not_valid");
}

bool NeedsRebuild(const Draft& d, int i) {
  const google::protobuf::Message& before = d.Before(i);
  const google::protobuf::Message& after = d.After(d.to_after[static_cast<size_t>(i)]);
  if (d.before.at(i).id.kind == TRIGGER &&
      CanReplaceTrigger(As<Trigger>(before), As<Trigger>(after), d.options.server_version)) {
    return false;
  }
  if (d.before.at(i).id.kind == AGGREGATE) {
    return !CanReplaceAggregate(As<Aggregate>(before), As<Aggregate>(after));
  }
  for (const FieldDescriptor* f : d.changed[static_cast<size_t>(i)]) {
    if (model::RuleOf(f).rebuild()) return true;
  }
  switch (d.before.at(i).id.kind) {
    case TABLE: {
      const auto& b = As<Table>(before);
      const auto& a = As<Table>(after);
      return b.has_foreign() != a.has_foreign() || b.foreign().server() != a.foreign().server() ||
             JoinsWithoutColumns(d, b, a);
    }
    case COLUMN:
      if (MakesRoom(d, i)) return true;
      return d.Changes(i, "generated") &&
             GenerationNeedsRebuild(d, As<Column>(before), As<Column>(after));
    case EXTENSION:
      // One that can move has moved before (extension_move.h); no update path leads back to an
      // older version.
      if (d.Changes(i, "schema")) return true;
      return d.Changes(i, "version") &&
             OlderVersion(As<Extension>(after).version(), As<Extension>(before).version());
    case CHECK:
      return CheckNeedsRebuild(d, i);
    case FOREIGN_KEY:
      return As<ForeignKey>(after).not_valid() && !As<ForeignKey>(before).not_valid();
    case DOMAIN_CHECK:
      return As<DomainCheck>(after).not_valid() && !As<DomainCheck>(before).not_valid();
    case PRIMARY_KEY:
    case UNIQUE:
    case EXCLUSION:
    case INDEX:
      return AttachmentNeedsRebuild(d, i);
    case ENUM:
      return !OnlyAddsLabels(As<Enum>(before), As<Enum>(after));
    case COMPOSITE_TYPE:
      return !CanAlterAttributes(As<CompositeType>(before), As<CompositeType>(after),
                                 UsedByColumns(d.before, i));
    case VIEW:
      return d.Changes(i, "definition") && !CanReplaceView(As<View>(before), As<View>(after));
    case FUNCTION:
      return !CanReplaceFunction(As<Function>(before), As<Function>(after));
    case POLICY: {
      const auto& b = As<Policy>(before);
      const auto& a = As<Policy>(after);
      return (!b.using_().empty() && a.using_().empty()) ||
             (!b.check().empty() && a.check().empty());
    }
    case MATERIALIZED_VIEW:
      return d.Changes(i, "access_method") && d.options.server_version < 150000;
    case KIND_UNSPECIFIED:
    case SCHEMA:
    case LANGUAGE:
    case TRANSFORM:
    case ACCESS_METHOD:
    case CONVERSION:
    case TEXT_SEARCH_PARSER:
    case TEXT_SEARCH_TEMPLATE:
    case TEXT_SEARCH_DICTIONARY:
    case TEXT_SEARCH_CONFIGURATION:
    case BASE_TYPE:
    case RANGE_TYPE:
    case DOMAIN:
    case SEQUENCE:
    case AGGREGATE:
    case OPERATOR:
    case OPERATOR_FAMILY:
    case OPERATOR_CLASS:
    case CAST:
    case FOREIGN_DATA_WRAPPER:
    case SERVER:
    case USER_MAPPING:
    case STATISTICS:
    case VIEW_COLUMN:
    case RULE:
    case TRIGGER:
    case EVENT_TRIGGER:
    case PUBLICATION:
    case DEFAULT_PRIVILEGES:
    case COLLATION:
    case Kind_INT_MIN_SENTINEL_DO_NOT_USE_:
    case Kind_INT_MAX_SENTINEL_DO_NOT_USE_:
      return false;
  }
  return false;
}

}  // namespace

Fate FateOf(const Draft& d, int i) {
  if (d.changed[static_cast<size_t>(i)].empty()) return Fate::kKeep;
  if (!NeedsRebuild(d, i)) return Fate::kAlter;
  return RebuiltAs(d, i);
}

bool IsDataType(Kind kind) {
  return kind == ENUM || kind == DOMAIN || kind == RANGE_TYPE || kind == COMPOSITE_TYPE ||
         kind == BASE_TYPE || kind == COLLATION;
}

Fate RebuiltAs(const Draft& d, int i) {
  return IsDataType(d.before.at(i).id.kind) && UsedByColumns(d.before, i) ? Fate::kReplace
                                                                          : Fate::kRebuild;
}

bool UsedByColumns(const model::Catalog& catalog, int type) {
  for (const model::Edge& e : catalog.NeededBy(type)) {
    const Kind kind = catalog.at(e.to).id.kind;
    if (!e.field.empty()) continue;
    if (kind == COLUMN || (IsDataType(kind) && UsedByColumns(catalog, e.to))) return true;
  }
  return false;
}

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

bool Disturbs(const Draft& d, int i) {
  const auto& changed = d.changed[static_cast<size_t>(i)];
  return std::any_of(changed.begin(), changed.end(),
                     [](const FieldDescriptor* f) { return model::RuleOf(f).disturbs(); });
}

bool StandsInTheWay(const Draft& d, const model::Edge& e) {
  const model::Object& o = d.before.at(e.to);
  switch (o.id.kind) {
    case VIEW:
    case MATERIALIZED_VIEW:
    case RULE:
    case TRIGGER:
    case POLICY:
    case FUNCTION:
    case PUBLICATION:
      return true;
    case COLUMN:
      return e.field.empty() && As<Column>(*o.message).has_generated();
    case INDEX:
    case PRIMARY_KEY:
    case UNIQUE:
    case EXCLUSION:
      return HasNamedAttached(d.before, e.to);
    default:  // PostgreSQL rebuilds other constraints and statistics itself
      return false;
  }
}

}  // namespace autogen::diff
