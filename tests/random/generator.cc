#include "tests/random/generator.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "src/sql/quote.h"
#include "tests/random/makers.h"

namespace autogen::testing {
namespace {

Statement MakeSchema(World& w, const Statement* like) {
  Statement s;
  s.part = Part::kSchema;
  s.name = like != nullptr ? like->name : w.Name("s");
  s.sql = absl::StrCat("CREATE SCHEMA ", sql::Ident(s.name));
  return s;
}

Statement Make(World& w, Part part, const Statement* like) {
  switch (part) {
    case Part::kSchema:
      return MakeSchema(w, like);
    case Part::kEnum:
      return MakeEnum(w, like);
    case Part::kDomain:
      return MakeDomain(w, like);
    case Part::kComposite:
      return MakeComposite(w, like);
    case Part::kRange:
      return MakeRange(w, like);
    case Part::kSequence:
      return MakeSequence(w, like);
    case Part::kTable:
      return MakeTable(w, like);
    case Part::kColumn:
      return MakeColumn(w, like);
    case Part::kKey:
      return MakeKey(w, like);
    case Part::kCheck:
      return MakeCheck(w, like);
    case Part::kExclusion:
      return MakeExclusion(w, like);
    case Part::kForeignKey:
      return MakeForeignKey(w, like);
    case Part::kIndex:
      return MakeIndex(w, like);
    case Part::kStatistics:
      return MakeStatistics(w, like);
    case Part::kTableOption:
      return MakeTableOption(w, like);
    case Part::kColumnOption:
      return MakeColumnOption(w, like);
    case Part::kView:
      return MakeView(w, like);
    case Part::kMaterializedView:
      return MakeMaterializedView(w, like);
    case Part::kFunction:
      return MakeFunction(w, like);
    case Part::kAggregate:
      return MakeAggregate(w, like);
    case Part::kTrigger:
      return MakeTrigger(w, like);
    case Part::kPolicy:
      return MakePolicy(w, like);
    case Part::kRule:
      return MakeRule(w, like);
    case Part::kOwnedBy:
      return MakeOwnedBy(w, like);
    case Part::kComment:
      return MakeComment(w, like);
    case Part::kGrant:
      return MakeGrant(w, like);
    case Part::kPublication:
      return MakePublication(w, like);
  }
  return {};
}

// Tables and columns often, what is rare in real schemas rarely.
Part AnyPart(Random& random) {
  static const auto* const kWeights = new std::vector<std::pair<Part, int>>{
      {Part::kSchema, 2},       {Part::kEnum, 4},       {Part::kDomain, 4},
      {Part::kComposite, 3},    {Part::kRange, 1},      {Part::kSequence, 3},
      {Part::kTable, 14},       {Part::kColumn, 30},    {Part::kKey, 7},
      {Part::kCheck, 5},        {Part::kExclusion, 2},  {Part::kForeignKey, 7},
      {Part::kIndex, 7},        {Part::kStatistics, 2}, {Part::kTableOption, 3},
      {Part::kColumnOption, 4}, {Part::kView, 9},       {Part::kMaterializedView, 4},
      {Part::kFunction, 11},    {Part::kAggregate, 1},  {Part::kTrigger, 5},
      {Part::kPolicy, 4},       {Part::kRule, 2},       {Part::kOwnedBy, 1},
      {Part::kComment, 6},      {Part::kGrant, 4},      {Part::kPublication, 1}};
  int total = 0;
  for (const auto& [part, weight] : *kWeights) total += weight;
  int at = random.Below(total);
  for (const auto& [part, weight] : *kWeights) {
    if ((at -= weight) < 0) return part;
  }
  return Part::kColumn;
}

void Grow(Random& random, int count, int server_version, Statements* statements) {
  std::set<decltype(KeyOf(Statement()))> keys;
  for (const Statement& s : *statements) keys.insert(KeyOf(s));
  for (int i = 0; i < count; ++i) {
    World world(random, *statements, server_version);
    Statement s = Make(world, AnyPart(random), nullptr);
    if (!s.sql.empty() && keys.insert(KeyOf(s)).second) statements->push_back(std::move(s));
  }
}

}  // namespace

Statement Named(World& w, Part part, const Statement* like, const std::string& prefix) {
  Statement s;
  s.part = part;
  s.schema = like != nullptr ? like->schema : w.Schema();
  s.name = like != nullptr ? like->name : w.Name(prefix);
  return s;
}

Statement HungOn(World& w, Part part, const Statement* like, const Statement* relation,
                 const std::string& prefix) {
  Statement s;
  s.part = part;
  s.schema = like != nullptr ? like->schema : relation->schema;
  s.relation = like != nullptr ? like->relation : relation->name;
  s.name = like != nullptr ? like->name : w.Name(prefix);
  return s;
}

Statements RandomSchema(Random& random, int size, int server_version) {
  Statements statements;
  Grow(random, size, server_version, &statements);
  return statements;
}

Statements Mutate(Random& random, const Statements& schema, int server_version) {
  Statements mutated;
  int drop = random.Below(15), change = random.Below(25);
  for (const Statement& s : schema) {
    if (random.Chance(drop)) continue;
    if (!random.Chance(change)) {
      mutated.push_back(s);
      continue;
    }
    World world(random, schema, server_version);
    Statement changed = Make(world, s.part, &s);
    mutated.push_back(changed.sql.empty() ? s : changed);
  }
  Grow(random, random.Below(12), server_version, &mutated);
  return mutated;
}

}  // namespace autogen::testing
