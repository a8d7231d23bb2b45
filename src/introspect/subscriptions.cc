// Subscriptions. Their connection strings stay on the server.
#include "src/introspect/readers.h"

namespace autogen::introspect {

void ReadSubscriptions(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    Subscription* s = builder.schema()->add_subscription();
    s->set_name(row.String("name"));
    for (std::string& name : row.Array("publications")) s->add_publication(std::move(name));
    s->set_disabled(row.Bool("disabled"));
    const std::string slot = row.String("slot");
    if (slot != s->name()) s->set_slot_name(slot.empty() ? "none" : slot);
    if (row.Text("synchronous_commit") != "off") {
      s->set_synchronous_commit(row.String("synchronous_commit"));
    }
    s->set_binary(row.Bool("binary"));
    s->set_streaming(row.String("streaming"));
    s->set_two_phase(row.Bool("two_phase"));
    s->set_disable_on_error(row.Bool("disable_on_error"));
    if (row.Text("origin") != "any") s->set_origin(row.String("origin"));
    s->set_without_password(row.Bool("without_password"));
    s->set_run_as_owner(row.Bool("run_as_owner"));
    s->set_failover(row.Bool("failover"));
    if (builder.options().owners) s->set_owner(row.String("owner"));
    builder.Register({kPgSubscription, row.Oid("oid")}, s);
  }
}

}  // namespace autogen::introspect
