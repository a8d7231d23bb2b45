#include "src/cli/run_main.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <sstream>

#include "src/cli/command.h"

namespace autogen::cli {

Outcome RunMain(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "autogen");
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  std::ostringstream out, err;
  auto* old_out = std::cout.rdbuf(out.rdbuf());
  auto* old_err = std::cerr.rdbuf(err.rdbuf());
  int code = Main(static_cast<int>(argv.size()), argv.data());
  std::cout.rdbuf(old_out);
  std::cerr.rdbuf(old_err);
  return {code, out.str(), err.str()};
}

std::string WithoutUrl(std::string text) {
  for (size_t at = text.find(" --url "); at != std::string::npos; at = text.find(" --url ")) {
    const size_t end = std::min(text.find('\n', at), text.find(" --", at + 1));
    text.erase(at, std::min(end, text.size()) - at);
  }
  return text;
}

ScratchFolder::ScratchFolder() : before_(std::filesystem::current_path().string()) {
  std::string pattern = (std::filesystem::temp_directory_path() / "autogen_XXXXXX").string();
  path_ = mkdtemp(pattern.data());
  std::filesystem::current_path(path_);
}

ScratchFolder::~ScratchFolder() {
  std::filesystem::current_path(before_);
  std::filesystem::remove_all(path_);
}

}  // namespace autogen::cli
