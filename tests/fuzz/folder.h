// A folder for targets that read files.
#ifndef AUTOGEN_TESTS_FUZZ_FOLDER_H_
#define AUTOGEN_TESTS_FUZZ_FOLDER_H_

#include <string>

#include "absl/strings/string_view.h"

namespace autogen::fuzz {

// An empty folder of this process, in memory where there is such a file system; it is removed at
// the program's end.
const std::string& OwnFolder();

// The file `name` of that folder with this content, and its path.
std::string WriteOwn(const std::string& name, absl::string_view content);

}  // namespace autogen::fuzz

#endif  // AUTOGEN_TESTS_FUZZ_FOLDER_H_
