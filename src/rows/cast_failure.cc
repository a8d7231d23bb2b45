#include "src/rows/cast_failure.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/model/type_change.h"
#include "src/sql/quote.h"

namespace autogen::rows {
namespace {

using model::TypeParts;

constexpr char kDouble[] = "double precision";

bool IsText(const std::string& base) {
  return base == "text" || base == "character varying" || base == "character";
}

bool IsFloat(const std::string& base) { return base == "real" || base == kDouble; }

struct IntegerRange {
  const char* type;
  int digits;  // of its largest number
  const char* min;
  const char* max;
  const char* above;  // the first number that rounds to more than max
  const char* below;
};

const IntegerRange* RangeOf(const std::string& base) {
  static constexpr IntegerRange kRanges[] = {
      {"smallint", 5, "-32768", "32767", "32767.5", "-32768.5"},
      {"integer", 10, "-2147483648", "2147483647", "2147483647.5", "-2147483648.5"},
      {"bigint", 19, "-9223372036854775808", "9223372036854775807", "9223372036854775807.5",
       "-9223372036854775808.5"}};
  for (const IntegerRange& range : kRanges) {
    if (base == range.type) return &range;
  }
  return nullptr;
}

bool IsNumber(const std::string& base) {
  return RangeOf(base) != nullptr || base == "numeric" || IsFloat(base);
}

int Modifier(const TypeParts& t, size_t i) { return i < t.modifiers.size() ? t.modifiers[i] : -1; }

// Digits behind the point of numeric(p,s); fewer than none round before it.
int Scale(const TypeParts& t) { return t.modifiers.size() > 1 ? t.modifiers[1] : 0; }

// The most digits before the point that a value of the type has once it is rounded to `scale`
// digits behind it; -1: no limit.
int WholeDigits(const TypeParts& from, int scale) {
  if (const IntegerRange* range = RangeOf(from.base)) return range->digits;
  const int precision = Modifier(from, 0);
  if (from.base != "numeric" || precision < 0) return -1;
  return precision - Scale(from) + (Scale(from) > scale ? 1 : 0);
}

// The longest text of a value of the type; -1: no limit.
int LongestText(const TypeParts& from) {
  if (const IntegerRange* range = RangeOf(from.base)) return range->digits + 1;
  if (from.base == "boolean") return 5;
  if (from.base == "uuid") return 36;
  const bool limited = IsText(from.base) || absl::StartsWith(from.base, "bit");
  if (!limited) return -1;
  const bool one = from.base == "character" || from.base == "bit";
  return Modifier(from, 0) < 0 && one ? 1 : Modifier(from, 0);
}

bool Fits(int most, int limit) { return most >= 0 && most <= limit; }

// Out of the range of an integer type. A float rounds to even (rint), a numeric away from zero: NaN
// is more than any number to a comparison.
std::string OutOfRange(const std::string& v, const std::string& from, const IntegerRange& to) {
  if (from == "numeric") return absl::StrCat(v, " >= ", to.above, " OR ", v, " <= ", to.below);
  if (IsFloat(from)) {
    return absl::StrCat(v, "::", kDouble, " >= ", to.above, "::", kDouble, " OR ", v, "::", kDouble,
                        " < ", to.below, "::", kDouble);
  }
  return absl::StrCat(v, " NOT BETWEEN ", to.min, " AND ", to.max);
}

// More digits before the point than numeric(p,s) has room for. NaN has a place in it.
std::string TooManyDigits(const std::string& v, const TypeParts& to) {
  int scale = Scale(to);
  return absl::StrCat("abs(round(", v, "::numeric, ", scale, ")) >= 1e", Modifier(to, 0) - scale,
                      " AND ", v, "::numeric <> 'NaN'");
}

// As text that is longer than the type: an assignment takes blanks at the end off, nothing else.
std::string TooLong(const std::string& v, const TypeParts& from, int limit) {
  std::string text = IsText(from.base) ? v : absl::StrCat(v, "::text");
  return absl::StrCat("char_length(rtrim(", text, ", ' ')) > ", limit);
}

// What an input function refuses, for servers that cannot be asked (pg_input_is_valid came with
// PostgreSQL 16). "" where a pattern cannot say it.
std::string NoInput(const std::string& text, const TypeParts& to) {
  constexpr char kNumber[] = R"(^\s*([-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?|nan|[-+]?inf(inity)?)\s*$)";
  if (const IntegerRange* range = RangeOf(to.base)) {
    return absl::StrCat("CASE WHEN ", text, R"( ~ '^\s*[-+]?\d+\s*$' THEN )", text,
                        "::numeric NOT BETWEEN ", range->min, " AND ", range->max,
                        " ELSE true END");
  }
  if (IsNumber(to.base)) {
    std::string limit =
        to.base == "numeric" && Modifier(to, 0) >= 0 ? TooManyDigits(text, to) : "false";
    return absl::StrCat("CASE WHEN ", text, " ~* ", sql::Literal(kNumber), " THEN ", limit,
                        " ELSE true END");
  }
  if (to.base == "boolean") {
    return absl::StrCat("lower(btrim(", text,
                        ")) NOT IN ('t', 'tr', 'tru', 'true', 'f', 'fa', 'fal', 'fals', 'false', "
                        "'y', 'ye', 'yes', 'n', 'no', 'on', 'of', 'off', '1', '0')");
  }
  if (to.base == "uuid") {
    return absl::StrCat(text, R"( !~* '^\{?([0-9a-f]{4}-?){7}[0-9a-f]{4}\}?$')");
  }
  return "";
}

std::string NotAmong(const std::string& text, const std::vector<std::string>& labels) {
  std::string list = absl::StrJoin(labels, ", ", [](std::string* out, const std::string& label) {
    absl::StrAppend(out, sql::Literal(label));
  });
  return labels.empty() ? absl::StrCat(text, " IS NOT NULL")
                        : absl::StrCat(text, " NOT IN (", list, ")");
}

// One value, no array.
std::string Failure(const std::string& v, const TypeParts& b, const TypeParts& a,
                    absl::string_view after, absl::string_view cast,
                    const std::vector<std::string>* labels, int server_version) {
  int limit = Modifier(a, 0);
  if (labels != nullptr) return NotAmong(absl::StrCat(v, "::text"), *labels);
  if (cast.empty()) {
    const bool fits = Fits(LongestText(b), limit);
    if (IsText(a.base)) return limit < 0 || fits ? "" : TooLong(v, b, limit);
    if (a.base == "bit") {
      return absl::StrCat("length(", v, ") <> ", limit < 0 ? 1 : limit);
    }
    if (a.base == "bit varying") {
      return limit < 0 || fits ? "" : absl::StrCat("length(", v, ") > ", limit);
    }
    if (!IsNumber(b.base) || !IsNumber(a.base)) return "";
    if (const IntegerRange* range = RangeOf(a.base)) {
      // Of integers the same number of digits is the same type; of others one digit less fits.
      const int most = RangeOf(b.base) != nullptr ? range->digits : range->digits - 1;
      return Fits(WholeDigits(b, 0), most) ? "" : OutOfRange(v, b.base, *range);
    }
    if (a.base == "numeric") {
      const int scale = Scale(a);
      return limit < 0 || Fits(WholeDigits(b, scale), limit - scale) ? "" : TooManyDigits(v, a);
    }
    if (a.base == "real" && !RangeOf(b.base)) {
      return absl::StrCat("abs(", v, "::numeric) >= 3.4028235677973366e38 AND ", v,
                          "::text NOT IN ('NaN', 'Infinity', '-Infinity')");
    }
    return "";
  }
  bool through_text = IsText(b.base) || absl::StartsWith(cast, "::text::");
  if (!through_text) return "";
  std::string text = IsText(b.base) ? v : absl::StrCat(v, "::text");
  if (server_version >= 160000) {
    return absl::StrCat("NOT pg_input_is_valid(", text, ", ", sql::Literal(after), ")");
  }
  return NoInput(text, a);
}

}  // namespace

std::string CastFailure(absl::string_view value, absl::string_view before, absl::string_view after,
                        absl::string_view cast, const std::vector<std::string>* labels,
                        int server_version) {
  TypeParts b = model::SplitType(before);
  TypeParts a = model::SplitType(after);
  if (a.array && b.array) {
    std::string inner =
        Failure("item", b, a, after.substr(0, after.find('[')),
                absl::StartsWith(cast, "::text[]") ? "::text::" : cast, labels, server_version);
    if (inner.empty()) return "";
    return absl::StrCat("EXISTS (SELECT FROM unnest(", value, ") AS items(item) WHERE ", inner,
                        ")");
  }
  if (a.array != b.array) {
    if (server_version < 160000 || cast.empty()) return "";
    return absl::StrCat("NOT pg_input_is_valid(", value, "::text, ", sql::Literal(after), ")");
  }
  return Failure(std::string(value), b, a, after, cast, labels, server_version);
}

}  // namespace autogen::rows
