// The names that a piece of SQL mentions: the edges of a model's objects, where no
// catalog knows them yet.
#ifndef AUTOGEN_SQL_REFERENCES_H_
#define AUTOGEN_SQL_REFERENCES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "autogen/options.pb.h"

namespace autogen::sql {

// One mention. What a name can be follows from its place in the parse tree. Common table
// expressions and aliases are not mentions.
struct Reference {
  enum class Class { kRelation, kType, kFunction, kOperator, kCollation, kColumn, kAny };
  Class reference_class;
  std::string schema;    // empty where unqualified
  std::string relation;  // kColumn: the qualifier, if any
  std::string name;
};

// Mentions in `text`, which is a `fragment` (see CheckFragment), sorted, without repeats. regclass,
// regproc, regtype … constants count as relations, functions, types; nextval('x') as a relation.
// For text that libpg_query's grammar does not know, every (qualified) identifier of its scanner as
// kAny.
std::vector<Reference> FindReferences(Fragment fragment, absl::string_view text);

// The same for whole statements (rules, SQL routine bodies in quotes).
std::vector<Reference> FindReferencesInStatements(absl::string_view text);

}  // namespace autogen::sql

#endif  // AUTOGEN_SQL_REFERENCES_H_
