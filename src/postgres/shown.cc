// What messages may show of connection strings.
#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "re2/re2.h"
#include "src/postgres/url.h"
#include "src/postgres/url_parts.h"
#include "src/postgres/variables.h"

namespace autogen::postgres {
namespace {

// Those that people paste. What stands before "://" in any other text may be a piece of a password.
constexpr absl::string_view kSchemes[] = {
    "postgresql", "postgres",  "jdbc:postgresql", "pgsql",   "psql",        "postgis",
    "mysql",      "mariadb",   "jdbc:mysql",      "mssql",   "sqlserver",   "jdbc:sqlserver",
    "sqlite",     "sqlite3",   "oracle",          "mongodb", "cockroachdb", "redshift",
    "clickhouse", "snowflake", "redis",           "rediss",  "http",        "https"};

// "${NAME}" and nothing else.
bool IsVariable(absl::string_view text) {
  return absl::ConsumePrefix(&text, "${") && absl::ConsumeSuffix(&text, "}") &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isalnum(c) || c == '_'; });
}

std::string Place(const Fields& fields) {
  const std::string& host = fields.host.empty() ? fields.hostaddr : fields.host;
  return WithoutValues(absl::StrCat(fields.user, fields.user.empty() ? "" : "@", host,
                                    fields.port.empty() ? "" : ":", fields.port,
                                    fields.database.empty() ? "" : "/", fields.database));
}

// " (search_path core)": the one that the connection string gives, as which scripts see schemas.
std::string ShownSearchPath(const Fields& fields) {
  static const RE2 kSearchPath(R"((?:^|\s)(?:-c\s*|--)search_path=((?:\\.|[^\s\\])*))");
  std::string path, last;
  re2::StringPiece rest(fields.options);
  while (RE2::FindAndConsume(&rest, kSearchPath, &path)) last = path;
  if (last.empty()) return "";
  RE2::GlobalReplace(&last, R"(\\(.))", R"(\1)");
  return WithoutValues(absl::StrCat(" (search_path ", last, ")"));
}

}  // namespace

std::string SchemeOnly(absl::string_view text) {
  const size_t end = text.find("://");
  if (end == absl::string_view::npos) return "…";
  size_t start = end;
  while (start > 0 && (absl::ascii_isalnum(text[start - 1]) || text[start - 1] == ':' ||
                       text[start - 1] == '+' || text[start - 1] == '_')) {
    --start;
  }
  std::string scheme = absl::AsciiStrToLower(text.substr(start, end - start));
  scheme = scheme.substr(0, scheme.find('+'));
  const bool known =
      std::find(std::begin(kSchemes), std::end(kSchemes), scheme) != std::end(kSchemes);
  return known ? absl::StrCat(scheme, "://…") : "…";
}

std::string Shown(absl::string_view url) {
  url = absl::StripAsciiWhitespace(url);
  if (url.empty() || url == "embedded") return std::string(url);
  absl::StatusOr<std::string> normal = NormalizeUrl(url);
  if (!normal.ok()) return IsVariable(url) ? std::string(url) : SchemeOnly(url);
  const std::optional<Fields> fields = ReadFields(*normal);
  const std::string place = fields.has_value() ? Place(*fields) : "";
  return place.empty() ? SchemeOnly(url) : place;
}

std::string ShownTarget(absl::string_view url) {
  absl::StatusOr<std::string> normal = NormalizeUrl(url);
  if (!normal.ok()) return SchemeOnly(url);
  std::optional<Fields> named = ReadFields(*normal);
  if (!named.has_value()) return SchemeOnly(url);
  Fields fields = *named;
  const Fields defaults = DefaultFields();
  const bool service = !fields.service.empty() && fields.host.empty() && fields.hostaddr.empty();
  auto fill = [](std::string& field, absl::string_view value) {
    if (field.empty()) field = std::string(value);
  };
  if (service) return absl::StrCat(Place(fields), " of service ", fields.service);
  if (fields.hostaddr.empty()) {
    fill(fields.host, defaults.host.empty() ? defaults.hostaddr : defaults.host);
    fill(fields.host, "[local]");
  }
  fill(fields.port, defaults.port);
  fill(fields.user, defaults.user);
  fill(fields.database, defaults.database);
  fill(fields.database, fields.user);
  return absl::StrCat(Place(fields), ShownSearchPath(fields));
}

std::string ShownSource(absl::string_view text) {
  const bool path = text.find_first_of("@:=") == absl::string_view::npos;
  return path ? std::string(text) : Shown(text);
}

}  // namespace autogen::postgres
