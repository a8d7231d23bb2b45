// Random pairs of schemas, the second a change of the first or another one: migrated there, back
// and there again (see random/pair.h). CI tries the same few; by hand
//
//   AUTOGEN_PROPERTY_PAIRS=5000 AUTOGEN_PROPERTY_SEED=1 build/release/tests/property_test
//
// tries as many as one likes. Each pair has its seed, that of the run plus its number. What fails
// is made small and printed; $AUTOGEN_PROPERTY_SAVE names a folder for it, as a golden case.
#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "src/base/file.h"
#include "tests/random/generator.h"
#include "tests/random/pair.h"
#include "tests/support/server.h"

namespace autogen::testing {
namespace {

constexpr int kMaxFailures = 10;

uint64_t Number(const char* name, uint64_t otherwise) {
  const char* value = getenv(name);
  uint64_t number = otherwise;
  if (value != nullptr && !absl::SimpleAtoi(value, &number)) {
    MESSAGE(name, " is not a number: ", value);
  }
  return number;
}

Pair RandomPair(uint64_t seed) {
  Random random(seed);
  int version = TestServer::Get().version();
  Pair pair;
  pair.before = RandomSchema(random, 10 + random.Below(60), version);
  pair.after = random.Chance(85) ? Mutate(random, pair.before, version, &pair.renames)
                                 : RandomSchema(random, 10 + random.Below(60), version);
  pair.online = random.Chance(50);
  return pair;
}

std::string Renames(const Pair& pair) {
  std::string text;
  for (const Rename& rename : pair.renames) {
    absl::StrAppend(&text, "\n--- renamed: ", rename.schema, ".", rename.relation, " ", rename.from,
                    " to ", rename.to);
  }
  return text;
}

void Save(uint64_t seed, const Verdict& verdict) {
  const char* folder = getenv("AUTOGEN_PROPERTY_SAVE");
  if (folder == nullptr) return;
  std::string to = absl::StrCat(folder, "/", seed);
  std::error_code error;
  std::filesystem::create_directories(to, error);
  CHECK_FALSE(error);
  CHECK(WriteFile(absl::StrCat(to, "/old.sql"), ToSql(verdict.pair.before), Overwrite::kReplace)
            .ok());
  CHECK(
      WriteFile(absl::StrCat(to, "/new.sql"), ToSql(verdict.pair.after), Overwrite::kReplace).ok());
}

TEST_CASE("any schema migrates into any other one, and back") {
  uint64_t first = Number("AUTOGEN_PROPERTY_SEED", 5120);
  uint64_t pairs = Number("AUTOGEN_PROPERTY_PAIRS", 40);
  PairTester tester;
  int failures = 0;
  for (uint64_t seed = first; seed < first + pairs && failures < kMaxFailures; ++seed) {
    Verdict verdict = tester.Try(RandomPair(seed));
    if (verdict.failure.empty()) continue;
    ++failures;
    verdict = tester.Shrink(std::move(verdict));
    Save(seed, verdict);
    FAIL_CHECK(absl::StrCat("seed ", seed, ": ", verdict.failure, "\n", verdict.details,
                            Renames(verdict.pair), "\n--- before:\n", ToSql(verdict.pair.before),
                            "--- as a model:\n", verdict.model_before, "--- after:\n",
                            ToSql(verdict.pair.after), "--- as a model:\n", verdict.model_after));
  }
  MESSAGE(pairs, " pairs from seed ", first);
}

}  // namespace
}  // namespace autogen::testing
