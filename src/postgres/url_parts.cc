#include "src/postgres/url_parts.h"

#include <libpq-fe.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace autogen::postgres {
namespace {

// Parameters of drivers and pools that mean nothing to libpq: SQLAlchemy, asyncpg, psycopg, Prisma,
// pgx, lib/pq, node-postgres, Npgsql-style pools.
constexpr absl::string_view kIgnored[] = {"async_fallback",
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
                                          "stringtype"};

Fields FromOptions(const PQconninfoOption* options) {
  Fields fields;
  struct {
    absl::string_view keyword;
    std::string* field;
  } wanted[] = {
      {"host", &fields.host},         {"hostaddr", &fields.hostaddr},
      {"port", &fields.port},         {"user", &fields.user},
      {"password", &fields.password}, {"dbname", &fields.database},
      {"service", &fields.service},   {"servicefile", &fields.servicefile},
      {"options", &fields.options},
  };
  for (const PQconninfoOption* o = options; o != nullptr && o->keyword != nullptr; ++o) {
    for (auto& [keyword, field] : wanted) {
      if (o->val != nullptr && keyword == o->keyword) *field = o->val;
    }
  }
  return fields;
}

}  // namespace

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

absl::Span<const absl::string_view> IgnoredParameters() { return kIgnored; }

size_t SchemeLength(absl::string_view text) {
  size_t end = text.find("://");
  if (end == absl::string_view::npos) return 0;
  std::string scheme = absl::AsciiStrToLower(text.substr(0, std::min(text.find('+'), end)));
  return scheme == "postgres" || scheme == "postgresql" ? end + 3 : 0;
}

std::string Url::Text() const {
  std::string text = absl::StrCat("postgresql://", user_info, host, path);
  const char* separator = "?";
  for (const auto& [key, value] : query) {
    absl::StrAppend(&text, separator, key, "=", value);
    separator = "&";
  }
  return text;
}

namespace {

// The length of "host:port,[::1]:port": in brackets anything may stand.
size_t HostsLength(absl::string_view text) {
  size_t at = 0;
  while (true) {
    if (at < text.size() && text[at] == '[') at = std::min(text.find(']', at), text.size());
    at = std::min(text.find_first_of("/?,", at), text.size());
    if (at == text.size() || text[at] != ',') return at;
    ++at;
  }
}

}  // namespace

Url Cut(absl::string_view text) {
  Url url;
  text.remove_prefix(SchemeLength(text));
  size_t at = text.find_first_of("@/");
  if (at != absl::string_view::npos && text[at] == '@') {
    url.user_info = std::string(text.substr(0, at + 1));
    text.remove_prefix(at + 1);
  }
  const size_t host = HostsLength(text);
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

std::string PercentEncoded(absl::string_view text, absl::string_view kept) {
  constexpr absl::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (char c : text) {
    if (absl::ascii_isalnum(c) || kept.find(c) != absl::string_view::npos) {
      out += c;
    } else {
      auto byte = static_cast<unsigned char>(c);
      absl::StrAppend(&out, "%", kHex.substr(byte >> 4, 1), kHex.substr(byte & 15, 1));
    }
  }
  return out;
}

std::string PercentDecoded(absl::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const absl::string_view digits = text.substr(i + 1, 2);
    int byte = 0;
    if (text[i] == '%' && digits.size() == 2 && absl::ascii_isxdigit(digits[0]) &&
        absl::ascii_isxdigit(digits[1]) && absl::SimpleHexAtoi(digits, &byte)) {
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

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

std::optional<Fields> ReadFields(const std::string& normal) {
  // libpq's own message quotes pieces of the string, which may be the password: it is dropped.
  PQconninfoOption* parsed = PQconninfoParse(normal.c_str(), nullptr);
  if (parsed == nullptr) return std::nullopt;
  Fields fields = FromOptions(parsed);
  PQconninfoFree(parsed);
  return fields;
}

Fields DefaultFields() {
  PQconninfoOption* defaults = PQconndefaults();
  Fields fields = FromOptions(defaults);
  PQconninfoFree(defaults);
  return fields;
}

}  // namespace autogen::postgres
