#include "src/model/type_name.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace autogen::model {
namespace {

enum class Modifier {
  kAsIs,    // printed behind the name
  kOne,     // left out, it is (1)
  kScale,   // numeric: (p) is (p,0)
  kFloat,   // float(n) is real or double precision
  kInside,  // printed behind the first word: timestamp(3) with time zone
};

struct Builtin {
  absl::string_view name;
  absl::string_view storage;
  Modifier modifier = Modifier::kAsIs;
};

// Every name of the built-in types that occur in tables.
const absl::flat_hash_map<absl::string_view, Builtin>& Builtins() {
  static const auto* const types = [] {
    auto* map = new absl::flat_hash_map<absl::string_view, Builtin>{
        {"int", {"integer", "plain"}},
        {"int4", {"integer", "plain"}},
        {"int2", {"smallint", "plain"}},
        {"int8", {"bigint", "plain"}},
        {"bool", {"boolean", "plain"}},
        {"float", {"double precision", "plain", Modifier::kFloat}},
        {"float4", {"real", "plain"}},
        {"float8", {"double precision", "plain"}},
        {"decimal", {"numeric", "main", Modifier::kScale}},
        {"dec", {"numeric", "main", Modifier::kScale}},
        {"numeric", {"numeric", "main", Modifier::kScale}},
        {"varchar", {"character varying", "extended"}},
        {"char varying", {"character varying", "extended"}},
        {"char", {"character", "extended", Modifier::kOne}},
        {"character", {"character", "extended", Modifier::kOne}},
        {"varbit", {"bit varying", "extended"}},
        {"bit", {"bit", "extended", Modifier::kOne}},
        {"timestamp", {"timestamp without time zone", "plain", Modifier::kInside}},
        {"timestamp without time zone",
         {"timestamp without time zone", "plain", Modifier::kInside}},
        {"timestamptz", {"timestamp with time zone", "plain", Modifier::kInside}},
        {"timestamp with time zone", {"timestamp with time zone", "plain", Modifier::kInside}},
        {"time", {"time without time zone", "plain", Modifier::kInside}},
        {"time without time zone", {"time without time zone", "plain", Modifier::kInside}},
        {"timetz", {"time with time zone", "plain", Modifier::kInside}},
        {"time with time zone", {"time with time zone", "plain", Modifier::kInside}},
    };
    for (absl::string_view plain :
         {"integer", "smallint",     "bigint",  "boolean",      "double precision",
          "real",    "date",         "uuid",    "interval",     "money",
          "oid",     "name",         "macaddr", "macaddr8",     "point",
          "line",    "lseg",         "box",     "circle",       "pg_lsn",
          "tsquery", "xid",          "xid8",    "regclass",     "regtype",
          "regproc", "regprocedure", "regrole", "regnamespace", "tid"}) {
      map->emplace(plain, Builtin{plain, "plain"});
    }
    for (absl::string_view main : {"inet", "cidr"}) map->emplace(main, Builtin{main, "main"});
    for (absl::string_view extended :
         {"text",      "character varying", "bytea",     "bit varying",   "json",
          "jsonb",     "jsonpath",          "xml",       "path",          "polygon",
          "tsvector",  "int4range",         "int8range", "numrange",      "tsrange",
          "tstzrange", "daterange",         "refcursor", "txid_snapshot", "pg_snapshot"}) {
      map->emplace(extended, Builtin{extended, "extended"});
    }
    return map;
  }();
  return *types;
}

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// "Timestamp (3)  with time zone [ ]" in its parts.
struct TypeParts {
  std::string words;     // lower case, single blanks, without the modifier
  std::string modifier;  // "10,2"
  bool has_modifier = false;
  bool array = false;
};

// False for what is not of that form.
bool Split(absl::string_view type, TypeParts* parts) {
  size_t i = 0;
  auto blanks = [&] {
    while (i < type.size() && IsBlank(type[i])) ++i;
  };
  auto word_char = [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == '$';
  };
  for (blanks(); i < type.size(); blanks()) {
    char c = type[i];
    if (c == '[') {
      // The size of an array and the number of its dimensions are decoration.
      for (++i; i < type.size() && type[i] != ']'; ++i) {
        if (!absl::ascii_isdigit(static_cast<unsigned char>(type[i])) && !IsBlank(type[i])) {
          return false;
        }
      }
      if (i++ >= type.size()) return false;
      parts->array = true;
    } else if (parts->array) {
      return false;
    } else if (c == '(') {
      if (parts->has_modifier || parts->words.empty()) return false;
      parts->has_modifier = true;
      for (++i; i < type.size() && type[i] != ')'; ++i) {
        char m = type[i];
        if (IsBlank(m)) continue;
        if (!absl::ascii_isdigit(static_cast<unsigned char>(m)) && m != ',' && m != '-') {
          return false;
        }
        parts->modifier.push_back(m);
      }
      if (i++ >= type.size()) return false;
    } else if (word_char(c)) {
      if (!parts->words.empty()) parts->words.push_back(' ');
      for (; i < type.size() && word_char(type[i]); ++i) {
        parts->words.push_back(absl::ascii_tolower(static_cast<unsigned char>(type[i])));
      }
    } else {
      return false;
    }
  }
  if (absl::EndsWith(parts->words, " array")) {
    if (parts->array) return false;
    parts->array = true;
    parts->words.resize(parts->words.size() - 6);
  }
  return !parts->words.empty();
}

}  // namespace

std::string NormalizeType(absl::string_view type, bool* builtin) {
  *builtin = true;
  auto canonical = Builtins().find(type);
  if (canonical != Builtins().end() && canonical->second.name == type &&
      canonical->second.modifier != Modifier::kOne) {
    return std::string(type);
  }
  *builtin = false;
  TypeParts parts;
  if (!Split(type, &parts)) return std::string(type);
  absl::string_view words = parts.words;
  absl::ConsumePrefix(&words, "pg_catalog.");
  std::string modifier = parts.has_modifier ? absl::StrCat("(", parts.modifier, ")") : "";
  absl::string_view array = parts.array ? "[]" : "";
  auto found = Builtins().find(words);
  if (found == Builtins().end()) {
    // A name with blanks in it is one that this table does not know (interval year to month, …).
    if (absl::StrContains(words, ' ')) return std::string(type);
    return absl::StrCat(parts.words, modifier, array);
  }
  *builtin = true;
  absl::string_view name = found->second.name;
  switch (found->second.modifier) {
    case Modifier::kOne:
      // pg_catalog.char is another type: the one byte of the system catalogs.
      if (words.size() != parts.words.size()) return std::string(type);
      if (modifier.empty()) modifier = "(1)";
      break;
    case Modifier::kScale:
      if (parts.has_modifier && !absl::StrContains(parts.modifier, ',')) {
        modifier = absl::StrCat("(", parts.modifier, ",0)");
      }
      break;
    case Modifier::kFloat: {
      int bits = 53;
      if (parts.has_modifier && !absl::SimpleAtoi(parts.modifier, &bits)) return std::string(type);
      if (bits <= 24) name = "real";
      modifier.clear();
      break;
    }
    case Modifier::kInside: {
      size_t blank = name.find(' ');
      return absl::StrCat(name.substr(0, blank), modifier, name.substr(blank), array);
    }
    case Modifier::kAsIs:
      break;
  }
  return absl::StrCat(name, modifier, array);
}

std::vector<std::string> BuiltinTypeNames() {
  std::vector<std::string> names;
  for (const auto& [name, type] : Builtins()) names.emplace_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

absl::string_view TypeStorage(absl::string_view type) {
  TypeParts parts;
  if (!Split(type, &parts)) return "";
  auto found = Builtins().find(parts.words);
  if (found == Builtins().end()) return "";
  return parts.array ? "extended" : found->second.storage;
}

bool IsCollatable(absl::string_view type) {
  TypeParts parts;
  if (!Split(type, &parts)) return false;
  return parts.words == "text" || parts.words == "character varying" ||
         parts.words == "character" || parts.words == "name";
}

}  // namespace autogen::model
