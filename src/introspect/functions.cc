// Functions, window functions, procedures and aggregates.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "src/introspect/readers.h"

namespace autogen::introspect {
namespace {

Argument::Mode ModeOf(absl::string_view mode) {
  switch (mode.empty() ? 'i' : mode[0]) {
    case 'o':
      return Argument::OUT;
    case 'b':
      return Argument::INOUT;
    case 'v':
      return Argument::VARIADIC;
    case 't':
      return Argument::TABLE;
    default:
      return Argument::IN;
  }
}

Function::Parallel ParallelOf(absl::string_view parallel) {
  if (parallel == "s") return Function::SAFE;
  return parallel == "r" ? Function::RESTRICTED : Function::UNSAFE;
}

// proargtypes or proallargtypes with what stands beside them; the other arrays may be NULL.
std::vector<Argument> ReadArguments(Row& row) {
  std::vector<std::string> types = row.Array("argument_types");
  std::vector<std::string> names = row.Array("argument_names");
  std::vector<std::string> modes = row.Array("argument_modes");
  std::vector<Argument> arguments(types.size());
  for (size_t i = 0; i < types.size(); ++i) {
    arguments[i].set_type(std::move(types[i]));
    if (i < names.size()) arguments[i].set_name(std::move(names[i]));
    if (i < modes.size()) arguments[i].set_mode(ModeOf(modes[i]));
  }
  return arguments;
}

// The default is READ_ONLY, for ordered sets READ_WRITE.
std::string FinalModify(absl::string_view modify, bool ordered_set) {
  if (modify == "r") return ordered_set ? "READ_ONLY" : "";
  if (modify == "w") return ordered_set ? "" : "READ_WRITE";
  return "SHAREABLE";
}

void ReadFunction(Row& row, Function* f) {
  f->set_schema(row.String("schema"));
  f->set_name(row.String("name"));
  bool says_result = false;
  for (Argument& argument : ReadArguments(row)) {
    says_result |= argument.mode() == Argument::OUT || argument.mode() == Argument::INOUT ||
                   argument.mode() == Argument::TABLE;
    *f->add_argument() = std::move(argument);
  }
  std::vector<std::string> defaults = row.Array("argument_defaults");
  const int with_default = std::min(static_cast<int>(defaults.size()), f->argument_size());
  for (int i = 0; i < with_default; ++i) {
    f->mutable_argument(i)->set_default_(defaults[static_cast<size_t>(i)]);
  }
  f->set_procedure(row.Text("kind") == "p");
  f->set_window(row.Text("kind") == "w");
  const bool returns_table =
      f->argument_size() > 0 && f->argument(f->argument_size() - 1).mode() == Argument::TABLE;
  if (!f->procedure() && !says_result) f->set_returns(row.String("returns"));
  f->set_returns_set(row.Bool("returns_set") && !returns_table);

  const std::string language = row.String("language");
  if (row.IsNull("sql_body")) {
    f->set_language(language);
    f->set_body(row.String("body"));
  } else {
    f->set_sql_body(row.String("sql_body"));
  }
  f->set_library(row.String("library"));
  if (row.Text("volatility") == "s") f->set_volatility(Function::STABLE);
  if (row.Text("volatility") == "i") f->set_volatility(Function::IMMUTABLE);
  f->set_parallel(ParallelOf(row.Text("parallel")));
  f->set_strict(row.Bool("strict"));
  f->set_security_definer(row.Bool("security_definer"));
  f->set_leakproof(row.Bool("leakproof"));
  double cost = 0, rows = 0;
  if (absl::SimpleAtod(row.Text("cost"), &cost) &&
      cost != (language == "c" || language == "internal" ? 1 : 100)) {
    f->set_cost(cost);
  }
  if (absl::SimpleAtod(row.Text("rows"), &rows) && rows != (row.Bool("returns_set") ? 1000 : 0)) {
    f->set_rows(rows);
  }
  ReadName(row, "support", [f] { return f->mutable_support(); });
  for (std::string& type : row.Array("transform_types")) f->add_transform_type(std::move(type));
  ReadOptions(row.Array("settings"), f->mutable_set());
}

void ReadAggregate(Row& row, Aggregate* a) {
  a->set_schema(row.String("schema"));
  a->set_name(row.String("name"));
  a->set_ordered_set(row.Text("kind") != "n");
  a->set_hypothetical(row.Text("kind") == "h");
  std::vector<Argument> arguments = ReadArguments(row);
  const size_t direct =
      a->ordered_set() ? static_cast<size_t>(row.Int("direct_arguments")) : arguments.size();
  for (size_t i = 0; i < arguments.size(); ++i) {
    *(i < direct ? a->add_argument() : a->add_order_by()) = arguments[i];
  }
  // A VARIADIC argument that stands on both sides of ORDER BY is stored once (see
  // print_function_arguments in ruleutils.c).
  if (a->ordered_set() && direct == arguments.size() && direct > 0) {
    *a->add_order_by() = arguments.back();
  }
  ReadName(row, "sfunc", [a] { return a->mutable_sfunc(); });
  a->set_stype(row.String("stype"));
  a->set_sspace(static_cast<int32_t>(row.Int("sspace")));
  ReadName(row, "finalfunc", [a] { return a->mutable_finalfunc(); });
  a->set_finalfunc_extra(row.Bool("finalfunc_extra"));
  a->set_finalfunc_modify(FinalModify(row.Text("finalfunc_modify"), a->ordered_set()));
  ReadName(row, "combinefunc", [a] { return a->mutable_combinefunc(); });
  ReadName(row, "serialfunc", [a] { return a->mutable_serialfunc(); });
  ReadName(row, "deserialfunc", [a] { return a->mutable_deserialfunc(); });
  if (!row.IsNull("initcond")) a->set_initcond(row.String("initcond"));
  ReadName(row, "msfunc", [a] { return a->mutable_msfunc(); });
  ReadName(row, "minvfunc", [a] { return a->mutable_minvfunc(); });
  a->set_mstype(row.String("mstype"));
  a->set_msspace(static_cast<int32_t>(row.Int("msspace")));
  ReadName(row, "mfinalfunc", [a] { return a->mutable_mfinalfunc(); });
  a->set_mfinalfunc_extra(row.Bool("mfinalfunc_extra"));
  // Without a moving state the column holds the default of the kind.
  a->set_mfinalfunc_modify(FinalModify(row.Text("mfinalfunc_modify"), a->ordered_set()));
  if (!row.IsNull("minitcond")) a->set_minitcond(row.String("minitcond"));
  if (!row.IsNull("sortop_name")) {
    const std::string schema = row.String("sortop_schema");
    a->set_sortop(schema == "pg_catalog" ? row.String("sortop_name")
                                         : absl::StrCat(schema, ".", row.Text("sortop_name")));
  }
  a->set_parallel(ParallelOf(row.Text("parallel")));
}

}  // namespace

void ReadFunctions(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    Function* f = builder.schema()->add_function();
    ReadFunction(row, f);
    builder.Register({kPgProc, row.Oid("oid")}, f);
  }
}

void ReadAggregates(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    Aggregate* a = builder.schema()->add_aggregate();
    ReadAggregate(row, a);
    builder.Register({kPgProc, row.Oid("oid")}, a);
  }
}

}  // namespace autogen::introspect
