#include "src/scratch/subscription.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/sql/parse.h"
#include "src/sql/quote.h"

namespace autogen::scratch {
namespace {

using nlohmann::json;
using sql::Get;
using sql::GetString;

constexpr char kNoConnection[] = "'dbname=autogen password=autogen'";

struct Setting {
  std::string name;
  std::optional<std::string> value;  // none: a Boolean that is on
};

std::vector<Setting> SettingsIn(const json& options) {
  std::vector<Setting> settings;
  for (const json& option : options) {
    const json& element = Get(option, "DefElem");
    const json& arg = Get(element, "arg");
    Setting setting{GetString(element, "defname"), std::nullopt};
    if (arg.is_object()) {
      std::string text = GetString(Get(arg, "String"), "sval");
      if (const json& list = Get(Get(arg, "TypeName"), "names"); list.is_array()) {
        text = GetString(Get(list.back(), "String"), "sval");
      }
      if (const json& integer = Get(arg, "Integer"); integer.is_object()) {
        const json& value = Get(integer, "ival");
        text = value.is_number() ? absl::StrCat(value.get<int64_t>()) : "0";
      }
      if (const json& boolean = Get(arg, "Boolean"); boolean.is_object()) {
        const json& value = Get(boolean, "boolval");
        text = value.is_boolean() && value.get<bool>() ? "true" : "false";
      }
      setting.value = std::move(text);
    }
    settings.push_back(std::move(setting));
  }
  return settings;
}

// defGetBoolean()
bool IsOff(const Setting& setting) {
  return setting.value.has_value() &&
         (absl::EqualsIgnoreCase(*setting.value, "false") ||
          absl::EqualsIgnoreCase(*setting.value, "off") || *setting.value == "0");
}

std::string SettingSql(const Setting& setting) {
  const std::string name = sql::Ident(setting.name);
  if (!setting.value.has_value()) return name;
  if (setting.name == "slot_name" && *setting.value == "none") return "slot_name = NONE";
  return absl::StrCat(name, " = ", sql::Literal(*setting.value));
}

std::string Names(const json& list) {
  return absl::StrJoin(list, ", ", [](std::string* out, const json& item) {
    absl::StrAppend(out, sql::Ident(GetString(Get(item, "String"), "sval")));
  });
}

bool IsOneOf(absl::string_view word, std::initializer_list<absl::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

SubscriptionStep Create(const json& body) {
  SubscriptionStep step{GetString(body, "subname"), false, {}};
  bool enabled = true;
  std::vector<std::string> with = {"connect = false"};
  for (const Setting& setting : SettingsIn(Get(body, "options"))) {
    if (IsOneOf(setting.name, {"connect", "enabled"})) {
      enabled = enabled && !IsOff(setting);
    } else if (!IsOneOf(setting.name, {"create_slot", "copy_data"})) {
      with.push_back(SettingSql(setting));
    }
  }
  const std::string name = sql::Ident(step.name);
  step.statements.push_back(
      absl::StrCat("CREATE SUBSCRIPTION ", name, " CONNECTION ", kNoConnection, " PUBLICATION ",
                   Names(Get(body, "publication")), " WITH (", absl::StrJoin(with, ", "), ")"));
  if (enabled) step.statements.push_back(absl::StrCat("ALTER SUBSCRIPTION ", name, " ENABLE"));
  return step;
}

std::optional<SubscriptionStep> Alter(const json& body) {
  SubscriptionStep step{GetString(body, "subname"), false, {}};
  const std::string alter = absl::StrCat("ALTER SUBSCRIPTION ", sql::Ident(step.name), " ");
  const std::string kind = GetString(body, "kind");
  const std::vector<Setting> settings = SettingsIn(Get(body, "options"));
  if (kind == "ALTER_SUBSCRIPTION_CONNECTION") {
    step.statements = {absl::StrCat(alter, "CONNECTION ", kNoConnection)};
  } else if (kind == "ALTER_SUBSCRIPTION_ENABLED") {
    const bool off = !settings.empty() && IsOff(settings[0]);
    step.statements = {absl::StrCat(alter, off ? "DISABLE" : "ENABLE")};
  } else if (kind == "ALTER_SUBSCRIPTION_OPTIONS") {
    std::vector<std::string> set;
    for (const Setting& setting : settings) {
      if (IsOneOf(setting.name, {"failover", "two_phase"})) return std::nullopt;
      set.push_back(SettingSql(setting));
    }
    step.statements = {absl::StrCat(alter, "SET (", absl::StrJoin(set, ", "), ")")};
  } else if (absl::EndsWith(kind, "_PUBLICATION")) {
    const absl::string_view verb = absl::StrContains(kind, "_ADD_")    ? "ADD"
                                   : absl::StrContains(kind, "_DROP_") ? "DROP"
                                                                       : "SET";
    step.statements = {absl::StrCat(alter, verb, " PUBLICATION ", Names(Get(body, "publication")),
                                    " WITH (refresh = false)")};
  } else if (!IsOneOf(kind, {"ALTER_SUBSCRIPTION_REFRESH", "ALTER_SUBSCRIPTION_SKIP"})) {
    return std::nullopt;
  }
  return step;
}

SubscriptionStep Drop(const json& body) {
  SubscriptionStep step{GetString(body, "subname"), false, {}};
  const json& missing = Get(body, "missing_ok");
  step.may_miss = missing.is_boolean() && missing.get<bool>();
  const std::string name = sql::Ident(step.name);
  step.statements = {absl::StrCat("ALTER SUBSCRIPTION ", name, " DISABLE"),
                     absl::StrCat("ALTER SUBSCRIPTION ", name, " SET (slot_name = NONE)"),
                     absl::StrCat("DROP SUBSCRIPTION ", name)};
  return step;
}

// Until PostgreSQL 15 only to superusers, which no role here is.
std::optional<SubscriptionStep> GiveAway(const json& body) {
  if (GetString(body, "objectType") != "OBJECT_SUBSCRIPTION") return std::nullopt;
  SubscriptionStep step{GetString(Get(Get(body, "object"), "String"), "sval"), false, {}};
  const std::string owner = GetString(Get(body, "newowner"), "rolename");
  step.statements = {absl::StrCat(
      "UPDATE pg_catalog.pg_subscription SET subowner = ", sql::Literal(sql::Ident(owner)),
      "::pg_catalog.regrole WHERE subname = ", sql::Literal(step.name),
      " AND subdbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = "
      "pg_catalog.current_database())")};
  return step;
}

}  // namespace

std::optional<SubscriptionStep> WithoutConnection(absl::string_view statement) {
  const absl::StatusOr<json> parsed = sql::Parse(statement);
  if (!parsed.ok() || parsed->size() != 1) return std::nullopt;
  const json& node = Get((*parsed)[0], "stmt");
  const json& body = sql::NodeBody(node);
  const std::string name = sql::NodeName(node);
  if (name == "CreateSubscriptionStmt") return Create(body);
  if (name == "AlterSubscriptionStmt") return Alter(body);
  if (name == "DropSubscriptionStmt") return Drop(body);
  if (name == "AlterOwnerStmt") return GiveAway(body);
  return std::nullopt;
}

}  // namespace autogen::scratch
