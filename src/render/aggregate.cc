#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "autogen/routine.pb.h"
#include "src/render/renderers.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

std::string Arguments(const google::protobuf::RepeatedPtrField<Argument>& arguments) {
  return absl::StrJoin(arguments, ", ", [](std::string* out, const Argument& a) {
    if (a.mode() == Argument::VARIADIC) absl::StrAppend(out, "VARIADIC ");
    if (!a.name().empty()) absl::StrAppend(out, sql::Ident(a.name()), " ");
    absl::StrAppend(out, a.type());
  });
}

// (…), (*) or (direct ORDER BY aggregated).
std::string Signature(const Aggregate& a) {
  std::string sql = Arguments(a.argument());
  if (a.ordered_set() || a.hypothetical()) {
    absl::StrAppend(&sql, sql.empty() ? "" : " ", "ORDER BY ", Arguments(a.order_by()));
  }
  return absl::StrCat("(", sql.empty() ? "*" : sql, ")");
}

class Parameters {
 public:
  void Add(absl::string_view name, absl::string_view value) {
    if (!value.empty()) list_.push_back(absl::StrCat("    ", name, " = ", value));
  }
  void Add(absl::string_view name, bool present, const Name& value) {
    if (present) Add(name, SqlName(value));
  }
  void AddNumber(absl::string_view name, int32_t value) {
    if (value != 0) Add(name, absl::StrCat(value));
  }
  void AddFlag(absl::string_view name, bool set) {
    if (set) list_.push_back(absl::StrCat("    ", name));
  }
  std::string Sql() const { return absl::StrJoin(list_, ",\n"); }

 private:
  std::vector<std::string> list_;
};

void Define(const diff::Operation& op, const char* create, Context& context) {
  const auto& a = static_cast<const Aggregate&>(*op.after);
  Parameters p;
  p.Add("SFUNC", a.has_sfunc(), a.sfunc());
  p.Add("STYPE", a.stype());
  p.AddNumber("SSPACE", a.sspace());
  p.Add("FINALFUNC", a.has_finalfunc(), a.finalfunc());
  p.AddFlag("FINALFUNC_EXTRA", a.finalfunc_extra());
  p.Add("FINALFUNC_MODIFY", a.finalfunc_modify());
  p.Add("COMBINEFUNC", a.has_combinefunc(), a.combinefunc());
  p.Add("SERIALFUNC", a.has_serialfunc(), a.serialfunc());
  p.Add("DESERIALFUNC", a.has_deserialfunc(), a.deserialfunc());
  if (a.has_initcond()) p.Add("INITCOND", sql::Literal(a.initcond()));
  p.Add("MSFUNC", a.has_msfunc(), a.msfunc());
  p.Add("MINVFUNC", a.has_minvfunc(), a.minvfunc());
  p.Add("MSTYPE", a.mstype());
  p.AddNumber("MSSPACE", a.msspace());
  p.Add("MFINALFUNC", a.has_mfinalfunc(), a.mfinalfunc());
  p.AddFlag("MFINALFUNC_EXTRA", a.mfinalfunc_extra());
  p.Add("MFINALFUNC_MODIFY", a.mfinalfunc_modify());
  if (a.has_minitcond()) p.Add("MINITCOND", sql::Literal(a.minitcond()));
  if (!a.sortop().empty()) p.Add("SORTOP", absl::StrCat("OPERATOR(", a.sortop(), ")"));
  if (a.parallel() == Function::RESTRICTED) p.Add("PARALLEL", "RESTRICTED");
  if (a.parallel() == Function::SAFE) p.Add("PARALLEL", "SAFE");
  p.AddFlag("HYPOTHETICAL", a.hypothetical());
  context.Add(absl::StrCat(create, " AGGREGATE ", sql::Qualified(op.id.schema, a.name()),
                           Signature(a), " (\n", p.Sql(), "\n)"));
}

absl::Status Create(const diff::Operation& op, Context& context) {
  Define(op, "CREATE", context);
  return absl::OkStatus();
}

// The diff rebuilds what cannot be replaced.
absl::Status Alter(const diff::Operation& op, Context& context) {
  if (std::any_of(
          op.changed.begin(), op.changed.end(),
          [](const google::protobuf::FieldDescriptor* f) { return model::RuleOf(f).rebuild(); })) {
    Define(op, "CREATE OR REPLACE", context);
  }
  return absl::OkStatus();
}

}  // namespace

KindRenderer AggregateRenderer() { return {.create = Create, .drop = DropObject, .alter = Alter}; }

}  // namespace autogen::render
