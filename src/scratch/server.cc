#include "src/scratch/server.h"

#include <stdlib.h>
#include <unistd.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/cache_folder.h"
#include "src/base/file.h"
#include "src/base/status.h"
#include "src/postgres/binaries.h"
#include "src/postgres/url.h"
#include "src/postgres/variables.h"
#include "src/scratch/names.h"
#include "src/sql/quote.h"

namespace autogen::scratch {
namespace {

postgres::ConnectOptions ScratchOptions(const std::string& url) {
  postgres::ConnectOptions options;
  options.url = url;
  options.application_name = "autogen scratch";
  options.keep_plans = true;
  // What a role's or server's configuration may say otherwise, and would change or stop a build.
  options.settings = {{"search_path", ""},
                      {"check_function_bodies", "off"},
                      {"client_min_messages", "error"},
                      {"synchronous_commit", "off"},
                      {"statement_timeout", "0"},
                      {"lock_timeout", "0"},
                      {"idle_in_transaction_session_timeout", "0"},
                      {"default_transaction_read_only", "off"},
                      {"default_transaction_isolation", "read committed"},
                      {"standard_conforming_strings", "on"},
                      {"default_tablespace", ""},
                      {"row_security", "on"}};
  return options;
}

}  // namespace

struct Server::Place {
  std::unique_ptr<postgres::Cluster> cluster;  // outlives the connection to it
  std::string url;                             // of the control connection
  std::string description;
  bool local = false;
  std::string create_options;  // of CREATE DATABASE: encoding and locale as the target has them
  std::mutex mutex;            // of `control`, which holds the advisory locks
  std::optional<postgres::Connection> control;

  std::string UrlOf(const std::string& database) const {
    if (cluster != nullptr) return cluster->Url(database);
    absl::StatusOr<std::string> changed = postgres::WithDatabase(url, database);
    return changed.ok() ? *changed : "";
  }
};

namespace {

// Encoding and locale of the connected database, as options of CREATE DATABASE.
absl::StatusOr<std::string> LocaleOptions(postgres::Connection& c) {
  int version = c.server_version();
  std::string provider = version >= 150000 ? "datlocprovider" : "'c'";
  std::string locale = version >= 170000   ? "datlocale"
                       : version >= 150000 ? "daticulocale"
                                           : "NULL";
  ASSIGN_OR_RETURN(
      postgres::Result r,
      c.Exec(absl::StrCat("SELECT pg_catalog.pg_encoding_to_char(encoding), datcollate, datctype, ",
                          provider, ", ", locale,
                          " FROM pg_catalog.pg_database WHERE datname ="
                          " pg_catalog.current_database()")));
  std::string options =
      absl::StrCat(" ENCODING ", sql::Literal(r.Text(0, 0)), " LC_COLLATE ",
                   sql::Literal(r.Text(0, 1)), " LC_CTYPE ", sql::Literal(r.Text(0, 2)));
  if (r.Text(0, 3) == "i") {
    absl::StrAppend(&options, " LOCALE_PROVIDER icu ICU_LOCALE ", sql::Literal(r.Text(0, 4)));
  } else if (r.Text(0, 3) == "b") {
    absl::StrAppend(&options, " LOCALE_PROVIDER builtin BUILTIN_LOCALE ",
                    sql::Literal(r.Text(0, 4)));
  } else if (version >= 150000) {
    options += " LOCALE_PROVIDER libc";
  }
  return options;
}

}  // namespace

Server::~Server() = default;

absl::StatusOr<std::shared_ptr<Server::Place>> Server::OpenRemote(const std::string& url,
                                                                  bool configured) {
  ASSIGN_OR_RETURN(postgres::Connection control, postgres::Connection::Open(ScratchOptions(url)));
  ASSIGN_OR_RETURN(
      postgres::Result role,
      control.Exec("SELECT current_user, rolcreatedb OR rolsuper, pg_catalog.pg_is_in_recovery()"
                   " FROM pg_catalog.pg_roles WHERE rolname = current_user"));
  if (!configured) target_major_ = control.server_version() / 10000;
  if (role.rows() == 1 && role.Bool(0, 2)) {
    return absl::FailedPreconditionError(
        absl::StrCat("the server of ", control.Describe(), " is a read-only standby"));
  }
  if (role.rows() != 1 || !role.Bool(0, 1)) {
    return absl::PermissionDeniedError(absl::StrCat("role \"", role.Text(0, 0), "\" of ",
                                                    control.Describe(),
                                                    " may not create databases (no CREATEDB)"));
  }
  auto place = std::make_shared<Place>();
  place->url = url;
  place->description = absl::StrCat("server of ", control.Describe());
  ASSIGN_OR_RETURN(place->create_options, LocaleOptions(control));
  place->control = std::move(control);
  return place;
}

absl::StatusOr<std::shared_ptr<Server::Place>> Server::OpenLocal() {
  int major = target_major_ != 0 ? target_major_ : options_.major;
  absl::StatusOr<std::string> bin = postgres::FindServerBinaries("", major);
  if (!bin.ok() && major != 0) {
    ASSIGN_OR_RETURN(bin, postgres::FindServerBinaries(""));
  }
  RETURN_IF_ERROR(bin.status());
  std::string cache = options_.cache_folder.empty() ? DefaultCacheFolder() : options_.cache_folder;
  postgres::ClusterOptions cluster;
  // One folder for each set of binaries: another major version cannot read its data.
  ASSIGN_OR_RETURN(int found, postgres::MajorVersion(*bin));
  cluster.folder = absl::StrCat(cache, "/cluster-", found);
  cluster.bin_dir = *bin;
  cluster.durable = false;
  auto place = std::make_shared<Place>();
  ASSIGN_OR_RETURN(place->cluster, postgres::Cluster::Start(cluster));
  place->url = place->cluster->Url("postgres");
  place->description = absl::StrCat("local cluster in ", cluster.folder);
  place->local = true;
  place->create_options = " ENCODING 'UTF8'";
  ASSIGN_OR_RETURN(place->control, postgres::Connection::Open(ScratchOptions(place->url)));
  if (major != 0 && found != major) {
    notes_.push_back(absl::StrCat("scratch databases run on PostgreSQL ", found,
                                  ", the target is PostgreSQL ", major,
                                  ": spellings may differ; set scratch_url"));
  }
  return place;
}

// Holds mutex_.
absl::StatusOr<std::shared_ptr<Server::Place>> Server::Choose() {
  if (place_ != nullptr) return place_;
  if (!options_.scratch_url.empty() && options_.scratch_url != "embedded") {
    absl::StatusOr<postgres::Expansion> url = postgres::ExpandVariables(options_.scratch_url);
    if (!url.ok()) return Annotate(url.status(), "scratch_url");
    absl::StatusOr<std::shared_ptr<Place>> place = OpenRemote(url->url, true);
    if (!place.ok()) return Annotate(place.status(), "scratch_url");
    place_ = *std::move(place);
    return place_;
  }
  if (options_.scratch_url.empty() && options_.target_url.has_value() && !prefer_local_) {
    absl::StatusOr<std::shared_ptr<Place>> place = OpenRemote(*options_.target_url, false);
    if (place.ok()) {
      place_ = *std::move(place);
      return place_;
    }
    refused_.push_back(absl::StrCat("beside the database: ", place.status().message()));
  }
  absl::StatusOr<std::shared_ptr<Place>> place = OpenLocal();
  if (place.ok()) {
    place_ = *std::move(place);
    return place_;
  }
  refused_.push_back(absl::StrCat("a local cluster: ", place.status().message()));
  return absl::FailedPreconditionError(
      absl::StrCat("no place for a scratch database.\n  ", absl::StrJoin(refused_, "\n  "),
                   "\nEither give the role CREATEDB (ALTER ROLE … CREATEDB), or install "
                   "PostgreSQL's server programs, or name a "
                   "server in scratch_url"));
}

absl::StatusOr<std::unique_ptr<Database>> Server::Create() {
  std::lock_guard<std::mutex> guard(mutex_);
  bool fresh = place_ == nullptr;
  ASSIGN_OR_RETURN(std::shared_ptr<Place> place, Choose());
  if (fresh) Sweep(*place->control).IgnoreError();

  std::unique_ptr<Database> database(new Database());
  ScratchName name = NewName();
  {
    std::lock_guard<std::mutex> control_guard(place->mutex);
    // The lock comes first: a database without it belongs to nobody.
    RETURN_IF_ERROR(place->control
                        ->Exec(absl::StrCat("SELECT pg_catalog.pg_advisory_lock(", kLockClass, ", ",
                                            name.lock, ")"))
                        .status());
    absl::Status created = place->control
                               ->Exec(absl::StrCat("CREATE DATABASE ", name.name,
                                                   " TEMPLATE template0", place->create_options))
                               .status();
    if (!created.ok()) {
      return Annotate(created,
                      absl::StrCat("creating a scratch database on the ", place->description));
    }
  }
  // From here on, the object's end drops it.
  database->place_ = place;
  database->name_ = name.name;
  database->lock_ = name.lock;
  database->url_ = place->UrlOf(name.name);
  ASSIGN_OR_RETURN(postgres::Connection connection, database->Connect());
  database->connection_ = std::move(connection);
  return database;
}

bool Server::FallBackToLocal() {
  std::lock_guard<std::mutex> guard(mutex_);
  if (!options_.scratch_url.empty() || prefer_local_ || (place_ != nullptr && place_->local)) {
    return false;
  }
  prefer_local_ = true;
  if (place_ != nullptr) {
    refused_.push_back(
        absl::StrCat("beside the database: the schema needs more rights than the role has"));
  }
  place_ = nullptr;
  return true;
}

std::string Server::place() const {
  std::lock_guard<std::mutex> guard(mutex_);
  return place_ == nullptr ? "" : place_->description;
}

int Server::version() const {
  std::lock_guard<std::mutex> guard(mutex_);
  return place_ == nullptr ? 0 : place_->control->server_version();
}

bool Server::local() const {
  std::lock_guard<std::mutex> guard(mutex_);
  return place_ != nullptr && place_->local;
}

std::vector<std::string> Server::notes() const {
  std::lock_guard<std::mutex> guard(mutex_);
  return notes_;
}

bool Database::local() const { return place_->local; }

absl::StatusOr<postgres::Connection> Database::Connect() const {
  return postgres::Connection::Open(ScratchOptions(url_));
}

Database::~Database() {
  if (place_ == nullptr) return;
  connection_.reset();
  std::lock_guard<std::mutex> guard(place_->mutex);
  // WITH (FORCE): a backend takes a moment to notice that its client has gone. What fails here, the
  // next run's sweep repeats, since the lock goes with the control connection.
  place_->control->Exec(absl::StrCat("DROP DATABASE IF EXISTS ", name_, " WITH (FORCE)"))
      .IgnoreError();
  place_->control
      ->Exec(absl::StrCat("SELECT pg_catalog.pg_advisory_unlock(", kLockClass, ", ", lock_, ")"))
      .IgnoreError();
}

}  // namespace autogen::scratch
