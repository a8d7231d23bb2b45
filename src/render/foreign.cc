// Foreign-data wrappers, servers and user mappings. Options that may hold a secret never get into a
// statement.
#include "absl/strings/str_cat.h"
#include "autogen/external.pb.h"
#include "src/model/secret.h"
#include "src/render/renderers.h"
#include "src/sql/quote.h"

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

std::string OptionsClause(const Options& options) {
  const std::string list = ForeignOptions(WithoutSecrets(options));
  return list.empty() ? "" : absl::StrCat(" OPTIONS (", list, ")");
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
  context.Add(absl::StrCat(text, OptionsClause(w.option())));
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
                  OptionsClause(s.option()));
  context.Add(std::move(text));
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
  context.Add(absl::StrCat("CREATE ", SqlTarget(u, op.id), OptionsClause(u.option())));
  context.statements.back().remarks = {absl::StrCat(
      NoteName(op.id), ": passwords and other secrets are not written here; add them by hand")};
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
