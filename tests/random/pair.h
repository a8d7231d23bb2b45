// A pair of random schemas, tried on a server; and a smaller pair that fails in the same way.
#ifndef AUTOGEN_TESTS_RANDOM_PAIR_H_
#define AUTOGEN_TESTS_RANDOM_PAIR_H_

#include <memory>
#include <string>
#include <vector>

#include "tests/random/statement.h"

namespace autogen::testing {

struct Pair {
  Statements before;
  Statements after;
  std::vector<Rename> renames;  // that the second one declares
  bool online = false;          // the tables are changed as those in use are
};

struct Verdict {
  // What is wrong, in a few words that do not depend on the schemas; "" where nothing is.
  std::string failure;
  std::string details;
  // What the server took of the pair, and how it looks as a model.
  Pair pair;
  std::string model_before;
  std::string model_after;
};

class PairTester {
 public:
  // Two databases for all pairs: a new one costs more than emptying it.
  PairTester();
  ~PairTester();

  // Builds both, migrates the one into the other, back, and there again; introspection and pg_dump
  // judge every state. Also writes the second as a model and reads that. `dump`: without it pg_dump
  // is not asked, which takes most of the time.
  Verdict Try(const Pair& pair, bool dump = true);

  // A small pair with the failure of `verdict`: every statement that is not needed for it is left
  // out of either side, or is the same on both.
  Verdict Shrink(Verdict verdict);

 private:
  struct Databases;
  std::unique_ptr<Databases> databases_;
};

// The statements with semicolons, as a fixture holds them.
std::string ToSql(const Statements& statements);

}  // namespace autogen::testing

#endif  // AUTOGEN_TESTS_RANDOM_PAIR_H_
