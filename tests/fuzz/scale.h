// Time and memory over the size of an input.
#ifndef AUTOGEN_TESTS_FUZZ_SCALE_H_
#define AUTOGEN_TESTS_FUZZ_SCALE_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tests/fuzz/inputs.h"

namespace autogen::fuzz {

// Reads each shape at `bytes`, twice and four times that, each in a process of its own. An error
// names the shapes for which four times the bytes took more than eight times the time or the
// memory, or for which the process died.
absl::Status CheckScale(const std::vector<Shape>& shapes, size_t bytes,
                        const std::function<void(absl::string_view)>& read);

}  // namespace autogen::fuzz

#endif  // AUTOGEN_TESTS_FUZZ_SCALE_H_
