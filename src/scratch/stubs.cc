#include "src/scratch/stubs.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/base/sha256.h"
#include "src/model/new_schema.h"
#include "src/sql/quote.h"
#include "src/sql/routine.h"

namespace autogen::scratch {
namespace {

bool KeepsBody(absl::string_view language) { return language == "c" || language == "internal"; }

// What does nothing, in that language. `returns` is the type of a single value, "" where there is
// none to give.
std::string NothingIn(absl::string_view language, absl::string_view returns) {
  const bool no_value = returns.empty() || returns == "void" || returns == "event_trigger" ||
                        returns == "pg_catalog.event_trigger" || returns == "record";
  // Boolean functions return true, so that their callers proceed: a check, or a foreign-data
  // wrapper with its validator, which must not yield NULL.
  const bool boolean = returns == "boolean";
  if (language == "plpgsql") {
    return no_value ? "BEGIN END" : boolean ? "BEGIN RETURN true; END" : "BEGIN RETURN NULL; END";
  }
  // A polymorphic NULL has no type; nothing but a query could call it while a schema is built.
  const bool polymorphic = absl::StartsWith(returns, "any");
  if (language == "sql" && boolean) return "SELECT true";
  if (language == "sql" && !no_value) {
    return polymorphic ? "SELECT NULL" : absl::StrCat("SELECT NULL::", returns);
  }
  return "";
}

constexpr char kMark[] = "/* autogen: not run in scratch databases; ";

std::string StubFor(absl::string_view language, absl::string_view returns, absl::string_view body) {
  return absl::StrCat(kMark, Sha256Hex(body), " */ ", NothingIn(language, returns));
}

// To the byte: what only begins like one may go on as it likes.
bool IsStub(absl::string_view language, absl::string_view returns, absl::string_view body) {
  const size_t digest = sizeof kMark - 1;
  if (!absl::StartsWith(body, kMark) || body.size() < digest + 64) return false;
  const absl::string_view hex = body.substr(digest, 64);
  return std::all_of(hex.begin(), hex.end(), [](char c) { return absl::ascii_isxdigit(c); }) &&
         body.substr(digest + 64) == absl::StrCat(" */ ", NothingIn(language, returns));
}

bool HasOutArguments(const Function& f) {
  return std::any_of(f.argument().begin(), f.argument().end(), [](const Argument& a) {
    return a.mode() == Argument::OUT || a.mode() == Argument::INOUT || a.mode() == Argument::TABLE;
  });
}

}  // namespace

std::shared_ptr<Schema> Stubs::Apply(const Schema& schema) {
  auto stubbed = model::CopySchema(schema);
  for (Function& f : *stubbed->mutable_function()) {
    if (!f.sql_body().empty() || !f.library().empty() || KeepsBody(f.language())) continue;
    const bool value = !f.procedure() && !f.returns_set() && !HasOutArguments(f);
    std::string stub = StubFor(f.language().empty() ? "sql" : f.language(),
                               value ? absl::string_view(f.returns()) : "", f.body());
    bodies_.emplace(stub, f.body());
    f.set_body(std::move(stub));
  }
  return stubbed;
}

void Stubs::Restore(Schema* schema) const {
  for (Function& f : *schema->mutable_function()) {
    if (auto found = bodies_.find(f.body()); found != bodies_.end()) f.set_body(found->second);
  }
}

std::string WithoutBody(const std::string& statement) {
  // The parser is asked only where it can be one.
  if (!absl::StartsWithIgnoreCase(statement, "create")) return statement;
  const std::string head = absl::AsciiStrToUpper(absl::string_view(statement).substr(0, 100));
  if (!absl::StrContains(head, "FUNCTION") && !absl::StrContains(head, "PROCEDURE")) {
    return statement;
  }
  std::optional<sql::QuotedRoutine> routine = sql::FindQuotedRoutine(statement);
  if (!routine.has_value() || KeepsBody(routine->language) ||
      IsStub(routine->language, routine->returns, routine->body)) {
    return statement;
  }
  const std::string stub = StubFor(routine->language, routine->returns, routine->body);
  return absl::StrCat(statement.substr(0, routine->begin), sql::Literal(stub),
                      statement.substr(routine->end));
}

}  // namespace autogen::scratch
