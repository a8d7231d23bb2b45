#include "src/introspect/index_key.h"

namespace autogen::introspect {
namespace {

constexpr uint32_t kDefaultCollation = 100;
constexpr uint32_t kFirstUserOid = 16384;

// As get_opclass_name of ruleutils.c: a class is named where it is not what GetDefaultOpClass finds
// for the type: the default of exactly that type, else of a type to which it is binary coercible.
bool IsDefault(const Builder::OpclassFacts& opclass, uint32_t type, const Builder& builder) {
  if (!opclass.is_default) return false;
  if (type == 0 || type == opclass.type) return true;
  if (builder.HasDefaultOpclass(opclass.method, type)) return false;
  // varchar to text, cidr to inet, enums to anyenum: the preferred or the polymorphic type wins. A
  // type of the user's has no other way in.
  return opclass.takes_others || type >= kFirstUserOid;
}

}  // namespace

void ReadKey(const KeyFacts& facts, const Builder& builder, IndexKey* key) {
  const Builder::ColumnFacts* column =
      facts.column == 0 ? nullptr : builder.FindColumn(facts.relation, facts.column);
  if (facts.column == 0) {
    // One pair is the index's syntax (around anything but a function call), one the deparser's.
    key->set_expression(StripParentheses(StripParentheses(facts.expression)));
  } else {
    key->set_column(builder.ColumnName(facts.relation, facts.column));
  }
  // No catalog has an expression's own collation: its text has it, unless it is the
  // default.
  const uint32_t own_collation = column != nullptr   ? column->collation
                                 : facts.column == 0 ? kDefaultCollation
                                                     : 0;
  if (facts.collation != 0 && facts.collation != own_collation) {
    if (facts.collation == kDefaultCollation) {
      key->mutable_collation()->set_schema("pg_catalog");
      key->mutable_collation()->set_name("default");
    } else {
      *key->mutable_collation() = facts.collation_name;
    }
  }
  const Builder::OpclassFacts* opclass = builder.FindOpclass(facts.opclass);
  if (opclass == nullptr) return;
  uint32_t type = column != nullptr ? column->type : facts.type;
  // The column of an index over an expression has the type that the class stores.
  if (facts.column == 0 && opclass->stores_another_type) type = 0;
  if (!IsDefault(*opclass, type, builder)) *key->mutable_opclass() = opclass->name;
}

}  // namespace autogen::introspect
