// Keys of indexes, exclusion constraints and partition keys from what the catalogs say of them.
#ifndef AUTOGEN_INTROSPECT_INDEX_KEY_H_
#define AUTOGEN_INTROSPECT_INDEX_KEY_H_

#include <string>

#include "src/introspect/reader.h"

namespace autogen::introspect {

struct KeyFacts {
  uint32_t relation = 0;
  int column = 0;          // 0 for an expression
  std::string expression;  // as deparsed
  uint32_t type = 0;       // of an expression; 0 where it is not known
  uint32_t opclass = 0;
  uint32_t collation = 0;
  Name collation_name;  // not needed for the default collation
};

// Fills column or expression, and collation and opclass where they are not what PostgreSQL would
// choose.
void ReadKey(const KeyFacts& facts, const Builder& builder, IndexKey* key);

}  // namespace autogen::introspect

#endif  // AUTOGEN_INTROSPECT_INDEX_KEY_H_
