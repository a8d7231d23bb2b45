#include "src/base/parallel.h"

#include <doctest/doctest.h>

#include <vector>

namespace autogen {
namespace {

TEST_CASE("each index once, however many there are") {
  for (size_t n : {0, 1, 31, 32, 33, 1000, 10001}) {
    std::vector<int> calls(n);
    ParallelFor(n, [&](size_t i) { ++calls[i]; });
    CAPTURE(n);
    CHECK(calls == std::vector<int>(n, 1));
  }
}

}  // namespace
}  // namespace autogen
