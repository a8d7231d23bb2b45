#include "tests/fuzz/scale.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace autogen::fuzz {
namespace {

constexpr double kMostGrowth = 8;
// Below these a figure says nothing.
constexpr double kLeastSeconds = 0.03;
constexpr double kLeastMegabytes = 24;

struct Cost {
  bool alive = false;
  double seconds = 0;
  double megabytes = 0;
};

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

// Of a child that reads `text`. Its memory starts with what it shares with this process.
Cost CostOf(const std::string& text, const std::function<void(absl::string_view)>& read) {
  Cost cost;
  const pid_t child = fork();
  if (child < 0) return cost;
  if (child == 0) {
    read(text);
    _exit(0);
  }
  int status = 0;
  rusage usage = {};
  if (wait4(child, &status, 0, &usage) != child) return cost;
  cost.alive = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  cost.seconds = Seconds(usage.ru_utime) + Seconds(usage.ru_stime);
  cost.megabytes = static_cast<double>(usage.ru_maxrss) / 1024;
  return cost;
}

// What is wrong with a shape; "" where nothing is.
std::string Fault(const Shape& shape, size_t bytes, double idle_megabytes,
                  const std::function<void(absl::string_view)>& read) {
  Cost costs[3];
  for (size_t i = 0; i < 3; ++i) {
    costs[i] = CostOf(shape.Of(bytes << i), read);
    if (!costs[i].alive) {
      return absl::StrCat(shape.name, ": dies of ", bytes << i, " bytes");
    }
  }
  auto grows = [](double first, double last, double least) {
    return last > kMostGrowth * std::max(first, least);
  };
  auto memory = [&](const Cost& cost) { return cost.megabytes - idle_megabytes; };
  if (!grows(costs[0].seconds, costs[2].seconds, kLeastSeconds) &&
      !grows(memory(costs[0]), memory(costs[2]), kLeastMegabytes)) {
    return "";
  }
  std::string fault = absl::StrCat(shape.name, ": is not linear from ", bytes, " bytes on:");
  for (const Cost& cost : costs) {
    absl::StrAppend(&fault, " ", cost.seconds, " s and ", memory(cost), " MB;");
  }
  return fault;
}

}  // namespace

absl::Status CheckScale(const std::vector<Shape>& shapes, size_t bytes,
                        const std::function<void(absl::string_view)>& read) {
  const double idle = CostOf("", read).megabytes;
  std::vector<std::string> faults;
  for (const Shape& shape : shapes) {
    std::string fault = Fault(shape, bytes, idle, read);
    // Once more: the machine may have been busy with something else.
    if (!fault.empty()) fault = Fault(shape, bytes, idle, read);
    if (!fault.empty()) faults.push_back(std::move(fault));
  }
  if (faults.empty()) return absl::OkStatus();
  return absl::InternalError(absl::StrJoin(faults, "\n"));
}

}  // namespace autogen::fuzz
