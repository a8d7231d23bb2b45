#include "src/sqlite/dependencies.h"

#include <map>
#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "src/model/no_schema.h"
#include "src/sqlite/token.h"

namespace autogen::sqlite {
namespace {

class Finder {
 public:
  explicit Finder(const Schema& schema) {
    for (const Table& t : schema.table()) Register(t.name(), model::IdOf(t));
    for (const View& v : schema.view()) Register(v.name(), model::IdOf(v));
  }

  void AddEdges(const model::ObjectId& dependent, absl::string_view text) {
    absl::StatusOr<std::vector<Token>> tokens = Tokenize(text);
    if (!tokens.ok()) return;  // of a model that is not checked yet
    std::set<model::ObjectId> named;
    for (const Token& token : *tokens) {
      if (token.kind == Token::Kind::kOperator || token.kind == Token::Kind::kNumber) continue;
      auto found = relations_.find(absl::AsciiStrToLower(NameOf(token)));
      if (found != relations_.end() && found->second != dependent) named.insert(found->second);
    }
    for (const model::ObjectId& relation : named) {
      dependencies.push_back({dependent, relation, "", true});
    }
  }

  template <typename Relation>
  void AddTriggers(const Relation& relation) {
    for (const Trigger& t : relation.trigger()) {
      AddEdges(IdOfTrigger(t, relation.name()), absl::StrCat(t.when(), " ", t.body()));
    }
  }

  std::vector<model::Dependency> dependencies;

 private:
  void Register(const std::string& name, model::ObjectId id) {
    relations_.emplace(absl::AsciiStrToLower(name), std::move(id));
  }

  std::map<std::string, model::ObjectId> relations_;
};

}  // namespace

model::ObjectId IdOfTrigger(const Trigger& trigger, const std::string& relation) {
  // An object without a schema field of its own takes that of the one around it, as the catalog
  // does.
  return model::IdOf(trigger, model::kNoSchema, relation);
}

std::vector<model::Dependency> FindDependencies(const Schema& schema) {
  Finder finder(schema);
  for (const View& v : schema.view()) {
    finder.AddEdges(model::IdOf(v), v.definition());
    finder.AddTriggers(v);
  }
  for (const Table& t : schema.table()) finder.AddTriggers(t);
  return std::move(finder.dependencies);
}

}  // namespace autogen::sqlite
