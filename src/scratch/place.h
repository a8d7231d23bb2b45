// A server that was chosen for scratch databases. For the .cc files of this layer.
#ifndef AUTOGEN_SCRATCH_PLACE_H_
#define AUTOGEN_SCRATCH_PLACE_H_

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "src/apply/interrupt.h"
#include "src/postgres/connection.h"
#include "src/postgres/private_cluster.h"
#include "src/scratch/server.h"
#include "src/scratch/watchdog.h"

namespace autogen::scratch {

// For a scratch database: what a role's or a server's configuration may say otherwise, and would
// change or stop a build, or the form of what is read.
postgres::ConnectOptions ScratchOptions(const std::string& url);

struct Server::Place {
  std::unique_ptr<postgres::PrivateCluster> cluster;  // outlives the connections to it
  std::string url;                                    // of the control connection
  std::string description;
  bool expendable = false;
  std::set<std::string> extensions;  // Options::allowed_extensions
  bool superuser = false;            // of the control connection, where the server is not private
  std::string create_options;  // of CREATE DATABASE: encoding and locale as the target has them
  std::mutex mutex;            // of `control`, which holds the advisory locks
  std::optional<postgres::Connection> control;
  std::mutex names_mutex;
  std::set<std::string> names;  // of databases that must be dropped
  std::mutex not_proved_mutex;
  std::set<std::string> not_proved;  // what dropped databases could not build as written
  // A signal cleans up first, where a server is left behind. The watchdog is destroyed before it.
  std::optional<apply::InterruptGuard> guard;
  std::unique_ptr<Watchdog> watchdog;

  std::string UrlOf(const std::string& database) const;
  // Over a session of its own.
  void Terminate(int pid) const;
  void DropAll();
  void StartWatchdog(const Options& options);
};

}  // namespace autogen::scratch

#endif  // AUTOGEN_SCRATCH_PLACE_H_
