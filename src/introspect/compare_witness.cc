// The catalogs' answer against the witness's, in what the witness can know.
#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/introspect/information_schema.h"
#include "src/introspect/reader.h"

namespace autogen::introspect {
namespace {

// What the two forms of a type have in common: "(6)" of times, and any parameters of array
// elements and of types made by users, are not in the views.
std::string Knowable(const std::string& type, bool parameters) {
  std::string known = type;
  const size_t open = known.find('(');
  const size_t close = known.find(')', open);
  if (open == std::string::npos || close == std::string::npos) return known;
  if (!parameters || known.substr(open, close - open + 1) == "(6)") {
    known.erase(open, close - open + 1);
  }
  return known;
}

bool SameType(const std::string& catalogs, const std::string& witness) {
  const bool parameters =
      witness.find("[]") == std::string::npos && witness.find('.') == std::string::npos;
  return Knowable(catalogs, parameters) == Knowable(witness, parameters);
}

std::string Bare(std::string expression) {
  for (;;) {
    std::string stripped = StripParentheses(expression);
    if (stripped == expression) return expression;
    expression = std::move(stripped);
  }
}

using Names = google::protobuf::RepeatedPtrField<std::string>;

class Comparison {
 public:
  std::vector<std::string> Run(const Schema& catalogs, const Schema& witness) {
    std::map<std::pair<std::string, std::string>, const Table*> seen;
    for (const Table& t : witness.table()) seen[{t.schema(), t.name()}] = &t;
    for (const Table& t : catalogs.table()) {
      if (t.has_partition_of()) partitions_.emplace(t.schema(), t.name());
    }
    for (const Table& table : catalogs.table()) {
      where_ = absl::StrCat(table.schema(), ".", table.name());
      auto it = seen.find({table.schema(), table.name()});
      if (it == seen.end()) {
        Say("the witness does not see the table");
      } else {
        CompareTables(table, *it->second);
      }
    }
    std::sort(lines_.begin(), lines_.end());
    return std::move(lines_);
  }

 private:
  void Say(absl::string_view what) { lines_.push_back(absl::StrCat(where_, ": ", what)); }
  void Differ(absl::string_view what, absl::string_view catalogs, absl::string_view witness) {
    if (catalogs == witness) return;
    Say(absl::StrCat(what, ": \"", catalogs, "\", the witness says \"", witness, "\""));
  }
  void Differ(absl::string_view what, const Names& catalogs, const Names& witness) {
    Differ(what, absl::StrJoin(catalogs, ", "), absl::StrJoin(witness, ", "));
  }
  void DifferFlag(absl::string_view what, bool catalogs, bool witness) {
    Differ(what, catalogs ? "true" : "false", witness ? "true" : "false");
  }

  // Calls compare(catalogs', witness's) for each pair of the same name; `extra` says which of the
  // witness's alone are to be expected.
  template <typename T, typename Compare, typename Extra>
  void Match(absl::string_view kind, const google::protobuf::RepeatedPtrField<T>& catalogs,
             const google::protobuf::RepeatedPtrField<T>& witness, Compare compare, Extra extra) {
    std::map<std::string, const T*> seen;
    for (const T& w : witness) seen[w.name()] = &w;
    for (const T& c : catalogs) {
      auto it = seen.find(c.name());
      if (it == seen.end()) {
        Say(absl::StrCat("the witness does not see the ", kind, " ", c.name()));
        continue;
      }
      compare(c, *it->second);
      seen.erase(it);
    }
    for (const auto& [name, w] : seen) {
      if (!extra(*w)) Say(absl::StrCat("only the witness sees the ", kind, " ", name));
    }
  }

  void CompareTables(const Table& table, const Table& witness) {
    DifferFlag("foreign", table.has_foreign(), witness.has_foreign());
    const bool inherits = table.inherits_size() > 0;
    Match(
        "column", table.column(), witness.column(),
        [&](const Column& c, const Column& w) {
          if (!c.inherited()) CompareColumns(c, w);
        },
        [&](const Column&) { return inherits; });
    if (!inherits) CompareOrder(table, witness);
    Differ("primary key", table.primary_key().name(), witness.primary_key().name());
    CompareKeys(table.primary_key(), witness.primary_key());
    const auto never = [](const auto&) { return false; };
    Match(
        "unique", table.unique(), witness.unique(),
        [&](const Unique& c, const Unique& w) { CompareKeys(c, w); }, never);
    Match(
        "check", table.check(), witness.check(),
        [&](const Check& c, const Check& w) {
          if (!w.expression().empty()) {
            Differ(absl::StrCat("check ", c.name()), Bare(c.expression()), Bare(w.expression()));
          }
        },
        never);
    // The clones of a foreign key stand on partitions, or on the table itself for each partition
    // that it references.
    Match(
        "foreign key", table.foreign_key(), witness.foreign_key(),
        [&](const ForeignKey& c, const ForeignKey& w) { CompareForeignKeys(c, w); },
        [&](const ForeignKey& w) {
          return table.has_partition_of() ||
                 partitions_.count({w.references().schema(), w.references().table()}) > 0;
        });
  }

  void CompareOrder(const Table& table, const Table& witness) {
    std::vector<std::string> ours, theirs;
    for (const Column& c : table.column()) ours.push_back(c.name());
    for (const Column& c : witness.column()) theirs.push_back(c.name());
    Differ("columns", absl::StrJoin(ours, ", "), absl::StrJoin(theirs, ", "));
  }

  void CompareColumns(const Column& c, const Column& w) {
    const std::string column = absl::StrCat("column ", c.name(), " ");
    if (!SameType(c.type(), w.type())) Differ(absl::StrCat(column, "type"), c.type(), w.type());
    DifferFlag(absl::StrCat(column, "not_null"), c.not_null(), w.not_null());
    Differ(absl::StrCat(column, "default"), c.default_(), w.default_());
    // A partition's identity is its parent's.
    if (c.has_identity()) {
      Differ(absl::StrCat(column, "identity"), Column::Identity::Kind_Name(c.identity().kind()),
             w.has_identity() ? Column::Identity::Kind_Name(w.identity().kind()) : "");
    }
    Differ(absl::StrCat(column, "generated"), Bare(c.generated().expression()),
           Bare(w.generated().expression()));
    // The views say nothing for a database's default collation, which a domain may hide behind.
    if (c.collation().name() != "default") {
      if (c.has_collation()) {
        Differ(absl::StrCat(column, "collation"),
               absl::StrCat(c.collation().schema(), ".", c.collation().name()),
               absl::StrCat(w.collation().schema(), ".", w.collation().name()));
      }
    }
  }

  template <typename T>
  void CompareKeys(const T& c, const T& w) {
    Differ(absl::StrCat(c.name(), " columns"), c.column(), w.column());
    DifferFlag(absl::StrCat(c.name(), " deferrable"), c.deferrable(), w.deferrable());
    DifferFlag(absl::StrCat(c.name(), " initially_deferred"), c.initially_deferred(),
               w.initially_deferred());
  }

  void CompareForeignKeys(const ForeignKey& c, const ForeignKey& w) {
    CompareKeys(c, w);
    if (!w.has_references()) return;
    Differ(absl::StrCat(c.name(), " match"), ForeignKey::Match_Name(c.match()),
           ForeignKey::Match_Name(w.match()));
    Differ(absl::StrCat(c.name(), " on_delete"), ForeignKey::Action_Name(c.on_delete()),
           ForeignKey::Action_Name(w.on_delete()));
    Differ(absl::StrCat(c.name(), " on_update"), ForeignKey::Action_Name(c.on_update()),
           ForeignKey::Action_Name(w.on_update()));
    Differ(absl::StrCat(c.name(), " target"),
           absl::StrCat(c.references().schema(), ".", c.references().table()),
           absl::StrCat(w.references().schema(), ".", w.references().table()));
    Differ(absl::StrCat(c.name(), " target columns"), c.references().column(),
           w.references().column());
  }

  std::string where_;
  std::set<std::pair<std::string, std::string>> partitions_;
  std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> CompareWithInformationSchema(const Schema& catalogs,
                                                      const Schema& witness) {
  return Comparison().Run(catalogs, witness);
}

}  // namespace autogen::introspect
