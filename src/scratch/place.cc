#include "src/scratch/place.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "src/postgres/definition_settings.h"
#include "src/postgres/url.h"
#include "src/scratch/disk_meter.h"
#include "src/sql/quote.h"

namespace autogen::scratch {

postgres::ConnectOptions ScratchOptions(const std::string& url) {
  postgres::ConnectOptions options;
  options.url = url;
  options.application_name = "autogen scratch";
  options.keep_plans = true;
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
                      {"quote_all_identifiers", "off"},
                      {"row_security", "on"}};
  for (const auto& setting : postgres::DefinitionSettings()) options.settings.push_back(setting);
  return options;
}

std::string Server::Place::UrlOf(const std::string& database) const {
  if (cluster != nullptr) return cluster->Url(database);
  absl::StatusOr<std::string> changed = postgres::WithDatabase(url, database);
  return changed.ok() ? *changed : "";
}

void Server::Place::Terminate(int pid) const {
  absl::StatusOr<postgres::Connection> connection = postgres::Connection::Open(ScratchOptions(url));
  if (!connection.ok()) return;
  connection->Exec(absl::StrCat("SELECT pg_catalog.pg_terminate_backend(", pid, ")")).IgnoreError();
}

void Server::Place::DropAll() {
  if (cluster != nullptr) return cluster->End();
  absl::StatusOr<postgres::Connection> connection = postgres::Connection::Open(ScratchOptions(url));
  if (!connection.ok()) return;
  std::lock_guard<std::mutex> guard(names_mutex);
  for (const std::string& name : names) {
    connection->Exec(absl::StrCat("DROP DATABASE IF EXISTS ", sql::Ident(name), " WITH (FORCE)"))
        .IgnoreError();
  }
}

void Server::Place::StartWatchdog(const Options& options) {
  Watchdog::Actions actions;
  actions.terminate = [this](int pid) { Terminate(pid); };
  actions.end = [this] { DropAll(); };
  // A private cluster ends with the process, however that ends.
  if (cluster == nullptr) {
    guard.emplace();
    actions.clear_up = [this] { DropAll(); };
  }
  if (cluster != nullptr) {
    const std::string folder = cluster->folder();
    auto meter = std::make_shared<DiskMeter>(folder, options.disk_limit,
                                             [folder] { return BytesInUse(folder); });
    actions.disk_bytes = [meter] { return meter->Bytes(); };
    actions.disk_limit = options.disk_limit;
  }
  watchdog = std::make_unique<Watchdog>(options.timeout_s, std::move(actions));
}

}  // namespace autogen::scratch
