#include "src/postgres/host_choice.h"

#include <utility>

namespace autogen::postgres {

HostChoice& HostChoice::OfProcess() {
  static auto* choice = new HostChoice;
  return *choice;
}

HostChoice::Resolving::Resolving(HostChoice& choice, std::string list)
    : choice_(choice), list_(std::move(list)), lock_(choice.mutex_) {
  const auto found = choice_.chosen_.find(list_);
  if (found == choice_.chosen_.end()) return;
  chosen_ = &found->second;  // never changed, never moved
  lock_.unlock();
}

void HostChoice::Resolving::Choose(PGconn* connection) {
  auto text = [](const char* value) { return std::string(value == nullptr ? "" : value); };
  const std::string host = text(PQhost(connection));
  // A socket has a folder and no address.
  const bool socket = !host.empty() && (host[0] == '/' || host[0] == '@');
  const std::string address = socket ? "" : text(PQhostaddr(connection));
  choice_.chosen_.emplace(list_, Host{host, address, text(PQport(connection))});
}

}  // namespace autogen::postgres
