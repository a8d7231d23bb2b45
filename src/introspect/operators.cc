// Operators, operator families and operator classes.
#include "src/introspect/readers.h"

namespace autogen::introspect {
namespace {

// A member of a class or family: an operator, or a support function.
void ReadOperator(Row& row, OpclassOperator* op) {
  op->set_strategy(static_cast<int32_t>(row.Int("number")));
  op->set_operator_(row.String("signature"));
  if (row.IsNull("sort_name")) return;
  op->mutable_order_by_family()->set_schema(row.String("sort_schema"));
  op->mutable_order_by_family()->set_name(row.String("sort_name"));
}

void ReadFunction(Row& row, absl::string_view type, OpclassFunction* function) {
  function->set_support(static_cast<int32_t>(row.Int("number")));
  function->set_function(row.String("signature"));
  if (row.Text("left") != type) function->set_left(row.String("left"));
  if (row.Text("right") != type) function->set_right(row.String("right"));
}

}  // namespace

void ReadOperators(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    Operator* op = builder.schema()->add_operator_();
    op->set_schema(row.String("schema"));
    op->set_name(row.String("name"));
    op->set_left(row.String("left"));
    op->set_right(row.String("right"));
    ReadName(row, "function", [op] { return op->mutable_function(); });
    ReadName(row, "commutator_schema", "commutator_name",
             [op] { return op->mutable_commutator(); });
    ReadName(row, "negator_schema", "negator_name", [op] { return op->mutable_negator(); });
    ReadName(row, "restrict", [op] { return op->mutable_restrict(); });
    ReadName(row, "join", [op] { return op->mutable_join(); });
    op->set_hashes(row.Bool("hashes"));
    op->set_merges(row.Bool("merges"));
    builder.Register({kPgOperator, row.Oid("oid")}, op);
  }
}

void ReadOperatorFamilies(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    if (row.Bool("implied")) continue;
    OperatorFamily* family = builder.schema()->add_operator_family();
    family->set_schema(row.String("schema"));
    family->set_name(row.String("name"));
    family->set_method(row.String("method"));
    builder.Register({kPgOpfamily, row.Oid("oid")}, family);
  }
}

void ReadOperatorClasses(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    OperatorClass* opclass = builder.schema()->add_operator_class();
    opclass->set_schema(row.String("schema"));
    opclass->set_name(row.String("name"));
    opclass->set_method(row.String("method"));
    opclass->set_default_(row.Bool("default"));
    opclass->set_type(row.String("type"));
    opclass->set_storage(row.String("storage"));
    const Address family{kPgOpfamily, row.Oid("family")};
    // A family that is not an object of its own and bears the class's name came with the class.
    const bool own_family = builder.Find(family) == nullptr &&
                            row.Text("family_schema") == opclass->schema() &&
                            row.Text("family_name") == opclass->name();
    builder.Register({kPgOpclass, row.Oid("oid")}, opclass);
    if (own_family) {
      builder.Register(family, opclass);
    } else {
      opclass->mutable_family()->set_schema(row.String("family_schema"));
      opclass->mutable_family()->set_name(row.String("family_name"));
    }
  }
}

void ReadOperatorMembers(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    const Address owner{row.Oid("class_oid"), row.Oid("object_oid")};
    const Address member{row.Oid("member_class"), row.Oid("member")};
    const bool is_operator = member.class_oid == kPgAmop;
    if (auto* opclass = builder.FindAs<OperatorClass>(owner)) {
      if (is_operator) {
        ReadOperator(row, opclass->add_operator_());
      } else {
        ReadFunction(row, opclass->type(), opclass->add_function());
      }
      builder.Register(member, opclass);
    } else if (auto* family = builder.FindAs<OperatorFamily>(owner)) {
      if (is_operator) {
        ReadOperator(row, family->add_operator_());
      } else {
        ReadFunction(row, "", family->add_function());
      }
      builder.Register(member, family);
    }
  }
}

}  // namespace autogen::introspect
