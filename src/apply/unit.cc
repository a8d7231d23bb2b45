#include "src/apply/unit.h"

#include <algorithm>

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

// Statements of which the first word tells enough, or that are so long that the parser would take
// longer than what it could tell is worth.
bool IsPlain(absl::string_view statement, sql::StatementClass& out) {
  const size_t end =
      std::find_if_not(statement.begin(), statement.end(), absl::ascii_isalpha) - statement.begin();
  const absl::string_view first = statement.substr(0, end);
  auto is_one_of = [&](std::initializer_list<absl::string_view> words) {
    return std::any_of(words.begin(), words.end(),
                       [&](absl::string_view word) { return absl::EqualsIgnoreCase(first, word); });
  };
  if (is_one_of({"COMMENT", "GRANT", "REVOKE", "LOCK"})) return true;
  if (!is_one_of({"INSERT", "UPDATE", "DELETE", "TRUNCATE"})) return false;
  constexpr size_t kLong = 16 << 10;
  if (statement.size() < kLong) return false;
  out.session.kind = sql::SessionEffect::Kind::kCode;
  const std::string lower = absl::AsciiStrToLower(statement);
  return !absl::StrContains(lower, "set_config") && !absl::StrContains(lower, "advisory");
}

absl::Status At(const Unit& unit, size_t i, absl::string_view message) {
  return absl::InvalidArgumentError(
      absl::StrCat(Place(unit, i), ": ", message, "\n  ", Excerpt(unit.statements[i].text)));
}

}  // namespace

absl::string_view DirectionName(Direction direction) {
  return direction == Direction::kUpgrade ? "upgrade" : "downgrade";
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

absl::StatusOr<std::vector<Part>> SplitIntoParts(const Unit& unit) {
  std::vector<Part> parts;
  bool cut = true;  // the next statement starts a part
  for (size_t i = 0; i < unit.statements.size(); ++i) {
    const std::string& text = unit.statements[i].text;
    sql::StatementClass statement_class;
    if (unit.no_transaction || !IsPlain(text, statement_class)) {
      statement_class = sql::Classify(text);
    }
    if (statement_class.copies_client) {
      return At(
          unit, i,
          "COPY … FROM stdin and COPY … TO stdout need psql; use INSERT, or COPY with a file or "
          "program of the server");
    }
    if (statement_class.transaction_control) {
      return At(unit, i,
                "transaction control is not allowed in a script: autogen runs each script in a "
                "transaction of its own");
    }
    if (statement_class.node == "IndexStmt" && statement_class.concurrently &&
        statement_class.index_name.empty()) {
      return At(unit, i,
                "CREATE INDEX CONCURRENTLY needs an index name, so that an interrupted "
                "run can tell whether it was built");
    }
    // A procedure may commit by itself, and what the parser does not know is the script's word.
    const bool alone =
        statement_class.no_transaction ||
        (unit.no_transaction && (statement_class.node == "CallStmt" ||
                                 statement_class.node == "DoStmt" || statement_class.node.empty()));
    // Several labels in a row are one part.
    const bool after_enum = cut && !parts.empty() && !parts.back().alone &&
                            statement_class.adds_enum_value && !unit.no_transaction;
    if ((cut || alone || parts.back().alone) && !after_enum)
      parts.push_back({i, i, alone, {}, "", {}});
    parts.back().end = i + 1;
    if (alone) parts.back().statement_class = statement_class;
    cut = alone || statement_class.adds_enum_value || unit.no_transaction;
    parts.back().classes.push_back(std::move(statement_class));
  }
  if (parts.empty()) parts.emplace_back();
  for (Part& part : parts) {
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
