#include "src/base/parallel.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace autogen {
namespace {

// A thread costs about as much as opening this many files.
constexpr size_t kWorthAThread = 100;
constexpr size_t kBlock = 32;
constexpr size_t kMaxThreads = 8;

}  // namespace

void ParallelFor(size_t n, const std::function<void(size_t)>& work) {
  std::atomic<size_t> next{0};
  auto run = [&] {
    for (size_t begin = next.fetch_add(kBlock); begin < n; begin = next.fetch_add(kBlock)) {
      for (size_t i = begin; i < std::min(n, begin + kBlock); ++i) work(i);
    }
  };
  const size_t processors = std::max(1u, std::thread::hardware_concurrency());
  const size_t threads = std::min({processors, kMaxThreads, n / kWorthAThread + 1});
  std::vector<std::thread> others;
  for (size_t i = 1; i < threads; ++i) others.emplace_back(run);
  run();
  for (std::thread& thread : others) thread.join();
}

}  // namespace autogen
