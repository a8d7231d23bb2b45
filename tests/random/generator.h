// Random schemas, and random changes of them.
#ifndef AUTOGEN_TESTS_RANDOM_GENERATOR_H_
#define AUTOGEN_TESTS_RANDOM_GENERATOR_H_

#include "tests/random/random.h"
#include "tests/random/statement.h"

namespace autogen::testing {

// About `size` statements for a server of that version (150000 and the like).
Statements RandomSchema(Random& random, int size, int server_version);

// `schema` with statements left out, recreated under the same name, and added; with all columns of
// one type of another, or a table or column renamed, which is added to `renames`.
Statements Mutate(Random& random, const Statements& schema, int server_version,
                  std::vector<Rename>* renames);

}  // namespace autogen::testing

#endif  // AUTOGEN_TESTS_RANDOM_GENERATOR_H_
