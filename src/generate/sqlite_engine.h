// The generate side of SQLite: everything is built and tried in memory, in this process.
#ifndef AUTOGEN_GENERATE_SQLITE_ENGINE_H_
#define AUTOGEN_GENERATE_SQLITE_ENGINE_H_

#include "src/generate/engine.h"

namespace autogen::generate {

const Engine& SqliteEngine();

}  // namespace autogen::generate

#endif  // AUTOGEN_GENERATE_SQLITE_ENGINE_H_
