// New scripts as whoever reads a pull request should see them: what they change, what they lock,
// how long others wait, what a downgrade loses, what was found, and what nobody looked at.
#ifndef AUTOGEN_REVIEW_REVIEW_H_
#define AUTOGEN_REVIEW_REVIEW_H_

#include <cstdint>
#include <string>
#include <vector>

#include "src/report/finding.h"

namespace autogen::review {

// One statement, by its impact. Secrets are masked; what happens to relations that the script
// creates is left out: nobody waits for them.
struct Statement {
  int line = 0;
  std::string sql;
  std::vector<std::string> locks;  // "ACCESS EXCLUSIVE on public.t"
  // What takes as long as a table is large: "rewrites public.t", "builds an index of public.t".
  std::vector<std::string> work;
  std::vector<std::string> losses;    // "drops column public.t.a"
  std::vector<std::string> failures;  // on rows that may be there
  // "readers and writers of public.t wait while it is rewritten": what makes it not online.
  std::vector<std::string> blocks;
  std::string opaque;   // why it is not known what it does; "" where it is
  std::string outside;  // its effects outside the database; "" for none
  bool unsure = false;  // some of it depends on what is in the database
};

enum class Downgrade {
  kLossless,
  kLossy,
  kNotReversible,  // there is none, or it is declared or was measured to be none
  kNotMeasured,    // nothing in its statements loses rows or values, and no proof says so
};

struct Script {
  std::string revision;
  std::string path;
  std::string message;  // its first line
  bool edited = false;  // it is not new: it was changed
  std::string proof;    // the header's line without "proof: "; "" where it has none
  std::string rows;     // the same of the rows that it was tried with
  bool edited_since_proof = false;
  std::vector<Statement> upgrade;
  std::vector<Statement> downgrade_statements;
  Downgrade downgrade = Downgrade::kNotMeasured;
  std::vector<std::string> downgrade_notes;  // what is lost, or why there is none
  bool online() const;
};

// One object before and after all of the scripts.
struct ObjectChange {
  std::string object;  // "column public.t.a"
  std::string action;  // "create", "drop", "alter", "rename"
  std::string before;  // as a model has it; "" where it was not there
  std::string after;
};

// What was looked at, and why not, where it was not.
template <typename T>
struct Looked {
  bool known = false;
  std::string why_not;
  T value;
};

// A table of the real database: about how many rows, and how much it takes with its indexes.
struct TableSize {
  std::string table;
  int64_t rows = 0;
  std::string size;  // "340 MB"
};

// A data check on it.
struct Check {
  std::string what;
  std::string result;  // "passed", "3 violating rows", "not checked: …", "for later"
  bool passed = true;
};

struct Diagram {
  std::string mermaid;  // a flowchart; "" where no table is touched
  size_t left_out = 0;  // tables that it has no room for
};

struct Review {
  std::string chosen;  // "2 scripts since origin/main"
  std::vector<Script> scripts;
  std::vector<std::string> heads;  // of all scripts, where they are several
  Looked<std::vector<ObjectChange>> changes;
  // What would have to change between where all scripts lead and the model; empty: they agree.
  Looked<std::vector<std::string>> differences;
  Looked<std::vector<Check>> checks;
  // The tables that the scripts name and the database has, the largest first.
  Looked<std::vector<TableSize>> sizes;
  std::vector<report::Finding> findings;
  Diagram diagram;
};

absl::string_view Words(Downgrade downgrade);

// The three forms. Markdown stays under report::kMaxMarkdownBytes: what has no room is left out,
// the least important first, and the page says so.
std::string ToText(const Review& review);
std::string ToMarkdown(const Review& review);
std::string ToJson(const Review& review);

}  // namespace autogen::review

#endif  // AUTOGEN_REVIEW_REVIEW_H_
