#include "src/postgres/url.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/postgres/url_parts.h"
#include "src/sql/quote.h"

namespace autogen::postgres {
namespace {

constexpr char kEscape[] =
    "in a URL, write the characters @ : / % # of a user or password as %40 %3A %2F %25 %23";

// ssl=… of asyncpg, JDBC and node-postgres, as sslmode. "" drops the parameter.
std::string SslMode(const std::string& value) {
  if (value == "true" || value == "1" || value == "True" || value == "on") return "require";
  if (value == "false" || value == "0" || value == "False" || value == "off") return "disable";
  if (value == "no-verify") return "require";
  return value;
}

// The search path that a driver's parameter asks for, as SQL writes it; "" where `key` is none.
std::string SearchPath(absl::string_view key, absl::string_view value) {
  if (value.empty()) return "";
  // Prisma's is the name of one schema, the others are lists.
  if (key == "schema") return sql::Ident(PercentDecoded(value));
  if (key == "currentSchema" || key == "search_path") return PercentDecoded(value);
  return "";
}

// As libpq's keyword `options`, beside what it holds already: the server takes the last of each
// setting.
void AddSearchPath(const std::string& path, Url* url) {
  const std::string option =
      absl::StrCat("-csearch_path=", absl::StrReplaceAll(path, {{"\\", "\\\\"}, {" ", "\\ "}}));
  const std::string encoded = PercentEncoded(option, "_-.");
  for (auto& [key, value] : url->query) {
    if (key != "options") continue;
    absl::StrAppend(&value, "%20", encoded);
    return;
  }
  url->query.emplace_back("options", encoded);
}

// SQLAlchemy's several hosts: ?host=a:5432&host=b:5433.
void MergeHosts(Url* url) {
  std::vector<std::string> hosts, ports;
  bool with_port = false;
  for (const auto& [key, value] : url->query) {
    if (key != "host") continue;
    size_t colon = value.rfind(':');
    bool split = colon != std::string::npos && value.find(':') == colon && value[0] != '/' &&
                 !absl::StartsWith(value, "%2F");
    hosts.push_back(split ? value.substr(0, colon) : value);
    ports.push_back(split ? value.substr(colon + 1) : "");
    with_port = with_port || split;
  }
  if (hosts.size() < 2 && !with_port) return;
  url->query.erase(std::remove_if(url->query.begin(), url->query.end(),
                                  [&](const auto& p) {
                                    return p.first == "host" || (with_port && p.first == "port");
                                  }),
                   url->query.end());
  url->query.emplace_back("host", absl::StrJoin(hosts, ","));
  if (with_port) url->query.emplace_back("port", absl::StrJoin(ports, ","));
}

bool IsIgnored(absl::string_view key) {
  const absl::Span<const absl::string_view> ignored = IgnoredParameters();
  return std::find(ignored.begin(), ignored.end(), key) != ignored.end();
}

absl::Status Unreadable(absl::string_view url, absl::string_view hint) {
  return absl::InvalidArgumentError(
      absl::StrCat("cannot read the connection string ", SchemeOnly(url),
                   " (it may hold a password, so no more of it is shown); ", hint));
}

// What is wrong with a text that is not a connection string of PostgreSQL's at all.
std::string HintFor(absl::string_view text) {
  if (text[0] == '"' || text[0] == '\'') return "remove the quotation marks around it";
  if (absl::StartsWithIgnoreCase(text, "jdbc:")) {
    return "remove \"jdbc:\" and write user and password in front of the host: "
           "postgresql://user:password@host/database";
  }
  return "expected postgresql://user@host/database or libpq keywords such as host=… dbname=…";
}

// An "@" that libpq reads as a part of host, path or query belongs to a password for certain.
bool SplitsPassword(absl::string_view text) {
  const Url url = Cut(text);
  if (absl::StrContains(url.host, '@') || absl::StrContains(url.path, '@')) return true;
  if (!url.user_info.empty() || !absl::StrContains(url.host, ':')) return false;
  return std::any_of(url.query.begin(), url.query.end(), [](const auto& pair) {
    return absl::StrContains(pair.first, '@') || absl::StrContains(pair.second, '@');
  });
}

// What libpq reads without a complaint, and no server can have.
bool IsMisread(const Fields& fields) {
  if (!std::all_of(fields.port.begin(), fields.port.end(),
                   [](char c) { return absl::ascii_isdigit(c) || c == ','; })) {
    return true;
  }
  for (absl::string_view host : absl::StrSplit(fields.host, ',')) {
    const bool socket = absl::StartsWith(host, "/") || absl::StartsWith(host, "@");
    if (!socket && host.find_first_of("@/") != absl::string_view::npos) return true;
  }
  return LooksLikeUrl(fields.database) && fields.database != "embedded";
}

// A keyword string to which more can be added. What libpq takes at the end for an empty value would
// have the addition for its value, and a lone backslash would escape the blank before it.
std::string Finished(absl::string_view text) {
  std::vector<KeywordValue> items;
  if (!ScanKeywords(text, &items) || items.empty()) return std::string(text);
  const absl::string_view value = text.substr(items.back().begin);
  if (value.empty()) return absl::StrCat(text, "''");
  const size_t last = value.find_last_not_of('\\');
  const size_t backslashes = value.size() - (last == absl::string_view::npos ? 0 : last + 1);
  if (backslashes % 2 == 1) text.remove_suffix(1);
  return absl::StrCat(text, backslashes == 1 && value.size() == 1 ? "''" : "");
}

}  // namespace

absl::StatusOr<std::string> NormalizeScheme(absl::string_view text) {
  Url url = Cut(text);
  std::vector<std::pair<std::string, std::string>> query;
  std::string search_path;
  int number = 0;
  for (auto& [key, value] : url.query) {
    ++number;
    if (key == "ssl") {
      query.emplace_back("sslmode", SslMode(value));
    } else if (key == "timeout") {
      query.emplace_back("connect_timeout", value);
    } else if (key == "unix_sock") {
      query.emplace_back("host", value);
    } else if (std::string path = SearchPath(key, value); !path.empty()) {
      search_path = std::move(path);
    } else if (IsKeyword(key)) {
      query.emplace_back(key, value);
    } else if (!IsIgnored(key)) {
      std::string near = Nearest(key, Keywords());
      return Unreadable(
          text, absl::StrCat("parameter ", number, " after \"?\" is not one of libpq's",
                             near.empty() ? "" : absl::StrCat("; did you mean \"", near, "\"?")));
    }
  }
  url.query = std::move(query);
  MergeHosts(&url);
  if (!search_path.empty()) AddSearchPath(search_path, &url);
  return url.Text();
}

bool LooksLikeUrl(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  if (text == "embedded" || SchemeLength(text) > 0) return true;
  size_t equals = text.find('=');
  return equals != absl::string_view::npos &&
         IsKeyword(absl::StripAsciiWhitespace(text.substr(0, equals)));
}

absl::StatusOr<std::string> NormalizeUrl(absl::string_view url) {
  url = absl::StripAsciiWhitespace(url);
  if (url.empty()) return std::string();
  if (!LooksLikeUrl(url) || url == "embedded") return Unreadable(url, HintFor(url));
  std::string normal(url);
  const bool scheme = SchemeLength(url) > 0;
  if (scheme) {
    if (SplitsPassword(url)) return Unreadable(url, kEscape);
    ASSIGN_OR_RETURN(normal, NormalizeScheme(url));
  } else {
    normal = Finished(url);
  }
  std::optional<Fields> fields = ReadFields(normal);
  if (!fields.has_value() || IsMisread(*fields)) {
    return Unreadable(
        url,
        scheme ? kEscape : "expected keyword=value pairs, a value with blanks in single quotes");
  }
  return normal;
}

absl::StatusOr<std::string> WithDatabase(absl::string_view url, absl::string_view database) {
  ASSIGN_OR_RETURN(std::string normal, NormalizeUrl(url));
  if (SchemeLength(normal) == 0) {
    return absl::StrCat(normal, normal.empty() ? "" : " ", "dbname='",
                        absl::StrReplaceAll(database, {{"\\", "\\\\"}, {"'", "\\'"}}), "'");
  }
  Url parts = Cut(normal);
  parts.path = absl::StrCat("/", PercentEncoded(database, "_-."));
  parts.query.erase(std::remove_if(parts.query.begin(), parts.query.end(),
                                   [](const auto& p) { return p.first == "dbname"; }),
                    parts.query.end());
  return parts.Text();
}

}  // namespace autogen::postgres
