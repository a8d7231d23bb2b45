// Foreign-data wrappers, servers and user mappings. The value of an option that may hold a secret
// never gets into a statement: a variable stands for it.
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "autogen/external.pb.h"
#include "src/model/secret.h"
#include "src/render/renderers.h"
#include "src/sql/quote.h"
#include "src/sql/secret_variable.h"

namespace autogen::render {
namespace {

using diff::Operation;
using Options = google::protobuf::RepeatedPtrField<Option>;

Options WithoutSecrets(const Options& options) {
  Options kept;
  for (const Option& o : options) {
    if (!model::IsSecretOption(o.name())) *kept.Add() = o;
  }
  return kept;
}

// Of what is created: the secrets that `object`, or what it replaces, is known to have are
// variables. `words` name the object in those.
template <typename Object>
std::string OptionsClause(const Object& object, const Operation& op, const Context& context,
                          std::vector<std::string> words) {
  std::string list = ForeignOptions(WithoutSecrets(object.option()));
  std::set<std::string> secrets(object.secret_option().begin(), object.secret_option().end());
  if (const int before = context.plan.before->Find(op.id); before >= 0) {
    const auto& old =
        static_cast<const Object&>(*context.plan.before->at(before).message).secret_option();
    secrets.insert(old.begin(), old.end());
  }
  words.emplace_back();
  for (const std::string& name : secrets) {
    words.back() = name;
    absl::StrAppend(&list, list.empty() ? "" : ", ", sql::Ident(name), " ",
                    sql::SecretLiteral(words));
  }
  return list.empty() ? "" : absl::StrCat(" OPTIONS (", list, ")");
}

// What a statement with variables needs where it runs.
void RemarkSecrets(const Operation& op, Context& context, absl::string_view without) {
  Statement& statement = context.statements.back();
  const bool has = absl::StrContains(statement.sql, sql::kSecretPrefix);
  const std::string remark =
      has ? "its secrets are read from the environment when this runs" : std::string(without);
  if (!remark.empty()) statement.remarks = {absl::StrCat(NoteName(op.id), ": ", remark)};
}

std::string ChangesClause(const Options& before, const Options& after) {
  const std::string list = DiffForeignOptions(WithoutSecrets(before), WithoutSecrets(after));
  return list.empty() ? "" : absl::StrCat(" OPTIONS (", list, ")");
}

absl::Status CreateWrapper(const Operation& op, Context& context) {
  const auto& w = static_cast<const ForeignDataWrapper&>(*op.after);
  std::string text = absl::StrCat("CREATE FOREIGN DATA WRAPPER ", sql::Ident(op.id.name));
  if (w.has_handler()) absl::StrAppend(&text, " HANDLER ", SqlName(w.handler()));
  if (w.has_validator()) absl::StrAppend(&text, " VALIDATOR ", SqlName(w.validator()));
  context.Add(absl::StrCat(text, OptionsClause(w, op, context, {w.name()})));
  RemarkSecrets(op, context, "");
  return absl::OkStatus();
}

absl::Status AlterWrapper(const Operation& op, Context& context) {
  const auto& before = static_cast<const ForeignDataWrapper&>(*op.before);
  const auto& w = static_cast<const ForeignDataWrapper&>(*op.after);
  std::string changes;
  if (context.Changed(op, "handler")) {
    absl::StrAppend(&changes, w.has_handler() ? " HANDLER " : " NO HANDLER",
                    w.has_handler() ? SqlName(w.handler()) : "");
  }
  if (context.Changed(op, "validator")) {
    absl::StrAppend(&changes, w.has_validator() ? " VALIDATOR " : " NO VALIDATOR",
                    w.has_validator() ? SqlName(w.validator()) : "");
  }
  absl::StrAppend(&changes, ChangesClause(before.option(), w.option()));
  if (changes.empty()) return absl::OkStatus();
  context.Add(absl::StrCat("ALTER FOREIGN DATA WRAPPER ", sql::Ident(op.id.name), changes));
  return absl::OkStatus();
}

absl::Status CreateServer(const Operation& op, Context& context) {
  const auto& s = static_cast<const Server&>(*op.after);
  std::string text = absl::StrCat("CREATE SERVER ", sql::Ident(op.id.name));
  if (!s.type().empty()) absl::StrAppend(&text, " TYPE ", sql::Literal(s.type()));
  if (!s.version().empty()) absl::StrAppend(&text, " VERSION ", sql::Literal(s.version()));
  absl::StrAppend(&text, " FOREIGN DATA WRAPPER ", sql::Ident(s.foreign_data_wrapper()),
                  OptionsClause(s, op, context, {s.name()}));
  context.Add(std::move(text));
  RemarkSecrets(op, context, "");
  return absl::OkStatus();
}

absl::Status AlterServer(const Operation& op, Context& context) {
  const auto& before = static_cast<const Server&>(*op.before);
  const auto& s = static_cast<const Server&>(*op.after);
  std::string changes;
  if (context.Changed(op, "version")) {
    absl::StrAppend(&changes, " VERSION ",
                    s.version().empty() ? "NULL" : sql::Literal(s.version()));
  }
  absl::StrAppend(&changes, ChangesClause(before.option(), s.option()));
  if (changes.empty()) return absl::OkStatus();
  context.Add(absl::StrCat("ALTER SERVER ", sql::Ident(op.id.name), changes));
  return absl::OkStatus();
}

absl::Status CreateUserMapping(const Operation& op, Context& context) {
  const auto& u = static_cast<const UserMapping&>(*op.after);
  context.Add(absl::StrCat("CREATE ", SqlTarget(u, op.id),
                           OptionsClause(u, op, context, {u.server(), u.user()})));
  RemarkSecrets(op, context, "passwords and other secrets are not written here; add them by hand");
  return absl::OkStatus();
}

absl::Status AlterUserMapping(const Operation& op, Context& context) {
  const auto& before = static_cast<const UserMapping&>(*op.before);
  const auto& u = static_cast<const UserMapping&>(*op.after);
  const std::string changes = ChangesClause(before.option(), u.option());
  if (!changes.empty()) context.Add(absl::StrCat("ALTER ", SqlTarget(u, op.id), changes));
  return absl::OkStatus();
}

}  // namespace

KindRenderer ForeignDataWrapperRenderer() {
  return {.create = CreateWrapper, .drop = DropObject, .alter = AlterWrapper};
}

KindRenderer ServerRenderer() {
  return {.create = CreateServer, .drop = DropObject, .alter = AlterServer};
}

KindRenderer UserMappingRenderer() {
  return {.create = CreateUserMapping, .drop = DropObject, .alter = AlterUserMapping};
}

}  // namespace autogen::render
