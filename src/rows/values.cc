#include "src/rows/values.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "src/model/type_change.h"
#include "src/sql/quote.h"

namespace autogen::rows {
namespace {

using Texts = std::vector<std::string>;

int Modifier(const model::TypeParts& t, size_t i, int otherwise) {
  return i < t.modifiers.size() ? t.modifiers[i] : otherwise;
}

// What checks often require: codes, addresses, names, numbers as text.
Texts TextValues(int limit, int distinct) {
  Texts values = {"alpha", "", "  two  ", "007", "it's \"q\"", "Zoë ☃"};
  values.push_back(std::string(static_cast<size_t>(limit > 0 ? std::min(limit, 3000) : 3000), 'x'));
  values.insert(values.end(), {"1",         "a",
                               "A",         "0",
                               "ab",        "AB",
                               "abc",       "ABC",
                               "00000",     "a@b.org",
                               "a-b",       "a_b",
                               "a.b.c",     "#a1b2c3",
                               "/a/b",      "true",
                               "{}",        "https://a.b/c",
                               "\\n",       "+15551234567",
                               "2026-01-31"});
  for (int i = 0; i < distinct; ++i) values.push_back(absl::StrCat("v", i));
  if (limit > 0) {
    values.erase(
        std::remove_if(values.begin(), values.end(),
                       [&](const std::string& v) { return v.size() > static_cast<size_t>(limit); }),
        values.end());
  }
  return values;
}

Texts IntegerValues(const std::string& base, int distinct) {
  Texts values = {"1", "0", "-1", "2", "100"};
  if (base == "smallint") {
    values.insert(values.end(), {"32767", "-32768"});
  } else if (base == "integer") {
    values.insert(values.end(), {"2147483647", "-2147483648", "40000"});
  } else {
    values.insert(values.end(), {"9223372036854775807", "-9223372036854775808", "3000000000"});
  }
  for (int i = 3; i < distinct + 3; ++i) values.push_back(absl::StrCat(i));
  return values;
}

Texts NumericValues(const model::TypeParts& t, int distinct) {
  Texts values = {"1", "0", "-1", "0.5"};
  int precision = Modifier(t, 0, 0), scale = std::max(0, Modifier(t, 1, 0));
  if (precision > 0) {
    std::string most(static_cast<size_t>(std::max(1, precision - scale)), '9');
    if (scale > 0) absl::StrAppend(&most, ".", std::string(static_cast<size_t>(scale), '9'));
    values.insert(values.end(), {most, absl::StrCat("-", most), "NaN"});
  } else {
    values.insert(values.end(),
                  {"123456789012345678901234567890.123456789", "-0.000001", "NaN", "1e6", "99999"});
  }
  for (int i = 2; i < distinct + 2; ++i) values.push_back(absl::StrCat(i));
  return values;
}

Texts TimeValues(const std::string& base, int distinct) {
  Texts dates = {"2026-01-31", "1970-01-01", "2000-02-29", "0001-01-01 BC",
                 "9999-12-31", "infinity",   "-infinity"};
  for (int i = 0; i < distinct; ++i) {
    dates.push_back(absl::StrFormat("20%02d-%02d-%02d", 10 + i % 80, 1 + i % 12, 1 + i % 28));
  }
  if (base == "date") return dates;
  Texts values = {"2026-01-31 12:34:56.789012", "1970-01-01 00:00:00", "2026-03-29 02:30:00"};
  for (const std::string& date : dates) values.push_back(date);
  return values;
}

Texts ClockValues(int distinct) {
  Texts values = {"12:34:56.789012", "00:00:00", "24:00:00"};
  for (int i = 0; i < distinct; ++i) {
    values.push_back(absl::StrFormat("%02d:%02d:00", i % 24, 1 + i % 59));
  }
  return values;
}

Texts Numbered(absl::string_view format_head, absl::string_view format_tail, int distinct) {
  Texts values;
  for (int i = 1; i <= distinct; ++i) {
    values.push_back(absl::StrCat(format_head, i, format_tail));
  }
  return values;
}

Texts UuidValues(int distinct) {
  Texts values = {"00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"};
  for (int i = 1; i <= distinct; ++i) {
    values.push_back(absl::StrFormat("6f1c2a34-0000-4000-8000-%012d", i));
  }
  return values;
}

Texts JsonValues(int distinct) {
  Texts values = {R"({"a": [1, 2.50, null], "b": "it's"})",
                  "{}",
                  "[]",
                  "null",
                  "1.50",
                  R"("x")",
                  R"({"b":1,  "a":2, "a":3})"};
  for (int i = 0; i < distinct; ++i) values.push_back(absl::StrCat("{\"n\": ", i, "}"));
  return values;
}

Texts BitValues(const model::TypeParts& t) {
  size_t n = static_cast<size_t>(Modifier(t, 0, t.base == "bit" ? 1 : 8));
  return {std::string(n, '1'), std::string(n, '0')};
}

Texts MultirangeValues(const std::string& base) {
  const bool dates = base == "datemultirange" || absl::StartsWith(base, "ts");
  if (dates) return {"{[2026-01-01,2026-02-01),[2026-03-01,2026-04-01)}", "{}", "{(,2026-01-01)}"};
  return {"{[1,5),[7,9)}", "{}", "{(,)}", "{[3,4)}"};
}

// Of types that few tables have.
const absl::flat_hash_map<std::string, Texts>& RareValues() {
  static const auto* values = new absl::flat_hash_map<std::string, Texts>{
      {"point", {"(1,2)", "(0,0)", "(1e30,-0.1)"}},
      {"line", {"{1,2,3}", "{0,1,-5}"}},
      {"lseg", {"[(0,0),(1,2)]", "[(3,4),(-1,0)]"}},
      {"box", {"(1,2),(0,0)", "(5,6),(3,4)"}},
      {"path", {"((0,0),(1,2))", "[(0,0),(3,4)]"}},
      {"polygon", {"((0,0),(1,2),(2,0))", "((1,1),(3,1),(2,2),(1,2))"}},
      {"circle", {"<(1,2),3>", "<(0,0),0>"}},
      {"macaddr", {"08:00:2b:01:02:03", "00:00:00:00:00:00"}},
      {"macaddr8", {"08:00:2b:ff:fe:01:02:03", "08:00:2b:01:02:03:04:05"}},
      {"tsvector", {"'a':1 'b':2", "", "'fat':2A 'cat':3"}},
      {"tsquery", {"'a' & 'b'", "!'a' | 'b':*"}},
      {"xml", {"<a>1</a>", "<a/>"}},
      {"jsonpath", {"$.a[*]", "strict $.b ? (@ > 1)"}},
      {"pg_lsn", {"16/B374D848", "0/0"}},
      {"pg_snapshot", {"10:20:10,14,15", "10:10:"}},
      {"txid_snapshot", {"10:20:10,14,15", "10:10:"}},
      {"xid", {"7", "4294967295"}},
      {"xid8", {"7", "18446744073709551615"}},
      {"cid", {"7", "0"}},
      {"tid", {"(1,2)", "(0,1)"}},
      {"int2vector", {"1 2", ""}},
      {"oidvector", {"1 2", ""}},
      {"regclass", {"pg_class", "pg_proc"}},
      {"regtype", {"integer", "text"}},
      {"regproc", {"now", "version"}},
      {"regprocedure", {"now()", "abs(integer)"}},
      {"regoper", {"||/", "|/"}},
      {"regoperator", {"+(integer,integer)", "-(integer,integer)"}},
      {"regnamespace", {"pg_catalog", "public"}},
      {"regrole", {"pg_monitor", "pg_read_all_stats"}},
      {"regconfig", {"simple", "english"}},
      {"regdictionary", {"simple", "english_stem"}},
      {"aclitem", {"=r/pg_monitor", "pg_monitor=arw/pg_read_all_stats"}},
      {"regcollation", {"\"C\"", "\"POSIX\""}},
  };
  return *values;
}

Texts ValuesOf(const model::TypeParts& t, int distinct) {
  const std::string& b = t.base;
  if (b == "text" || b == "character varying" || b == "character") {
    return TextValues(Modifier(t, 0, b == "character" ? 1 : 0), distinct);
  }
  if (b == "smallint" || b == "integer" || b == "bigint") return IntegerValues(b, distinct);
  if (b == "numeric") return NumericValues(t, distinct);
  if (b == "real" || b == "double precision") {
    Texts values = {"1.5", "0", "-1", "1e30", "1e-30", "NaN", "Infinity", "0.1"};
    // All the digits that it keeps.
    values.push_back(b == "real" ? "0.12345679" : "0.12345678901234568");
    for (int i = 2; i < distinct + 2; ++i) values.push_back(absl::StrCat(i));
    return values;
  }
  if (b == "boolean") return {"true", "false"};
  if (b == "date" || absl::StartsWith(b, "timestamp")) return TimeValues(b, distinct);
  if (absl::StartsWith(b, "time")) return ClockValues(distinct);
  if (b == "interval") {
    Texts values = {"1 mon 2 days 03:04:05.678", "0", "-1 days", "1000 years"};
    for (int i = 1; i <= distinct; ++i) values.push_back(absl::StrCat(i, " hours"));
    return values;
  }
  if (b == "uuid") return UuidValues(distinct);
  if (b == "json" || b == "jsonb") return JsonValues(distinct);
  if (b == "bytea") {
    Texts values = {"\\x00ff", "\\x"};
    for (int i = 10; i < 10 + distinct; ++i) values.push_back(absl::StrCat("\\x", i % 90 + 10));
    return values;
  }
  if (b == "inet") return Numbered("10.0.0.", "", std::min(distinct, 250));
  if (b == "cidr") return Numbered("10.", ".0.0/16", std::min(distinct, 250));
  if (b == "bit" || b == "bit varying") return BitValues(t);
  if (b == "name" || b == "\"char\"") return TextValues(b == "name" ? 63 : 1, distinct);
  if (b == "int4range" || b == "int8range" || b == "numrange") {
    Texts values = {"[1,5)", "empty", "(,)", "[1,1]"};
    for (int i = 0; i < distinct; ++i) {
      values.push_back(absl::StrCat("[", 10 * i + 10, ",", 10 * i + 15, ")"));
    }
    return values;
  }
  if (b == "daterange" || b == "tsrange" || b == "tstzrange") {
    Texts values = {"[2026-01-01,2026-02-01)", "empty", "(,)"};
    for (int i = 0; i < distinct; ++i) {
      values.push_back(absl::StrFormat("[20%02d-03-01,20%02d-04-01)", 10 + i % 80, 10 + i % 80));
    }
    return values;
  }
  if (absl::EndsWith(b, "multirange")) return MultirangeValues(b);
  if (b == "money") return Numbered("", ".50", distinct);
  if (b == "oid") return Numbered("", "", distinct);
  auto rare = RareValues().find(b);
  if (rare != RareValues().end()) return rare->second;
  return {"", "1", "a"};
}

}  // namespace

std::vector<std::string> TypicalValues(absl::string_view type, int distinct) {
  Texts literals;
  for (const std::string& value : ValuesOf(model::SplitType(type), distinct)) {
    literals.push_back(absl::StrCat(sql::Literal(value), "::", type));
  }
  return literals;
}

}  // namespace autogen::rows
