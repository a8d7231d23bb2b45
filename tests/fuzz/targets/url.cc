// Connection strings: what libpq reads, and what is shown.
#include "src/postgres/url.h"

#include <stdlib.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/postgres/url_parts.h"
#include "src/postgres/variables.h"
#include "tests/fuzz/fuzz.h"

namespace autogen::fuzz {
namespace {

using postgres::Fields;

// What our messages say of any connection string.
const std::string& OwnWords() {
  static const auto* const words = [] {
    auto* all = new std::string;
    for (const char* bad :
         {"postgresql://u@h@x", "postgresql://h?x=1", "x", "'x'", "jdbc:x", "a b=c"}) {
      absl::StrAppend(all, postgres::NormalizeUrl(bad).status().message(), "\n");
    }
    return all;
  }();
  return *words;
}

// Six bytes of the text, with a digit or a capital, that no message of ours has anyway.
bool IsTelling(absl::string_view piece) {
  return !absl::StrContains(OwnWords(), piece) &&
         std::any_of(piece.begin(), piece.end(),
                     [](char c) { return absl::ascii_isdigit(c) || absl::ascii_isupper(c); });
}

// A message shows nothing of the text but its scheme.
void CheckSilent(absl::string_view text, absl::string_view message) {
  constexpr size_t kPiece = 6;
  const std::string scheme = postgres::SchemeOnly(text);
  for (size_t i = 0; i + kPiece <= std::min<size_t>(text.size(), 2000); ++i) {
    const absl::string_view piece = text.substr(i, kPiece);
    Expect(
        !IsTelling(piece) || absl::StrContains(scheme, piece) || !absl::StrContains(message, piece),
        "an error shows a piece of the connection string", {text, message, piece});
  }
}

// The password is not shown, unless the same text is public as well.
void CheckShown(absl::string_view text, const Fields& fields) {
  if (fields.password.size() < 4) return;
  for (const std::string* open : {&fields.host, &fields.hostaddr, &fields.port, &fields.user,
                                  &fields.database, &fields.service}) {
    if (absl::StrContains(*open, fields.password)) return;
  }
  for (const std::string& shown : {postgres::Shown(text), postgres::ShownSource(text)}) {
    Expect(!absl::StrContains(shown, fields.password) ||
               absl::StrContains(postgres::SchemeOnly(text), fields.password),
           "a password is shown", {text, shown});
  }
}

bool SameServer(const Fields& a, const Fields& b) {
  return a.host == b.host && a.hostaddr == b.hostaddr && a.port == b.port && a.user == b.user &&
         a.password == b.password && a.service == b.service;
}

void CheckNormal(absl::string_view text, const std::string& normal) {
  absl::StatusOr<std::string> again = postgres::NormalizeUrl(normal);
  // Blanks around the whole are passed over.
  Expect(again.ok() && *again == absl::StripAsciiWhitespace(normal),
         "a normal connection string has another normal form",
         {text, normal, again.ok() ? *again : again.status().message()});
  const std::optional<Fields> fields = postgres::ReadFields(normal);
  Expect(fields.has_value(), "libpq does not read a normal connection string", {text, normal});
  CheckShown(text, *fields);
  for (const char* database : {"other", "o'th\\er \"?&=/%@"}) {
    absl::StatusOr<std::string> with = postgres::WithDatabase(text, database);
    Expect(with.ok(), "no other database can be named", {text, with.status().message()});
    const std::optional<Fields> other = postgres::ReadFields(*with);
    Expect(other.has_value() && other->database == database && SameServer(*other, *fields),
           "another database is on another server", {text, *with});
  }
  const std::optional<Fields> withheld =
      postgres::ReadFields(postgres::WithoutFoundPassword(normal));
  Expect(withheld.has_value() && postgres::WithholdsPassword(withheld->password),
         "a password is not withheld", {text, normal});
}

// A variable's value stays where it stands, whatever it holds.
void CheckVariables(absl::string_view text) {
  absl::StatusOr<postgres::Expansion> expansion = postgres::ExpandVariables(text);
  if (!expansion.ok()) {
    Expect(!absl::StrContains(expansion.status().message(), kSecret) ||
               absl::StrContains(text, kSecret),
           "an error shows a variable's value", {text, expansion.status().message()});
    return;
  }
  if (expansion->variables.empty() || absl::StrContains(text, kSecret)) return;
  absl::StatusOr<std::string> normal = postgres::NormalizeUrl(expansion->url);
  if (!normal.ok()) return;
  const std::string shown = postgres::Shown(expansion->url);
  const bool whole = absl::StartsWith(absl::StripLeadingAsciiWhitespace(text), "${");
  Expect(whole || !absl::StrContains(shown, kSecret), "a variable's value is shown", {text, shown});
}

}  // namespace

void FuzzOne(absl::string_view text) {
  static const bool ready = [] {
    for (const char* name : {"PGSERVICE", "PGSERVICEFILE", "PGPASSWORD", "PGHOST", "PGPORT"}) {
      unsetenv(name);
    }
    return setenv("AG_SECRET", absl::StrCat("a@b:/ '\\?&=%", kSecret).c_str(), 1) == 0 &&
           setenv("AG_HOST", "db.example.com", 1) == 0;
  }();
  Expect(ready, "no environment");
  // A variable's value is a C string, and so is an argument.
  text = text.substr(0, text.find('\0'));
  postgres::LooksLikeUrl(text);
  postgres::ShownTarget(text);
  postgres::HostsOf(text);
  CheckVariables(text);
  absl::StatusOr<std::string> normal = postgres::NormalizeUrl(text);
  if (normal.ok()) {
    if (!normal->empty()) CheckNormal(text, *normal);
    return;
  }
  CheckSilent(text, normal.status().message());
  // The name of a variable may be shown.
  if (const std::string shown = postgres::Shown(text); !absl::StartsWith(shown, "${")) {
    CheckSilent(text, shown);
  }
}

}  // namespace autogen::fuzz
