#include "absl/strings/str_cat.h"
#include "src/render/definition.h"
#include "src/render/renderers.h"
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
  context.Add(op, absl::StrCat("DROP SEQUENCE ", SqlName(*op.before, op.id)),
              {.what = "drop sequence", .loses = "the number it has reached"});
  return absl::OkStatus();
}

absl::Status Alter(const Operation& op, Context& context) {
  const auto& s = static_cast<const Sequence&>(*op.after);
  std::string alter = absl::StrCat("ALTER SEQUENCE ", SqlName(s, op.id));
  std::string changes;
  auto number = [&](const char* field, absl::string_view set, bool has, int64_t value,
                    absl::string_view unset) {
    if (!context.Changed(op, field)) return;
    if (has) {
      absl::StrAppend(&changes, " ", set, " ", value);
    } else {
      absl::StrAppend(&changes, " ", unset);
    }
  };
  if (context.Changed(op, "type")) absl::StrAppend(&changes, " AS ", TypeOf(s));
  // A sequence starts at its least value, a descending one at its greatest (sequence.c,
  // init_params).
  bool descending = s.increment() < 0;
  int64_t start = descending ? (s.has_max() ? s.max() : -1) : (s.has_min() ? s.min() : 1);
  number("start", "START WITH", s.has_start(), s.start(), absl::StrCat("START WITH ", start));
  number("increment", "INCREMENT BY", s.has_increment(), s.increment(), "INCREMENT BY 1");
  number("min", "MINVALUE", s.has_min(), s.min(), "NO MINVALUE");
  number("max", "MAXVALUE", s.has_max(), s.max(), "NO MAXVALUE");
  number("cache", "CACHE", s.has_cache(), s.cache(), "CACHE 1");
  if (context.Changed(op, "cycle")) absl::StrAppend(&changes, s.cycle() ? " CYCLE" : " NO CYCLE");
  if (!changes.empty()) {
    bool bounds = context.Changed(op, "min") || context.Changed(op, "max") ||
                  context.Changed(op, "type") || context.Changed(op, "increment");
    Effect effect{.what = "change"};
    if (bounds) effect.fails = "where the number it has reached is outside the new bounds";
    context.Add(op, absl::StrCat(alter, changes), effect);
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
