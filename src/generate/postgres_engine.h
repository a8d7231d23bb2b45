// The generate side of PostgreSQL: introspection, scratch databases, render.
#ifndef AUTOGEN_GENERATE_POSTGRES_ENGINE_H_
#define AUTOGEN_GENERATE_POSTGRES_ENGINE_H_

#include "src/generate/engine.h"

namespace autogen::generate {

const Engine& PostgresEngine();

}  // namespace autogen::generate

#endif  // AUTOGEN_GENERATE_POSTGRES_ENGINE_H_
