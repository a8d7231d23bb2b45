// Whole scripts: header, sections, statements, directives, checksum; what is read, written again.
#include "src/revision/script.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "src/revision/write.h"
#include "src/sql/comment.h"
#include "tests/fuzz/fuzz.h"

namespace autogen::fuzz {
namespace {

using revision::Script;

// Statements in their order, each with what must hold before it.
std::vector<std::string> StatementsOf(const revision::Section& section) {
  std::vector<std::string> texts;
  for (const revision::Step& step : section.steps) texts.push_back(step.statement.text);
  return texts;
}

revision::SectionSpec Spec(const revision::Section& section) {
  revision::SectionSpec spec;
  auto direct = [&](absl::string_view name, const std::vector<std::string>& words) {
    spec.directives.push_back(sql::Directive(name, words));
    absl::StrAppend(&spec.sql, spec.directives.back(), "\n");
  };
  if (section.no_transaction) direct("no-transaction", {});
  for (const revision::DataCheck& check : section.preflight) {
    direct("preflight", {check.query, check.what});
  }
  for (const revision::Step& step : section.steps) {
    for (const revision::Assertion& assertion : step.before) {
      direct("assert", {assertion.query, assertion.message});
    }
    absl::StrAppend(&spec.sql, step.statement.text, ";\n");
    spec.statements.push_back(step.statement.text);
  }
  for (const revision::Assertion& assertion : section.after) {
    direct("assert", {assertion.query, assertion.message});
  }
  return spec;
}

void CheckPlaces(absl::string_view text, const revision::Section& section) {
  for (const revision::Step& step : section.steps) {
    const sql::Statement& statement = step.statement;
    Expect(text.substr(statement.offset, statement.text.size()) == statement.text,
           "a statement is misplaced", {text, statement.text});
  }
}

bool SameSection(const revision::Section& a, const revision::Section& b) {
  if (StatementsOf(a) != StatementsOf(b) || a.no_transaction != b.no_transaction ||
      a.after.size() != b.after.size() || a.preflight.size() != b.preflight.size()) {
    return false;
  }
  for (size_t i = 0; i < a.preflight.size(); ++i) {
    if (a.preflight[i].query != b.preflight[i].query || a.preflight[i].what != b.preflight[i].what)
      return false;
  }
  for (size_t i = 0; i < a.steps.size(); ++i) {
    if (a.steps[i].before.size() != b.steps[i].before.size()) return false;
  }
  return true;
}

// What was read can be written, and reads back as the same.
void CheckRewrite(absl::string_view text, const Script& script) {
  revision::ScriptSpec spec;
  spec.id = script.header.id;
  spec.revises = script.header.revises;
  spec.depends_on = script.header.depends_on;
  spec.labels = script.header.labels;
  spec.message = script.header.message;
  spec.upgrade = Spec(script.upgrade);
  spec.downgrade = Spec(script.downgrade);
  absl::StatusOr<std::string> written = revision::RenderScript(spec, {});
  // Names and messages of scripts that are written must be tamer than those that are read.
  if (!written.ok()) return;
  absl::StatusOr<Script> again = revision::ParseScript(*written, "b.sql");
  Expect(again.ok(), "a written script cannot be read", {text, *written, again.status().message()});
  Expect(again->header.id == spec.id && again->header.revises == spec.revises &&
             again->header.labels == spec.labels && again->header.depends_on == spec.depends_on,
         "a written script has another header", {text, *written});
  Expect(SameSection(script.upgrade, again->upgrade) &&
             SameSection(script.downgrade, again->downgrade),
         "a written script says something else", {text, *written});
}

}  // namespace

void FuzzOne(absl::string_view text) {
  absl::StatusOr<Script> script = revision::ParseScript(text, "a.sql");
  absl::StatusOr<revision::Revision> header = revision::ParseHeader(text, "a.sql");
  const std::string checksum = revision::Checksum(text);
  Expect(checksum.size() == 64, "a checksum of another length", {text, checksum});
  Expect(absl::StrContains(text, '\r') ||
             revision::Checksum(absl::StrReplaceAll(text, {{"\n", "\r\n"}})) == checksum,
         "line ends change the checksum", {text});
  revision::ProvedChecksum(text);
  if (!script.ok()) {
    Expect(absl::IsInvalidArgument(script.status()) &&
               absl::StartsWith(script.status().message(), "a.sql:"),
           "an error without the file's name", {text, script.status().message()});
    return;
  }
  Expect(header.ok() && header->id == script->header.id, "the header alone reads otherwise",
         {text});
  absl::string_view content = text;
  absl::ConsumePrefix(&content, "\xEF\xBB\xBF");
  CheckPlaces(content, script->upgrade);
  CheckPlaces(content, script->downgrade);
  CheckRewrite(text, *script);
}

}  // namespace autogen::fuzz
