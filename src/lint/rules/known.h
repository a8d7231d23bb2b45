// What the tables are like, as far as statements that came before say it: of those that they
// created, everything. No server is asked.
#ifndef AUTOGEN_LINT_RULES_KNOWN_H_
#define AUTOGEN_LINT_RULES_KNOWN_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"
#include "src/lint/rules/tree.h"

namespace autogen::lint {

class Known {
 public:
  struct Column {
    std::string type;  // "int4"; serial is the integer that it makes
    bool not_null = false;
  };
  // A PRIMARY KEY, UNIQUE, FOREIGN KEY, CHECK or EXCLUDE.
  struct Constraint {
    std::string type;  // "CONSTR_FOREIGN"
    std::string name;  // that PostgreSQL would choose where none was given
    std::vector<std::string> columns;
    SplitName references;
    std::vector<std::string> referenced;  // empty: its primary key
  };
  struct Index {
    std::string name;
    std::vector<std::string> columns;  // "" for an expression
    bool whole = true;                 // not partial
  };
  struct Table {
    std::map<std::string, Column> columns;
    std::vector<Constraint> constraints;
    std::vector<Index> indexes;
    bool complete = true;  // false: it has columns from elsewhere (LIKE, INHERITS, a query)
    bool partitioned = false;
  };

  // The statement has run.
  void Follow(const nlohmann::json& tree);

  // nullptr where no statement created it.
  const Table* Find(const SplitName& name) const;
  // The table of an index and the index; nullptr where none is known.
  std::pair<SplitName, const Index*> FindIndex(const SplitName& name) const;
  // In the order of their names.
  const std::map<std::pair<std::string, std::string>, Table>& tables() const { return tables_; }

 private:
  using Key = std::pair<std::string, std::string>;
  static Key KeyOf(const SplitName& name) {
    return {name.schema.empty() ? "public" : name.schema, name.name};
  }
  void Create(const nlohmann::json& body);
  void AddColumn(const SplitName& name, Table& table, const nlohmann::json& definition);
  void AddConstraint(const SplitName& name, Table& table, const nlohmann::json& constraint,
                     const std::string& column);
  void Alter(const nlohmann::json& body);
  void AlterPart(const SplitName& name, Table& table, const nlohmann::json& command);
  void AddIndex(const nlohmann::json& body);
  void Drop(const nlohmann::json& body);
  void Rename(const nlohmann::json& body);

  std::map<Key, Table> tables_;
};

}  // namespace autogen::lint

#endif  // AUTOGEN_LINT_RULES_KNOWN_H_
