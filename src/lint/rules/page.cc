#include "src/lint/rules/page.h"

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "src/base/text.h"

namespace autogen::lint {
namespace {

std::string Facts(const Rule& rule) {
  return absl::StrCat(
      "set ", SetName(rule.set), ", ",
      rule.severity == report::Severity::kNote ? "notice" : report::SeverityName(rule.severity));
}

// A page of our own, from docs/ on, instead of the manual's.
bool IsOurs(const Rule& rule) { return !absl::StartsWith(rule.documentation, "https://"); }
std::string Link(const Rule& rule) {
  return absl::StrCat("[", IsOurs(rule) ? "More" : "Manual", "](", rule.documentation, ")");
}

// `text` folded to lines of a hundred bytes, as the pages are.
std::string Folded(absl::string_view text) {
  std::string out;
  size_t width = 0;
  for (absl::string_view word : absl::StrSplit(text, ' ')) {
    if (width > 0 && width + 1 + word.size() > 100) {
      absl::StrAppend(&out, "\n");
      width = 0;
    } else if (width > 0) {
      absl::StrAppend(&out, " ");
      ++width;
    }
    absl::StrAppend(&out, word);
    width += word.size();
  }
  return out;
}

void AddExamples(absl::string_view title, const std::vector<const char*>& examples,
                 std::string* out) {
  absl::StrAppend(out, title, "\n\n");
  for (size_t i = 0; i < examples.size(); ++i) {
    absl::string_view example = examples[i];
    while (absl::EndsWith(example, "\n")) example.remove_suffix(1);
    if (i > 0) absl::StrAppend(out, "\n\n");
    absl::StrAppend(out, Indent(example, "    "));
  }
  absl::StrAppend(out, "\n\n");
}

constexpr char kHead[] = R"(# Lint rules

`autogen lint` judges scripts, and any other file of SQL, by these rules. It reads PostgreSQL's own parse tree of each
statement and what follows from it (locks, scans, rewrites, losses), never the text, and needs no database. The program writes
this page: `autogen lint --list`, `autogen lint --explain RULE`.

## Which rules count

Rules belong to one of three sets. *safety*, what may harm a database in use, is on by default; *style* holds what one may do
otherwise from the start; *all* holds the rest, too. `--set` or the configuration chooses:

    lint {
      set: "safety" set: "style"
      rule { name: "rename" severity: ERROR }
      rule { name: "index-build" path: "versions/legacy/.*" severity: OFF }
    }

The last entry that fits a rule and a file counts; a severity of its own turns on a rule that is in no chosen set. Severities are
ERROR, WARNING, NOTICE (a `note` in the output) and OFF. The exit code is 1 where there is an error or a warning.
[configuration.md](configuration.md#lint) has the fields.

What a statement does to a table that the same file created, or with `--since` a script before it that is not applied
either, is not reported. Where only a look at the database could tell, the finding says that it is unsure; the comment above each
statement of a script that autogen wrote answers that, as long as nobody edits the script.

## Allowances

    -- autogen: allow data-loss "empty since May, see OPS-12"
    DROP TABLE old_tasks;

counts for the next statement; in a script above `-- autogen: upgrade`, or at the head of another file with an empty line
behind it, for the whole file. It silences `lint` alone: an approval that the configuration asks for is still needed
([production.md](production.md)). In the header it leaves the script's checksum as it is; above a statement it is an edit
of what was proved. An allowance of which nothing is found is itself reported, and `allow_needs_reason` demands a reason.

## The rules

)";

constexpr char kNotShared[] = R"(## What squawk reports and this does not

Over the examples above, squawk 2.66 reports these as well, which are left out here for a reason:

| squawk | why not |
| --- | --- |
| `require-lock-timeout`, `require-statement-timeout` before a statement that waits for nobody: `CREATE TABLE`, `CREATE INDEX CONCURRENTLY`, a view, a function | `lock-timeout` asks for a limit where somebody would wait, once in a file; in scripts `upgrade` sets it. `statement-timeout` is in *all* |
| `adding-field-with-default` for `GENERATED … VIRTUAL` | no row is written (PostgreSQL 18) |
| `changing-column-type`, `renaming-column`, `ban-drop-column`, `ban-drop-table`, `require-concurrent-index-creation`, `require-concurrent-index-deletion`, `require-concurrent-partition-detach`, `adding-required-field` of what the same file created | nobody uses it yet |
| `constraint-missing-not-valid` for UNIQUE, PRIMARY KEY and EXCLUDE | NOT VALID does not exist for them; `index-build` |
| `ban-drop-table` under `-- autogen: allow data-loss` | it is allowed there |
| `ban-char-field` for `"char"`, `ban-create-domain-with-constraint` for NULL | a type of one byte that is not padded; no constraint |
| `changing-column-type` that is marked unsure here | only the old type could tell; the comment of a generated script does |
| `constraint-missing-not-valid`, `adding-foreign-key-constraint` of a new column without values, and of a table that the file created | there are no rows to look at |
| `adding-not-nullable-field` behind a validated CHECK | no row is looked at |
| `constraint-missing-not-valid` for NOT VALID and VALIDATE that are not between BEGIN and COMMIT | each commits on its own; with `--in-transaction` it is `lock-held` |
| `disallowed-unique-constraint`, `adding-serial-primary-key-field` of a new table | its index is empty |
| `ban-concurrent-index-creation-in-transaction` in a script | `upgrade` runs it as a step of its own |
| `transaction-nesting` at COMMIT behind ROLLBACK TO | a savepoint does not end the transaction |
| `syntax-error` at psql's commands, variables and rows of COPY | a file for psql has them |
| `prefer-robust-stmts`, `prefer-…`, `ban-char-field`, `require-enum-value-ordering`, `ban-create-domain-with-constraint` by default | style: `repeatable`, `bigint-column` and others; a script is not run twice |

)";

}  // namespace

std::string RulesList() {
  std::string out;
  for (const Rule& rule : Rules()) {
    absl::StrAppendFormat(
        &out, "%-20s %-7s %-8s %s\n", rule.name, SetName(rule.set),
        rule.severity == report::Severity::kNote ? "notice" : report::SeverityName(rule.severity),
        rule.meaning);
  }
  return out;
}

std::string RuleText(const Rule& rule) {
  std::string out = absl::StrCat(rule.name, ": ", rule.meaning, "\n", Facts(rule), "\n\n",
                                 Folded(rule.why), "\n\nInstead: ", Folded(rule.fix), "\n\n");
  if (rule.configuration[0] != '\0') {
    absl::StrAppend(&out, "With the configuration\n\n", Indent(rule.configuration, "    "), "\n\n");
  }
  AddExamples("Found in:", rule.bad, &out);
  AddExamples("Not in:", rule.good, &out);
  absl::StrAppend(&out, "See ", IsOurs(rule) ? "docs/" : "", rule.documentation, "\n");
  return out;
}

std::string RulesPage() {
  std::string page = kHead;
  absl::StrAppend(&page, "| rule | set | severity | meaning |\n| --- | --- | --- | --- |\n");
  for (const Rule& rule : Rules()) {
    absl::StrAppend(
        &page, "| [`", rule.name, "`](#", rule.name, ") | ", SetName(rule.set), " | ",
        rule.severity == report::Severity::kNote ? "notice" : report::SeverityName(rule.severity),
        " | ", rule.meaning, " |\n");
  }
  for (const Rule& rule : Rules()) {
    absl::StrAppend(&page, "\n### ", rule.name, "\n\n", "*", rule.meaning, "* (", Facts(rule),
                    ")\n\n", Folded(rule.why), "\n\n", Folded(rule.fix), " ", Link(rule), "\n\n");
    if (rule.configuration[0] != '\0') {
      absl::StrAppend(&page, "With the configuration\n\n", Indent(rule.configuration, "    "),
                      "\n\n");
    }
    AddExamples("Found in:", rule.bad, &page);
    AddExamples("Not in:", rule.good, &page);
    page.pop_back();
  }
  absl::StrAppend(&page,
                  "\n## What other tools call it\n\n"
                  "| meaning | squawk | eugene | strong_migrations | Atlas | pgfence | here |\n"
                  "| --- | --- | --- | --- | --- | --- | --- |\n");
  for (const Equivalent& row : Equivalents()) {
    absl::StrAppend(&page, "| ", row.meaning, " | ", row.squawk, " | ", row.eugene, " | ",
                    row.strong_migrations, " | ", row.atlas, " | ", row.pgfence, " | ", row.ours,
                    " |\n");
  }
  absl::StrAppend(&page, "\n", kNotShared);
  while (absl::EndsWith(page, "\n\n")) page.pop_back();
  return page;
}

}  // namespace autogen::lint
