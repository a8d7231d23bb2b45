#include "src/sqlite/impacts.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "src/sqlite/copied_table.h"
#include "src/sqlite/scan.h"
#include "src/sqlite/statement_impact.h"
#include "src/sqlite/token.h"

namespace autogen::sqlite {
namespace {

using impact::Consequence;
using impact::Impact;
using Kind = Consequence::Kind;

std::string Lower(absl::string_view name) { return absl::AsciiStrToLower(name); }

using Name = std::pair<std::string, std::string>;
Name Key(const sql::SplitName& name) { return {Lower(name.schema), Lower(name.name)}; }

// The statements one after the other: what an earlier one has certainly created is new.
class Script {
 public:
  void Follow(Impact& impact) {
    for (Consequence& c : impact.consequences) {
      c.is_new = !c.relation.name.empty() && new_.count(Key(c.relation)) > 0;
    }
    const Impact::Trace& trace = impact.trace;
    if (!impact.opaque.empty()) new_.clear();
    for (const Consequence& c : impact.consequences) {
      if (c.kind == Kind::kCreates && trace.certain) new_.insert(Key(c.relation));
      if (c.kind != Kind::kRenames || trace.renames_column) continue;
      // Under its new name it is as new as it was.
      const bool was_new = new_.erase(Key(c.relation)) > 0;
      const Name now = {Lower(c.relation.schema), Lower(trace.renamed_to)};
      if (was_new) {
        new_.insert(now);
      } else {
        new_.erase(now);
      }
    }
    for (const Impact::Trace::NoLongerNew& gone : trace.no_longer_new) {
      new_.erase(Key(gone.relation));
    }
  }
  // A table that was rebuilt has the rows that it had.
  void HasRows(const sql::SplitName& table) { new_.erase(Key(table)); }

 private:
  std::set<Name> new_;
};

// What DROP TABLE of a rebuild does instead: its rows are in the copy.
void Rebuilt(const CopiedTable& copy, const sql::SplitName& table, Impact* drop) {
  drop->consequences.clear();
  auto add = [&](Kind kind, std::string what, std::string note) -> Consequence& {
    Consequence c;
    c.kind = kind;
    c.relation = table;
    c.what = std::move(what);
    c.note = std::move(note);
    drop->consequences.push_back(std::move(c));
    return drop->consequences.back();
  };
  const std::string shown = QuoteName(table.name);
  add(Kind::kRewrites, absl::StrCat("rebuilds ", shown), "copies every row");
  for (const std::string& column : copy.lost) {
    add(Kind::kLoses, absl::StrCat("drops column ", shown, ".", QuoteName(column)),
        absl::StrCat("the values of ", QuoteName(column)))
        .column = column;
  }
  if (!copy.known) {
    add(Kind::kLoses, absl::StrCat("rebuilds ", shown, ": columns that its copy lacks are lost"),
        "columns that its copy lacks")
        .unsure = true;
  }
}

}  // namespace

std::vector<Impact> FindImpacts(absl::Span<const sql::Statement> statements) {
  std::vector<ReadStatement> read;
  for (const sql::Statement& statement : statements) {
    read.push_back({statement.text, {}});
    absl::StatusOr<std::vector<Token>> tokens = Tokenize(statement.text);
    if (tokens.ok()) read.back().tokens = *std::move(tokens);
  }
  const std::map<size_t, CopiedTable> copied = FindCopiedTables(read);
  std::vector<Impact> impacts;
  Script script;
  for (size_t i = 0; i < read.size(); ++i) {
    Impact impact = FindImpactAlone(read[i]);
    if (auto copy = copied.find(i); copy != copied.end()) {
      Rebuilt(copy->second, impact.consequences.front().relation, &impact);
    }
    script.Follow(impact);
    impacts.push_back(std::move(impact));
    if (auto done = std::find_if(copied.begin(), copied.end(),
                                 [&](const auto& one) { return one.second.renamed_at == i; });
        done != copied.end()) {
      script.HasRows({"", done->second.table});
    }
  }
  return impacts;
}

const impact::Dialect& SqliteDialect() {
  static constexpr impact::Dialect kDialect = {
      .scan = ScanScript,
      .is_blank = IsBlankScript,
      .split = SplitScript,
      .impacts = FindImpacts,
      // Nothing in a statement of SQLite's is a secret: a file has no roles.
      .masked = [](absl::string_view statement) { return std::string(statement); },
      .without_shell = [](absl::string_view text) { return std::string(text); },
      .parse = [](absl::string_view) -> absl::StatusOr<nlohmann::json> { return nlohmann::json(); },
  };
  return kDialect;
}

}  // namespace autogen::sqlite
