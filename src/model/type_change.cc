#include "src/model/type_change.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "src/sql/quote.h"

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
      {"bit varying", "bit"},     {"macaddr", "macaddr8"}, {"macaddr8", "macaddr"}};
  if (IsText(to)) return true;  // by the type's output function
  if (IsNumber(from) && IsNumber(to)) return true;
  return casts->contains({from, to});
}

// Casts that have to be asked for (context e).
bool CastsOnRequest(const std::string& from, const std::string& to) {
  if (IsText(from)) return true;  // by the type's input function
  if (from == "jsonb") return to == "boolean" || IsNumber(to);
  if (from == "integer") return to == "boolean" || to == "bit";
  if (to == "integer") return from == "boolean" || from == "bit";
  return (from == "bigint" && to == "bit") || (from == "bit" && to == "bigint");
}

bool IsBuiltin(const std::string& base) {
  return base.find('.') == std::string::npos && base.find('"') == std::string::npos;
}

// The type below a domain, as SplitType gives it; other types as they are.
TypeParts BelowDomains(TypeParts type, const Catalog* catalog) {
  // A chain of domains is short; the bound is against one that a model closes to a ring.
  for (int i = 0; i < 16 && catalog != nullptr && !type.array; ++i) {
    sql::SplitName name = sql::SplitQualified(type.base);
    int at = catalog->Find({DOMAIN, name.schema, "", name.name});
    if (at < 0) break;
    type = SplitType(static_cast<const Domain&>(*catalog->at(at).message).type());
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

// The values fit as they are: nothing is written anew.
bool KeepsValues(const TypeParts& b, const TypeParts& a) {
  int old_limit = Modifier(b, 0), limit = Modifier(a, 0);
  bool wider = limit < 0 || (old_limit >= 0 && limit >= old_limit);
  if (a.base == "text" && !b.array) return b.base == "text" || b.base == "character varying";
  if (a.base == "character varying" && b.base == "text") return limit < 0;
  if (a.base == "inet" && b.base == "cidr") return true;
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
  if (a.base == "real" && (b.base == kDouble || b.base == "numeric")) return "precision";
  if (a.base == kDouble && b.base == "numeric") return "precision";
  if (a.base == "jsonb" && b.base == "json") return "blanks, key order and repeated keys";
  bool seconds = absl::StartsWith(a.base, "time") && a.base == b.base;
  if (seconds && Modifier(a, 0) >= 0 && (Modifier(b, 0) < 0 || Modifier(a, 0) < Modifier(b, 0))) {
    return "fractions of seconds are rounded";
  }
  return "";
}

RowWork Work(const TypeParts& b, const TypeParts& a) {
  if (KeepsValues(b, a)) return RowWork::kNone;
  if ((b.base == kTimestamp && a.base == kTimestampTz) ||
      (b.base == kTimestampTz && a.base == kTimestamp)) {
    return RowWork::kRewriteUnlessUtc;
  }
  return RowWork::kRewrite;
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
    change.fails = "where a value is none of the new type";
    return change;
  }
  change.same_base = b.base == a.base && b.array == a.array;
  change.work = Work(b, a);
  if (b.array == a.array) {
    change.loses = Loses(b, a);
    change.fails = FailsWhere(b, a);
  }
  if (change.same_base) return change;
  if (b.array != a.array) {
    // The text of an array, or the array that a text spells.
    change.work = RowWork::kRewrite;
    if (!a.array && IsText(a.base)) return change;
    change.cast = absl::StrCat("::text::", after);
    change.fails = absl::StrCat("where a value is no ", after);
    return change;
  }
  if (CastsByItself(b.base, a.base)) return change;
  // Of arrays, PostgreSQL looks below the domains of the elements; of those that are arrays
  // themselves, no cast is found.
  bool arrays_of_arrays = false;
  auto below = [&](TypeParts type, const Catalog* catalog) {
    const bool array = type.array;
    type.array = false;
    type = BelowDomains(std::move(type), catalog);
    arrays_of_arrays |= array && type.array;
    type.array |= array;
    return type;
  };
  TypeParts from = below(b, before_catalog);
  TypeParts to = below(a, after_catalog);
  bool both_builtin = IsBuiltin(from.base) && IsBuiltin(to.base);
  bool known =
      both_builtin || HasNoCasts(from.base, before_catalog) || HasNoCasts(to.base, after_catalog);
  // Of an extension's types we know nothing: the cast is tried.
  bool direct = !known || IsText(from.base) || from.base == to.base ||
                CastsByItself(from.base, to.base) || CastsOnRequest(from.base, to.base) ||
                HasCast(from.base, to.base, after_catalog);
  direct = direct && from.array == to.array && !arrays_of_arrays;
  change.cast = direct ? absl::StrCat("::", after) : through_text;
  change.fails = absl::StrCat("where a value is no ", after);
  return change;
}

}  // namespace autogen::model
