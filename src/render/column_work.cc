#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "src/render/column_parts.h"

namespace autogen::render {
namespace {

// `text` without what stands between quotes.
std::string WithoutLiterals(absl::string_view text) {
  std::string out;
  bool quoted = false;
  for (char c : text) {
    if (c == '\'') quoted = !quoted;
    if (!quoted) out.push_back(c);
  }
  return out;
}

// Names before an opening parenthesis that are no function: types with a length, keywords.
bool IsNoCall(const std::string& name) {
  static const auto* names = new absl::flat_hash_set<std::string>{
      "varying", "character", "varchar",   "char", "bpchar",   "numeric",     "decimal",
      "bit",     "varbit",    "timestamp", "time", "interval", "timestamptz", "timetz",
      "second",  "and",       "or",        "not",  "in",       "array",       ""};
  return names->contains(name);
}

// pg_proc.provolatile: STABLE or IMMUTABLE, evaluated once for all rows.
bool IsSteady(const std::string& name) {
  static const auto* names = new absl::flat_hash_set<std::string>{"now",
                                                                  "statement_timestamp",
                                                                  "transaction_timestamp",
                                                                  "current_setting",
                                                                  "timezone",
                                                                  "lower",
                                                                  "upper",
                                                                  "make_interval",
                                                                  "to_char",
                                                                  "coalesce",
                                                                  "md5",
                                                                  "concat",
                                                                  "date_trunc",
                                                                  "jsonb_build_object",
                                                                  "json_build_object",
                                                                  "to_jsonb",
                                                                  "extract",
                                                                  "round",
                                                                  "floor",
                                                                  "ceil"};
  return names->contains(name);
}

bool IsVolatile(const std::string& name) {
  static const auto* names = new absl::flat_hash_set<std::string>{
      "nextval",          "random",           "gen_random_uuid",
      "uuid_generate_v4", "uuid_generate_v1", "clock_timestamp",
      "timeofday",        "uuidv7",           "uuidv4"};
  return names->contains(name);
}

}  // namespace

std::string WorkOfAdding(const Column& column) {
  if (column.has_identity()) return "rewrites the table for its identity";
  if (column.has_generated()) {
    return column.generated().virtual_() ? "no rewrite" : "rewrites the table to compute it";
  }
  std::string text = WithoutLiterals(column.default_());
  bool unknown = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '(') continue;
    size_t start = i;
    while (start > 0 && (absl::ascii_isalnum(static_cast<unsigned char>(text[start - 1])) ||
                         text[start - 1] == '_')) {
      --start;
    }
    std::string name = absl::AsciiStrToLower(text.substr(start, i - start));
    if (IsVolatile(name)) return "rewrites the table for its volatile default";
    if (!IsNoCall(name) && !IsSteady(name)) unknown = true;
  }
  return unknown ? "rewrites the table if the default is volatile" : "no rewrite";
}

}  // namespace autogen::render
