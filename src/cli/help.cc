#include "src/cli/help.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace autogen::cli {
namespace {

constexpr char kSummary[] = "schema migrations for PostgreSQL, generated from a declared model";
constexpr size_t kWidth = 96;

// Words of `text` in lines of at most kWidth, each after `indent` blanks. A line that starts with a
// blank is kept as it is; empty lines part paragraphs.
std::string Wrap(absl::string_view text, size_t indent) {
  std::string pad(indent, ' ');
  std::string out;
  std::string line;
  auto flush = [&] {
    if (!line.empty()) absl::StrAppend(&out, pad, line, "\n");
    line.clear();
  };
  for (absl::string_view paragraph : absl::StrSplit(text, '\n')) {
    if (paragraph.empty() || paragraph.front() == ' ') {
      flush();
      absl::StrAppend(&out, paragraph.empty() ? "" : pad, paragraph, "\n");
      continue;
    }
    for (absl::string_view word : absl::StrSplit(paragraph, ' ', absl::SkipEmpty())) {
      if (!line.empty() && indent + line.size() + 1 + word.size() > kWidth) flush();
      absl::StrAppend(&line, line.empty() ? "" : " ", word);
    }
  }
  flush();
  return out;
}

// "  name      help …", the help hanging in a column of its own.
std::string Row(absl::string_view name, absl::string_view help, size_t column) {
  std::string body = Wrap(help, column);
  std::string head = absl::StrCat("  ", name);
  if (body.empty()) return absl::StrCat(head, "\n");
  if (head.size() + 2 > column) return absl::StrCat(head, "\n", body);
  body.replace(0, head.size(), head);
  return body;
}

std::string FlagHelp(const Flag& flag) {
  const std::string engine =
      flag.engine == ENGINE_UNSPECIFIED ? "" : absl::StrCat(EngineWords(flag.engine), ": ");
  return absl::StrCat(engine, flag.help, flag.repeated ? " (may be repeated)" : "");
}

std::string FlagRows(absl::Span<const Flag> flags) {
  std::string out;
  for (const Flag& flag : flags) absl::StrAppend(&out, Row(FlagUsage(flag), FlagHelp(flag), 28));
  return out;
}

// roff takes a leading "." or "'" for a request and "\" and "-" for its own.
std::string Roff(absl::string_view text) {
  std::string escaped = absl::StrReplaceAll(
      text, {{"\\", "\\e"}, {"-", "\\-"}, {"\n.", "\n\\&."}, {"\n'", "\n\\&'"}});
  if (!escaped.empty() && (escaped[0] == '.' || escaped[0] == '\'')) escaped.insert(0, "\\&");
  return escaped;
}

std::string RoffFlags(absl::Span<const Flag> flags) {
  std::string out;
  for (const Flag& flag : flags) {
    absl::StrAppend(&out, ".TP\n\\fB", Roff(FlagUsage(flag)), "\\fR\n", Roff(FlagHelp(flag)), "\n");
  }
  return out;
}

// Lines that start with a blank are examples or tables: kept as they are.
std::string RoffDetails(absl::string_view details) {
  std::string out;
  bool verbatim = false;
  for (absl::string_view line : absl::StrSplit(details, '\n')) {
    bool keep = !line.empty() && line.front() == ' ';
    if (keep != verbatim) absl::StrAppend(&out, keep ? ".nf\n" : ".fi\n");
    verbatim = keep;
    absl::StrAppend(&out, line.empty() ? ".PP" : Roff(line), "\n");
  }
  if (verbatim) absl::StrAppend(&out, ".fi\n");
  return out;
}

// The same as Markdown: an example needs an empty line before and after it.
std::string MarkdownDetails(absl::string_view details) {
  std::string out;
  bool verbatim = false;
  for (absl::string_view line : absl::StrSplit(details, '\n')) {
    bool keep = !line.empty() && line.front() == ' ';
    if (keep != verbatim && !line.empty() && !out.empty()) absl::StrAppend(&out, "\n");
    verbatim = keep;
    absl::StrAppend(&out, line, "\n");
  }
  return out;
}

}  // namespace

std::string LongName(const Flag& flag) {
  absl::string_view name = flag.name;
  size_t comma = name.find(',');
  return std::string(comma == absl::string_view::npos ? name : name.substr(comma + 1));
}

std::string ShortName(const Flag& flag) {
  absl::string_view name = flag.name;
  size_t comma = name.find(',');
  return comma == absl::string_view::npos ? "" : std::string(name.substr(0, comma));
}

std::string FlagUsage(const Flag& flag) {
  std::string out = absl::StrReplaceAll(flag.name, {{",", ", "}});
  if (flag.choices != nullptr) {
    absl::StrAppend(&out, " ", flag.choices);
  } else if (flag.value != nullptr) {
    absl::StrAppend(&out, " ", flag.value);
  }
  return out;
}

std::string Usage(const Command& command) {
  std::string out = absl::StrCat("autogen ", command.name, " [options]");
  for (const Positional& positional : command.positionals) {
    std::string name = absl::StrCat(positional.name, positional.repeated ? "..." : "");
    absl::StrAppend(&out, " ", positional.required ? name : absl::StrCat("[", name, "]"));
  }
  return out;
}

std::string ProgramHelp() {
  std::string out =
      absl::StrCat("autogen: ", kSummary,
                   "\n\nUsage: autogen -m MESSAGE\n       autogen COMMAND [options]\n\n"
                   "Commands:\n");
  for (const Command& command : Commands()) {
    absl::StrAppend(&out, Row(command.name, command.summary, 16));
  }
  absl::StrAppend(&out, "\nOptions of every command:\n", FlagRows(CommonFlags()),
                  "  -h, --help                help, also for one command: autogen COMMAND --help\n"
                  "  --version                 the version\n");
  return out;
}

std::string CommandHelp(const Command& command) {
  std::string out = absl::StrCat("autogen ", command.name, ": ", command.summary,
                                 "\n\nUsage: ", Usage(command), "\n\n", Wrap(command.details, 0));
  if (!command.positionals.empty()) {
    absl::StrAppend(&out, "\nArguments:\n");
    for (const Positional& positional : command.positionals) {
      absl::StrAppend(&out, Row(positional.name, positional.help, 28));
    }
  }
  if (!command.flags.empty()) absl::StrAppend(&out, "\nOptions:\n", FlagRows(command.flags));
  absl::StrAppend(&out, "\nOptions of every command:\n", FlagRows(CommonFlags()), "\nExample:\n  ",
                  command.example, "\n");
  return out;
}

std::string ManPage() {
  std::string out =
      absl::StrCat(".TH AUTOGEN 1 \"\" \"", Version(),
                   "\" \"User Commands\"\n.SH NAME\nautogen \\- ", Roff(kSummary),
                   "\n.SH SYNOPSIS\n.B autogen\n\\fB\\-m\\fR \\fIMESSAGE\\fR\n.br\n.B autogen\n"
                   "\\fICOMMAND\\fR [\\fIoptions\\fR]\n.SH COMMANDS\n");
  for (const Command& command : Commands()) {
    absl::StrAppend(&out, ".SS ", Roff(Usage(command)), "\n", Roff(command.summary), ".\n.PP\n",
                    RoffDetails(command.details));
    for (const Positional& positional : command.positionals) {
      absl::StrAppend(&out, ".TP\n\\fI", Roff(positional.name), "\\fR\n", Roff(positional.help),
                      "\n");
    }
    absl::StrAppend(&out, RoffFlags(command.flags), ".PP\nExample:\n.PP\n.nf\n    ",
                    Roff(command.example), "\n.fi\n");
  }
  absl::StrAppend(&out, ".SH OPTIONS OF EVERY COMMAND\n", RoffFlags(CommonFlags()),
                  ".SH EXIT STATUS\n0: done, or no difference. 1: a difference. 2: an error.\n");
  return out;
}

std::string CommandsMarkdown() {
  std::string out =
      "# Commands\n\nGenerated from the command table by `autogen man --markdown`; a test compares "
      "the two.\n";
  auto flags = [&](absl::Span<const Flag> list) {
    for (const Flag& flag : list) {
      absl::StrAppend(&out, "- `", FlagUsage(flag), "`: ", FlagHelp(flag), "\n");
    }
  };
  for (const Command& command : Commands()) {
    absl::StrAppend(&out, "\n## ", command.name, "\n\n`", Usage(command), "`: ", command.summary,
                    ".\n\n", MarkdownDetails(command.details), "\n");
    for (const Positional& positional : command.positionals) {
      absl::StrAppend(&out, "- `", positional.name, "`: ", positional.help, "\n");
    }
    flags(command.flags);
    if (!command.positionals.empty() || !command.flags.empty()) absl::StrAppend(&out, "\n");
    absl::StrAppend(&out, "    ", command.example, "\n");
  }
  absl::StrAppend(&out, "\n## Options of every command\n\n");
  flags(CommonFlags());
  return out;
}

absl::string_view Version() { return "autogen " AUTOGEN_VERSION; }

std::string EngineWords(EngineName engine) {
  return EngineName_descriptor()->FindValueByNumber(engine)->options().GetExtension(words);
}

}  // namespace autogen::cli
