#include "src/postgres/connection.h"

#include <errno.h>

#include <optional>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "src/base/status.h"
#include "src/postgres/batch.h"
#include "src/postgres/error.h"
#include "src/postgres/host_choice.h"
#include "src/postgres/pooler.h"
#include "src/postgres/url.h"
#include "src/postgres/variables.h"
#include "src/sql/mask.h"

namespace autogen::postgres {
namespace {

// Keywords and values as PQconnectdbParams takes them.
class Parameters {
 public:
  void Set(const std::string& keyword, const std::string& value) {
    for (auto& [k, v] : values_) {
      if (k == keyword) {
        v = value;
        return;
      }
    }
    values_.emplace_back(keyword, value);
  }
  const std::string* Find(absl::string_view keyword) const {
    for (const auto& [k, v] : values_) {
      if (k == keyword) return &v;
    }
    return nullptr;
  }
  PGconn* Connect() const {
    std::vector<const char*> keywords, values;
    for (const auto& [k, v] : values_) {
      keywords.push_back(k.c_str());
      values.push_back(v.c_str());
    }
    keywords.push_back(nullptr);
    values.push_back(nullptr);
    return PQconnectdbParams(keywords.data(), values.data(), 0);
  }

 private:
  std::vector<std::pair<std::string, std::string>> values_;
};

// The hosts that `parameters`, libpq's variables and services name, where they are several; ""
// where there is only one.
std::string HostList(const Parameters& parameters) {
  bool several = false;
  std::string list;
  for (const auto& [keyword, variable] :
       {std::pair("host", "PGHOST"), std::pair("hostaddr", "PGHOSTADDR"),
        std::pair("port", "PGPORT"), std::pair("service", "PGSERVICE"),
        std::pair("target_session_attrs", "PGTARGETSESSIONATTRS")}) {
    const std::string* given = parameters.Find(keyword);
    const char* environment = getenv(variable);
    const std::string value = given != nullptr ? *given : environment != nullptr ? environment : "";
    several = several || absl::StrContains(value, ',') ||
              (keyword == absl::string_view("service") && !value.empty());
    absl::StrAppend(&list, value, "\n");
  }
  return several ? list : "";
}

// "-c name=value …" with the escapes of pg_split_opts() in postinit.c.
std::string StartupOptions(const std::vector<std::pair<std::string, std::string>>& settings) {
  std::string options;
  for (const auto& [name, value] : settings) {
    absl::StrAppend(&options, options.empty() ? "" : " ", "-c ", name, "=",
                    absl::StrReplaceAll(value, {{"\\", "\\\\"}, {" ", "\\ "}, {"\n", "\\\n"}}));
  }
  return options;
}

std::string DescribeConnection(PGconn* c) {
  auto text = [](const char* s) { return absl::string_view(s == nullptr ? "" : s); };
  return WithoutValues(absl::StrCat(text(PQuser(c)), "@", text(PQhost(c)), ":", text(PQport(c)),
                                    "/", text(PQdb(c))));
}

// The data of a COPY is nothing that we could give or take: end it, so that the session stays
// usable.
absl::Status EndCopy(PGconn* connection, ExecStatusType status) {
  if (status == PGRES_COPY_OUT) {
    char* row = nullptr;
    while (PQgetCopyData(connection, &row, 0) > 0) PQfreemem(row);
  } else {
    PQputCopyEnd(connection, "COPY from standard input is not supported");
  }
  while (PGresult* rest = PQgetResult(connection)) PQclear(rest);
  return CopyError();
}

// Of a connection to the host that the list of hosts led to when the process began.
absl::Status OfChosenHost(const absl::Status& failed, const std::string& host) {
  absl::Status out(
      failed.code(),
      absl::StrCat(failed.message(), "\nThis run works with ", host,
                   ", to which the list of hosts led at its start; run the command again where "
                   "another server has taken over"));
  failed.ForEachPayload(
      [&](absl::string_view url, const absl::Cord& payload) { out.SetPayload(url, payload); });
  return out;
}

absl::StatusOr<Parameters> ParametersOf(const ConnectOptions& options) {
  ASSIGN_OR_RETURN(std::string url, NormalizeUrl(options.url));
  Parameters parameters;
  PQconninfoOption* parsed = PQconninfoParse(url.c_str(), nullptr);
  if (parsed == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("cannot read the connection string ", Shown(options.url)));
  }
  for (PQconninfoOption* o = parsed; o->keyword != nullptr; ++o) {
    if (o->val != nullptr) parameters.Set(o->keyword, o->val);
  }
  PQconninfoFree(parsed);
  parameters.Set("fallback_application_name", options.application_name);
  parameters.Set("client_encoding", "UTF8");
  if (parameters.Find("connect_timeout") == nullptr && getenv("PGCONNECT_TIMEOUT") == nullptr) {
    parameters.Set("connect_timeout", absl::StrCat(options.connect_timeout_s));
  }
  return parameters;
}

}  // namespace

Connection::Connection(PGconn* connection) : connection_(connection, &PQfinish) {
  OnNotice([](absl::string_view) {});
}

absl::StatusOr<Connection> Connection::Open(const ConnectOptions& options) {
  ASSIGN_OR_RETURN(Parameters parameters, ParametersOf(options));
  const std::string list = HostList(parameters);
  std::optional<HostChoice::Resolving> resolving;
  const Host* chosen = nullptr;
  if (!list.empty()) {
    chosen = resolving.emplace(HostChoice::OfProcess(), list).chosen();
  }
  if (chosen != nullptr) {
    parameters.Set("host", chosen->host);
    parameters.Set("hostaddr", chosen->hostaddr);
    parameters.Set("port", chosen->port);
  }
  Parameters plain = parameters;
  if (!options.settings.empty()) {
    const char* environment = getenv("PGOPTIONS");
    const std::string* given = parameters.Find("options");
    std::string before = given != nullptr ? *given : environment != nullptr ? environment : "";
    parameters.Set("options", absl::StrCat(before, before.empty() ? "" : " ",
                                           StartupOptions(options.settings)));
  }

  Connection connection(parameters.Connect());
  bool pooler = !connection.alive() && absl::StrContains(PQerrorMessage(connection.raw()),
                                                         "unsupported startup parameter");
  if (pooler) connection = Connection(plain.Connect());
  if (!connection.alive()) {
    const absl::Status failed = ConnectError(connection.raw(), connection.Describe());
    return chosen == nullptr ? failed : OfChosenHost(failed, connection.Describe());
  }
  if (resolving.has_value() && chosen == nullptr) resolving->Choose(connection.raw());
  resolving.reset();
  if (!pooler && options.keep_plans) {
    ASSIGN_OR_RETURN(const int64_t pid, ServerPid(connection));
    pooler = pid != connection.backend_pid();
  }
  if (pooler) {
    ASSIGN_OR_RETURN(connection.pooling_, DetectPooling(connection, options));
    if (!options.settings_by_caller) RETURN_IF_ERROR(connection.SetBehindPooler(options));
  }
  connection.kept_plans_.on = options.keep_plans && !pooler;
  return connection;
}

absl::Status Connection::SetBehindPooler(const ConnectOptions& options) {
  if (pooling_ != Pooling::kSession && !options.settings.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat("cannot use ", Describe(), ": it is a pooler in ", PoolingName(pooling_),
                     " mode, which keeps no session's settings; give the server's own address"));
  }
  for (const auto& [name, value] : options.settings) {
    RETURN_IF_ERROR(ExecParams("SELECT set_config($1, $2, false)", {name, value}).status());
  }
  return absl::OkStatus();
}

std::string Connection::Describe() const { return DescribeConnection(connection_.get()); }

absl::Status Connection::Failure(const PGresult* raw, absl::string_view sql) const {
  const std::string why = activity_->expired();
  if (!why.empty()) return absl::DeadlineExceededError(why);
  return ResultError(connection_.get(), raw, sql);
}

absl::StatusOr<Result> Connection::Exec(const std::string& sql) {
  kept_plans_.Note(sql);
  Wait wait(*activity_);
  PGresult* raw = PQexec(connection_.get(), sql.c_str());
  Result result(raw);
  ExecStatusType status = PQresultStatus(raw);
  if (IsCopy(raw)) return EndCopy(connection_.get(), status);
  if (!Succeeded(raw)) return Failure(raw, sql);
  return result;
}

absl::StatusOr<Result> Connection::ExecParams(const std::string& sql,
                                              absl::Span<const std::string> parameters) {
  kept_plans_.Note(sql);
  Wait wait(*activity_);
  std::vector<const char*> values;
  values.reserve(parameters.size());
  for (const std::string& p : parameters) values.push_back(p.c_str());
  PGresult* raw = PQexecParams(connection_.get(), sql.c_str(), static_cast<int>(values.size()),
                               nullptr, values.data(), nullptr, nullptr, 0);
  Result result(raw);
  if (!Succeeded(raw)) return Failure(raw, sql);
  return result;
}

absl::StatusOr<std::vector<Result>> Connection::Pipeline(absl::Span<const std::string> queries,
                                                         size_t* failed) {
  std::vector<Result> results;
  if (queries.empty()) return results;
  Batch batch(*this);
  for (const std::string& query : queries) batch.Add(query);
  batch.End();
  for (size_t i = 0; i < queries.size(); ++i) {
    absl::StatusOr<Result> result = batch.Next();
    if (!result.ok()) break;
    results.push_back(*std::move(result));
  }
  RETURN_IF_ERROR(batch.Finish(failed));
  return results;
}

void Connection::OnNotice(std::function<void(absl::string_view)> handler) {
  notice_ = std::make_unique<std::function<void(absl::string_view)>>(std::move(handler));
  PQsetNoticeProcessor(
      connection_.get(),
      [](void* argument, const char* message) {
        (*static_cast<std::function<void(absl::string_view)>*>(argument))(
            sql::MaskedMessage(absl::StripTrailingAsciiWhitespace(message), ""));
      },
      notice_.get());
}

}  // namespace autogen::postgres
