#include "src/model/type_change.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "src/sql/quote.h"
#include "src/sql/references.h"

namespace autogen::model {
namespace {

constexpr char kTimestamp[] = "timestamp without time zone";
constexpr char kTimestampTz[] = "timestamp with time zone";
constexpr char kTime[] = "time without time zone";
constexpr char kTimeTz[] = "time with time zone";
constexpr char kDouble[] = "double precision";

bool IsText(const std::string& base) {
  return base == "text" || base == "character varying" || base == "character";
}

bool IsInteger(const std::string& base) {
  return base == "smallint" || base == "integer" || base == "bigint";
}

bool IsNumber(const std::string& base) {
  return IsInteger(base) || base == "numeric" || base == "real" || base == kDouble;
}

// Casts that PostgreSQL does in an assignment (pg_cast, context a or i) between types that have
// any.
bool CastsByItself(const std::string& from, const std::string& to) {
  static const auto* casts = new absl::flat_hash_set<std::pair<std::string, std::string>>{
      {"date", kTimestamp},       {"date", kTimestampTz},  {kTime, "interval"},
      {kTime, kTimeTz},           {kTimestamp, "date"},    {kTimestamp, kTime},
      {kTimestamp, kTimestampTz}, {kTimestampTz, "date"},  {kTimestampTz, kTime},
      {kTimestampTz, kTimestamp}, {kTimestampTz, kTimeTz}, {"interval", kTime},
      {kTimeTz, kTime},           {"inet", "cidr"},        {"cidr", "inet"},
      {"json", "jsonb"},          {"jsonb", "json"},       {"bit", "bit varying"},
      {"bit varying", "bit"},     {"macaddr", "macaddr8"}, {"macaddr8", "macaddr"},
      {"money", "numeric"},       {"numeric", "money"},    {"integer", "money"},
      {"bigint", "money"},        {"smallint", "oid"},     {"integer", "oid"},
      {"bigint", "oid"},          {"oid", "integer"},      {"oid", "bigint"},
      {"point", "box"},           {"path", "polygon"},     {"polygon", "path"},
      {"box", "polygon"}};
  if (IsText(to)) return true;  // by the type's output function
  if (IsNumber(from) && IsNumber(to)) return true;
  return casts->contains({from, to});
}

// Casts that have to be asked for (context e).
bool CastsOnRequest(const std::string& from, const std::string& to) {
  static const auto* casts =
      new absl::flat_hash_set<std::pair<std::string, std::string>>{{"lseg", "point"},
                                                                   {"box", "point"},
                                                                   {"box", "lseg"},
                                                                   {"box", "circle"},
                                                                   {"polygon", "point"},
                                                                   {"polygon", "box"},
                                                                   {"polygon", "circle"},
                                                                   {"circle", "point"},
                                                                   {"circle", "box"},
                                                                   {"circle", "polygon"},
                                                                   {"xid8", "xid"},
                                                                   {"int4range", "int4multirange"},
                                                                   {"int8range", "int8multirange"},
                                                                   {"numrange", "nummultirange"},
                                                                   {"daterange", "datemultirange"},
                                                                   {"tsrange", "tsmultirange"},
                                                                   {"tstzrange", "tstzmultirange"}};
  if (casts->contains({from, to})) return true;
  if (IsText(from)) return true;  // by the type's input function
  if (from == "jsonb") return to == "boolean" || IsNumber(to);
  if (from == "integer") return to == "boolean" || to == "bit";
  if (to == "integer") return from == "boolean" || from == "bit";
  return (from == "bigint" && to == "bit") || (from == "bit" && to == "bigint");
}

bool IsBuiltin(const std::string& base) {
  return base.find('.') == std::string::npos && base.find('"') == std::string::npos;
}

// The type below a domain, as SplitType gives it; other types as they are. `constrained`: a domain
// on the way allows fewer values than that.
TypeParts BelowDomains(TypeParts type, const Catalog* catalog, bool* constrained) {
  // A chain of domains is short; the bound is against one that a model closes to a ring.
  for (int i = 0; i < 16 && catalog != nullptr && !type.array; ++i) {
    sql::SplitName name = sql::SplitQualified(type.base);
    int at = catalog->Find({DOMAIN, name.schema, "", name.name});
    if (at < 0) break;
    const auto& domain = static_cast<const Domain&>(*catalog->at(at).message);
    *constrained |= domain.not_null() || domain.check_size() > 0;
    type = SplitType(domain.type());
  }
  return type;
}

// A type that has only the casts that somebody made for it, beside those through text.
bool HasNoCasts(const std::string& base, const Catalog* catalog) {
  if (catalog == nullptr) return false;
  sql::SplitName name = sql::SplitQualified(base);
  for (Kind kind : {ENUM, COMPOSITE_TYPE, RANGE_TYPE, BASE_TYPE}) {
    if (catalog->Find({kind, name.schema, "", name.name}) >= 0) return true;
  }
  return catalog->FindRelation(name.schema, name.name) >= 0;
}

bool HasCast(const std::string& from, const std::string& to, const Catalog* catalog) {
  if (catalog == nullptr) return false;
  for (const Cast& cast : catalog->schema().cast()) {
    if (cast.source() == from && cast.target() == to) return true;
  }
  return false;
}

int Modifier(const TypeParts& t, size_t i) { return i < t.modifiers.size() ? t.modifiers[i] : -1; }

// A time with all the digits that it can have.
bool IsFullPrecision(const TypeParts& t) {
  constexpr int kMost = 6;
  const bool time = absl::StartsWith(t.base, "time") || t.base == "interval";
  return time && (Modifier(t, 0) < 0 || Modifier(t, 0) >= kMost);
}

// The values fit as they are: nothing is rewritten.
bool KeepsValues(const TypeParts& b, const TypeParts& a) {
  int old_limit = Modifier(b, 0), limit = Modifier(a, 0);
  bool wider = limit < 0 || (old_limit >= 0 && limit >= old_limit) || IsFullPrecision(a);
  if (a.base == "text") {
    return b.base == "text" || b.base == "character varying" || b.base == "xml";
  }
  if (a.base == "character varying" && (b.base == "text" || b.base == "xml")) return limit < 0;
  if (a.base == "bit varying" && b.base == "bit") return limit < 0;
  if (a.base == "inet" && b.base == "cidr") return true;
  if ((a.base == "oid" && b.base == "integer") || (a.base == "integer" && b.base == "oid")) {
    return true;
  }
  if (a.base != b.base) return false;
  if (a.base == "numeric") {
    if (limit < 0) return true;
    return old_limit >= 0 && limit >= old_limit &&
           std::max(0, Modifier(a, 1)) == std::max(0, Modifier(b, 1));
  }
  if (a.base == "character" || a.base == "bit") return limit == old_limit;
  return wider;
}

// A number of lesser range, a shorter text: some values may not fit.
std::string FailsWhere(const TypeParts& b, const TypeParts& a) {
  int old_limit = Modifier(b, 0), limit = Modifier(a, 0);
  if (IsText(a.base)) {
    if (limit < 0 || (IsText(b.base) && old_limit >= 0 && limit >= old_limit)) return "";
    return absl::StrCat("where a value is longer than ", limit, " characters");
  }
  if (a.base == "numeric" && IsNumber(b.base) && limit >= 0 && !KeepsValues(b, a)) {
    int digits = limit - std::max(0, Modifier(a, 1));
    return absl::StrCat("where a value has more than ", digits, " digits before the point");
  }
  auto rank = [](const std::string& base) {
    if (base == "smallint") return 1;
    if (base == "integer") return 2;
    if (base == "bigint") return 3;
    return 4;
  };
  if (IsInteger(a.base) && IsNumber(b.base) && rank(b.base) > rank(a.base)) {
    return absl::StrCat("where a value is out of range for ", a.base);
  }
  return "";
}

std::string Loses(const TypeParts& b, const TypeParts& a) {
  if (IsInteger(a.base) && IsNumber(b.base) && !IsInteger(b.base)) return "fractions are rounded";
  if (a.base == "numeric" && b.base == "numeric" && Modifier(a, 0) >= 0 &&
      (Modifier(b, 0) < 0 || std::max(0, Modifier(a, 1)) < Modifier(b, 1))) {
    return "digits after the point are rounded";
  }
  if (a.base == "date" && absl::StartsWith(b.base, "timestamp")) return "the time of day";
  if (a.base == kTime && absl::StartsWith(b.base, "timestamp")) return "the date";
  // The digits that each kind of floating point number keeps of any number (FLT_DIG, DBL_DIG).
  const int digits = a.base == "real" ? 6 : 15;
  const bool short_number = b.base == "numeric" && Modifier(b, 0) > 0 && Modifier(b, 0) <= digits;
  if (a.base == "real" && (b.base == kDouble || b.base == "numeric") && !short_number) {
    return "precision";
  }
  if (a.base == kDouble && b.base == "numeric" && !short_number) return "precision";
  // These casts give as many digits.
  if (a.base == "numeric" && (b.base == "real" || b.base == kDouble)) return "precision";
  if (a.base == "real" && (b.base == "integer" || b.base == "bigint")) return "precision";
  if (a.base == kDouble && b.base == "bigint") return "precision";
  if (a.base == "money" && b.base == "numeric") return "digits after the point are rounded";
  if (a.base == "boolean" && b.base == "integer") return "which number it was";
  if (a.base == "jsonb" && b.base == "json") return "blanks, key order and repeated keys";
  bool seconds = absl::StartsWith(a.base, "time") && a.base == b.base;
  if (seconds && Modifier(a, 0) >= 0 && (Modifier(b, 0) < 0 || Modifier(a, 0) < Modifier(b, 0))) {
    return "fractions of seconds are rounded";
  }
  return "";
}

// Of types that are no domains.
RowWork Work(const TypeParts& b, const TypeParts& a) {
  if (a.array || b.array) {
    // The elements are looked at one by one, unless nothing at all can be wrong with them.
    const bool same = a.array == b.array && a.base == b.base &&
                      (a.modifiers.empty() || a.modifiers == b.modifiers);
    return same ? RowWork::kNone : RowWork::kRewrite;
  }
  if (KeepsValues(b, a)) return RowWork::kNone;
  const bool zone = (b.base == kTimestamp && a.base == kTimestampTz) ||
                    (b.base == kTimestampTz && a.base == kTimestamp);
  return zone && IsFullPrecision(a) ? RowWork::kRewriteUnlessUtc : RowWork::kRewrite;
}

// A type without the domains over it; of an array, without those of its elements.
struct Below {
  TypeParts type;
  bool domain = false;  // there was one
  bool constrained = false;
  bool array_of_arrays = false;
};

Below LookBelow(const TypeParts& type, const Catalog* catalog) {
  Below below;
  TypeParts element = type;
  element.array = false;
  below.type = BelowDomains(std::move(element), catalog, &below.constrained);
  below.domain = below.type.base != type.base;
  // Of elements that are arrays themselves, no cast is found.
  below.array_of_arrays = type.array && below.type.array;
  below.type.array |= type.array;
  return below;
}

RowWork WorkBelow(const Below& from, const Below& to) {
  const bool elements = (from.type.array || to.type.array) && (from.domain || to.domain);
  if (to.constrained || elements) return RowWork::kRewrite;
  TypeParts before = from.type;
  // The limit of a domain's type is not known of its values.
  if (from.domain) before.modifiers.clear();
  return Work(before, to.type);
}

// Built-in types, beside those of text, for which extensions make casts (hstore to jsonb, geometry
// from point): there the cast says more than the texts. None makes one from json.
bool ExtensionsCast(const std::string& from, const std::string& to) {
  if (from == "json" || from == "jsonb") return false;
  const std::string& base = IsBuiltin(from) ? from : to;
  static constexpr absl::string_view kTypes[] = {"box",  "bytea", "circle", "json",  "jsonb",
                                                 "line", "lseg",  "path",   "point", "polygon"};
  return std::find(std::begin(kTypes), std::end(kTypes), base) != std::end(kTypes);
}

// Whether a cast from the one to the other is there. Which casts an extension's type has is not
// known: most have none, and none is needed between texts.
bool HasDirectCast(const Below& b, const Catalog* before_catalog, const Below& a,
                   const Catalog* after_catalog) {
  const std::string& from = b.type.base;
  const std::string& to = a.type.base;
  if (b.type.array != a.type.array || b.array_of_arrays || a.array_of_arrays) return false;
  const bool known = (IsBuiltin(from) && IsBuiltin(to)) || HasNoCasts(from, before_catalog) ||
                     HasNoCasts(to, after_catalog);
  if (!known) return IsText(from) || ExtensionsCast(from, to);
  return IsText(from) || from == to || CastsByItself(from, to) ||
         CastsOnRequest(from, to) || HasCast(from, to, after_catalog);
}

bool Names(const std::string& expression, absl::string_view column) {
  if (expression.empty()) return false;
  for (const sql::Reference& r : sql::FindReferences(EXPRESSION, expression)) {
    const bool may_be_column = r.reference_class == sql::Reference::Class::kColumn ||
                               r.reference_class == sql::Reference::Class::kAny;
    if (may_be_column && r.name == column) return true;
  }
  return false;
}

}  // namespace

TypeParts SplitType(absl::string_view type) {
  TypeParts parts;
  while (absl::EndsWith(type, "[]")) {
    parts.array = true;
    type.remove_suffix(2);
  }
  size_t open = type.find('(');
  size_t close = type.find(')');
  if (open == absl::string_view::npos || close == absl::string_view::npos || close < open) {
    parts.base = std::string(type);
    return parts;
  }
  for (absl::string_view m : absl::StrSplit(type.substr(open + 1, close - open - 1), ',')) {
    int value = 0;
    if (absl::SimpleAtoi(m, &value)) parts.modifiers.push_back(value);
  }
  parts.base = absl::StrCat(type.substr(0, open), type.substr(close + 1));
  return parts;
}

TypeChange DescribeTypeChange(absl::string_view before, absl::string_view after, bool swapped,
                              const Catalog* before_catalog, const Catalog* after_catalog) {
  TypeParts b = SplitType(before);
  TypeParts a = SplitType(after);
  TypeChange change;
  std::string through_text = absl::StrCat(b.array ? "::text[]::" : "::text::", after);
  if (swapped) {
    change.cast = through_text;
    change.work = RowWork::kRewrite;
    change.fails = "where a value is not valid for the new type";
    return change;
  }
  change.same_base = b.base == a.base && b.array == a.array;
  const Below from = LookBelow(b, before_catalog);
  const Below to = LookBelow(a, after_catalog);
  change.work = WorkBelow(from, to);
  if (b.array == a.array) {
    change.loses = Loses(b, a);
    change.fails = FailsWhere(b, a);
  }
  if (change.same_base) return change;
  if (b.array != a.array) {
    // The text of an array, or the array of a text.
    change.work = RowWork::kRewrite;
    if (!a.array && IsText(a.base)) return change;
    change.cast = absl::StrCat("::text::", after);
    change.fails = absl::StrCat("where a value is not a valid ", after);
    return change;
  }
  if (CastsByItself(b.base, a.base)) return change;
  const bool direct = HasDirectCast(from, before_catalog, to, after_catalog);
  if (!direct) change.work = RowWork::kRewrite;
  change.cast = direct ? absl::StrCat("::", after) : through_text;
  if (change.work != RowWork::kNone)
    change.fails = absl::StrCat("where a value is not a valid ", after);
  return change;
}

bool IsInKeys(const google::protobuf::RepeatedPtrField<IndexKey>& keys, absl::string_view column) {
  return std::any_of(keys.begin(), keys.end(), [&](const IndexKey& key) {
    return key.column() == column || Names(key.expression(), column);
  });
}

std::vector<std::string> ScannedFor(const Table& table, absl::string_view column) {
  std::vector<std::string> names;
  for (const Check& check : table.check()) {
    if (check.not_valid() || check.not_enforced()) continue;
    if (Names(check.expression(), column)) names.push_back(check.name());
  }
  for (const Index& index : table.index()) {
    const bool of_column = Names(index.where(), column) || IsInKeys(index.key(), column);
    bool expressions = !index.where().empty();
    for (const IndexKey& key : index.key()) expressions |= !key.expression().empty();
    if (of_column && expressions) names.push_back(index.name());
  }
  return names;
}

}  // namespace autogen::model
