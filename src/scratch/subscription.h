// Subscriptions in scratch databases: nothing connects anywhere.
#ifndef AUTOGEN_SCRATCH_SUBSCRIPTION_H_
#define AUTOGEN_SCRATCH_SUBSCRIPTION_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace autogen::scratch {

// What a statement about a subscription does to the catalog, without its connection.
struct SubscriptionStep {
  std::string name;
  // It may be missing: DROP SUBSCRIPTION IF EXISTS.
  bool may_miss = false;
  // To be run in this order in a private cluster, where no worker applies changes. The connection
  // string is a made-up one, whatever the statement's own was; slots are names; nothing is
  // refreshed.
  std::vector<std::string> statements;
};

// Of CREATE, ALTER and DROP SUBSCRIPTION, with OWNER TO; nullopt for any other statement, and for a change that
// PostgreSQL makes on the publisher as well (failover, two_phase).
std::optional<SubscriptionStep> WithoutConnection(absl::string_view statement);

}  // namespace autogen::scratch

#endif  // AUTOGEN_SCRATCH_SUBSCRIPTION_H_
