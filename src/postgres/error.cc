#include "src/postgres/error.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "src/postgres/connection.h"
#include "src/postgres/variables.h"
#include "src/sql/mask.h"

namespace autogen::postgres {
namespace {

constexpr char kSqlStatePayload[] = "autogen/sqlstate";
constexpr char kOffsetPayload[] = "autogen/offset";

absl::string_view Field(const PGresult* result, int field) {
  const char* text = PQresultErrorField(result, field);
  return text == nullptr ? absl::string_view() : absl::string_view(text);
}

}  // namespace

absl::StatusCode SqlStateCode(absl::string_view s) {
  struct Rule {
    absl::string_view prefix;
    absl::StatusCode code;
  };
  // From PostgreSQL's Appendix A; the longest prefixes first.
  static constexpr Rule kRules[] = {
      {"42501", absl::StatusCode::kPermissionDenied},
      {"42601", absl::StatusCode::kInvalidArgument},
      {"42P01", absl::StatusCode::kNotFound},
      {"42703", absl::StatusCode::kNotFound},
      {"42704", absl::StatusCode::kNotFound},
      {"42883", absl::StatusCode::kNotFound},
      {"42P02", absl::StatusCode::kNotFound},
      {"42P04", absl::StatusCode::kAlreadyExists},
      {"42P06", absl::StatusCode::kAlreadyExists},
      {"42P07", absl::StatusCode::kAlreadyExists},
      {"42701", absl::StatusCode::kAlreadyExists},
      {"42710", absl::StatusCode::kAlreadyExists},
      {"42723", absl::StatusCode::kAlreadyExists},
      {"55P03", absl::StatusCode::kAborted},
      {"57014", absl::StatusCode::kCancelled},
      {"28P01", absl::StatusCode::kUnauthenticated},
      {"08", absl::StatusCode::kUnavailable},
      {"0A", absl::StatusCode::kUnimplemented},
      {"28", absl::StatusCode::kPermissionDenied},
      {"3D", absl::StatusCode::kNotFound},
      {"3F", absl::StatusCode::kNotFound},
      {"40", absl::StatusCode::kAborted},
      {"53", absl::StatusCode::kResourceExhausted},
      {"57P", absl::StatusCode::kUnavailable},
      {"58", absl::StatusCode::kUnavailable},
  };
  for (const Rule& rule : kRules) {
    if (absl::StartsWith(s, rule.prefix)) return rule.code;
  }
  return absl::StatusCode::kFailedPrecondition;
}

bool Succeeded(const PGresult* result) {
  switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_SINGLE_TUPLE:
    case PGRES_EMPTY_QUERY:
      return true;
    default:
      return false;
  }
}

namespace {

// The byte of `sql` that the server points at.
std::optional<size_t> OffsetIn(const PGresult* result, absl::string_view sql) {
  int position = 0;
  if (!absl::SimpleAtoi(Field(result, PG_DIAG_STATEMENT_POSITION), &position) || sql.empty()) {
    return std::nullopt;
  }
  for (size_t i = 0; i < sql.size(); ++i) {
    // Positions count characters.
    if ((static_cast<unsigned char>(sql[i]) & 0xC0) != 0x80 && --position <= 0) return i;
  }
  return sql.size();
}

}  // namespace

std::optional<size_t> ErrorOffset(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kOffsetPayload);
  size_t offset = 0;
  if (!payload.has_value() || !absl::SimpleAtoi(std::string(*payload), &offset)) {
    return std::nullopt;
  }
  return offset;
}

int ErrorLine(const PGresult* result, absl::string_view sql) {
  const std::optional<size_t> offset = OffsetIn(result, sql);
  if (!offset.has_value()) return 0;
  const absl::string_view before = sql.substr(0, *offset);
  return 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
}

bool IsCopy(const PGresult* result) {
  const ExecStatusType status = PQresultStatus(result);
  return status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH;
}

absl::Status CopyError() {
  return absl::UnimplementedError(
      "COPY from or to the client is not supported; use INSERT, or psql's \\copy by hand");
}

absl::Status ResultError(PGconn* connection, const PGresult* result, absl::string_view sql) {
  absl::string_view state = Field(result, PG_DIAG_SQLSTATE);
  if (state.empty()) {
    absl::string_view text = result == nullptr ? absl::string_view() : PQresultErrorMessage(result);
    if (text.empty() && connection != nullptr) text = PQerrorMessage(connection);
    text = absl::StripAsciiWhitespace(text);
    return absl::UnavailableError(text.empty() ? "the connection to the server was lost" : text);
  }
  auto shown = [&](int field) { return sql::MaskedMessage(Field(result, field), sql); };
  std::string message = absl::StrCat(Field(result, PG_DIAG_SEVERITY_NONLOCALIZED), ": ",
                                     shown(PG_DIAG_MESSAGE_PRIMARY), " (", state, ")");
  const int line = ErrorLine(result, sql);
  if (line > 0) absl::StrAppend(&message, "\nLINE: ", line);
  struct Extra {
    absl::string_view label;
    int field;
  };
  for (const Extra& extra :
       {Extra{"DETAIL", PG_DIAG_MESSAGE_DETAIL}, Extra{"HINT", PG_DIAG_MESSAGE_HINT},
        Extra{"CONTEXT", PG_DIAG_CONTEXT}}) {
    const std::string text = shown(extra.field);
    if (!text.empty()) absl::StrAppend(&message, "\n", extra.label, ": ", text);
  }
  absl::Status status(SqlStateCode(state), message);
  status.SetPayload(kSqlStatePayload, absl::Cord(state));
  if (const std::optional<size_t> offset = OffsetIn(result, sql); offset.has_value()) {
    status.SetPayload(kOffsetPayload, absl::Cord(absl::StrCat(*offset)));
  }
  return status;
}

absl::Status ConnectError(PGconn* connection, absl::string_view where) {
  absl::string_view text = absl::StripAsciiWhitespace(PQerrorMessage(connection));
  // The server's words repeat names that a variable may have given.
  std::string message =
      absl::StrCat("connecting to ", where, ": ", text.empty() ? "no answer" : WithoutValues(text));
  // libpq 15 keeps no SQLSTATE of a refused login; these are the server's words (untranslated
  // servers).
  struct Rule {
    absl::string_view words;
    absl::StatusCode code;
    const char* state;
  };
  static constexpr Rule kRules[] = {
      {"password authentication failed", absl::StatusCode::kUnauthenticated, "28P01"},
      {"no password supplied", absl::StatusCode::kUnauthenticated, "28P01"},
      {"no pg_hba.conf entry", absl::StatusCode::kPermissionDenied, "28000"},
      {"authentication failed", absl::StatusCode::kPermissionDenied, "28000"},
      {"permission denied for database", absl::StatusCode::kPermissionDenied, "42501"},
      {"is not permitted to log in", absl::StatusCode::kPermissionDenied, "28000"},
      {"too many c", absl::StatusCode::kUnavailable, "53300"},
      {"remaining connection slots", absl::StatusCode::kUnavailable, "53300"},
  };
  absl::StatusCode code = absl::StatusCode::kUnavailable;
  const char* state = "";
  for (const Rule& rule : kRules) {
    if (absl::StrContains(text, rule.words)) {
      code = rule.code;
      state = rule.state;
      break;
    }
  }
  if (*state == '\0' && absl::StrContains(text, "FATAL") &&
      absl::StrContains(text, "does not exist")) {
    bool role = absl::StrContains(text, "role \"");
    code = role ? absl::StatusCode::kPermissionDenied : absl::StatusCode::kNotFound;
    state = role ? "28000" : "3D000";
  }
  if (*state == '\0' && PQconnectionNeedsPassword(connection) != 0) {
    code = absl::StatusCode::kUnauthenticated;
  }
  if (code == absl::StatusCode::kUnauthenticated && WithholdsPassword(PQpass(connection))) {
    message = absl::StrCat(
        "connecting to ", where, ": the server asks for a password, and neither $PGPASSWORD nor a ",
        "password file is used for a host that only the project's files name; to allow it: ",
        "--allow-host ", PQhost(connection), ", $AUTOGEN_ALLOW_HOST, or allow_host in the user's ",
        "configuration");
  }
  absl::Status status(code, message);
  if (*state != '\0') status.SetPayload(kSqlStatePayload, absl::Cord(state));
  return status;
}

std::string SqlState(const absl::Status& status) {
  absl::optional<absl::Cord> payload = status.GetPayload(kSqlStatePayload);
  return payload.has_value() ? std::string(*payload) : "";
}

}  // namespace autogen::postgres
