#include "src/sql/dump.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "src/sql/piece.h"
#include "src/sql/scan.h"

namespace autogen::sql {
namespace {

constexpr absl::string_view kHeader = "-- PostgreSQL database dump";

// A statement's start, which says what it is about: up to its first literal, which may be long.
absl::string_view StartOf(absl::string_view statement) {
  return statement.substr(0, statement.find('\''));
}

// The tokens that are no comments; none where the text cannot be scanned.
std::vector<Token> TokensOf(absl::string_view text) {
  absl::StatusOr<std::vector<Token>> tokens = Scan(text);
  if (!tokens.ok()) return {};
  tokens->erase(std::remove_if(tokens->begin(), tokens->end(),
                               [](const Token& t) { return t.kind == Token::Kind::kComment; }),
                tokens->end());
  return *std::move(tokens);
}

bool BeginsWith(const std::vector<Token>& tokens, std::initializer_list<absl::string_view> words) {
  if (tokens.size() < words.size()) return false;
  return std::equal(words.begin(), words.end(), tokens.begin(),
                    [](absl::string_view word, const Token& token) { return token.Is(word); });
}

// Walks over the text as psql does: quotes and comments as a whole, statement by statement.
class Reader {
 public:
  explicit Reader(absl::string_view text) : text_(text) { dump_.script = std::string(text); }

  absl::StatusOr<Dump> Read() {
    dump_.from_pg_dump = absl::StrContains(text_, kHeader);
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\\') {
        absl::Status taken = Command();
        if (!taken.ok()) return taken;
      } else if (c == ';') {
        absl::Status taken = EndOfStatement();
        if (!taken.ok()) return taken;
      } else {
        at_ = EndOfPiece(text_, at_);
      }
    }
    return std::move(dump_);
  }

 private:
  absl::Status Error(absl::string_view message) const {
    const auto lines = std::count(text_.begin(), text_.begin() + static_cast<long>(at_), '\n');
    return absl::InvalidArgumentError(absl::StrCat("line ", lines + 1, ": ", message));
  }

  void Blank(size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      if (dump_.script[i] != '\n' && dump_.script[i] != '\r') dump_.script[i] = ' ';
    }
  }

  size_t EndOfLine(size_t from) const { return std::min(text_.find('\n', from), text_.size()); }

  // A command of psql reaches to the end of its line.
  absl::Status Command() {
    const size_t end = EndOfLine(at_);
    const absl::string_view line = absl::StripTrailingAsciiWhitespace(text_.substr(at_, end - at_));
    const size_t blank = std::min(line.find(' '), line.size());
    const absl::string_view name = line.substr(0, blank), arguments = line.substr(blank);
    const bool restricts = name == "\\restrict" || name == "\\unrestrict";
    if (name == "\\connect" && !database_.empty() && database_ != arguments) {
      return Error(absl::StrCat(line, ": a dump of several databases; pg_dump writes one"));
    }
    if (name == "\\connect" && database_made_) {
      database_ = std::string(arguments);
    } else if (!restricts || !std::all_of(arguments.begin(), arguments.end(), [](char c) {
                 return c == ' ' || absl::ascii_isalnum(static_cast<unsigned char>(c));
               })) {
      return Error(absl::StrCat(
          name,
          " is a psql meta-command; an SQL file may only contain those that pg_dump writes "
          "(\\restrict, \\connect behind CREATE DATABASE): write SQL in its place"));
    }
    Blank(at_, end);
    at_ = statement_ = end;
    return absl::OkStatus();
  }

  absl::Status EndOfStatement() {
    const absl::string_view statement = text_.substr(statement_, at_ - statement_);
    ++at_;
    if (WordAt(statement, "create")) {
      database_made_ = database_made_ || BeginsWith(TokensOf(statement), {"create", "database"});
    } else if (WordAt(statement, "copy")) {
      const std::vector<Token> tokens = TokensOf(statement);
      const auto from =
          std::find_if(tokens.begin(), tokens.end(), [](const Token& t) { return t.Is("from"); });
      if (from != tokens.end() && from + 1 != tokens.end() && (from + 1)->Is("stdin")) {
        dump_.copied.push_back(TableOf(statement));
        return SkipRows();
      }
    }
    statement_ = at_;
    return absl::OkStatus();
  }

  // Whether a statement's first word, behind comments and blanks, is that one: without a scan.
  static bool WordAt(absl::string_view statement, absl::string_view word) {
    for (;;) {
      statement = absl::StripLeadingAsciiWhitespace(statement);
      if (!absl::StartsWith(statement, "--")) break;
      statement.remove_prefix(std::min(statement.find('\n'), statement.size()));
    }
    return absl::StartsWithIgnoreCase(statement, word);
  }

  // From the line behind COPY to the line "\.".
  absl::Status SkipRows() {
    size_t line = EndOfLine(at_);
    while (line < text_.size()) {
      const size_t begin = line + 1;
      line = EndOfLine(begin);
      if (absl::StripTrailingAsciiWhitespace(text_.substr(begin, line - begin)) == "\\.") {
        Blank(statement_, line);
        at_ = statement_ = line;
        return absl::OkStatus();
      }
    }
    return Error(
        absl::StrCat("the rows of COPY ", dump_.copied.back(),
                     " have no end (a line \\.): the dump is not complete; create it again"));
  }

  absl::string_view text_;
  Dump dump_;
  size_t at_ = 0;
  size_t statement_ = 0;  // where the current one starts
  bool database_made_ = false;
  std::string database_;  // what follows \connect; pg_dump repeats it behind ALTER DATABASE
};

}  // namespace

absl::StatusOr<Dump> ReadDump(absl::string_view text) { return Reader(text).Read(); }

DumpPart PartOf(absl::string_view statement) {
  const std::vector<Token> tokens = TokensOf(StartOf(statement));
  if (tokens.empty()) return DumpPart::kSchema;
  const Token& first = tokens[0];
  if (first.Is("insert") || first.Is("refresh")) return DumpPart::kRows;
  if ((first.Is("begin") || first.Is("commit")) && tokens.size() == 1) return DumpPart::kRows;
  if (BeginsWith(tokens, {"select", "pg_catalog"}) && tokens.size() > 3) {
    const absl::string_view function = tokens[3].text;
    if (absl::StartsWith(function, "lo_") || function == "lowrite") return DumpPart::kRows;
  }
  if (BeginsWith(tokens, {"alter", "large"})) return DumpPart::kRows;
  for (absl::string_view verb : {"create", "alter", "drop"}) {
    if (BeginsWith(tokens, {verb, "database"})) return DumpPart::kDatabase;
  }
  if (first.Is("alter") || first.Is("comment") || first.Is("grant") || first.Is("revoke") ||
      first.Is("security")) {
    for (size_t i = 1; i + 1 < tokens.size(); ++i) {
      if (!tokens[i].Is("on") && !tokens[i].Is("in")) continue;
      if (tokens[i + 1].Is("large")) return DumpPart::kRows;
      return tokens[i + 1].Is("database") ? DumpPart::kDatabase : DumpPart::kSchema;
    }
  }
  return DumpPart::kSchema;
}

std::string TableOf(absl::string_view statement) {
  const std::vector<Token> tokens = TokensOf(StartOf(statement));
  size_t begin = 0;
  if (BeginsWith(tokens, {"insert", "into"})) begin = 2;
  if (BeginsWith(tokens, {"copy"})) begin = 1;
  if (BeginsWith(tokens, {"refresh", "materialized", "view"})) begin = 3;
  if (begin == 0 || begin >= tokens.size()) return "";
  size_t end = begin;
  while (end + 2 < tokens.size() && tokens[end + 1].IsChar('.')) end += 2;
  return std::string(
      absl::string_view(tokens[begin].text.data(),
                        static_cast<size_t>(tokens[end].text.data() + tokens[end].text.size() -
                                            tokens[begin].text.data())));
}

}  // namespace autogen::sql
