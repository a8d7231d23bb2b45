#include "tests/random/generator.h"

#include <set>

#include "absl/strings/ascii.h"
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
    case Part::kExtension:
      return MakeExtension(w, like);
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
  static const auto* const kWeights =
      new std::vector<std::pair<Part, int>>{{Part::kSchema, 2},
                                            {Part::kExtension, 1},
                                            {Part::kEnum, 4},
                                            {Part::kDomain, 4},
                                            {Part::kComposite, 3},
                                            {Part::kRange, 1},
                                            {Part::kSequence, 3},
                                            {Part::kTable, 14},
                                            {Part::kColumn, 30},
                                            {Part::kKey, 7},
                                            {Part::kCheck, 5},
                                            {Part::kExclusion, 2},
                                            {Part::kForeignKey, 7},
                                            {Part::kIndex, 7},
                                            {Part::kStatistics, 2},
                                            {Part::kTableOption, 3},
                                            {Part::kColumnOption, 4},
                                            {Part::kView, 9},
                                            {Part::kMaterializedView, 4},
                                            {Part::kFunction, 11},
                                            {Part::kAggregate, 1},
                                            {Part::kTrigger, 5},
                                            {Part::kPolicy, 4},
                                            {Part::kRule, 2},
                                            {Part::kOwnedBy, 1},
                                            {Part::kComment, 6},
                                            {Part::kGrant, 4},
                                            {Part::kPublication, 1}};
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

// `text` with `from` as a whole word replaced.
std::string Replaced(const std::string& text, const std::string& from, const std::string& to) {
  auto in_word = [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_';
  };
  std::string out;
  size_t done = 0;
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + 1)) {
    const size_t end = at + from.size();
    if (at < done || (at > 0 && in_word(text[at - 1])) ||
        (end < text.size() && in_word(text[end]))) {
      continue;
    }
    absl::StrAppend(&out, text.substr(done, at - done), to);
    done = end;
  }
  return absl::StrCat(out, text.substr(done));
}

// All columns of one type get another one, so that both ends of a foreign key do.
void Retype(Random& random, int server_version, Statements* statements) {
  World world(random, *statements, server_version);
  const Statement* column = world.Any({Part::kColumn});
  const std::string from = column == nullptr || random.Chance(50) ? "integer" : column->type;
  const std::string to =
      random.Pick<std::string>({"bigint", "text", "uuid", "integer", world.Type()});
  for (Statement& s : *statements) {
    if (s.part == Part::kTable) {
      for (ColumnInfo& c : s.columns) {
        if (c.type == from) c.type = to;
      }
      s.sql = Replaced(s.sql, absl::StrCat("k ", from), absl::StrCat("k ", to));
    } else if (s.part == Part::kColumn && s.type == from) {
      s.type = to;
      s.sql = absl::StrCat("ALTER TABLE ", RelationName(s), " ADD COLUMN ", sql::Ident(s.name), " ",
                           to);
    }
  }
}

// A table or a column, with all that is its own; what else names it is lost, unless by chance.
void RenameOne(Random& random, Statements* statements, std::vector<Rename>* renames) {
  std::vector<size_t> places;
  for (size_t i = 0; i < statements->size(); ++i) {
    const Part part = (*statements)[i].part;
    if (part == Part::kTable || part == Part::kColumn) places.push_back(i);
  }
  if (places.empty()) return;
  const Statement renamed = (*statements)[random.Pick(places)];
  const bool table = renamed.part == Part::kTable;
  const Rename rename = {renamed.schema, table ? "" : renamed.relation, renamed.name,
                         absl::StrCat(table ? "moved" : "other", 1 + random.Below(2))};
  for (Statement& s : *statements) {
    const bool own =
        s.schema == rename.schema && s.relation == (table ? rename.from : rename.relation);
    if (table) {
      s.sql = Replaced(s.sql, QualifiedName(renamed), sql::Qualified(rename.schema, rename.to));
      s.parent =
          Replaced(s.parent, QualifiedName(renamed), sql::Qualified(rename.schema, rename.to));
      if (own) s.relation = rename.to;
      if (s.part == Part::kTable && s.schema == rename.schema && s.name == rename.from)
        s.name = rename.to;
    } else if (own) {
      s.sql = Replaced(s.sql, sql::Ident(rename.from), sql::Ident(rename.to));
      if (s.part == Part::kColumn && s.name == rename.from) s.name = rename.to;
    }
  }
  renames->push_back(rename);
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

Statements Mutate(Random& random, const Statements& schema, int server_version,
                  std::vector<Rename>* renames) {
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
  if (random.Chance(12)) Retype(random, server_version, &mutated);
  if (random.Chance(15)) RenameOne(random, &mutated, renames);
  Grow(random, random.Below(12), server_version, &mutated);
  return mutated;
}

}  // namespace autogen::testing
