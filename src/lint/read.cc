#include "src/lint/read.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "src/base/text.h"
#include "src/lint/rules/tree.h"
#include "src/sql/scan.h"

namespace autogen::lint {
namespace {

using impact::RunMode;

constexpr char kUpgrade[] = "-- autogen: upgrade";
constexpr char kDowngrade[] = "-- autogen: downgrade";

size_t LineStart(absl::string_view text, int line) {
  size_t at = 0;
  for (int i = 1; i < line; ++i) {
    const size_t end = text.find('\n', at);
    if (end == absl::string_view::npos) return text.size();
    at = end + 1;
  }
  return at;
}

// Where the line begins that is this word, with blanks behind it; npos where there is none.
size_t FindLine(absl::string_view text, absl::string_view word) {
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    if (absl::StripTrailingAsciiWhitespace(text.substr(at, end - at)) == word) return at;
    at = end + 1;
  }
  return absl::string_view::npos;
}

// The byte behind `characters` - 1 characters from `at` on.
size_t Behind(absl::string_view text, size_t at, int characters) {
  for (int i = 1; i < characters && at < text.size(); ++i) {
    do {
      ++at;
    } while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80);
  }
  return at;
}

// "line 3:14: message", "path:3:14: message", or with less of a place.
struct Located {
  std::string message;
  int line = 0, character = 0;
};

Located Locate(absl::string_view message, absl::string_view path) {
  Located out;
  if (!absl::ConsumePrefix(&message, absl::StrCat(path, ":"))) {
    absl::ConsumePrefix(&message, "line ");
  }
  for (int* number : {&out.line, &out.character}) {
    const size_t colon = message.find(':');
    if (colon == absl::string_view::npos || !absl::SimpleAtoi(message.substr(0, colon), number)) {
      break;
    }
    message.remove_prefix(colon + 1);
  }
  out.message = std::string(absl::StripLeadingAsciiWhitespace(message));
  return out;
}

// A parser repeats the rest of the text.
std::string FirstLine(absl::string_view message) {
  const size_t end = message.find('\n');
  if (end == absl::string_view::npos) return std::string(message);
  return absl::StrCat(message.substr(0, end), "…\"");
}

report::Finding NewFinding(const std::string& path, std::string message) {
  return {.path = path,
          .rule = "syntax",
          .severity = report::Severity::kError,
          .message = std::move(message)};
}

report::Finding FindingAt(absl::string_view text, const std::string& path, const Located& located) {
  report::Finding finding = NewFinding(path, FirstLine(located.message));
  const size_t at = Behind(text, LineStart(text, located.line), located.character);
  if (located.character > 0) {
    report::SetPlace(text, at, at + 1, &finding);
  } else if (located.line > 0) {
    report::SetLine(text, located.line, &finding);
  }
  return finding;
}

class Reader {
 public:
  Reader(absl::string_view text, const std::string& path, const impact::Dialect& dialect,
         const ReadOptions& options, std::vector<report::Finding>* problems)
      : text_(text), dialect_(dialect), options_(options), problems_(*problems) {
    script_.path = path;
  }

  Script Read() {
    script_.managed = FindLine(text_, kUpgrade) != absl::string_view::npos;
    if (!script_.managed || !ReadManaged()) ReadPlain();
    FindImpacts();
    ParseAll();
    FindSteps();
    FindAllHazards();
    return std::move(script_);
  }

 private:
  report::Finding Problem(std::string message) const {
    return NewFinding(script_.path, std::move(message));
  }

  // The finding; gives the byte where it is.
  size_t AddProblem(const Located& located) {
    problems_.push_back(FindingAt(text_, script_.path, located));
    return Behind(text_, LineStart(text_, located.line), located.character);
  }

  // False where it is not what the project's commands read.
  bool ReadManaged() {
    absl::StatusOr<revision::Script> read = revision::ParseScript(text_, script_.path, dialect_);
    if (!read.ok()) {
      AddProblem(Locate(read.status().message(), script_.path));
      return false;
    }
    script_.revision = read->header.id;
    script_.proved = !read->proved.empty() && !read->EditedSinceProof();
    script_.generated = read->GeneratedAsItIs();
    script_.edited = read->EditedSinceProof();
    no_transaction_ = read->upgrade.no_transaction;
    for (revision::Allowance& allowance : read->allowed) {
      script_.allowed.push_back({std::move(allowance), kWholeFile});
    }
    for (revision::Step& step : read->upgrade.steps) {
      for (revision::Allowance& allowance : step.allowed) {
        script_.allowed.push_back({std::move(allowance), script_.statements.size()});
      }
      script_.statements.push_back({.sql = std::move(step.statement)});
      begins_step_.push_back(step.begins_step);
    }
    return true;
  }

  // Of a script that is not whole, its upgrade; of any other file all.
  void ReadPlain() {
    std::string sql(text_);
    if (script_.managed) {
      // Nobody runs what is before and behind.
      auto blank = [&](size_t begin, size_t end) {
        for (size_t i = begin; i < end; ++i) {
          if (sql[i] != '\n') sql[i] = ' ';
        }
      };
      blank(0, FindLine(text_, kUpgrade));
      const size_t down = FindLine(text_, kDowngrade);
      if (down != absl::string_view::npos && down > FindLine(text_, kUpgrade)) {
        blank(down, sql.size());
      }
    }
    sql = dialect_.without_shell(sql);
    for (sql::Statement& statement : Split(&sql)) {
      script_.statements.push_back({.sql = std::move(statement)});
    }
    begins_step_.assign(script_.statements.size(), false);
    FindAllowed(sql);
  }

  // Up to where the text cannot be taken apart, of which `sql` keeps what can.
  std::vector<sql::Statement> Split(std::string* sql) {
    for (bool cut = false;; cut = true) {
      absl::StatusOr<std::vector<sql::Statement>> statements = dialect_.split(*sql);
      if (statements.ok()) {
        if (cut && !statements->empty()) {
          const sql::Statement& last = statements->back();
          const absl::string_view rest = absl::StripLeadingAsciiWhitespace(
              absl::string_view(*sql).substr(last.offset + last.text.size()));
          if (!absl::StartsWith(rest, ";")) statements->pop_back();
        }
        return *std::move(statements);
      }
      const Located located = Locate(statements.status().message(), script_.path);
      if (cut && located.line == 0) return {};
      // A script that is not whole was reported.
      const size_t at = script_.managed || cut
                            ? Behind(text_, LineStart(text_, located.line), located.character)
                            : AddProblem(located);
      if (at >= sql->size() || at == 0) return {};
      sql->resize(at);
    }
  }

  void FindAllowed(absl::string_view sql) {
    absl::StatusOr<std::vector<sql::Token>> tokens = dialect_.scan(sql);
    if (!tokens.ok()) return;
    for (const sql::Token& token : *tokens) {
      if (!token.IsLineComment()) continue;
      absl::string_view rest = absl::StripLeadingAsciiWhitespace(token.text.substr(2));
      if (!absl::ConsumePrefix(&rest, "autogen: allow")) continue;
      absl::StatusOr<revision::Allowance> allowance =
          revision::ParseAllowance(absl::StripAsciiWhitespace(rest));
      if (!allowance.ok()) {
        report::Finding finding = Problem(std::string(allowance.status().message()));
        report::SetPlace(text_, token.start, token.end, &finding);
        problems_.push_back(std::move(finding));
        continue;
      }
      allowance->line =
          1 + static_cast<int>(std::count(sql.begin(), sql.begin() + token.start, '\n'));
      script_.allowed.push_back({*std::move(allowance), StatementAfter(token, sql)});
    }
  }

  // Of a comment: the next statement. Above a blank line at the head of the file, all of it.
  size_t StatementAfter(const sql::Token& comment, absl::string_view sql) const {
    for (size_t i = 0; i < script_.statements.size(); ++i) {
      const sql::Statement& statement = script_.statements[i].sql;
      if (statement.offset < comment.start) continue;
      const absl::string_view between = sql.substr(comment.end, statement.offset - comment.end);
      return i == 0 && absl::StrContains(between, "\n\n") ? kWholeFile : i;
    }
    return kWholeFile;
  }

  void FindImpacts() {
    std::vector<sql::Statement> all;
    for (const Script* before : options_.pending) {
      for (const Statement& statement : before->statements) all.push_back(statement.sql);
    }
    const size_t own = all.size();
    for (const Statement& statement : script_.statements) all.push_back(statement.sql);
    std::vector<impact::Impact> impacts = dialect_.impacts(all);
    for (size_t i = own; i < impacts.size(); ++i) {
      script_.statements[i - own].impact = std::move(impacts[i]);
    }
  }

  void ParseAll() {
    for (Statement& statement : script_.statements) {
      absl::StatusOr<nlohmann::json> tree = dialect_.parse(statement.sql.text);
      if (tree.ok()) {
        statement.tree = *std::move(tree);
        continue;
      }
      // The server of its proof understood it.
      if (script_.proved) continue;
      const bool secret = dialect_.masked(statement.sql.text) != statement.sql.text;
      report::Finding finding =
          Problem(absl::StrCat(secret ? "syntax error" : FirstLine(tree.status().message()),
                               "\nSyntax that is newer than PostgreSQL 15's is not judged."));
      const int position = sql::SyntaxPosition(tree.status());
      const size_t at = statement.sql.offset + Behind(statement.sql.text, 0, std::max(position, 1));
      report::SetPlace(text_, at, at + 1, &finding);
      if (secret) finding.excerpt.clear();
      problems_.push_back(std::move(finding));
      statement.impact.opaque.clear();
    }
  }

  void FindSteps() {
    int step = 0;
    bool in_block = options_.in_transaction && !script_.managed, cut = true;
    for (size_t i = 0; i < script_.statements.size(); ++i) {
      Statement& statement = script_.statements[i];
      const RunMode run = statement.impact.run;
      if (script_.managed) {
        const bool alone = run == RunMode::kAlone || no_transaction_;
        if (cut || alone || begins_step_[i]) ++step;
        cut = alone || run == RunMode::kCommitBeforeUse;
      } else if (!in_block) {
        ++step;
      }
      statement.step = step;
      if (!script_.managed && run == RunMode::kTransactionControl) {
        const std::string kind = TransactionKind(statement.tree);
        if (kind == "begin") in_block = true;
        if (kind == "commit" || kind == "rollback") in_block = options_.in_transaction;
      }
      statement.in_block = in_block;
    }
  }

  void FindAllHazards() {
    std::vector<sql::Statement> statements;
    std::vector<impact::Impact> impacts;
    for (const Statement& statement : script_.statements) {
      statements.push_back(statement.sql);
      impacts.push_back(statement.impact);
    }
    script_.hazards = FindHazards(statements, impacts);
    if (!script_.generated) return;
    // What the text does not tell, the comment does: its writer knew the database.
    auto is_wrong = [&](Hazard& hazard) {
      const std::string& comment = statements[hazard.statement].comment;
      if (hazard.kind == HazardKind::kTableScan) return absl::StrContains(comment, "no scan");
      if (hazard.kind == HazardKind::kIndexBuild) {
        return absl::StrContains(comment, "builds nothing yet");
      }
      if (hazard.kind != HazardKind::kTableRewrite || !hazard.unsure) return false;
      hazard.unsure = false;
      return !absl::StrContains(comment, "rewrites");
    };
    std::erase_if(script_.hazards, is_wrong);
  }

  absl::string_view text_;
  const impact::Dialect& dialect_;
  const ReadOptions& options_;
  std::vector<report::Finding>& problems_;
  Script script_;
  bool no_transaction_ = false;
  std::vector<bool> begins_step_;
};

}  // namespace

report::Finding SyntaxFinding(absl::string_view text, const std::string& path,
                              absl::string_view message) {
  return FindingAt(text, path, Locate(message, path));
}

Script Read(absl::string_view text, const std::string& path, const impact::Dialect& dialect,
            const ReadOptions& options, std::vector<report::Finding>* problems) {
  return Reader(WithoutByteOrderMark(text), path, dialect, options, problems).Read();
}

}  // namespace autogen::lint
