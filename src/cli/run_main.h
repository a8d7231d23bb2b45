// For tests: the program in this process, its output caught.
#ifndef AUTOGEN_CLI_RUN_MAIN_H_
#define AUTOGEN_CLI_RUN_MAIN_H_

#include <string>
#include <vector>

namespace autogen::cli {

struct Outcome {
  int code;
  std::string out;
  std::string err;
};

// `autogen arguments…`.
Outcome RunMain(std::vector<std::string> arguments);

// `text` without the " --url …" of commands in it, which is another one in every run.
std::string WithoutUrl(std::string text);

// A new, empty folder that is the working folder while this lives; removed with all it holds.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  const std::string& path() const { return path_; }

 private:
  std::string before_;
  std::string path_;
};

}  // namespace autogen::cli

#endif  // AUTOGEN_CLI_RUN_MAIN_H_
