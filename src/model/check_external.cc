// Foreign data, publications, subscriptions.
#include <initializer_list>
#include <string>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/model/check.h"
#include "src/model/secret.h"

namespace autogen::model {
namespace {

// What no model may hold: it goes into scripts, and those into version control.
void CheckSecrets(const google::protobuf::RepeatedPtrField<Option>& options, Problems* problems) {
  for (int i = 0; i < options.size(); ++i) {
    if (!IsSecretOption(options[i].name())) continue;
    problems->Add(options[i], "name",
                  absl::StrCat("option ", options[i].name(),
                               " looks like a secret, which a model must not hold; write "
                               "secret_option: \"",
                               options[i].name(), "\" instead"),
                  {"secret", ""});
  }
}

// `object` has options and names of secret ones.
template <typename Object>
void CheckOptions(const Object& object, Problems* problems) {
  CheckSecrets(object.option(), problems);
  for (int i = 0; i < object.secret_option_size(); ++i) {
    const std::string& name = object.secret_option(i);
    if (IsSecretOption(name)) continue;
    problems->Add(
        object, "secret_option", i,
        absl::StrCat("option ", name, " holds no secret, by its name: write option { name: \"",
                     name, "\" value: … }"),
        {"wrong-value", ""});
  }
}

void CheckPublication(const Publication& p, Problems* problems) {
  if (p.all_tables() && (p.table_size() > 0 || p.schema_size() > 0)) {
    problems->Add(
        p, "all_tables",
        absl::StrCat("publication ", p.name(), " publishes all tables; remove the ones it names"));
  }
  for (int i = 0; i < p.publish_size(); ++i) {
    const std::string& what = p.publish(i);
    if (what == "insert" || what == "update" || what == "delete" || what == "truncate") continue;
    problems->Add(p, "publish", i,
                  absl::StrCat("a publication cannot publish \"", what,
                               "\"; it is insert, update, delete or truncate"));
  }
}

void CheckWord(const Subscription& s, const char* field, const std::string& value,
               std::initializer_list<absl::string_view> words, Problems* problems) {
  if (value.empty() || absl::c_linear_search(words, value)) return;
  problems->Add(s, field,
                absl::StrCat("subscription ", s.name(), ": \"", value, "\" is no ", field,
                             "; it is one of ", absl::StrJoin(words, ", ")),
                {"wrong-value", ""});
}

void CheckSubscription(const Subscription& s, Problems* problems) {
  CheckWord(s, "synchronous_commit", s.synchronous_commit(),
            {"off", "local", "remote_write", "on", "remote_apply"}, problems);
  CheckWord(s, "streaming", s.streaming(), {"off", "on", "parallel"}, problems);
  CheckWord(s, "origin", s.origin(), {"any", "none"}, problems);
  if (s.slot_name() == "none" && !s.disabled()) {
    problems->Add(s, "slot_name",
                  absl::StrCat("subscription ", s.name(),
                               " has no slot to receive changes from; name one, or disable it "
                               "(disabled: true)"),
                  {"wrong-value", ""});
  }
}

}  // namespace

void CheckExternal(const Schema& schema, Problems* problems) {
  for (const ForeignDataWrapper& w : schema.foreign_data_wrapper()) CheckOptions(w, problems);
  for (const Server& s : schema.server()) CheckOptions(s, problems);
  for (const UserMapping& u : schema.user_mapping()) CheckOptions(u, problems);
  for (const Publication& p : schema.publication()) CheckPublication(p, problems);
  for (const Subscription& s : schema.subscription()) CheckSubscription(s, problems);
}

}  // namespace autogen::model
