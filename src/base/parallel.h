// Work on many small things by several threads.
#ifndef AUTOGEN_BASE_PARALLEL_H_
#define AUTOGEN_BASE_PARALLEL_H_

#include <cstddef>
#include <functional>

namespace autogen {

// Calls `work` with each of 0 … n-1 once, in no certain order, on as many threads as there are
// processors where there is enough to do, and returns when all is done.
void ParallelFor(size_t n, const std::function<void(size_t)>& work);

}  // namespace autogen

#endif  // AUTOGEN_BASE_PARALLEL_H_
