// Subscriptions. Their connection strings are variables, and where one is disabled nothing
// connects.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "autogen/external.pb.h"
#include "src/render/renderers.h"
#include "src/sql/quote.h"
#include "src/sql/secret_variable.h"

namespace autogen::render {
namespace {

using diff::Operation;

constexpr char kNoSlot[] = "none";

bool HasSlot(const Subscription& s) { return s.slot_name() != kNoSlot; }

std::string SlotOf(const Subscription& s) {
  return s.slot_name().empty() ? s.name() : s.slot_name();
}

std::string SlotSql(const Subscription& s) {
  return absl::StrCat("slot_name = ", HasSlot(s) ? sql::Literal(SlotOf(s)) : "NONE");
}

std::string BooleanSql(const char* name, bool value) {
  return absl::StrCat(name, " = ", value ? "true" : "false");
}

std::string CommitSql(const Subscription& s) {
  return absl::StrCat(
      "synchronous_commit = ",
      sql::Literal(s.synchronous_commit().empty() ? "off" : s.synchronous_commit()));
}

std::string StreamingSql(const Subscription& s, const Context& context) {
  const char* usual = context.AtLeast(18) ? "parallel" : "off";
  return absl::StrCat("streaming = ", s.streaming().empty() ? usual : s.streaming());
}

std::string OriginSql(const Subscription& s) {
  return absl::StrCat("origin = ", s.origin().empty() ? "any" : s.origin());
}

// What may be set at any time, where `wanted(field)`.
template <typename Wanted>
std::vector<std::string> SettingsSql(const Subscription& s, const Context& context, Wanted wanted) {
  std::vector<std::string> with;
  if (wanted("slot_name")) with.push_back(SlotSql(s));
  if (wanted("synchronous_commit")) with.push_back(CommitSql(s));
  if (wanted("binary")) with.push_back(BooleanSql("binary", s.binary()));
  if (wanted("streaming")) with.push_back(StreamingSql(s, context));
  if (wanted("disable_on_error")) {
    with.push_back(BooleanSql("disable_on_error", s.disable_on_error()));
  }
  if (wanted("origin")) with.push_back(OriginSql(s));
  if (wanted("without_password")) {
    with.push_back(BooleanSql("password_required", !s.without_password()));
  }
  if (wanted("run_as_owner")) with.push_back(BooleanSql("run_as_owner", s.run_as_owner()));
  return with;
}

bool IsSet(const Subscription& s, const char* name) {
  const auto* field = s.GetDescriptor()->FindFieldByName(name);
  if (field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_BOOL) {
    return s.GetReflection()->GetBool(s, field);
  }
  return !s.GetReflection()->GetString(s, field).empty();
}

absl::Status Create(const Operation& op, Context& context) {
  const auto& s = static_cast<const Subscription&>(*op.after);
  std::vector<std::string> with;
  if (s.disabled()) with.push_back("connect = false");
  for (std::string& setting :
       SettingsSql(s, context, [&](const char* field) { return IsSet(s, field); })) {
    with.push_back(std::move(setting));
  }
  if (s.two_phase()) with.push_back(BooleanSql("two_phase", true));
  if (s.failover()) with.push_back(BooleanSql("failover", true));
  context.Add(absl::StrCat(
      "CREATE SUBSCRIPTION ", sql::Ident(op.id.name), " CONNECTION ",
      sql::SecretLiteral({op.id.name, "connection"}), " PUBLICATION ", IdentList(s.publication()),
      with.empty() ? "" : absl::StrCat(" WITH (", absl::StrJoin(with, ", "), ")")));
  std::vector<std::string>& remarks = context.statements.back().remarks;
  remarks.push_back(absl::StrCat(
      NoteName(op.id), ": the connection string is read from the environment when this runs"));
  if (s.disabled() && HasSlot(s)) {
    remarks.push_back(absl::StrCat(NoteName(op.id), ": nothing connects; replication slot ",
                                   SlotOf(s),
                                   " is yours to create on the publisher before it is enabled"));
  }
  return absl::OkStatus();
}

// One that is disabled is dropped without a connection: its slot may never have been created.
absl::Status Drop(const Operation& op, Context& context) {
  const auto& s = static_cast<const Subscription&>(*op.before);
  if (s.disabled() && HasSlot(s)) {
    context.Add(
        absl::StrCat("ALTER SUBSCRIPTION ", sql::Ident(op.id.name), " SET (slot_name = NONE)"));
    context.statements.back().remarks = {
        absl::StrCat(NoteName(op.id), ": nothing connects; drop replication slot ", SlotOf(s),
                     " on the publisher, if it is there: it would keep the WAL")};
  }
  return DropObject(op, context);
}

absl::Status Alter(const Operation& op, Context& context) {
  const auto& s = static_cast<const Subscription&>(*op.after);
  for (const char* field : {"two_phase", "failover"}) {
    if (!context.Changed(op, field)) continue;
    return absl::UnimplementedError(absl::StrCat(
        model::Describe(op.id), ": ", field,
        " changes together with the slot on the publisher: change it there and here by hand (ALTER "
        "SUBSCRIPTION … SET; before PostgreSQL 17 drop and create the subscription), then run "
        "again"));
  }
  const std::string alter = absl::StrCat("ALTER SUBSCRIPTION ", sql::Ident(op.id.name));
  const bool turned = context.Changed(op, "disabled");
  if (turned && s.disabled()) context.Add(absl::StrCat(alter, " DISABLE"));
  const std::vector<std::string> set =
      SettingsSql(s, context, [&](const char* field) { return context.Changed(op, field); });
  if (!set.empty()) context.Add(absl::StrCat(alter, " SET (", absl::StrJoin(set, ", "), ")"));
  if (context.Changed(op, "publication")) {
    const bool refreshes = !turned && !s.disabled();
    context.Add(absl::StrCat(alter, " SET PUBLICATION ", IdentList(s.publication()),
                             refreshes ? "" : " WITH (refresh = false)"));
  }
  if (turned && !s.disabled()) {
    context.Add(absl::StrCat(alter, " ENABLE"));
    context.statements.back().remarks = {absl::StrCat(
        NoteName(op.id), ": replication slot ", SlotOf(s),
        " must be there on the publisher: SELECT pg_create_logical_replication_slot(…, "
        "'pgoutput')")};
    context.Add(absl::StrCat(alter, " REFRESH PUBLICATION"));
  }
  return absl::OkStatus();
}

}  // namespace

KindRenderer SubscriptionRenderer() { return {.create = Create, .drop = Drop, .alter = Alter}; }

}  // namespace autogen::render
