// What cannot be altered in place, kind by kind. Everything that the options in the
// protos say is read from there; only what they cannot say stands here.
#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "src/diff/draft.h"
#include "src/model/inheritance.h"
#include "src/model/names.h"

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

bool UsedByColumns(const Draft& d, int before) {
  for (const model::Edge& e : d.before.NeededBy(before)) {
    if (d.before.at(e.to).id.kind == COLUMN && e.field.empty()) return true;
  }
  return false;
}

bool IsDataType(Kind kind) {
  return kind == ENUM || kind == DOMAIN || kind == RANGE_TYPE || kind == COMPOSITE_TYPE ||
         kind == BASE_TYPE || kind == COLLATION;
}

bool GenerationNeedsRebuild(const Draft& d, const Column& before, const Column& after) {
  // Only "was stored, is ordinary now" is DROP EXPRESSION; PostgreSQL 17 has SET EXPRESSION.
  if (!after.has_generated()) return before.generated().virtual_();
  if (!before.has_generated()) return true;
  if (before.generated().virtual_() != after.generated().virtual_()) return true;
  return d.options.server_version < 170000;
}

// Whether the column came from a parent already, or its table joins one only now.
bool HasParents(const Draft& d, int column) {
  const model::Object& o = d.before.at(column);
  Column ignored;
  return d.Changes(o.parent, "inherits") || d.Changes(o.parent, "partition_of") ||
         model::FromParent(&d.before, o.id, &ignored);
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

// A table that begins to inherit keeps its columns as its own (attislocal): where one is wanted
// from the parent alone, the table must be made as a child.
bool JoinsWithoutColumns(const Draft& d, const Table& before, const Table& after) {
  for (const Name& name : after.inherits()) {
    auto same = [&](const Name& n) {
      return n.schema() == name.schema() && n.name() == name.name();
    };
    if (std::any_of(before.inherits().begin(), before.inherits().end(), same)) continue;
    int parent = d.after.Find({TABLE, name.schema(), "", name.name()});
    if (parent < 0) continue;
    for (const Column& c : As<Table>(*d.after.at(parent).message).column()) {
      if (std::none_of(after.column().begin(), after.column().end(), [&](const Column& own) {
            return own.name() == c.name() && !own.inherited();
          })) {
        return true;
      }
    }
  }
  return false;
}

bool NeedsRebuild(const Draft& d, int i) {
  const google::protobuf::Message& before = d.Before(i);
  const google::protobuf::Message& after = d.After(d.to_after[static_cast<size_t>(i)]);
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
      // A column of its own cannot become an inherited one (attislocal stays): it makes room for
      // the parent's where the parent gets it only now.
      if (As<Column>(after).inherited() && !As<Column>(before).inherited() && !HasParents(d, i)) {
        return true;
      }
      return d.Changes(i, "generated") &&
             GenerationNeedsRebuild(d, As<Column>(before), As<Column>(after));
    case EXTENSION:
      // No update path leads back to an older version.
      return d.Changes(i, "version") &&
             OlderVersion(As<Extension>(after).version(), As<Extension>(before).version());
    case CHECK:
      return As<Check>(after).not_valid() && !As<Check>(before).not_valid();
    case FOREIGN_KEY:
      return As<ForeignKey>(after).not_valid() && !As<ForeignKey>(before).not_valid();
    case DOMAIN_CHECK:
      return As<DomainCheck>(after).not_valid() && !As<DomainCheck>(before).not_valid();
    case PRIMARY_KEY:
    case UNIQUE:
    case EXCLUSION:
    case INDEX: {
      if (!d.Changes(i, "attached_to")) return false;
      const FieldDescriptor* f = before.GetDescriptor()->FindFieldByName("attached_to");
      // No statement attaches an exclusion constraint to a parent's.
      if (before.GetDescriptor() == Exclusion::descriptor() &&
          !after.GetReflection()->GetString(after, f).empty()) {
        return true;
      }
      // It leaves with its table, or stays as it is where that joins another.
      if (d.Changes(d.before.at(i).parent, "partition_of")) return false;
      return !before.GetReflection()->GetString(before, f).empty();
    }
    case ENUM:
      return !OnlyAddsLabels(As<Enum>(before), As<Enum>(after));
    case COMPOSITE_TYPE:
      return !CanAlterAttributes(As<CompositeType>(before), As<CompositeType>(after),
                                 UsedByColumns(d, i));
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

template <typename T>
bool IsPlain(const T& key, const std::string& table) {
  return key.name() == model::PartsOf(key, table).Plain() && key.comment().empty() &&
         key.tablespace().empty() && key.with_size() == 0;
}

// What PostgreSQL would make of a partition's index by itself: its name, and nothing more.
bool IsPlainAttached(const model::Object& o) {
  switch (o.id.kind) {
    case INDEX:
      return IsPlain(As<Index>(*o.message), o.id.parent);
    case PRIMARY_KEY:
      return IsPlain(As<PrimaryKey>(*o.message), o.id.parent);
    case UNIQUE:
      return IsPlain(As<Unique>(*o.message), o.id.parent);
    case EXCLUSION:
      return IsPlain(As<Exclusion>(*o.message), o.id.parent);
    default:  // nothing else is attached
      return true;
  }
}

// When a column of a partitioned table gets another type PostgreSQL makes the indexes of the
// partitions anew, from the parent's: their own names, comments and options are gone
// (ATPostAlterTypeCleanup in tablecmds.c rebuilds the parent's index alone).
bool HasNamedAttached(const Draft& d, int index) {
  for (const model::Edge& e : d.before.NeededBy(index)) {
    if (e.field != "attached_to") continue;
    if (!IsPlainAttached(d.before.at(e.to)) || HasNamedAttached(d, e.to)) return true;
  }
  return false;
}

}  // namespace

Fate FateOf(const Draft& d, int i) {
  if (d.changed[static_cast<size_t>(i)].empty()) return Fate::kKeep;
  if (!NeedsRebuild(d, i)) return Fate::kAlter;
  return IsDataType(d.before.at(i).id.kind) && UsedByColumns(d, i) ? Fate::kReplace
                                                                   : Fate::kRebuild;
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
      return HasNamedAttached(d, e.to);
    default:  // PostgreSQL rebuilds other constraints and statistics itself
      return false;
  }
}

}  // namespace autogen::diff
