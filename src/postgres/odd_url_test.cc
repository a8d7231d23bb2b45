// Whatever bytes a connection string is made of, reading it comes to its end, and what libpq takes
// of it is what we take.
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "doctest/doctest.h"
#include "src/postgres/url.h"
#include "src/postgres/url_parts.h"
#include "src/postgres/variables.h"
#include "tests/support/odd_text.h"

namespace autogen::postgres {
namespace {

constexpr char kPassword[] = "s3cret";

void CheckRead(const std::string& url) {
  CAPTURE(url);
  LooksLikeUrl(url);
  HostsOf(url);
  ExpandVariables(url).IgnoreError();
  const std::string shown = Shown(url);
  absl::StatusOr<std::string> normal = NormalizeUrl(url);
  if (!normal.ok()) {
    REQUIRE_FALSE(absl::StrContains(normal.status().message(), kPassword));
    REQUIRE_FALSE(absl::StrContains(shown, kPassword));
    return;
  }
  if (normal->empty()) return;
  REQUIRE(*NormalizeUrl(*normal) == *normal);
  const std::optional<Fields> fields = ReadFields(*normal);
  REQUIRE(fields.has_value());
  if (fields->password == kPassword) REQUIRE_FALSE(absl::StrContains(shown, kPassword));
  const std::optional<Fields> other = ReadFields(*WithDatabase(url, "d"));
  REQUIRE(other.has_value());
  REQUIRE(other->database == "d");
  REQUIRE(other->host == fields->host);
  REQUIRE(other->password == fields->password);
  REQUIRE(WithholdsPassword(ReadFields(WithoutFoundPassword(*normal))->password));
}

TEST_CASE("every pair of bytes, at each place of a connection string") {
  for (int a = 1; a < 256; ++a) {
    for (int b = 1; b < 256; ++b) {
      const std::string pair({static_cast<char>(a), static_cast<char>(b)});
      CheckRead(pair);
      CheckRead(absl::StrCat("postgresql://u:", kPassword, pair, "@h/d"));
      CheckRead(absl::StrCat("host=h password=", kPassword, pair));
    }
  }
}

TEST_CASE("every triple of odd bytes, at each place of a connection string") {
  // Those that mean something to libpq or to a URL.
  constexpr absl::string_view kBytes = " %&'+,-/0:=?@[\\]$ah{}\t\xC3";
  for (char a : kBytes) {
    for (char b : kBytes) {
      for (char c : kBytes) {
        const std::string triple({a, b, c});
        CheckRead(triple);
        CheckRead(absl::StrCat("postgresql://", triple, kPassword, "@h/d"));
        CheckRead(absl::StrCat("postgresql://u:", kPassword, triple, "h/d?x"));
        CheckRead(absl::StrCat("postgresql://h", triple, "password=", kPassword));
        CheckRead(absl::StrCat("user=", triple, " password=", kPassword));
        CheckRead(absl::StrCat("password=", kPassword, triple, "host=h"));
      }
    }
  }
}

}  // namespace
}  // namespace autogen::postgres
