#include "src/revision/script.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "src/base/file.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/sql/comment.h"
#include "src/sql/scan.h"

namespace autogen::revision {
namespace {

// One "-- autogen: …" comment.
struct Directive {
  size_t start = 0;  // bytes of the file
  size_t end = 0;
  int line = 0;
  std::string name;
  absl::string_view rest;
};

class ScriptParser {
 public:
  ScriptParser(absl::string_view text, const std::string& path, const impact::Dialect& dialect)
      : text_(WithoutByteOrderMark(text)), path_(path), dialect_(dialect) {}

  absl::StatusOr<Script> Parse() {
    ASSIGN_OR_RETURN(script_.header, ParseHeader(text_, path_));
    RETURN_IF_ERROR(FindDirectives());
    size_t first = directives_.size();
    for (size_t i = 0; i < directives_.size(); ++i) {
      const std::string& name = directives_[i].name;
      if (name != "upgrade" && name != "downgrade") continue;
      first = std::min(first, i);
      size_t next = i + 1;
      while (next < directives_.size() && directives_[next].name != "upgrade" &&
             directives_[next].name != "downgrade") {
        ++next;
      }
      RETURN_IF_ERROR(
          ParseSection(i, next, name == "upgrade" ? script_.upgrade : script_.downgrade));
    }
    if (!script_.upgrade.present) {
      return absl::InvalidArgumentError(
          absl::StrCat(path_, ": no line \"-- autogen: upgrade\": the script has no upgrade"));
    }
    size_t body = directives_[first].start;
    if (!dialect_.is_blank(text_.substr(0, body))) {
      return Error(directives_[first].line,
                   absl::StrCat("SQL precedes \"-- autogen: ", directives_[first].name,
                                "\"; move it below"));
    }
    // Above the sections a directive speaks of both.
    for (size_t i = 0; i < first; ++i) {
      const std::string& name = directives_[i].name;
      if (name == "assert" || name == "preflight" || name == "step") {
        return Error(directives_[i].line, absl::StrCat("\"", name, "\" belongs in a section"));
      }
      if (name == "allow") {
        ASSIGN_OR_RETURN(Allowance allowance, Allowed(directives_[i]));
        script_.allowed.push_back(std::move(allowance));
        continue;
      }
      RETURN_IF_ERROR(Steer(directives_[i], script_.upgrade));
      RETURN_IF_ERROR(Steer(directives_[i], script_.downgrade));
    }
    script_.checksum = Checksum(text_);
    script_.proved = ProvedChecksum(text_);
    script_.verified = VerifiedChecksum(text_);
    return std::move(script_);
  }

 private:
  absl::Status Error(int line, absl::string_view what) const {
    return absl::InvalidArgumentError(absl::StrCat(path_, ":", line, ": ", what));
  }

  int LineAt(size_t byte) const {
    return 1 + static_cast<int>(
                   std::count(text_.begin(), text_.begin() + static_cast<long>(byte), '\n'));
  }

  // By the scanner, so that a string or a function's body may hold such lines.
  absl::Status FindDirectives() {
    absl::StatusOr<std::vector<sql::Token>> tokens = dialect_.scan(text_);
    if (!tokens.ok()) {
      // Split again only to learn the line.
      absl::Status split = dialect_.split(text_).status();
      return Located(split.ok() ? tokens.status() : split);
    }
    int line = 1;
    size_t counted = 0;
    for (const sql::Token& token : *tokens) {
      if (!token.IsLineComment()) continue;
      absl::string_view rest = token.text.substr(2);
      rest = absl::StripLeadingAsciiWhitespace(rest);
      if (!absl::ConsumePrefix(&rest, "autogen:")) continue;
      line += static_cast<int>(std::count(text_.begin() + static_cast<long>(counted),
                                          text_.begin() + static_cast<long>(token.start), '\n'));
      counted = token.start;
      if (token.start > 0 && text_[token.start - 1] != '\n') {
        return Error(line, "\"-- autogen:\" must start a line of its own");
      }
      rest = absl::StripAsciiWhitespace(rest);
      size_t blank = std::min(rest.find(' '), rest.size());
      Directive directive{token.start, token.end, line, std::string(rest.substr(0, blank)),
                          absl::StripAsciiWhitespace(rest.substr(blank))};
      RETURN_IF_ERROR(CheckName(directive));
      directives_.push_back(std::move(directive));
    }
    return absl::OkStatus();
  }

  absl::Status CheckName(const Directive& directive) const {
    static const auto* const names =
        new std::vector<std::string>{"upgrade",      "downgrade", "no-transaction", "step",
                                     "irreversible", "assert",    "preflight",      "allow"};
    if (std::find(names->begin(), names->end(), directive.name) != names->end()) {
      return absl::OkStatus();
    }
    std::string nearest = Nearest(directive.name, *names);
    return Error(
        directive.line,
        absl::StrCat("no directive \"", directive.name, "\"",
                     nearest.empty() ? absl::StrCat("; there are ", absl::StrJoin(*names, ", "))
                                     : absl::StrCat("; did you mean \"", nearest, "\"?")));
  }

  // "line 7: …" of SplitStatements as "path:7: …".
  absl::Status Located(const absl::Status& status) const {
    absl::string_view message = status.message();
    if (absl::ConsumePrefix(&message, "line ")) {
      return absl::InvalidArgumentError(absl::StrCat(path_, ":", message));
    }
    return Annotate(status, path_);
  }

  // The quoted words of an assert, preflight or irreversible.
  absl::StatusOr<std::vector<std::string>> Words(const Directive& directive, size_t count) const {
    std::vector<std::string> words;
    absl::string_view rest = directive.rest;
    while (std::optional<std::string> word = sql::TakeDirectiveWord(rest)) {
      words.push_back(*std::move(word));
    }
    if (!rest.empty() || words.size() != count) {
      return Error(directive.line,
                   absl::StrCat(directive.name, " must be written as: -- autogen: ",
                                directive.name == "irreversible"
                                    ? "irreversible \"why\""
                                    : absl::StrCat(directive.name, " \"SELECT …\" \"message\"")));
    }
    return words;
  }

  absl::StatusOr<Allowance> Allowed(const Directive& directive) const {
    absl::StatusOr<Allowance> allowance = ParseAllowance(directive.rest);
    if (!allowance.ok()) return Error(directive.line, allowance.status().message());
    allowance->line = directive.line;
    return allowance;
  }

  // no-transaction and irreversible.
  absl::Status Steer(const Directive& directive, Section& section) {
    if (directive.name == "irreversible") {
      ASSIGN_OR_RETURN(std::vector<std::string> words, Words(directive, 1));
      script_.irreversible = true;
      script_.irreversible_reason = words[0];
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(TakesNothing(directive));
    section.no_transaction = true;
    return absl::OkStatus();
  }

  absl::Status TakesNothing(const Directive& directive) const {
    if (directive.rest.empty()) return absl::OkStatus();
    return Error(directive.line, absl::StrCat("\"", directive.name, "\" takes no argument: \"",
                                              directive.rest, "\""));
  }

  // The section that directives_[index] opens; `next` is the marker behind it, or the end.
  absl::Status ParseSection(size_t index, size_t next, Section& section) {
    const Directive& marker = directives_[index];
    if (section.present) {
      return Error(marker.line, absl::StrCat("a second \"-- autogen: ", marker.name, "\""));
    }
    RETURN_IF_ERROR(TakesNothing(marker));
    section.present = true;
    section.line = marker.line;
    size_t end = next < directives_.size() ? directives_[next].start : text_.size();
    absl::string_view body = text_.substr(marker.end, end - marker.end);
    // Empty lines in front make the lines count from the start of the file.
    std::string padding(static_cast<size_t>(marker.line - 1), '\n');
    absl::StatusOr<std::vector<sql::Statement>> statements =
        dialect_.split(absl::StrCat(padding, body));
    if (!statements.ok()) return Located(statements.status());
    for (sql::Statement& statement : *statements) {
      statement.offset += marker.end - padding.size();
      statement.comment = WithoutDirectives(statement.comment);
      section.steps.push_back({.statement = std::move(statement)});
    }
    for (size_t i = index + 1; i < next; ++i) RETURN_IF_ERROR(Place(directives_[i], section));
    return absl::OkStatus();
  }

  // A directive inside a section whose statements are there.
  absl::Status Place(const Directive& directive, Section& section) {
    const auto following =
        std::find_if(section.steps.begin(), section.steps.end(),
                     [&](const Step& step) { return step.statement.offset > directive.start; });
    const bool last = following == section.steps.end();
    if (directive.name == "step") {
      RETURN_IF_ERROR(TakesNothing(directive));
      if (last) return Error(directive.line, "\"step\" must precede the statements of a step");
      following->begins_step = true;
      return absl::OkStatus();
    }
    if (directive.name == "allow") {
      ASSIGN_OR_RETURN(Allowance allowance, Allowed(directive));
      if (last) return Error(directive.line, "\"allow\" must precede the statement that it is for");
      following->allowed.push_back(std::move(allowance));
      return absl::OkStatus();
    }
    if (directive.name != "assert" && directive.name != "preflight") {
      return Steer(directive, section);
    }
    ASSIGN_OR_RETURN(std::vector<std::string> words, Words(directive, 2));
    if (directive.name == "preflight") {
      section.preflight.push_back({words[0], words[1], directive.line});
    } else {
      (last ? section.after : following->before).push_back({words[0], words[1], directive.line});
    }
    return absl::OkStatus();
  }

  static std::string WithoutDirectives(absl::string_view comment) {
    std::vector<absl::string_view> lines;
    for (absl::string_view line : absl::StrSplit(comment, '\n')) {
      absl::string_view rest = line;
      const bool comment = absl::ConsumePrefix(&rest, "--");
      if (comment && absl::StartsWith(absl::StripLeadingAsciiWhitespace(rest), "autogen:"))
        continue;
      lines.push_back(line);
    }
    return absl::StrJoin(lines, "\n");
  }

  absl::string_view text_;
  const std::string& path_;
  const impact::Dialect& dialect_;
  std::vector<Directive> directives_;
  Script script_;
};

}  // namespace

absl::StatusOr<Allowance> ParseAllowance(absl::string_view text) {
  Allowance allowance;
  const size_t end = std::min(text.find(' '), text.size());
  allowance.rule = std::string(text.substr(0, end));
  absl::string_view rest = absl::StripLeadingAsciiWhitespace(text.substr(end));
  if (!rest.empty()) {
    const std::optional<std::string> reason = sql::TakeDirectiveWord(rest);
    if (reason.has_value()) allowance.reason = *reason;
  }
  if (!rest.empty() || allowance.rule.empty() || allowance.rule.find('"') != std::string::npos) {
    return absl::InvalidArgumentError(
        "allow must be written as: -- autogen: allow rule-name \"why\"");
  }
  return allowance;
}

absl::StatusOr<Script> ParseScript(absl::string_view text, const std::string& path,
                                   const impact::Dialect& dialect) {
  return ScriptParser(text, path, dialect).Parse();
}

absl::StatusOr<Script> ReadScript(const std::string& path, const impact::Dialect& dialect) {
  ASSIGN_OR_RETURN(std::string text, ReadTextFile(path));
  return ParseScript(text, path, dialect);
}

}  // namespace autogen::revision
