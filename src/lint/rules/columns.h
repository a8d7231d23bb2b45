// What the rules on types of columns share.
#ifndef AUTOGEN_LINT_RULES_COLUMNS_H_
#define AUTOGEN_LINT_RULES_COLUMNS_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "src/lint/rule.h"
#include "src/lint/rules/tree.h"

namespace autogen::lint::rules {

// Says of each column that is made, or changed to another type, what `wrong(type, type_name)` gives
// for its type; "" for nothing.
inline void SayTypes(const Script& script, Report report,
                     absl::FunctionRef<std::string(const std::string&, const json&)> wrong) {
  for (size_t i = 0; i < script.statements.size(); ++i) {
    auto look = [&](const SplitName& table, const std::string& column, const json& definition) {
      const json& type_name = Get(definition, "typeName");
      const std::string what = wrong(TypeOf(type_name), type_name);
      if (!what.empty()) report({i, absl::StrCat(Shown(table, column), " is ", what), ""});
    };
    for (const NewColumn& column : NewColumns(script.statements[i])) {
      look(column.table, column.name, *column.definition);
    }
    for (const Part& part : Parts(script.statements[i])) {
      if (part.type == "AT_AlterColumnType") {
        look(part.table, part.name, Get(*part.definition, "ColumnDef"));
      }
    }
  }
}

}  // namespace autogen::lint::rules

#endif  // AUTOGEN_LINT_RULES_COLUMNS_H_
