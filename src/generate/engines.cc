#include "src/generate/engine.h"
#include "src/generate/postgres_engine.h"
#include "src/generate/sqlite_engine.h"

namespace autogen::generate {
namespace {

constexpr const Engine& (*kEngines[])() = {PostgresEngine, SqliteEngine};

}  // namespace

const Engine* FindEngine(absl::string_view text) {
  for (const auto& engine : kEngines) {
    if (engine().takes(text)) return &engine();
  }
  return nullptr;
}

const Engine& DefaultEngine() { return kEngines[0](); }

}  // namespace autogen::generate
