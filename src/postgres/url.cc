#include "src/postgres/url.h"

#include <libpq-fe.h>
#include <stdlib.h>

#include <algorithm>
#include <array>
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

namespace autogen::postgres {
namespace {

const std::vector<std::string>& Keywords() {
  static const auto* keywords = [] {
    auto* list = new std::vector<std::string>;
    PQconninfoOption* defaults = PQconndefaults();
    for (PQconninfoOption* o = defaults; o != nullptr && o->keyword != nullptr; ++o) {
      list->push_back(o->keyword);
    }
    PQconninfoFree(defaults);
    return list;
  }();
  return *keywords;
}

bool IsKeyword(absl::string_view word) {
  return std::find(Keywords().begin(), Keywords().end(), word) != Keywords().end();
}

// Parameters of drivers and pools that mean nothing to libpq: SQLAlchemy, asyncpg, psycopg, Prisma,
// pgx, lib/pq, node-postgres, Npgsql-style pools.
constexpr absl::string_view kDriverOnly[] = {"async_fallback",
                                             "prepared_statement_cache_size",
                                             "prepared_statement_name_func",
                                             "statement_cache_size",
                                             "max_cached_statement_lifetime",
                                             "max_cacheable_statement_size",
                                             "command_timeout",
                                             "server_side_cursors",
                                             "use_native_hstore",
                                             "use_native_unicode",
                                             "use_native_uuid",
                                             "executemany_mode",
                                             "executemany_batch_page_size",
                                             "executemany_values_page_size",
                                             "native_inet_types",
                                             "prepare_threshold",
                                             "autocommit",
                                             "isolation_level",
                                             "schema",
                                             "connection_limit",
                                             "pool_timeout",
                                             "pgbouncer",
                                             "socket_timeout",
                                             "single_use_connections",
                                             "pool_max_conns",
                                             "pool_min_conns",
                                             "pool_max_conn_lifetime",
                                             "pool_max_conn_idle_time",
                                             "pool_health_check_period",
                                             "default_query_exec_mode",
                                             "statement_cache_capacity",
                                             "description_cache_capacity",
                                             "binary_parameters",
                                             "disable_prepared_binary_result",
                                             "uselibpqcompat",
                                             "sslnegotiation_fallback",
                                             "pool_size",
                                             "max_overflow",
                                             "pool",
                                             "preferQueryMode",
                                             "currentSchema",
                                             "stringtype"};

constexpr absl::string_view kSecret[] = {"password", "sslpassword"};

bool IsSecret(absl::string_view keyword) {
  return std::find(std::begin(kSecret), std::end(kSecret), keyword) != std::end(kSecret);
}

// The length of "postgresql+driver://", 0 where `text` starts otherwise.
size_t SchemeLength(absl::string_view text) {
  size_t end = text.find("://");
  if (end == absl::string_view::npos) return 0;
  std::string scheme = absl::AsciiStrToLower(text.substr(0, std::min(text.find('+'), end)));
  return scheme == "postgres" || scheme == "postgresql" ? end + 3 : 0;
}

// A URL cut as conninfo_uri_parse_options() in fe-connect.c cuts it; nothing is decoded.
struct Url {
  std::string user_info;  // with its "@"
  std::string host;       // with the port
  std::string path;       // with its "/"
  std::vector<std::pair<std::string, std::string>> query;

  std::string Text() const {
    std::string text = absl::StrCat("postgresql://", user_info, host, path);
    const char* separator = "?";
    for (const auto& [key, value] : query) {
      absl::StrAppend(&text, separator, key, "=", value);
      separator = "&";
    }
    return text;
  }
};

Url Cut(absl::string_view text) {
  Url url;
  text.remove_prefix(SchemeLength(text));
  size_t at = text.find_first_of("@/");
  if (at != absl::string_view::npos && text[at] == '@') {
    url.user_info = std::string(text.substr(0, at + 1));
    text.remove_prefix(at + 1);
  }
  size_t host = std::min(text.find_first_of("/?"), text.size());
  url.host = std::string(text.substr(0, host));
  text.remove_prefix(host);
  size_t path = std::min(text.find('?'), text.size());
  url.path = std::string(text.substr(0, path));
  text.remove_prefix(path);
  if (!text.empty()) text.remove_prefix(1);
  for (absl::string_view item : absl::StrSplit(text, '&', absl::SkipEmpty())) {
    std::pair<std::string, std::string> pair = absl::StrSplit(item, absl::MaxSplits('=', 1));
    url.query.push_back(std::move(pair));
  }
  return url;
}

// ssl=… of asyncpg, JDBC and node-postgres, as sslmode. "" drops the parameter.
std::string SslMode(const std::string& value) {
  if (value == "true" || value == "1" || value == "True" || value == "on") return "require";
  if (value == "false" || value == "0" || value == "False" || value == "off") return "disable";
  if (value == "no-verify") return "require";
  return value;
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

absl::StatusOr<std::string> NormalizeScheme(absl::string_view text) {
  Url url = Cut(text);
  std::vector<std::pair<std::string, std::string>> query;
  for (auto& [key, value] : url.query) {
    if (key == "ssl") {
      query.emplace_back("sslmode", SslMode(value));
    } else if (key == "timeout") {
      query.emplace_back("connect_timeout", value);
    } else if (key == "unix_sock") {
      query.emplace_back("host", value);
    } else if (key == "search_path") {
      query.emplace_back("options", absl::StrCat("-csearch_path%3D", value));
    } else if (IsKeyword(key)) {
      query.emplace_back(key, value);
    } else if (std::find(std::begin(kDriverOnly), std::end(kDriverOnly), key) ==
               std::end(kDriverOnly)) {
      std::string near = Nearest(key, Keywords());
      return absl::InvalidArgumentError(
          absl::StrCat("connection URL ", Redacted(text), ": unknown parameter \"", key, "\"",
                       near.empty() ? "" : absl::StrCat("; did you mean \"", near, "\"?")));
    }
  }
  url.query = std::move(query);
  MergeHosts(&url);
  return url.Text();
}

// Keyword strings by the rules of conninfo_parse(): the ranges of each value. False on a syntax
// error.
struct KeywordValue {
  std::string keyword;
  size_t begin = 0;  // of the value, quotes included
  size_t end = 0;
};
bool ScanKeywords(absl::string_view text, std::vector<KeywordValue>* found) {
  size_t i = 0;
  auto skip_blanks = [&] {
    while (i < text.size() && absl::ascii_isspace(text[i])) ++i;
  };
  for (skip_blanks(); i < text.size(); skip_blanks()) {
    size_t start = i;
    while (i < text.size() && text[i] != '=' && !absl::ascii_isspace(text[i])) ++i;
    KeywordValue item{std::string(text.substr(start, i - start)), 0, 0};
    skip_blanks();
    if (i >= text.size() || text[i] != '=') return false;
    ++i;
    skip_blanks();
    item.begin = i;
    bool quoted = i < text.size() && text[i] == '\'';
    if (quoted) ++i;
    bool closed = !quoted;
    while (i < text.size()) {
      if (text[i] == '\\') {
        i += 2;
      } else if (quoted && text[i] == '\'') {
        ++i;
        closed = true;
        break;
      } else if (!quoted && absl::ascii_isspace(text[i])) {
        break;
      } else {
        ++i;
      }
    }
    i = std::min(i, text.size());
    item.end = i;
    found->push_back(item);
    if (!closed) return false;
  }
  return true;
}

std::string RedactedUrl(absl::string_view text) {
  size_t scheme = SchemeLength(text);
  // Where a password holds a raw "@", "/" or "?", its end is not where libpq sees it: the last "@"
  // before something that is a query for certain.
  size_t query = text.size();
  for (size_t i = scheme; i < text.size(); ++i) {
    if (text[i] != '?') continue;
    absl::string_view key = text.substr(i + 1, text.find('=', i) - i - 1);
    bool known =
        IsKeyword(key) || key == "ssl" || key == "timeout" ||
        std::find(std::begin(kDriverOnly), std::end(kDriverOnly), key) != std::end(kDriverOnly);
    if (known && text.find('@', i) == absl::string_view::npos) {
      query = i;
      break;
    }
  }
  size_t at = text.substr(0, query).rfind('@');
  std::string result(text.substr(0, scheme));
  size_t rest = scheme;
  if (at != absl::string_view::npos && at >= scheme) {
    absl::string_view user_info = text.substr(scheme, at - scheme);
    size_t colon = user_info.find(':');
    absl::StrAppend(&result, user_info.substr(0, colon),
                    colon == absl::string_view::npos ? "" : ":***");
    rest = at;
  }
  absl::string_view tail = text.substr(rest);
  size_t mark = tail.find('?');
  if (mark == absl::string_view::npos) return absl::StrCat(result, tail);
  absl::StrAppend(&result, tail.substr(0, mark));
  char separator = '?';
  for (absl::string_view item : absl::StrSplit(tail.substr(mark + 1), '&')) {
    absl::string_view key = item.substr(0, item.find('='));
    absl::StrAppend(&result, absl::string_view(&separator, 1), key);
    if (key.size() < item.size()) {
      absl::StrAppend(&result, IsSecret(key) ? "=***" : item.substr(key.size()));
    }
    separator = '&';
  }
  return result;
}

}  // namespace

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
  if (!LooksLikeUrl(url) || url == "embedded") {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", Redacted(url),
                     "\" is no connection string; expected postgresql://user@host/database "
                     "or libpq keywords such as host=… dbname=…"));
  }
  std::string normal(url);
  if (SchemeLength(url) > 0) {
    ASSIGN_OR_RETURN(normal, NormalizeScheme(url));
  }
  // libpq's own message quotes pieces of the string, which may be the password: it is not passed
  // on.
  PQconninfoOption* parsed = PQconninfoParse(normal.c_str(), nullptr);
  if (parsed == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat(
        "cannot read the connection string ", Redacted(url),
        SchemeLength(url) > 0
            ? "; in a URL, characters such as @ : / % of a password are written as %40 %3A %2F %25"
            : "; expected keyword=value pairs, a value with blanks in single quotes"));
  }
  PQconninfoFree(parsed);
  return normal;
}

absl::StatusOr<std::string> WithDatabase(absl::string_view url, absl::string_view database) {
  ASSIGN_OR_RETURN(std::string normal, NormalizeUrl(url));
  if (SchemeLength(normal) == 0) {
    return absl::StrCat(normal, normal.empty() ? "" : " ", "dbname='",
                        absl::StrReplaceAll(database, {{"\\", "\\\\"}, {"'", "\\'"}}), "'");
  }
  Url parts = Cut(normal);
  parts.path = "/";
  for (char c : database) {
    if (absl::ascii_isalnum(c) || c == '_' || c == '-' || c == '.') {
      parts.path += c;
    } else {
      constexpr absl::string_view kHex = "0123456789ABCDEF";
      auto byte = static_cast<unsigned char>(c);
      absl::StrAppend(&parts.path, "%", kHex.substr(byte >> 4, 1), kHex.substr(byte & 15, 1));
    }
  }
  parts.query.erase(std::remove_if(parts.query.begin(), parts.query.end(),
                                   [](const auto& p) { return p.first == "dbname"; }),
                    parts.query.end());
  return parts.Text();
}

std::string Redacted(absl::string_view url) {
  if (SchemeLength(url) > 0) return RedactedUrl(url);
  std::vector<KeywordValue> items;
  bool complete = ScanKeywords(url, &items);
  std::string result;
  size_t done = 0;
  for (const KeywordValue& item : items) {
    if (!IsSecret(item.keyword)) continue;
    absl::StrAppend(&result, url.substr(done, item.begin - done), "***");
    done = item.end;
  }
  // After a syntax error nobody knows where the password ends.
  if (!complete && absl::StrContains(url, "password")) {
    size_t cut = url.find("password");
    return absl::StrCat(url.substr(0, cut), "password=***");
  }
  absl::StrAppend(&result, url.substr(done));
  return result;
}

absl::StatusOr<std::string> ExpandVariables(absl::string_view text) {
  std::string result;
  while (!text.empty()) {
    size_t start = text.find("${");
    absl::StrAppend(&result, text.substr(0, start));
    if (start == absl::string_view::npos) break;
    text.remove_prefix(start + 2);
    size_t end = text.find('}');
    if (end == absl::string_view::npos) {
      return absl::InvalidArgumentError("\"${\" without \"}\": expected ${NAME}");
    }
    std::string name(text.substr(0, end));
    const char* value = getenv(name.c_str());
    if (value == nullptr) {
      return absl::FailedPreconditionError(
          absl::StrCat("the environment variable ", name, " is not set"));
    }
    absl::StrAppend(&result, value);
    text.remove_prefix(end + 1);
  }
  return result;
}

}  // namespace autogen::postgres
