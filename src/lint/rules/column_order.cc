#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "src/lint/rules/rules.h"
#include "src/lint/rules/tree.h"

namespace autogen::lint::rules {
namespace {

struct Layout {
  int size, align;
};

// Of the types whose values all have one size (pg_type.typlen, typalign).
std::optional<Layout> LayoutOf(const json& type_name) {
  if (!Get(type_name, "arrayBounds").is_null()) return std::nullopt;
  static constexpr std::pair<absl::string_view, Layout> kTypes[] = {
      {"bool", {1, 1}},        {"char", {1, 1}},        {"int2", {2, 2}},
      {"smallserial", {2, 2}}, {"int4", {4, 4}},        {"serial", {4, 4}},
      {"date", {4, 4}},        {"float4", {4, 4}},      {"oid", {4, 4}},
      {"int8", {8, 8}},        {"bigserial", {8, 8}},   {"float8", {8, 8}},
      {"timestamp", {8, 8}},   {"timestamptz", {8, 8}}, {"time", {8, 8}},
      {"money", {8, 8}},       {"uuid", {16, 1}},       {"interval", {16, 8}},
      {"macaddr", {6, 4}}};
  const std::string name = TypeOf(type_name);
  for (const auto& [type, layout] : kTypes) {
    if (type == name) return layout;
  }
  return std::nullopt;
}

int Padding(const std::vector<Layout>& columns) {
  int at = 0, padding = 0;
  for (const Layout& column : columns) {
    const int gap = (column.align - at % column.align) % column.align;
    padding += gap;
    at += gap + column.size;
  }
  return padding;
}

void Check(const Script& script, const RuleOptions&, Report report) {
  for (size_t i = 0; i < script.statements.size(); ++i) {
    std::vector<Layout> columns;
    SplitName table;
    for (const NewColumn& column : NewColumns(script.statements[i])) {
      if (!column.new_table) break;
      table = column.table;
      // Behind a value of any length nobody knows where the next one is.
      const std::optional<Layout> layout = LayoutOf(Get(*column.definition, "typeName"));
      if (!layout.has_value()) break;
      columns.push_back(*layout);
    }
    const int padding = Padding(columns);
    std::stable_sort(columns.begin(), columns.end(),
                     [](const Layout& a, const Layout& b) { return a.align > b.align; });
    const int least = Padding(columns);
    if (padding - least < 4) continue;
    report({i,
            absl::StrCat("the order of ", Shown(table), "'s columns wastes ", padding - least,
                         " bytes in each row"),
            "Columns of 8 bytes first, then those of 4, 2 and 1, then texts."});
  }
}

}  // namespace

Rule ColumnOrder() {
  return {.name = "column-order",
          .meaning = "the order of a new table's columns wastes bytes in each row",
          .why =
              "A value of 8 bytes starts at a multiple of 8: behind a boolean there are 7 bytes of "
              "nothing. "
              "Only columns of fixed size in front of the first one of any length are looked at.",
          .fix = "Order them by size, the largest first.",
          .documentation = "https://www.postgresql.org/docs/current/storage-page-layout.html",
          .set = Set::kStyle,
          .severity = report::Severity::kNote,
          .engine = POSTGRESQL,
          .bad = {"CREATE TABLE a (done boolean, id bigint, late boolean, due timestamptz);",
                  "CREATE TABLE a (n smallint, id bigint, m smallint, day date, title text);"},
          .good = {"CREATE TABLE a (id bigint, due timestamptz, done boolean, late boolean);",
                   "CREATE TABLE a (title text, done boolean, id bigint);",
                   "CREATE TABLE a (n int, m smallint, done boolean, id bigint);"},
          .check = Check};
}

}  // namespace autogen::lint::rules
