// What a model declares, by name: for resolving references and checking them.
#ifndef AUTOGEN_MODEL_LOOKUP_H_
#define AUTOGEN_MODEL_LOOKUP_H_

#include <string>
#include <tuple>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "autogen/schema.pb.h"

namespace autogen::model {

// Points into the schema, which must stay as it is. The schema fields of its objects must be
// filled in.
class Lookup {
 public:
  explicit Lookup(const Schema& schema);

  // Routines, operators and operator classes count by name alone; views and the like are found as
  // TABLE too, and any type as COMPOSITE_TYPE.
  bool Has(Kind kind, absl::string_view schema, absl::string_view name) const;
  // nullptr where there is none.
  const Table* FindTable(absl::string_view schema, absl::string_view name) const;
  const google::protobuf::Message* FindRelation(absl::string_view schema,
                                                absl::string_view name) const;
  // The model has something in that schema, and no extension: a relation that it does not name does
  // not exist there.
  bool Manages(absl::string_view schema) const {
    return schemas_.contains(schema) && !extension_schemas_.contains(schema);
  }
  std::vector<std::string> TableNames(absl::string_view schema) const;

  // The names of a table's columns, those of its parents and its type among them. False where a
  // parent is not in the model, so that the list is not whole.
  bool Columns(const Table& table, std::vector<std::string>* names) const;

 private:
  using Key = std::tuple<int, absl::string_view, absl::string_view>;
  bool Columns(const Table& table, int depth, std::vector<std::string>* names) const;

  absl::flat_hash_set<Key> objects_;
  absl::flat_hash_map<std::pair<absl::string_view, absl::string_view>,
                      const google::protobuf::Message*>
      relations_;
  absl::flat_hash_set<absl::string_view> schemas_;
  absl::flat_hash_set<absl::string_view> extension_schemas_;
};

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_LOOKUP_H_
