#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/render/definition.h"
#include "src/render/renderers.h"
#include "src/render/sequence_change.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;

std::string TypeOf(const Sequence& s) { return s.type().empty() ? "bigint" : s.type(); }

std::string OwnerOf(const Sequence& s, const model::ObjectId& id) {
  if (!s.has_owned_by()) return "NONE";
  const Sequence::OwnedBy& o = s.owned_by();
  return absl::StrCat(sql::Qualified(o.schema().empty() ? id.schema : o.schema(), o.table()), ".",
                      sql::Ident(o.column()));
}

absl::Status NeedsFifteen(const Operation& op) {
  return absl::UnimplementedError(
      absl::StrCat(model::Describe(op.id), ": an unlogged sequence needs PostgreSQL 15"));
}

absl::Status Create(const Operation& op, Context& context) {
  const auto& s = static_cast<const Sequence&>(*op.after);
  if (s.unlogged() && !context.AtLeast(15)) return NeedsFifteen(op);
  std::string text =
      absl::StrCat("CREATE ", s.unlogged() ? "UNLOGGED " : "", "SEQUENCE ", SqlName(s, op.id));
  if (!s.type().empty()) absl::StrAppend(&text, "\n    AS ", s.type());
  if (s.has_start()) absl::StrAppend(&text, "\n    START WITH ", s.start());
  if (s.has_increment()) absl::StrAppend(&text, "\n    INCREMENT BY ", s.increment());
  if (s.has_min()) absl::StrAppend(&text, "\n    MINVALUE ", s.min());
  if (s.has_max()) absl::StrAppend(&text, "\n    MAXVALUE ", s.max());
  if (s.has_cache()) absl::StrAppend(&text, "\n    CACHE ", s.cache());
  if (s.cycle()) absl::StrAppend(&text, "\n    CYCLE");
  context.Add(std::move(text));
  if (s.has_owned_by()) {
    context.Add(
        absl::StrCat("ALTER SEQUENCE ", SqlName(s, op.id), " OWNED BY ", OwnerOf(s, op.id)));
  }
  return absl::OkStatus();
}

absl::Status Drop(const Operation& op, Context& context) {
  context.Add(op, absl::StrCat("DROP SEQUENCE ", SqlName(*op.before, op.id)), "drop sequence");
  return absl::OkStatus();
}

absl::Status Alter(const Operation& op, Context& context) {
  const auto& s = static_cast<const Sequence&>(*op.after);
  std::string alter = absl::StrCat("ALTER SEQUENCE ", SqlName(s, op.id));
  const auto& old = static_cast<const Sequence&>(*op.before);
  SequenceChange change =
      ChangeOf(NumbersOf(old, TypeOf(old)), NumbersOf(s, TypeOf(s)), SqlName(s, op.id));
  if (!change.prepare.empty()) context.Add(change.prepare);
  std::string options = absl::StrJoin(change.options, " ");
  if (context.Changed(op, "type")) {
    options = absl::StrCat("AS ", TypeOf(s), options.empty() ? "" : " ", options);
  }
  if (!change.restart.empty()) absl::StrAppend(&options, " ", change.restart);
  if (!options.empty()) {
    context.Add(op, absl::StrCat(alter, " ", options), "change");
  }
  if (context.Changed(op, "unlogged")) {
    if (!context.AtLeast(15)) return NeedsFifteen(op);
    context.Add(absl::StrCat(alter, s.unlogged() ? " SET UNLOGGED" : " SET LOGGED"));
  }
  if (context.Changed(op, "owned_by")) {
    context.Add(absl::StrCat(alter, " OWNED BY ", OwnerOf(s, op.id)));
  }
  return absl::OkStatus();
}

}  // namespace

KindRenderer SequenceRenderer() { return {.create = Create, .drop = Drop, .alter = Alter}; }

}  // namespace autogen::render
