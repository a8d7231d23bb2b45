// NormalizeDump: what of pg_dump's text says something about the schema.
#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "tests/support/server.h"

namespace autogen::testing {
namespace {

bool Volatile(absl::string_view line) {
  return absl::StartsWith(line, "\\restrict") || absl::StartsWith(line, "\\unrestrict") ||
         absl::StartsWith(line, "\\connect");
}

// The dollar-quote tag that is open after `line` ("" where none is), given the one open before it.
std::string OpenTag(absl::string_view line, std::string open) {
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] != '$') continue;
    size_t end = line.find('$', i + 1);
    if (end == absl::string_view::npos) break;
    absl::string_view tag = line.substr(i, end - i + 1);
    if (!open.empty()) {
      if (tag == open) {
        open.clear();
        i = end;
      }
      continue;
    }
    bool valid = std::all_of(tag.begin() + 1, tag.end() - 1,
                             [](char c) { return absl::ascii_isalnum(c) || c == '_'; });
    if (valid) {
      open = std::string(tag);
      i = end;
    }
  }
  return open;
}

}  // namespace

// pg_dump writes "-- Name: …" before each entry; within an entry a statement ends with ";" at a
// line's end, outside of dollar quotes. SET lines of an entry (default_table_access_method,
// default_tablespace) depend on the order.
std::string NormalizeDump(absl::string_view dump) {
  std::vector<std::string> statements;
  std::string statement, open;
  for (absl::string_view line : absl::StrSplit(dump, '\n')) {
    if (open.empty()) {
      if (Volatile(line) || absl::StartsWith(line, "SELECT pg_catalog.set_config('search_path'")) {
        continue;
      }
      if (absl::StartsWith(line, "--") || line.empty()) continue;
      if (statement.empty() && absl::StartsWith(line, "SET ") && absl::EndsWith(line, ";"))
        continue;
    }
    open = OpenTag(line, std::move(open));
    statement.append(line.data(), line.size());
    statement += '\n';
    if (open.empty() && absl::EndsWith(line, ";")) {
      statements.push_back(std::move(statement));
      statement.clear();
    }
  }
  if (!statement.empty()) statements.push_back(std::move(statement));
  std::sort(statements.begin(), statements.end());
  return absl::StrJoin(statements, "");
}

std::string WithoutColumnOrder(absl::string_view dump) {
  std::vector<std::string> lines = absl::StrSplit(dump, '\n');
  for (std::string& line : lines) {
    if (absl::EndsWith(line, ",")) line.pop_back();
  }
  std::sort(lines.begin(), lines.end());
  return absl::StrJoin(lines, "\n");
}

std::string LineDifference(const std::string& have, const std::string& want) {
  auto lines = [](const std::string& text) {
    std::vector<std::string> v = absl::StrSplit(text, '\n');
    std::sort(v.begin(), v.end());
    return v;
  };
  std::vector<std::string> a = lines(have), b = lines(want), only_a, only_b;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(only_a));
  std::set_difference(b.begin(), b.end(), a.begin(), a.end(), std::back_inserter(only_b));
  std::string text;
  for (const std::string& l : only_b) absl::StrAppend(&text, "  - ", l, "\n");
  for (const std::string& l : only_a) absl::StrAppend(&text, "  + ", l, "\n");
  return text.empty() ? "  the same lines in another order\n" : text;
}

}  // namespace autogen::testing
