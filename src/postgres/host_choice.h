// A list of hosts is resolved once: all connections of a process go where the first one was led.
#ifndef AUTOGEN_POSTGRES_HOST_CHOICE_H_
#define AUTOGEN_POSTGRES_HOST_CHOICE_H_

#include <libpq-fe.h>

#include <map>
#include <mutex>
#include <string>

namespace autogen::postgres {

// A server as libpq's keywords name it.
struct Host {
  std::string host, hostaddr, port;
};

// By the hosts as a connection string, libpq's variables and services name them. libpq may lead two
// connections with one list to two servers: scripts would be proved on a standby that lags behind,
// and run on its primary. Safe to use from several threads.
class HostChoice {
 public:
  // The only one.
  static HostChoice& OfProcess();

  // While it lives, nobody else resolves a list.
  class Resolving {
   public:
    Resolving(HostChoice& choice, std::string list);
    // Where the list was resolved before; null: it was not, and the caller connects by it.
    const Host* chosen() const { return chosen_; }
    // The caller was led to `connection`'s server.
    void Choose(PGconn* connection);

   private:
    HostChoice& choice_;
    std::string list_;
    std::unique_lock<std::mutex> lock_;
    const Host* chosen_ = nullptr;
  };

 private:
  std::mutex mutex_;
  std::map<std::string, Host> chosen_;
};

}  // namespace autogen::postgres

#endif  // AUTOGEN_POSTGRES_HOST_CHOICE_H_
