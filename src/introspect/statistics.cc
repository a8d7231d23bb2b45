// Extended statistics.
#include "src/introspect/readers.h"

namespace autogen::introspect {

void ReadStatistics(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    Statistics* s = builder.schema()->add_statistics();
    s->set_schema(row.String("schema"));
    s->set_name(row.String("name"));
    ReadName(row, "table_schema", "table_name", [s] { return s->mutable_table(); });
    std::vector<const char*> kinds;
    for (const std::string& kind : row.Array("kinds")) {
      if (kind == "d") kinds.push_back("ndistinct");
      if (kind == "f") kinds.push_back("dependencies");
      if (kind == "m") kinds.push_back("mcv");
    }
    // All three is the default; none of them is what one expression alone has.
    if (kinds.size() < 3) {
      for (const char* kind : kinds) s->add_kind(kind);
    }
    for (std::string& column : row.Array("columns")) s->add_column(std::move(column));
    for (const std::string& e : row.Array("expressions")) s->add_expression(StripParentheses(e));
    if (!row.IsNull("target")) s->set_target(static_cast<int32_t>(row.Int("target")));
    builder.Register({kPgStatisticExt, row.Oid("oid")}, s);
  }
}

}  // namespace autogen::introspect
