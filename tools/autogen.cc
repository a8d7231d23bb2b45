#include "src/cli/command.h"

int main(int argc, char** argv) { return autogen::cli::Main(argc, argv); }
