#include "src/render/continue_numbers.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "src/model/type_change.h"
#include "src/render/definition.h"
#include "src/render/sequence_change.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

// "public.t_id_seq" of "nextval('public.t_id_seq'::regclass)"; "" for any other default.
std::string SequenceOf(absl::string_view default_expression) {
  if (!absl::ConsumePrefix(&default_expression, "nextval('") ||
      !absl::ConsumeSuffix(&default_expression, "'::regclass)")) {
    return "";
  }
  return absl::StrReplaceAll(default_expression, {{"''", "'"}});
}

// The largest numbers of the column's type; none for a type that is no integer.
std::optional<SequenceNumbers> Bounds(const std::string& type) {
  if (type != "smallint" && type != "integer" && type != "bigint") return std::nullopt;
  return NumbersOf(Sequence(), type);
}

void Continue(const std::string& sequence, const SequenceNumbers& numbers, const Column& column,
              const model::ObjectId& id, Context& context) {
  const std::string name = sql::Ident(id.name);
  const bool down = numbers.increment < 0;
  std::string last = absl::StrCat(down ? "min(" : "max(", name, ")");
  const std::optional<SequenceNumbers> bounds = Bounds(column.type());
  // A number behind the end of the sequence cannot be set, and will not be given.
  std::string where;
  if (!bounds.has_value() || (down ? numbers.min > -bounds->max - 1 : numbers.max < bounds->max)) {
    where = absl::StrCat(" WHERE ", name, down ? " >= " : " <= ", down ? numbers.min : numbers.max);
  }
  const std::string having =
      absl::StrCat(last, down ? " <= " : " >= ", "(SELECT last_value FROM ", sequence, ")");
  if (!bounds.has_value()) absl::StrAppend(&last, "::bigint");
  context.Add(absl::StrCat("SELECT pg_catalog.setval(", sql::Literal(sequence), ", ", last,
                           ") FROM ", SqlRelation(id), where, " HAVING ", having));
}

}  // namespace

void ContinueNumbers(const Column& column, const model::ObjectId& id, Context& context) {
  if (column.has_identity()) {
    const std::string name = sql::Qualified(id.schema, IdentitySequence(column.identity(), id));
    Continue(name, NumbersOf(column.identity(), column.type()), column, id, context);
    return;
  }
  const std::string sequence = SequenceOf(column.default_());
  if (sequence.empty() || context.plan.after == nullptr) return;
  const sql::SplitName name = sql::SplitQualified(sequence);
  const int i = context.plan.after->Find({SEQUENCE, name.schema, "", name.name});
  if (i < 0) return;
  const auto& s = static_cast<const Sequence&>(*context.plan.after->at(i).message);
  Continue(sequence, NumbersOf(s, s.type()), column, id, context);
}

bool TakesOverNumbers(const Column& before, const Column& after) {
  if (after.has_identity()) return !before.has_identity();
  const std::string sequence = SequenceOf(after.default_());
  return !sequence.empty() && sequence != SequenceOf(before.default_());
}

}  // namespace autogen::render
