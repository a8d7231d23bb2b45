#include <utility>

#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/scratch/names.h"
#include "src/scratch/place.h"
#include "src/scratch/server.h"
#include "src/sql/quote.h"

namespace autogen::scratch {

absl::StatusOr<postgres::Connection> Database::Connect() const {
  const std::string url =
      role_.empty() ? place_->UrlOf(name_) : place_->cluster->Url(name_, role_, password_);
  ASSIGN_OR_RETURN(postgres::Connection connection,
                   postgres::Connection::Open(ScratchOptions(url)));
  return connection;
}

absl::Status Database::Open() {
  if (!role_.empty()) {
    // First of all: what runs when somebody connects may come with a model.
    ASSIGN_OR_RETURN(postgres::Connection superuser,
                     postgres::Connection::Open(ScratchOptions(place_->UrlOf(name_))));
    ASSIGN_OR_RETURN(superuser_, Superuser::Take(std::move(superuser), role_, place_->extensions));
  }
  ASSIGN_OR_RETURN(reader_, postgres::Connection::Open(ScratchOptions(place_->UrlOf(name_))));
  ASSIGN_OR_RETURN(connection_, Connect());
  place_->watchdog->Watch(*reader_);
  place_->watchdog->Watch(*connection_);
  return absl::OkStatus();
}

absl::Status Database::EnsureRole(const std::string& name) {
  if (superuser_.has_value()) return superuser_->EnsureRole(name);
  if (!place_->superuser) {
    return absl::PermissionDeniedError(
        absl::StrCat("role \"", name, "\" is not on the server for scratch databases"));
  }
  absl::Status made = connection_->Exec(absl::StrCat("CREATE ROLE ", sql::Ident(name))).status();
  const std::string state = postgres::SqlState(made);
  return state == "42710" || state == "23505" ? absl::OkStatus() : made;
}

absl::Status Database::EnsureTablespace(const std::string& name) {
  if (superuser_.has_value()) return superuser_->EnsureTablespace(name);
  return absl::PermissionDeniedError(
      absl::StrCat("tablespace \"", name, "\" is not on the server for scratch databases"));
}

Database::~Database() {
  if (place_ == nullptr) return;
  for (std::optional<postgres::Connection>* session : {&connection_, &reader_}) {
    if (session->has_value()) place_->watchdog->Forget(**session);
    session->reset();
  }
  if (superuser_.has_value()) {
    std::lock_guard<std::mutex> guard(place_->not_proved_mutex);
    place_->not_proved.insert(superuser_->not_proved().begin(), superuser_->not_proved().end());
  }
  superuser_.reset();
  if (place_->cluster != nullptr) return;  // it ends with all its databases
  std::lock_guard<std::mutex> guard(place_->mutex);
  // WITH (FORCE): a backend takes a moment to notice that its client has disconnected. What fails
  // here, the next run's sweep repeats, since the lock ends with the control connection.
  place_->control->Exec(absl::StrCat("DROP DATABASE IF EXISTS ", name_, " WITH (FORCE)"))
      .IgnoreError();
  place_->control
      ->Exec(absl::StrCat("SELECT pg_catalog.pg_advisory_unlock(", kLockClass, ", ", lock_, ")"))
      .IgnoreError();
  std::lock_guard<std::mutex> names_guard(place_->names_mutex);
  place_->names.erase(name_);
}

}  // namespace autogen::scratch
