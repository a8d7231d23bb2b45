#include "src/scratch/server.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/cache_folder.h"
#include "src/base/random.h"
#include "src/base/status.h"
#include "src/postgres/binaries.h"
#include "src/scratch/names.h"
#include "src/scratch/place.h"
#include "src/sql/quote.h"

namespace autogen::scratch {
namespace {

constexpr char kWays[] =
    "\nEither install PostgreSQL's server programs (Debian: apt-get install postgresql), name "
    "their "
    "folder in AUTOGEN_PG_BIN, or name a server where databases may be created: --scratch-url URL "
    "or "
    "$AUTOGEN_SCRATCH_URL";

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

// What a model or script could do with the role of `control` beside making scratch databases; ""
// for nothing.
absl::StatusOr<std::string> HarmOf(postgres::Connection& control) {
  ASSIGN_OR_RETURN(
      postgres::Result r,
      control.Exec(absl::StrCat(
          "SELECT r.rolsuper OR EXISTS (SELECT FROM pg_catalog.pg_roles s WHERE s.rolsuper AND "
          "pg_catalog.pg_has_role(s.oid, 'MEMBER')), r.rolcreaterole, r.rolreplication,"
          " (SELECT pg_catalog.string_agg(m.rolname, ', ') FROM pg_catalog.pg_roles m WHERE "
          "m.rolname"
          " IN ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files',"
          " 'pg_signal_backend', 'pg_write_all_data', 'pg_create_subscription', 'pg_maintain')"
          " AND pg_catalog.pg_has_role(m.oid, 'MEMBER')),"
          " (SELECT pg_catalog.string_agg(d.datname, ', ') FROM pg_catalog.pg_database d WHERE NOT"
          " d.datistemplate AND d.datname !~ '",
          kNamePattern,
          "' AND pg_catalog.pg_has_role(d.datdba, 'MEMBER'))"
          " FROM pg_catalog.pg_roles r WHERE r.rolname = current_user")));
  if (r.rows() != 1) return std::string("is not known to the server");
  if (r.Bool(0, 0)) return std::string("is a superuser, or a member of one");
  if (r.Bool(0, 1)) return std::string("may create roles (CREATEROLE)");
  if (r.Bool(0, 2)) return std::string("may replicate (REPLICATION)");
  if (!r.IsNull(0, 3)) return absl::StrCat("is a member of ", r.Text(0, 3));
  if (!r.IsNull(0, 4)) return absl::StrCat("owns other databases (", r.Text(0, 4), ")");
  return std::string();
}

}  // namespace

Server::~Server() = default;

void Server::SetTarget(int server_version) {
  std::lock_guard<std::mutex> guard(mutex_);
  if (place_ == nullptr) target_major_ = server_version / 10000;
}

absl::StatusOr<std::shared_ptr<Server::Place>> Server::OpenRemote() {
  ASSIGN_OR_RETURN(postgres::Connection control,
                   postgres::Connection::Open(ScratchOptions(options_.url)));
  ASSIGN_OR_RETURN(
      postgres::Result role,
      control.Exec("SELECT current_user, rolcreatedb OR rolsuper, pg_catalog.pg_is_in_recovery(),"
                   " rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user"));
  if (role.rows() == 1 && role.Bool(0, 2)) {
    return absl::FailedPreconditionError(
        absl::StrCat("the server of ", control.Describe(), " is a read-only standby"));
  }
  const std::string who = absl::StrCat("role \"", role.rows() == 1 ? role.Text(0, 0) : "", "\" of ",
                                       control.Describe());
  if (role.rows() != 1 || !role.Bool(0, 1)) {
    return absl::PermissionDeniedError(
        absl::StrCat(who, " may not create databases: ALTER ROLE … CREATEDB"));
  }
  if (!options_.disposable) {
    ASSIGN_OR_RETURN(std::string harm, HarmOf(control));
    if (!harm.empty()) {
      return absl::PermissionDeniedError(absl::StrCat(
          who, " ", harm,
          ": what a model or script runs in a scratch database could reach the rest of the server. "
          "Use a role with CREATEDB and nothing else; or no scratch URL, for a private cluster; "
          "or, "
          "where the whole server is disposable (a CI service), --scratch-is-disposable"));
    }
  }
  auto place = std::make_shared<Place>();
  place->url = options_.url;
  place->description = absl::StrCat("server of ", control.Describe());
  place->expendable = options_.disposable;
  place->superuser = role.Bool(0, 3);
  ASSIGN_OR_RETURN(place->create_options, LocaleOptions(control));
  place->control = std::move(control);
  return place;
}

absl::Status Server::FindTargetVersion() {
  if (target_major_ != 0) return absl::OkStatus();
  target_major_ = options_.major;
  if (!options_.target_url.has_value()) return absl::OkStatus();
  postgres::ConnectOptions connect;
  connect.url = *options_.target_url;
  absl::StatusOr<postgres::Connection> target = postgres::Connection::Open(connect);
  if (!target.ok()) return Annotate(target.status(), "asking for the server's version");
  target_major_ = target->server_version() / 10000;
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<Server::Place>> Server::OpenPrivate() {
  std::vector<postgres::Installation> found = postgres::ServerInstallations();
  if (found.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat("scratch databases need a private PostgreSQL cluster, and there are no server "
                     "programs (initdb, postgres) on this machine.",
                     kWays));
  }
  // Newest first: the target's own version, else the nearest above it.
  const postgres::Installation* chosen = target_major_ == 0 ? &found.front() : nullptr;
  for (const postgres::Installation& one : found) {
    if (target_major_ != 0 && one.major >= target_major_) chosen = &one;
  }
  if (chosen == nullptr) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the database is PostgreSQL ", target_major_,
        ", and the newest server programs on this machine are those of ", found.front().major,
        ": a schema of a newer version cannot be built with them.", kWays));
  }
  postgres::PrivateClusterOptions cluster;
  cluster.bin_dir = chosen->bin_dir;
  cluster.cache_folder =
      options_.cache_folder.empty() ? DefaultCacheFolder() : options_.cache_folder;
  auto place = std::make_shared<Place>();
  ASSIGN_OR_RETURN(place->cluster, postgres::PrivateCluster::Start(cluster));
  place->url = place->cluster->Url("postgres");
  place->description = "private cluster";
  place->expendable = true;
  place->create_options = " ENCODING 'UTF8'";
  ASSIGN_OR_RETURN(place->control, postgres::Connection::Open(ScratchOptions(place->url)));
  if (target_major_ != 0 && chosen->major != target_major_) {
    notes_.push_back(absl::StrCat(
        "the database is PostgreSQL ", target_major_, "; both sides are compared as PostgreSQL ",
        chosen->major, " prints them, the nearest version whose programs are installed"));
  }
  for (const std::string& missing : place->cluster->missing()) notes_.push_back(missing);
  return place;
}

// Holds mutex_.
absl::StatusOr<std::shared_ptr<Server::Place>> Server::Choose() {
  if (place_ != nullptr) return place_;
  absl::StatusOr<std::shared_ptr<Place>> place;
  if (!options_.url.empty()) {
    place = OpenRemote();
    if (!place.ok()) return Annotate(place.status(), "the server for scratch databases");
    Sweep(*(*place)->control).IgnoreError();
  } else {
    RETURN_IF_ERROR(FindTargetVersion());
    place = OpenPrivate();
    if (!place.ok()) return place.status();
  }
  (*place)->extensions.insert(options_.allowed_extensions.begin(),
                              options_.allowed_extensions.end());
  (*place)->StartWatchdog(options_);
  place_ = *std::move(place);
  return place_;
}

absl::StatusOr<bool> Server::HasOtherVersion() {
  std::lock_guard<std::mutex> guard(mutex_);
  ASSIGN_OR_RETURN(std::shared_ptr<Place> place, Choose());
  return target_major_ != 0 && place->control->server_version() / 10000 != target_major_;
}

absl::StatusOr<bool> Server::IsExpendable() {
  std::lock_guard<std::mutex> guard(mutex_);
  ASSIGN_OR_RETURN(std::shared_ptr<Place> place, Choose());
  return place->expendable;
}

absl::StatusOr<std::unique_ptr<Database>> Server::Create() {
  std::lock_guard<std::mutex> guard(mutex_);
  ASSIGN_OR_RETURN(std::shared_ptr<Place> place, Choose());
  std::unique_ptr<Database> database(new Database());
  ScratchName name = NewName();
  std::vector<std::string> make;
  if (place->cluster != nullptr) {
    database->role_ = absl::StrCat("autogen_role_", RandomHex(8));
    database->password_ = RandomHex(16);
    make.push_back(absl::StrCat("CREATE ROLE ", database->role_, " LOGIN PASSWORD ",
                                sql::Literal(database->password_)));
    if (place->control->server_version() >= 150000) {
      // The proof puts rows in without triggers and foreign keys.
      make.push_back(
          absl::StrCat("GRANT SET ON PARAMETER session_replication_role TO ", database->role_));
    }
  } else {
    // The lock comes first: a database without it belongs to nobody.
    make.push_back(
        absl::StrCat("SELECT pg_catalog.pg_advisory_lock(", kLockClass, ", ", name.lock, ")"));
  }
  make.push_back(absl::StrCat("CREATE DATABASE ", name.name,
                              database->role_.empty() ? "" : " OWNER ", database->role_,
                              " TEMPLATE template0", place->create_options));
  {
    std::lock_guard<std::mutex> control_guard(place->mutex);
    for (const std::string& sql : make) {
      absl::Status made = place->control->Exec(sql).status();
      if (made.ok()) continue;
      return Annotate(made,
                      absl::StrCat("creating a scratch database on the ", place->description));
    }
  }
  {
    std::lock_guard<std::mutex> names_guard(place->names_mutex);
    place->names.insert(name.name);
  }
  // From here on, the object's end drops it.
  database->place_ = place;
  database->name_ = name.name;
  database->lock_ = name.lock;
  RETURN_IF_ERROR(database->Open());
  return database;
}

std::string Server::place() const {
  std::lock_guard<std::mutex> guard(mutex_);
  return place_ == nullptr ? "" : place_->description;
}

int Server::version() const {
  std::lock_guard<std::mutex> guard(mutex_);
  return place_ == nullptr ? 0 : place_->control->server_version();
}

void Server::AddNote(std::string note) {
  std::lock_guard<std::mutex> guard(mutex_);
  if (std::find(notes_.begin(), notes_.end(), note) == notes_.end()) {
    notes_.push_back(std::move(note));
  }
}

std::vector<std::string> Server::notes() const {
  std::lock_guard<std::mutex> guard(mutex_);
  std::vector<std::string> notes = notes_;
  if (place_ == nullptr) return notes;
  std::lock_guard<std::mutex> not_proved_guard(place_->not_proved_mutex);
  for (const std::string& one : place_->not_proved) {
    notes.push_back(absl::StrCat("not proved: ", one));
  }
  return notes;
}

}  // namespace autogen::scratch
