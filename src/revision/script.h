// Script files: a header of comments, then the sections.
//
//   -- add task complexity score
//   --
//   -- revision:   3f2a9c1d7b60
//   -- revises:    934f38a4fc73, 84456d47e6aa     (or "base")
//   -- created:    2026-11-21 09:13:00 UTC
//   -- depends on: c7bb9a9f0570                   (ids or labels)
//   -- labels:     billing
//   -- proof: PostgreSQL 15.20, up, down and up again; sha256 6f1ed002ab559585
//
//   -- autogen: upgrade
//   …
//   -- autogen: downgrade
//   …
//
// Lines of a section that steer the run, each a comment of its own (see sql::Directive for what may
// stand between the quotes):
//
//   -- autogen: no-transaction                       the section's statements run one by one
//   -- autogen: step                                 commits what comes before: what follows is a
//                                                   step of its own, recorded and resumable
//   -- autogen: irreversible "why"                   a downgrade is refused, with the reason
//   -- autogen: assert "SELECT …" "message"          must give true before what follows may run
//   -- autogen: preflight "SELECT count(*) …" "what" counts rows on which what follows would fail;
//                                                   before the whole upgrade, by preflight
//   -- autogen: allow RULE "why"                     lint says nothing of that rule about the next
//                                                   statement, or above the sections about any
#ifndef AUTOGEN_REVISION_SCRIPT_H_
#define AUTOGEN_REVISION_SCRIPT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "src/impact/dialect.h"
#include "src/revision/graph.h"
#include "src/sql/statement.h"

namespace autogen::revision {

struct Assertion {
  std::string query;
  std::string message;
  int line = 0;
};

// A data check of the database as it is before the script runs.
struct DataCheck {
  std::string query;
  std::string what;
  int line = 0;
};

// What lint is not to say.
struct Allowance {
  std::string rule;
  std::string reason;  // may be empty
  int line = 0;
};
// What follows "-- autogen: allow": RULE "why", the latter optional. InvalidArgument without a
// place.
absl::StatusOr<Allowance> ParseAllowance(absl::string_view text);

struct Step {
  sql::Statement statement;  // its line and offset count from the start of the file
  std::vector<Assertion> before;
  std::vector<Allowance> allowed;
  bool begins_step = false;  // "-- autogen: step" stands between it and the statement before
};

struct Section {
  bool present = false;
  int line = 0;  // of "-- autogen: upgrade"
  bool no_transaction = false;
  std::vector<Step> steps;
  std::vector<Assertion> after;  // behind the last statement
  std::vector<DataCheck> preflight;
};

struct Script {
  Revision header;
  std::vector<Allowance> allowed;  // in the whole file
  Section upgrade;
  Section downgrade;
  bool irreversible = false;
  std::string irreversible_reason;
  std::string checksum;  // see Checksum()
  // What the checksum starts with that its proof was of; "" where the header has none.
  std::string proved;
  // The same of verify, which has proved what was edited since.
  std::string verified;
  bool GeneratedAsItIs() const { return !proved.empty() && absl::StartsWith(checksum, proved); }
  bool EditedSinceProof() const {
    return !proved.empty() && !GeneratedAsItIs() &&
           (verified.empty() || !absl::StartsWith(checksum, verified));
  }
};

// The header alone: all that the graph needs. Does not look past it. InvalidArgument with
// `path`:line.
absl::StatusOr<Revision> ParseHeader(absl::string_view text, const std::string& path);

// A line of a message (without "--") that would be read as a field of the header; the `first` line
// is text, whatever it looks like, but for a few.
bool IsHeaderField(absl::string_view line, bool first);

// The whole script; statements split as its engine does. InvalidArgument with `path`:line.
absl::StatusOr<Script> ParseScript(absl::string_view text, const std::string& path,
                                   const impact::Dialect& dialect = impact::DefaultDialect());
absl::StatusOr<Script> ReadScript(const std::string& path,
                                  const impact::Dialect& dialect = impact::DefaultDialect());

// SHA-256, as 64 hex digits, of what runs: from the first section on, with line ends as "\n" and
// none at the end. The header, with what it allows, may be edited without changing it.
std::string Checksum(absl::string_view text);

// The header's line on a proof of sections with that checksum, without "-- ".
std::string ProofLine(absl::string_view proof, absl::string_view checksum);
// The start of the checksum that such a line of a header holds; "" where there is none.
std::string ProvedChecksum(absl::string_view text);
// The same of the line that WriteVerified() writes.
std::string VerifiedChecksum(absl::string_view text);
// Puts a line "-- verified: PostgreSQL 15.20, up, down and up again; sha256 6f1ed002ab559585"
// behind that of the proof. FailedPrecondition where there is none.
absl::Status WriteVerified(const std::string& path, absl::string_view how);

}  // namespace autogen::revision

#endif  // AUTOGEN_REVISION_SCRIPT_H_
