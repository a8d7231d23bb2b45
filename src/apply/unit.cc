#include "src/apply/unit.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/apply/session.h"
#include "src/base/sha256.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/sql/mask.h"

namespace autogen::apply {
namespace {

absl::Status At(const Unit& unit, size_t i, absl::string_view message) {
  return absl::InvalidArgumentError(
      absl::StrCat(Place(unit, i), ": ", message, "\n  ", Excerpt(unit.statements[i].text)));
}

}  // namespace

absl::string_view DirectionName(Direction direction) {
  return direction == Direction::kUpgrade ? "upgrade" : "downgrade";
}

void Unit::SetStatements(std::vector<sql::Statement> of_script, const impact::Dialect& dialect) {
  statements = std::move(of_script);
  impacts = dialect.impacts(statements);
}

std::string Place(const Unit& unit, size_t statement) {
  return absl::StrCat(unit.path, ":", unit.statements[statement].line);
}

std::string Excerpt(absl::string_view statement, size_t length) {
  std::string line;
  for (char c : sql::Masked(statement)) {
    const bool space = absl::ascii_isspace(c);
    if (space && !line.empty() && line.back() == ' ') continue;
    line += space ? ' ' : c;
    if (line.size() > length + 4) break;
  }
  return line.size() <= length ? line : absl::StrCat(ClipUtf8(line, length), "…");
}

namespace {

// What no script may hold.
absl::Status CheckAllowed(const Unit& unit, size_t i) {
  const impact::Impact& impact = unit.impacts[i];
  if (impact.copies_client) {
    return At(
        unit, i,
        "COPY … FROM stdin and COPY … TO stdout need psql; use INSERT, or COPY with a file or "
        "program of the server");
  }
  if (impact.run == impact::RunMode::kTransactionControl) {
    return At(unit, i,
              "transaction control is not allowed in a script: autogen runs each script in a "
              "transaction of its own");
  }
  if (impact.node == "IndexStmt" && impact.concurrently && impact.index.name.empty()) {
    return At(unit, i,
              "CREATE INDEX CONCURRENTLY needs an index name, so that an interrupted run can tell "
              "whether it was built");
  }
  const std::string takes = TakesFromRun(unit.statements[i], impact);
  return takes.empty() ? absl::OkStatus() : At(unit, i, takes);
}

// A procedure may commit, and what the parser does not know is up to the script.
bool RunsAlone(const Unit& unit, const impact::Impact& impact) {
  return impact.run == impact::RunMode::kAlone ||
         (unit.no_transaction &&
          (impact.node == "CallStmt" || impact.node == "DoStmt" || impact.node.empty()));
}

}  // namespace

absl::StatusOr<std::vector<Part>> SplitIntoParts(const Unit& unit) {
  std::vector<Part> parts;
  bool cut = true;  // the next statement starts a part
  for (size_t i = 0; i < unit.statements.size(); ++i) {
    RETURN_IF_ERROR(CheckAllowed(unit, i));
    const impact::Impact& impact = unit.impacts[i];
    const bool alone = RunsAlone(unit, impact);
    const bool commits = impact.run == impact::RunMode::kCommitBeforeUse;
    const bool begins = std::binary_search(unit.step_starts.begin(), unit.step_starts.end(), i);
    // Several labels in a row are one part.
    const bool after_enum =
        cut && !begins && !parts.empty() && !parts.back().alone && commits && !unit.no_transaction;
    if ((cut || begins || alone || parts.back().alone) && !after_enum)
      parts.push_back({i, i, alone, "", {}});
    parts.back().end = i + 1;
    cut = alone || commits || unit.no_transaction;
  }
  if (parts.empty()) parts.emplace_back();
  for (Part& part : parts) {
    part.impacts = absl::MakeConstSpan(unit.impacts).subspan(part.begin, part.end - part.begin);
    std::string texts;
    for (size_t i = part.begin; i < part.end; ++i) {
      absl::StrAppend(&texts, unit.statements[i].text, ";\n");
    }
    // Recorded, and so needed, only where there are several.
    if (parts.size() > 1 || part.alone) part.checksum = Sha256Hex(texts);
  }
  RETURN_IF_ERROR(CheckCarried(unit, parts));
  return parts;
}

absl::Status SingleTransactionError(const Unit& unit, const std::vector<Part>& parts) {
  const auto alone =
      std::find_if(parts.begin(), parts.end(), [](const Part& p) { return p.alone; });
  const Part& part = alone != parts.end() ? *alone : parts[1];
  return absl::FailedPreconditionError(absl::StrCat(
      Place(unit, part.begin), ": cannot run with --single-transaction: the statement ",
      part.alone ? "cannot run in a transaction" : "needs a commit before it", "\n  ",
      Excerpt(unit.statements[part.begin].text)));
}

}  // namespace autogen::apply
