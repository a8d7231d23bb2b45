#include "src/apply/pooled.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "re2/re2.h"
#include "src/base/status.h"
#include "src/postgres/pooler.h"
#include "src/sql/quote.h"

namespace autogen::apply {
namespace {

absl::Status NeedsSession(absl::string_view what) {
  return absl::FailedPreconditionError(absl::StrCat(what, " needs a session of its own"));
}

std::string SetConfig(absl::string_view name, absl::string_view value, bool local) {
  return absl::StrCat("pg_catalog.set_config('", name, "', ", sql::Literal(value),
                      local ? ", true)" : ", false)");
}

// The setting that RESET, or SET … TO DEFAULT, names; "" for all else.
std::string SettingThatIsReset(const std::string& text) {
  static const RE2 kDefault(R"((?is)set\s+(?:session\s+)?([a-z_.]+)\s*(?:=|\sto\s)\s*default\s*)");
  static const RE2 kReset(R"((?is)reset\s+([a-z_.]+)\s*)");
  std::string name;
  if (!RE2::FullMatch(text, kDefault, &name)) RE2::FullMatch(text, kReset, &name);
  return name;
}

// Back to the one of `settings`; "" where it is not among them.
std::string ResetOwn(const std::string& name, const Settings& settings, bool local) {
  for (const auto& [own, value] : settings) {
    if (absl::EqualsIgnoreCase(own, name)) {
      return absl::StrCat("SELECT ", SetConfig(own, value, local));
    }
  }
  return "";
}

absl::StatusOr<std::string> LocalSet(const std::string& text) {
  static const RE2 kAsItIs(R"((?is)set\s+(local|constraints)\s.*)");
  static const RE2 kTransaction(R"((?is)set\s+(transaction|session\s+characteristics)\s.*)");
  static const RE2 kAuthorization(R"((?is)set\s+(session\s+authorization\s.*))");
  static const RE2 kOther(R"((?is)set\s+(?:session\s+)?(.*))");
  std::string rest;
  if (RE2::FullMatch(text, kAsItIs)) return text;
  if (RE2::FullMatch(text, kTransaction)) return NeedsSession("SET TRANSACTION");
  if (RE2::FullMatch(text, kAuthorization, &rest) || RE2::FullMatch(text, kOther, &rest)) {
    return absl::StrCat("SET LOCAL ", rest);
  }
  return NeedsSession("SET");
}

absl::StatusOr<std::string> LocalReset(const std::string& text) {
  static const RE2 kReset(R"((?is)reset\s+(.*?)\s*)");
  static const RE2 kTimeZone(R"((?is)time\s+zone)");
  static const RE2 kAuthorization(R"((?is)session\s+authorization)");
  std::string name;
  if (!RE2::FullMatch(text, kReset, &name)) return NeedsSession("RESET");
  if (absl::EqualsIgnoreCase(name, "all")) return NeedsSession("RESET ALL");
  if (absl::EqualsIgnoreCase(name, "role")) return std::string("SET LOCAL ROLE NONE");
  if (RE2::FullMatch(name, kTimeZone)) return std::string("SET LOCAL TIME ZONE DEFAULT");
  if (RE2::FullMatch(name, kAuthorization)) {
    return std::string("SET LOCAL SESSION AUTHORIZATION DEFAULT");
  }
  return absl::StrCat("SET LOCAL ", name, " TO DEFAULT");
}

// What runs functions, or code of its own.
absl::StatusOr<std::string> LocalCode(const std::string& text) {
  static const RE2 kSetConfig(
      R"((?is)(select\s+(?:pg_catalog\.)?set_config\s*\(\s*'[^']*'\s*,\s*'[^']*'\s*,\s*)false(\s*\)))");
  static const RE2 kAnySetConfig(R"((?is)\bset_config\s*\()");
  static const RE2 kLocalSetConfig(R"((?is)\bset_config\s*\([^()]*,\s*true\s*\))");
  static const RE2 kLock(R"((?is)\bpg_(try_)?advisory_lock(_shared)?\s*\()");
  static const RE2 kSetInBlock(
      R"((?is)do\b.*(;|\bbegin|\bthen|\bloop|\belse)\s*(set\s+(session\s|[a-z_.]+\s*(=|\sto\s))|reset\s).*)");
  static const RE2 kIntoTemp(R"((?is)\binto\s+(local\s+|global\s+)?temp(orary)?\b)");
  std::string before, after;
  if (RE2::FullMatch(text, kSetConfig, &before, &after)) {
    return absl::StrCat(before, "true", after);
  }
  if (RE2::PartialMatch(text, kLock)) return NeedsSession("an advisory lock of the session");
  if (RE2::PartialMatch(text, kAnySetConfig) && !RE2::PartialMatch(text, kLocalSetConfig)) {
    return NeedsSession("set_config() for the session");
  }
  if (RE2::FullMatch(text, kSetInBlock)) return NeedsSession("SET in a block");
  if (RE2::PartialMatch(text, kIntoTemp)) return NeedsSession("a temporary table");
  return text;
}

bool FirstWordIs(absl::string_view text, std::initializer_list<absl::string_view> words) {
  const absl::string_view first = text.substr(
      0, std::find_if_not(text.begin(), text.end(), absl::ascii_isalpha) - text.begin());
  return std::any_of(words.begin(), words.end(),
                     [&](absl::string_view word) { return absl::EqualsIgnoreCase(first, word); });
}

// Which database it is, so that another address of the same is known for it.
absl::StatusOr<std::string> Identity(postgres::Connection& connection) {
  ASSIGN_OR_RETURN(
      postgres::Result result,
      connection.Exec("SELECT current_database() || ' ' || (SELECT oid FROM pg_database WHERE "
                      "datname = current_database()) || ' ' || pg_postmaster_start_time()"));
  return std::string(result.Text(0, 0));
}

absl::StatusOr<OpenedSession> OpenOne(const postgres::ConnectOptions& connect,
                                      const Options& options) {
  const Settings settings = SessionSettings(options);
  postgres::ConnectOptions with_settings = connect;
  with_settings.settings.insert(with_settings.settings.end(), settings.begin(), settings.end());
  with_settings.settings_by_caller = true;
  ASSIGN_OR_RETURN(postgres::Connection connection, postgres::Connection::Open(with_settings));
  ASSIGN_OR_RETURN(const int64_t pid, postgres::ServerPid(connection));
  OpenedSession opened{std::move(connection), connect, postgres::Pooling::kNone, pid, ""};
  opened.pooling = opened.connection.pooling();
  if (opened.pooling == postgres::Pooling::kNone && pid != opened.connection.backend_pid()) {
    ASSIGN_OR_RETURN(opened.pooling, postgres::DetectPooling(opened.connection, with_settings));
  }
  // At the start all servers must have them.
  const Settings all = SessionSettings(options, opened.connection.server_version());
  if (opened.pooling == postgres::Pooling::kNone && all.size() > settings.size()) {
    RETURN_IF_ERROR(opened.connection.Exec(OwnTimeouts(all)).status());
  }
  if (opened.pooling == postgres::Pooling::kSession) {
    Settings with_all = connect.settings;
    with_all.insert(with_all.end(), all.begin(), all.end());
    const std::string set = SessionSettingsSql(with_all);
    if (!set.empty()) RETURN_IF_ERROR(opened.connection.Exec(set).status());
    ASSIGN_OR_RETURN(opened.server_pid, postgres::ServerPid(opened.connection));
  }
  return opened;
}

bool IsShared(postgres::Pooling pooling) {
  return pooling == postgres::Pooling::kTransaction || pooling == postgres::Pooling::kStatement;
}

}  // namespace

std::string LocalSettingsSql(const Settings& settings) {
  std::string out = "SELECT pg_catalog.pg_backend_pid()";
  for (const auto& [name, value] : settings) {
    absl::StrAppend(&out, ", ", SetConfig(name, value, true));
  }
  return out;
}

std::string SessionSettingsSql(const Settings& settings) {
  std::string out;
  for (const auto& [name, value] : settings) {
    absl::StrAppend(&out, out.empty() ? "SELECT " : ", ", SetConfig(name, value, false));
  }
  return out;
}

std::string SessionForm(const std::string& statement, const Settings& settings) {
  if (!FirstWordIs(statement, {"set", "reset"})) return statement;
  std::string own = ResetOwn(SettingThatIsReset(statement), settings, false);
  return own.empty() ? statement : own;
}

bool ResetsAll(const std::string& statement) {
  static const RE2 kResetAll(R"((?is)reset\s+all\s*)");
  return RE2::FullMatch(statement, kResetAll);
}

absl::StatusOr<std::string> LocalForm(const std::string& statement, const Settings& settings) {
  if (FirstWordIs(statement, {"set", "reset"})) {
    std::string own = ResetOwn(SettingThatIsReset(statement), settings, true);
    if (!own.empty()) return own;
    return FirstWordIs(statement, {"set"}) ? LocalSet(statement) : LocalReset(statement);
  }
  if (FirstWordIs(statement, {"prepare", "deallocate", "discard", "listen", "unlisten", "load"})) {
    return NeedsSession(
        absl::AsciiStrToUpper(statement.substr(0, statement.find_first_of(" \t\n"))));
  }
  if (FirstWordIs(statement, {"select", "do", "call", "with", "insert", "update", "delete"})) {
    return LocalCode(statement);
  }
  static const RE2 kTemp(
      R"((?is)create\s+(or\s+replace\s+)?(local\s+|global\s+)?temp(orary)?\s.*)");
  static const RE2 kOnCommitDrop(R"((?is)\bon\s+commit\s+drop\b)");
  static const RE2 kHold(R"((?is)declare\s.*\swith\s+hold\s.*)");
  if (RE2::FullMatch(statement, kTemp) && !RE2::PartialMatch(statement, kOnCommitDrop)) {
    return NeedsSession("a temporary object without ON COMMIT DROP");
  }
  if (RE2::FullMatch(statement, kHold)) return NeedsSession("a cursor WITH HOLD");
  return statement;
}

std::vector<std::string> LocalSettingsBefore(const ScriptRun& script, size_t end,
                                             const Settings& settings) {
  std::vector<std::string> statements;
  for (size_t i = 0; i < end && i < script.statements.size(); ++i) {
    const std::string& text = script.statements[i].text;
    if (!FirstWordIs(text, {"set", "reset", "select"})) continue;
    absl::StatusOr<std::string> local = LocalForm(text, settings);
    if (local.ok() && *local != text) statements.push_back(*std::move(local));
  }
  return statements;
}

absl::Status CheckPooled(const ScriptRun& script, absl::Span<const Step> steps,
                         const Settings& settings, bool shared) {
  auto refuse = [&](size_t statement, absl::string_view why) {
    return absl::FailedPreconditionError(absl::StrCat(
        Place(script, statement), ": cannot run through a pooler in transaction mode: ", why,
        ". Give the server's own address with direct_url in autogen.txtpb or --direct-url URL\n  ",
        Excerpt(script.statements[statement].text, 300)));
  };
  for (const Step& step : steps) {
    if (step.alone) return refuse(step.begin, "the statement cannot run in a transaction");
    for (size_t i = step.begin; i < step.end; ++i) {
      absl::Status local = LocalForm(script.statements[i].text, settings).status();
      if (!local.ok()) return refuse(i, local.message());
      const sql::SessionEffect& effect = step.impacts[i - step.begin].session;
      if (effect.kind == sql::SessionEffect::Kind::kObjects) {
        return refuse(i, absl::StrCat(effect.what, " needs a session of its own"));
      }
      if (shared && (effect.kind == sql::SessionEffect::Kind::kSettings || effect.local)) {
        return refuse(i, "with --single-transaction its setting would reach the other scripts");
      }
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<OpenedSession> OpenSession(const postgres::ConnectOptions& connect,
                                          const Options& options) {
  const std::string& direct_url = options.direct_url;
  ASSIGN_OR_RETURN(OpenedSession opened, OpenOne(connect, options));
  if (!IsShared(opened.pooling)) return opened;
  const std::string pooler = absl::StrCat(opened.connection.Describe(), " is a pooler in ",
                                          postgres::PoolingName(opened.pooling), " mode");
  if (direct_url.empty()) {
    if (opened.pooling != postgres::Pooling::kStatement) return opened;
    return absl::FailedPreconditionError(
        absl::StrCat(pooler,
                     ", where there are no transactions: give the server's own address "
                     "with direct_url in autogen.txtpb or --direct-url URL"));
  }
  postgres::ConnectOptions direct = connect;
  direct.url = direct_url;
  absl::StatusOr<OpenedSession> other = OpenOne(direct, options);
  if (!other.ok()) return Annotate(other.status(), "direct_url");
  if (IsShared(other->pooling)) {
    return absl::FailedPreconditionError(
        absl::StrCat("direct_url must connect to the server itself: ", other->connection.Describe(),
                     " is a pooler in ", postgres::PoolingName(other->pooling), " mode"));
  }
  ASSIGN_OR_RETURN(const std::string here, Identity(opened.connection));
  ASSIGN_OR_RETURN(const std::string there, Identity(other->connection));
  if (here != there) {
    return absl::FailedPreconditionError(absl::StrCat(
        "direct_url connects to another database than url: ", other->connection.Describe(), " (",
        there, "), but ", opened.connection.Describe(), " (", here, ")"));
  }
  other->note =
      absl::StrCat("running over direct_url (", other->connection.Describe(), "), since ", pooler);
  return other;
}

}  // namespace autogen::apply
